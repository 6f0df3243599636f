/** The world of the outage: the repository with its tags, a database with users, a running service. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import type { TestPostgres } from '../../postgres.ts'
import { startDaemon, stopDaemon } from '../daemon.ts'
import {
  beginRepository,
  commitAll,
  envText,
  gitIn,
  writeCommand,
  writeFiles,
} from '../repository.ts'
import { BASELINE, MIGRATIONS, RELEASES } from './releases.ts'

export type Faults = {
  /** The signing secret in config/staging.env; strong unless told otherwise. */
  secret?: 'strong' | 'weak' | 'missing'
  /** Whether the second migration was applied; it was unless told otherwise. */
  migrated?: boolean
  /** v1.4.0 unless told otherwise. */
  release?: 'v1.2.0' | 'v1.3.0' | 'v1.4.0' | 'v1.5.0'
}

export type StagingWorld = {
  base: string
  databaseUrl: string
  secrets: string[]
  stop: () => Promise<void>
}

const word = (): string => randomBytes(24).toString('base64url')
const USERS = { A: 'ann@example.test', B: 'ben@example.test' } as const
const WEAK = 'changeme'

export async function makeStagingWorld(
  dir: string,
  options: { postgres: TestPostgres } & Faults,
): Promise<StagingWorld> {
  const { postgres, secret = 'strong', migrated = true, release = 'v1.4.0' } = options
  const databaseUrl = await postgres.createDatabase(`staging_${randomBytes(3).toString('hex')}`)
  const passwords = { A: word(), B: word() }
  await postgres.sql(seed(passwords) + (migrated ? MIGRATED : ''), databaseUrl)
  const strong = word() + word()
  const env = {
    DATABASE_URL: databaseUrl,
    ...(secret === 'missing' ? {} : { SESSION_SECRET: secret === 'weak' ? WEAK : strong }),
    SESSION_ISSUER: 'login-staging',
    MAIL_FROM: 'login@example.test',
  }
  const production = { ...env, SESSION_SECRET: word() + word(), SESSION_ISSUER: 'login' }
  beginRepository(dir)
  writeFiles(dir, {
    '.gitignore': '*.env\nrun/\n',
    'config/staging.env': envText(env),
    'config/production.env': envText(production),
    'credentials.env': envText({ PASSWORD_A: passwords.A, PASSWORD_B: passwords.B }),
    ...MIGRATIONS,
  })
  writeCommand(dir, 'ops/service', join(import.meta.dirname, 'commands.ts'))
  for (const { tag, handlers } of RELEASES) {
    writeFiles(dir, { 'release/handlers.mjs': handlers })
    commitAll(dir, `Release ${tag}`, tag)
  }
  gitIn(dir, 'checkout', '-q', release)
  const { port } = await startDaemon(dir, join(import.meta.dirname, 'service.ts'), process.pid)
  const signing = [env.SESSION_SECRET, production.SESSION_SECRET].filter(
    (one) => one !== undefined && one !== WEAK,
  ) as string[]
  return {
    base: `http://127.0.0.1:${port}`,
    databaseUrl,
    secrets: [passwords.A, passwords.B, new URL(databaseUrl).password, ...signing],
    stop: () => stopDaemon(dir),
  }
}

const MIGRATED = `${MIGRATIONS['migrations/0002_last_login.sql']}
insert into schema_migrations (version) values ('0002_last_login');`

const seed = (passwords: Record<keyof typeof USERS, string>): string =>
  `${BASELINE} insert into users (email, role, password_hash) values
    ('${USERS.A}', 'admin', '${hashSync(passwords.A, 4)}'),
    ('${USERS.B}', 'user', '${hashSync(passwords.B, 4)}');
`
