import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { ProcessPort } from '../../../src/ports/process.ts'
import { checkDatabase } from '../../../src/usecases/doctor/check-database.ts'
import { never, testDatabases } from '../../adapters/database-parts.ts'
import { PASSWORD, startPostgres, testOnPostgres as test } from '../../postgres.ts'
import type { TestPostgres } from '../../postgres.ts'

const its = testDatabases()
let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)

afterAll(async () => {
  await server.stop()
  its.remove()
})

const check = async (url: string, process: ProcessPort = its.parts.process) => {
  const database = its.port.open(url)
  const checks = await checkDatabase({ name: 'app', database, process, signal: never })
  expect(JSON.stringify(checks)).not.toContain(PASSWORD)
  return Object.fromEntries(checks.map(({ name, ...rest }) => [name, rest]))
}

test('a database that can be backed up passes every check', async () => {
  const checks = await check(server.url)
  expect(Object.keys(checks)).toEqual([
    'database app',
    'pg_dump for app',
    'pg_restore for app',
    'psql for app',
    'scratch database for app',
  ])
  expect(new Set(Object.values(checks).map(({ status }) => status))).toEqual(new Set(['ok']))
  expect(checks['database app']?.found).toMatch(/^PostgreSQL 15\./)
})

test('a SQLite file needs no tools', async () => {
  new DatabaseSync(join(its.folder, 'app.db')).close()
  expect(Object.keys(await check('sqlite:app.db'))).toEqual(['database app'])
})

test('a database that does not answer fails, and the rest is not asked', async () => {
  const checks = await check(server.url.replace(/:\d+\/app$/, ':1/app'))
  expect(checks).toMatchObject({ 'database app': { status: 'fail' } })
  expect(Object.keys(checks)).toHaveLength(1)
})

test('a missing tool, a missing right and a leftover are found, each with its fix', async () => {
  await server.sql(`create role weak login password '${PASSWORD}'`)
  await server.sql('create database hotwash_scratch_0a0b')
  const process = { ...its.parts.process, which: () => undefined }
  const checks = await check(server.url.replace('app:', 'weak:'), process)
  expect(checks['pg_dump for app']).toMatchObject({ status: 'fail', found: 'not on PATH' })
  expect(checks['pg_dump for app']?.fix).toContain('postgresql-client-15')
  expect(checks['scratch database for app']).toMatchObject({ status: 'warn' })
  expect(checks['scratch database for app']?.fix).toContain('ALTER ROLE "weak" CREATEDB')
  expect(checks['leftovers beside app']?.fix).toBe('DROP DATABASE "hotwash_scratch_0a0b";')
})
