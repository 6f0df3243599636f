import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { BackupResult, Database } from '../../src/ports/database.ts'
import { ask, change, never, testDatabases } from './database-parts.ts'

const its = testDatabases()
let made = 0
let name: string
let path: string
let database: Database

afterAll(() => its.remove())

beforeEach(() => {
  name = `app${++made}.db`
  path = join(its.folder, name)
  const live = new DatabaseSync(path)
  live.exec(`pragma journal_mode = wal;
    create table users (id integer primary key, email text not null, active boolean);
    create table blobs (b blob)`)
  const insert = live.prepare('insert into users (email, active) values (?, ?)')
  for (let n = 1; n <= 300; n++) insert.run(`u${n}`, n % 2)
  live.exec(`insert into users values (9007199254740993, 'big', 1);
    insert into blobs values (x'00ff'), (null)`)
  live.close()
  database = its.port.open(`sqlite:${name}`)
})

const read = (sql: string, params: unknown[] = []) =>
  database.query({ sql, params: params as never[], write: false, maxRows: 3, signal: never })
const write = (sql: string, params: unknown[] = []) =>
  database.query({ sql, params: params as never[], write: true, maxRows: 3, signal: never })

describe('a SQLite query', () => {
  test('gives plain JSON, and integers beyond 2^53 as text', async () => {
    const rows = await ask(
      database,
      `select id, email, active, 9007199254740991 a, 1.5 f, null n from users where email = 'big'`,
    )
    expect(rows).toEqual([
      { id: '9007199254740993', email: 'big', active: 1, a: 9007199254740991, f: 1.5, n: null },
    ])
    expect(await ask(database, 'select b from blobs')).toEqual([{ b: '\\x00ff' }, { b: null }])
  })

  test('takes parameters by number or by position, and they are data only', async () => {
    const evil = `u1'; drop table users; --`
    expect(await read('select $2 b, $1 a', [evil, true])).toMatchObject({
      rows: [{ b: 1, a: evil }],
    })
    expect(await read('select ? a, ? b', ['x', 7])).toMatchObject({ rows: [{ a: 'x', b: 7 }] })
    expect(await read('select 1 from users where email = $1', [evil])).toMatchObject({
      rowCount: 0,
    })
  })

  test('counts all rows and keeps the first', async () => {
    const result = await read('select id from users order by id')
    expect(result).toMatchObject({
      ok: true,
      rowCount: 301,
      rows: [{ id: 1 }, { id: 2 }, { id: 3 }],
    })
  })

  test.each([
    ['an insert', `insert into users (email) values ('x')`],
    ['a second statement', `select 1; drop table users`],
    ['a statement behind a comment', `select 1; /* ; */ -- x\n drop table users`],
    ['a setting', `pragma query_only = off; delete from users`],
    ['another file', `attach 'other.db' as o`],
  ])('that reads cannot change anything by %s', async (_what, sql) => {
    const result = await read(sql)
    expect(result).toMatchObject({ ok: false, state: 'not_sent' })
    expect(await ask(database, 'select count(*) n from users')).toEqual([{ n: 301 }])
    expect(existsSync('other.db')).toBe(false)
  })

  test('may end with a comment or a semicolon', async () => {
    expect(await read('select 1 a; -- that is all\n ;')).toMatchObject({ rows: [{ a: 1 }] })
  })

  test('that changes is committed whole or not at all', async () => {
    await change(database, `insert into blobs values (1); insert into blobs values (2)`)
    expect(await write('delete from users where id = $1', [1])).toMatchObject({ rowCount: 1 })
    const failed = await write(`insert into blobs values (3); insert into users (id) values (2)`)
    expect(failed).toMatchObject({ ok: false, state: 'not_sent' })
    const itself = await write(`insert into blobs values (3); commit; select 1`)
    expect(itself).toMatchObject({ ok: false, state: 'unknown', code: 'TRANSACTION' })
  })

  test('on a file that is missing, locked or something else says so', async () => {
    const ask1 = {
      sql: 'select 1 from sqlite_schema',
      params: [],
      write: true,
      maxRows: 1,
      signal: never,
    }
    const missing = await its.port.open('sqlite:nothere.db').query(ask1)
    expect(missing).toMatchObject({ ok: false, code: 'NO_DATABASE' })
    expect(existsSync(join(its.folder, 'nothere.db'))).toBe(false)
    writeFileSync(join(its.folder, 'text.db'), 'this is no database '.repeat(100))
    expect(await its.port.open('sqlite:text.db').query(ask1)).toMatchObject({ code: 'NO_DATABASE' })
    const holder = new DatabaseSync(path)
    holder.exec('begin immediate')
    expect(await write('delete from users')).toMatchObject({ ok: false, code: 'LOCKED' })
    holder.close()
  })

  test('with many rows is ended by an abort', async () => {
    const sql = `with recursive n(i) as (select 1 union all select i + 1 from n) select i from n`
    const signal = AbortSignal.timeout(100)
    const result = await database.query({ sql, params: [], write: false, maxRows: 1, signal })
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'ABORTED' })
  })

  test('describes, counts and digests as PostgreSQL does', async () => {
    const described = await database.describe(never)
    expect(described.ok && described.tables['users']).toEqual([
      { column: 'id', type: 'INTEGER', nullable: false },
      { column: 'email', type: 'TEXT', nullable: false },
      { column: 'active', type: 'boolean', nullable: true },
    ])
    expect(await database.countTable('users', never)).toEqual({ ok: true, rows: 301 })
    expect(await database.countTable('sqlite_schema', never)).toMatchObject({ code: 'NO_TABLE' })
    const one = await database.digestTable('users', ['id', 'email', 'active'], never)
    await change(database, `delete from users where id = 5`)
    const two = await database.digestTable('users', ['id', 'email', 'active'], never)
    await change(database, `insert into users values (5, 'u5', 1)`)
    const three = await database.digestTable('users', ['id', 'email', 'active'], never)
    expect(two).not.toEqual(one)
    expect(three).toEqual(one)
  })
})

