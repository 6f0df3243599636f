import { DatabaseSync } from 'node:sqlite'
import { createServer, type Server } from 'node:http'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { openLab, type Lab } from '../world.ts'

let lab: Lab
let server: Server | undefined
afterEach(() => {
  server?.close()
  lab.close()
})

const BOOK = (base: string): string => `hotwash: 1
name: Passwords have the wrong type
databases:
  app: {url: "sqlite:app.db"}
steps:
  - {id: before, snapshot: {git: true, files: [app.db], http: ["${base}/healthz"], database: app}}
  - {id: backup, backup: {database: app, prove: restore}}
  - {id: look, sql: {database: app, query: "select name from users order by id"}, outputs: {first: 'rows[0].name'}}
  - id: fix
    sql: {database: app, query: "update users set name = 'broken'"}
    effect: change
    rollback: {restore: {from: steps.backup, database: app, into: same}}
  - id: validate
    http: {url: "${base}/login"}
    expect: status == 200
    retry: {limit: 1, interval: 20ms}
    on_failure: rollback
always:
  - {id: after, snapshot: {like: before}}
`

const names = (): unknown[] => {
  const database = new DatabaseSync(join(lab.dir, 'app.db'))
  try {
    return database.prepare('select name from users order by id').all()
  } finally {
    database.close()
  }
}

const open = async (loginStatus: number): Promise<void> => {
  lab = await openLab()
  const database = new DatabaseSync(join(lab.dir, 'app.db'))
  database.exec(
    "create table users (id integer primary key, name text); insert into users (name) values ('ann'), ('bob')",
  )
  database.close()
  server = createServer((request, response) => {
    response.statusCode = request.url === '/healthz' ? 200 : loginStatus
    response.end('{}')
  })
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  lab.write('book.yaml', BOOK(`http://127.0.0.1:${port}`))
}

test('a wrong fix fails its validation, and the backup brings the rows back', async () => {
  await open(500)
  const before = names()
  const report = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
  expect(report).toMatchObject({ status: 'rolled_back', exit_code: 4 })
  expect(report.undo).toMatchObject([{ step: 'fix', status: 'succeeded' }])
  expect(report.steps.find(({ id }) => id === 'validate')).toMatchObject({ attempts: 2 })
  expect(names()).toEqual(before)
  const backup = report.steps.find(({ id }) => id === 'backup')?.outputs as { file: string }
  expect(statSync(backup.file).mode & 0o777).toBe(0o600)
  expect(backup.file.startsWith(lab.state)).toBe(true)
})

test('a right fix stays, its snapshot is compared, and it can be undone later', async () => {
  await open(200)
  const before = names()
  const report = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(report.steps.find(({ id }) => id === 'look')?.outputs).toMatchObject({ first: 'ann' })
  expect(names()).not.toEqual(before)
  expect(await rollBack(lab.world, {})).toMatchObject({ status: 'rolled_back', exit_code: 0 })
  expect(names()).toEqual(before)
})
