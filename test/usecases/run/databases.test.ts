import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { createDatabasePort } from '../../../src/adapters/database.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { PASSWORD, startPostgres, testOnPostgres as test } from '../../postgres.ts'
import type { TestPostgres } from '../../postgres.ts'
import { openLab, type Lab } from '../world.ts'

let server: TestPostgres
let lab: Lab | undefined

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.stop())
afterEach(() => lab?.close())

const BREAK = `import { DatabaseSync } from 'node:sqlite'
new DatabaseSync('app.db').exec('delete from users where id > 1; create table later (n)')`

const SQLITE = `hotwash: 1
name: Users vanished
databases:
  app: {url: "sqlite:app.db"}
steps:
  - {id: backup, backup: {database: app, prove: restore}}
  - {id: breaks, run: ["${process.execPath}", break.mjs]}
  - {id: seen, sql: {database: app, query: "select count(*) as n from users"}, outputs: {n: "rows[0].n"}, expect: "rows[0].n == 1"}
  - {id: back, restore: {from: steps.backup, database: app, into: same}}
  - {id: after, sql: {database: app, query: "select id from users where id <= $1", params: ["\${{ steps.seen.outputs.n + 1 }}"]}, expect: "row_count == 2"}
`

test('a backup is taken, used and recorded in one run', async () => {
  lab = await openLab()
  const live = new DatabaseSync(join(lab.dir, 'app.db'))
  live.exec('create table users (id integer primary key); insert into users values (1), (2)')
  live.close()
  lab.write('break.mjs', BREAK)
  lab.write('rb.yaml', SQLITE)
  const database = createDatabasePort({ ...lab.world.ports, root: lab.dir })
  const world = { ...lab.world, ports: { ...lab.world.ports, database } }
  const report = await runRunbook(world, { runbook: 'rb.yaml', yes: true })
  expect(report.steps.map(({ id, status, reason }) => [id, status, reason])).toEqual([
    ['backup', 'succeeded', undefined],
    ['breaks', 'succeeded', undefined],
    ['seen', 'succeeded', undefined],
    ['back', 'succeeded', undefined],
    ['after', 'succeeded', undefined],
  ])
  const [backup] = report.steps
  const file = backup?.outputs?.['file'] as string
  expect(backup?.outputs).toMatchObject({ bytes: statSync(file).size })
  expect(file.startsWith(lab.state)).toBe(true)
})

const POSTGRES = `hotwash: 1
name: Users are asked for
secrets:
  DATABASE_URL: {env: DATABASE_URL}
databases:
  app: {url: "\${{ secrets.DATABASE_URL }}"}
steps:
  - {id: backup, backup: {database: app, prove: restore}}
  - {id: beside, restore: {from: steps.backup, database: app, into: new}}
  - {id: wrong, sql: {database: app, query: "select * from nothing"}, on_failure: continue}
`

test('a run against PostgreSQL leaves the password nowhere', async () => {
  await server.sql('create table users as select generate_series(1, 10) id', server.url)
  lab = await openLab({ env: { DATABASE_URL: server.url } })
  lab.write('rb.yaml', POSTGRES)
  const report = await runRunbook(lab.world, { runbook: 'rb.yaml', yes: true })
  expect(report.steps.map(({ id, status }) => [id, status])).toEqual([
    ['backup', 'succeeded'],
    ['beside', 'succeeded'],
    ['wrong', 'failed'],
  ])
  expect(report.steps[1]?.outputs).toMatchObject({ rows: 10 })
  expect(JSON.stringify([report, lab.shown])).not.toContain(PASSWORD)
  const found = execFileSync('sh', [
    '-c',
    'grep -rl "$0" "$@" || true',
    PASSWORD,
    lab.dir,
    lab.state,
  ])
  expect(found.toString()).toBe('')
})
