/** The sample on staging with what every runbook is told about it, and with what must not change. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestPostgres } from '../../postgres.ts'
import { getReady } from '../../ready-runbook.ts'
import { gitIn } from '../repository.ts'
import { makeStagingWorld, type Faults } from './world.ts'

export const ALL_FAULTS: Faults = { secret: 'weak', migrated: false, release: 'v1.5.0' }

export type Options = {
  postgres: TestPostgres
  runbook: string
  faults?: Faults
  inputs?: Record<string, string>
}

export const stagingFor = ({ postgres, runbook, faults = {}, inputs = {} }: Options) =>
  getReady(
    runbook,
    (dir) => makeStagingWorld(dir, { postgres, ...faults }),
    ({ base }) => ({
      base,
      user_a: 'ann@example.test',
      user_b: 'ben@example.test',
      credentials: 'credentials.env',
      session_cookie: 'session-token',
      logout_path: '/logout',
      concurrency: '4',
      count: '8',
      health_path: '/health',
      ...inputs,
    }),
  )

/** Broken in all three ways unless told otherwise, with all that the runbook for it may be told. */
export const stagingLogin = (postgres: TestPostgres, faults: Faults = ALL_FAULTS) =>
  stagingFor({
    postgres,
    runbook: 'staging-login',
    faults,
    inputs: {
      health_parts: '/health/database /health/auth /health/config',
      database_file: 'config/staging.env',
      secret_key: 'SESSION_SECRET',
      production_file: 'config/production.env',
      migrations_table: 'schema_migrations',
      migrations_folder: 'migrations',
      log_file: 'run/service.log',
      secret_fix: './ops/service secret strong',
      secret_undo: './ops/service secret back',
      deploy: './ops/service release "$TAG"',
      migrate: './ops/service migrate up',
    },
  })

export type Staging = Awaited<ReturnType<typeof stagingFor>>

/** Rows and columns of the database, the release that is deployed, the settings. */
export async function stateOf({ world, place }: Staging, postgres: TestPostgres): Promise<unknown> {
  const ask = (sql: string) => postgres.sql(sql, world.databaseUrl)
  return [
    await ask('select * from users order by id'),
    await ask('select version from schema_migrations order by 1'),
    await ask(
      `select table_name, column_name, data_type from information_schema.columns
       where table_schema = 'public' order by 1, 2`,
    ),
    releaseOf({ place }),
    settingsOf({ place }),
  ]
}

export const releaseOf = ({ place }: Pick<Staging, 'place'>): string =>
  gitIn(place.dir, 'describe', '--tags')

export const settingsOf = ({ place }: Pick<Staging, 'place'>): string =>
  readFileSync(join(place.dir, 'config/staging.env'), 'utf8')

/** Of the running service, as it says itself. */
export async function healthOf({ world }: Pick<Staging, 'world'>): Promise<Record<string, string>> {
  const response = await fetch(`${world.base}/health`, { headers: { connection: 'close' } })
  const said = (await response.json()) as { checks: Record<string, { status: string }> }
  return Object.fromEntries(Object.entries(said.checks).map(([name, { status }]) => [name, status]))
}