const backup = async (options: { prove?: 'list' | 'restore'; signal?: AbortSignal } = {}) => {
  const to = join(its.folder, `dumps${made}`, 'app.db')
  const { prove = 'list', signal = never } = options
  return database.backup({ to, prove, scratch: undefined, signal })
}
const backedUp = async (): Promise<BackupResult> => {
  const result = await backup()
  if (!result.ok) throw new Error(result.message)
  return result
}
const restore = (dump: BackupResult, into: 'same' | 'new' = 'same') =>
  database.restore({ ...dump, into, name: undefined, signal: never })

describe('a SQLite backup', () => {
  test.each(['list', 'restore'] as const)(
    'proven by %s is one whole file of mode 0600',
    async (prove) => {
      const holder = new DatabaseSync(path)
      holder.exec(`begin; insert into users (email) values ('not committed')`)
      const result = await backup({ prove })
      holder.close()
      expect(result).toMatchObject({ ok: true, tables: { users: 301, blobs: 2 }, proof: prove })
      if (!result.ok) return
      expect(statSync(result.file).mode & 0o777).toBe(0o600)
      expect(readdirSync(join(result.file, '..'))).toEqual(['app.db'])
    },
  )

  test('that is ended leaves nothing', async () => {
    const result = await backup({ signal: AbortSignal.abort() })
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'ABORTED' })
    expect(existsSync(join(its.folder, `dumps${made}`))).toBe(false)
  })

  test('of a damaged file fails', async () => {
    const bytes = readFileSync(path)
    bytes.fill(0x5a, 4096 + 8, 4096 + 2000)
    writeFileSync(path, bytes)
    const result = await backup()
    expect(result).toMatchObject({ ok: false, state: 'not_sent' })
    expect(readdirSync(join(its.folder, `dumps${made}`))).toEqual([])
  })
})

describe('a SQLite restore', () => {
  test('into the same file brings all back, under a service that has it open', async () => {
    const dump = await backedUp()
    const digest = await database.digestTable('users', ['id', 'email', 'active'], never)
    const service = new DatabaseSync(path)
    service.exec(`delete from users where id > 100; update users set email = 'x' where id = 1;
      alter table blobs add column extra; create table sessions (id)`)
    const result = await restore(dump)
    expect(result).toMatchObject({ ok: true, dropped: ['sessions'] })
    expect(service.prepare('select count(*) n from users').get()).toEqual({ n: 301 })
    expect(service.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
    service.close()
    expect(await database.digestTable('users', ['id', 'email', 'active'], never)).toEqual(digest)
  })

  test('waits for no lock for long, and then changed nothing', async () => {
    const dump = await backedUp()
    const service = new DatabaseSync(path)
    service.exec(`begin immediate; delete from users`)
    const result = await restore(dump)
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'LOCKED' })
    service.exec('rollback')
    service.close()
    expect(await ask(database, 'select count(*) n from users')).toEqual([{ n: 301 }])
  })

  test('into a new file leaves the old one alone', async () => {
    const dump = await backedUp()
    await change(database, 'delete from users')
    const result = await restore(dump, 'new')
    if (!result.ok) throw new Error(result.message)
    expect(result.database).toMatch(new RegExp(`^app${made}_restored_[0-9a-f]{8}\\.db$`))
    const other = its.port.open(`sqlite:${result.database}`)
    expect(await ask(other, 'select count(*) n from users')).toEqual([{ n: 301 }])
    expect(await ask(database, 'select count(*) n from users')).toEqual([{ n: 0 }])
    expect(statSync(join(its.folder, result.database)).mode & 0o777).toBe(0o600)
  })

  test('refuses a dump that is not the one that was made', async () => {
    const dump = await backedUp()
    appendFileSync(dump.file, 'x')
    expect(await restore(dump)).toMatchObject({ ok: false, state: 'not_sent', code: 'DIGEST' })
  })
})
