/** The world of the outage: a repository, two databases of which one is migrated, a running service. */
import { randomBytes } from 'node:crypto'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { TestPostgres } from '../../postgres.ts'
import { startDaemon, stopDaemon } from '../daemon.ts'
import { beginRepository, commitAll, envText, writeCommand, writeFiles } from '../repository.ts'

const OLD = 'create table users (id serial primary key, email text not null unique)'
const MIGRATED = `create table users (
  id serial primary key, email text not null unique, password_hash text not null)`
const PEOPLE = "insert into users (email) values ('ann@example.test'), ('ben@example.test')"
const PEOPLE_WITH_HASH = `insert into users (email, password_hash)
  values ('ann@example.test', 'x'), ('ben@example.test', 'x'), ('cy@example.test', 'x')`

export type EnvSplitWorld = {
  base: string
  /** Of the migrated database, and of the one that wins while it is broken. */
  urls: { migrated: string; old: string }
  secrets: string[]
  stop: () => Promise<void>
}

/** `healthy`: both files name the migrated database, and long passwords work. */
export async function makeEnvSplitWorld(
  dir: string,
  options: { postgres: TestPostgres; healthy?: boolean; csrf?: boolean },
): Promise<EnvSplitWorld> {
  const { postgres, healthy = false, csrf = false } = options
  const tag = randomBytes(3).toString('hex')
  const urls = {
    migrated: await postgres.createDatabase(`login_main_${tag}`),
    old: await postgres.createDatabase(`login_legacy_${tag}`),
  }
  await postgres.sql(`${MIGRATED}; ${PEOPLE_WITH_HASH}`, urls.migrated)
  await postgres.sql(`${OLD}; ${PEOPLE}`, urls.old)
  const mail = randomBytes(18).toString('base64url')
  const wins = { DATABASE_URL: healthy ? urls.migrated : urls.old, MAIL_KEY: mail }
  beginRepository(dir)
  writeFiles(dir, {
    '.gitignore': '.env\nrun/\n__pycache__/\n',
    '.env': envText({ DATABASE_URL: urls.migrated, CSRF: csrf ? 'on' : 'off' }),
    'backend/.env': envText(healthy ? { ...wins, LONG_PASSWORDS: 'prehash' } : wins),
    'backend/models.py': 'class User:\n    columns = ("id", "email", "password_hash")\n',
    // Older than its source, which is what made it a suspect.
    'backend/__pycache__/models.cpython-312.pyc': 'compiled long ago\n',
  })
  const longAgo = new Date('2025-01-02T03:04:05Z')
  utimesSync(join(dir, 'backend/__pycache__/models.cpython-312.pyc'), longAgo, longAgo)
  writeCommand(dir, 'ops/service', join(import.meta.dirname, 'commands.ts'))
  commitAll(dir, 'A sign-up service')
  const { port } = await startDaemon(dir, join(import.meta.dirname, 'service.ts'), process.pid)
  const passwords = [urls.migrated, urls.old].map((url) => new URL(url).password)
  return {
    base: `http://127.0.0.1:${port}`,
    urls,
    secrets: [...new Set([...passwords, mail])],
    stop: () => stopDaemon(dir),
  }
}
