/** The ready runbooks claim no more than was seen: each of these was claimed once, and was false. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { findingsJson, showIncident } from '../../../src/usecases/incident/show-incident.ts'
import {
  startLoginService,
  USERS,
  type Fault,
  type LoginService,
} from '../../services/login-service.ts'
import { openLab, type Lab } from '../world.ts'

let lab: Lab
let service: LoginService
afterEach(async () => {
  await service.stop()
  lab.close()
})

const [A, B] = USERS
const STRONG = 'q7Gm2VxT9pLk4RzW8sYc1NbJ6hDf3KtE'

/** `faultsIn` reads what the commands of the runbook have left in the folder. */
async function open(faultsIn: (dir: string) => readonly Fault[] = () => []): Promise<void> {
  lab = await openLab()
  const { dir } = lab
  service = await startLoginService(() => faultsIn(dir))
  lab.write('credentials.env', `PASSWORD_A=${A.password}\nPASSWORD_B=${B.password}\n`, 0o600)
  lab.write('service.env', `DATABASE_URL=sqlite:app.db\nJWT_SECRET=${STRONG}\n`, 0o600)
}

const run = (runbook: string, inputs: Record<string, string>) =>
  runRunbook(lab.world, {
    runbook,
    yes: true,
    inputs: {
      base: service.base,
      user_a: A.email,
      user_b: B.email,
      credentials: 'credentials.env',
      session_cookie: 'session-token',
      logout_path: '/logout',
      health_path: '/healthz',
      concurrency: '2',
      count: '4',
      ...inputs,
    },
  })

const concluded = () => findingsJson(showIncident(recordWorldOf(lab.world), undefined))
const about = (hypothesis: string) =>
  concluded()
    .filter((finding) => finding.hypothesis === hypothesis)
    .map(({ step, confidence }) => [step, confidence].join(': '))
const inDir = (dir: string, name: string): string => readFileSync(join(dir, name), 'utf8').trim()

/** Logins fail by the release, and its health by a migration that is missing. */
const STAGING = {
  database_file: 'service.env',
  secret_key: '',
  migrations_table: 'schema_migrations',
  deploy: 'echo "$TAG" > release',
  release_now: 'cat release',
  release_to: 'v1',
  migrate: 'touch migrated',
}

async function openStaging(): Promise<void> {
  await open((dir) => [
    ...(inDir(dir, 'release') === 'v2' ? (['null_session'] as const) : []),
    ...(existsSync(join(dir, 'migrated')) ? [] : (['ill'] as const)),
  ])
  lab.write('release', 'v2\n')
  const database = new DatabaseSync(join(lab.dir, 'app.db'))
  database.exec(
    "create table schema_migrations (version text); insert into schema_migrations values ('1')",
  )
  database.close()
}

test('that every migration is applied is not said without their files, and what is pending is applied', async () => {
  await openStaging()
  const report = await run('staging-login', STAGING)
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  const steps = Object.fromEntries(report.steps.map(({ id, status }) => [id, status]))
  expect(steps).toMatchObject({ migrations: 'succeeded', fix_migration: 'succeeded' })
  expect(about('a migration is missing')).toEqual([
    'health: possible',
    'migrations: possible',
    'after_migration: confirmed',
  ])
})

test('a release is not ruled out since the health did not change with it', async () => {
  await openStaging()
  await run('staging-login', STAGING)
  const said = concluded().map(({ says }) => says)
  expect(said).toContain('4 of 4 logins work; before the fixes 0 of 4 did')
  expect(about('the release is bad')).toEqual(['release: possible', 'diagnose: possible'])
})

test('a secret that was strong is no cause, whatever came after it was made anew', async () => {
  await open()
  lab.write('new.env', 'JWT_SECRET=9xKc4TzQ7vBn2WmR5sYp8LdG3hJf6NaE\n', 0o600)
  const report = await run('secret-rotation', {
    secret_file: 'service.env',
    force: 'true',
    old_sessions: 'survive',
    fix: 'cp new.env service.env',
    undo: 'true',
  })
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(about('the signing secret is weak or missing')).toEqual(['secret: rejected'])
})
