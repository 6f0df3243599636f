/** `keep` of a backup, over real dumps of a SQLite file. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { StepContext } from '../../../src/steps/kind.ts'
import { backup } from '../../../src/steps/kinds/backup.ts'
import { testDatabases } from '../../adapters/database-parts.ts'

const its = testDatabases()
let path: string
let over: Set<string>
let now = Date.parse('2026-11-21T03:00:00Z')
let made = 0

afterAll(() => its.remove())

beforeEach(() => {
  path = join(its.folder, `kept${++made}.db`)
  over = new Set()
  const live = new DatabaseSync(path)
  live.exec(`create table users (id integer primary key); insert into users values (1), (2)`)
  live.close()
})

async function backUp(incident: string, asked: object = {}, of = path) {
  const database = its.port.open(`sqlite:${of}`)
  const context = {
    ports: { ...its.parts, clock: { now: () => (now += 60_000) } },
    incident,
    run: 'r',
    step: 'backup',
    attempt: 1,
    root: its.folder,
    cwd: its.folder,
    signal: new AbortController().signal,
    started: () => {},
    say: () => {},
    isOver: (id: string) => over.has(id),
    database: () => database,
  } as unknown as StepContext
  const outcome = await backup.run(
    { database: 'app', prove: 'restore', ...asked } as never,
    context,
  )
  if (outcome.ended !== 'completed') throw new Error(outcome.reason)
  return { ...outcome, file: outcome.data['file'] as string }
}

test('removes the oldest dumps of incidents that are over, and what lies beside them', async () => {
  over = new Set(['a', 'b', 'c'])
  const [first, second, third] = [await backUp('a'), await backUp('b'), await backUp('c')]
  const last = await backUp('d', { keep: 2 })
  expect(last.data['removed']).toEqual([second.file, first.file])
  expect([first, second, third, last].map(({ file }) => existsSync(file))).toEqual([
    false,
    false,
    true,
    true,
  ])
  expect(readdirSync(join(first.file, '..'))).toEqual([])
  expect(statSync(`${last.file}.json`).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(`${last.file}.json`, 'utf8'))).toMatchObject({ incident: 'd' })
})

test('leaves a dump whose incident is open, or is not known here', async () => {
  const [open, later] = [await backUp('open'), await backUp('later')]
  const last = await backUp('now', { keep: 1 })
  expect(last.data['removed']).toEqual([])
  expect([open, later].every(({ file }) => existsSync(file))).toBe(true)
  expect(last.notes?.join()).toContain('incident open is not known to be over')
})

test('leaves the last dump that was proven, though newer ones are only listed', async () => {
  over = new Set(['a', 'b', 'c'])
  const [older, proven] = [await backUp('a'), await backUp('b')]
  const listed = await backUp('c', { prove: 'list' })
  const last = await backUp('d', { prove: 'list', keep: 1 })
  expect(last.data['removed']).toEqual([listed.file, older.file])
  expect(existsSync(proven.file)).toBe(true)
  expect(last.notes?.join()).toContain('it is the last one that is proven')
})

test('does not take a proven dump that was damaged since for the last good one', async () => {
  over = new Set(['a', 'b'])
  const [good, damaged] = [await backUp('a'), await backUp('b')]
  writeFileSync(damaged.file, 'damaged')
  const last = await backUp('d', { prove: 'list', keep: 1 })
  expect(last.data['removed']).toEqual([])
  expect(existsSync(good.file)).toBe(true)
  expect(last.notes?.join()).toContain('it is not the file that was made')
})

test('touches nothing that it did not make, and no dump of another database', async () => {
  over = new Set(['a', 'b', 'other'])
  const elsewhere = join(its.folder, `elsewhere${made}.db`)
  new DatabaseSync(elsewhere).exec('create table t (n)')
  const other = await backUp('other', {}, elsewhere)
  const folder = join(its.folder, `given${made}`)
  mkdirSync(folder)
  const foreign = ['mine.dump', 'mine.dump.json', 'app.json', 'notes.txt']
  for (const name of foreign) writeFileSync(join(folder, name), '{"made_by":"somebody"}')
  const [first] = [await backUp('a', { to: join(folder, 'one.db') }), await backUp('b')]
  const last = await backUp('d', { to: join(folder, 'two.db'), keep: 1 })
  expect(last.data['removed']).toContain(first.file)
  expect(existsSync(other.file)).toBe(true)
  for (const name of foreign) expect(existsSync(join(folder, name))).toBe(true)
})
