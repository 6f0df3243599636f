import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { Database } from '../../src/ports/database.ts'
import { PASSWORD, startPostgres, testOnPostgres as test } from '../postgres.ts'
import type { TestPostgres } from '../postgres.ts'
import { ask, change, never, testDatabases } from './database-parts.ts'
import type { TestDatabases } from './database-parts.ts'

let server: TestPostgres
let its: TestDatabases
let database: Database

beforeAll(async () => {
  its = testDatabases()
  server = await startPostgres()
  database = its.port.open(server.url)
  await change(
    database,
    `create table users (id bigint primary key, email text, active boolean, at timestamptz);
     insert into users values (1, 'a@example.test', true, '2026-11-21 10:00:00.123456+00'),
       (9007199254740993, 'b@example.test', false, null)`,
  )
}, 60_000)

afterAll(async () => {
  await server.stop()
  its.remove()
})

const read = (sql: string, params: unknown[] = [], signal = never) =>
  database.query({ sql, params: params as never[], write: false, maxRows: 3, signal })
const write = (sql: string, params: unknown[] = [], signal = never) =>
  database.query({ sql, params: params as never[], write: true, maxRows: 3, signal })

describe('values', () => {
  test('integers stay integers, and those beyond 2^53 are text', async () => {
    const [row] = await ask(
      database,
      `select 9007199254740991::int8 a, 9007199254740992::int8 b, (-9223372036854775807-1)::int8 c,
        count(*) d, 12.00::numeric e, 12345678901234567890::numeric f, 0.10::numeric g,
        1.000000000000000000001::numeric h from users`,
    )
    expect(row).toEqual({
      a: 9007199254740991,
      b: '9007199254740992',
      c: '-9223372036854775808',
      d: 2,
      e: 12,
      f: '12345678901234567890',
      g: 0.1,
      h: '1.000000000000000000001',
    })
  })

  test('times, bytes, JSON, arrays and odd numbers are plain JSON', async () => {
    const [row] = await ask(
      database,
      `select at, at::date d, '\\x00ff'::bytea b, '{"a":[1]}'::jsonb j, array[1,null]::int8[] l,
        'NaN'::float8 n, 'infinity'::timestamptz i, null::text x, array['a b']::text[] t,
        interval '90 min' v from users where id = 1`,
    )
    expect(row).toEqual({
      at: '2026-11-21T10:00:00.123456Z',
      d: '2026-11-21',
      b: '\\x00ff',
      j: { a: [1] },
      l: [1, null],
      n: 'NaN',
      i: 'infinity',
      x: null,
      t: ['a b'],
      v: 'PT1H30M',
    })
  })

  test('rows are bounded and counted', async () => {
    const result = await read('select n from generate_series(1, 5000) n')
    expect(result).toMatchObject({ ok: true, rowCount: 5000, columns: ['n'] })
    expect(result.ok && result.rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  test('a parameter is data, whatever it holds', async () => {
    const evil = `a'; drop table users; --`
    expect(await read('select $1::text as given', [evil])).toMatchObject({
      rows: [{ given: evil }],
    })
    const found = await read('select id from users where email = $1', ["' or '1'='1"])
    expect(found).toMatchObject({ ok: true, rowCount: 0 })
    const listed = await read('select count(*) n from users where id = any($1)', [[1, 2]])
    expect(listed).toMatchObject({ rows: [{ n: 1 }] })
  })
})

describe('a query that reads', () => {
  test.each([
    ['an insert', `insert into users values (5)`, '25006'],
    ['several statements', `select 1; drop table users`, '42601'],
    ['a way out of the transaction', `commit; drop table users`, '42601'],
    ['a switch to writing', `select set_config('transaction_read_only', 'off', true)`, '25001'],
    ['a sequence', `create temp sequence s`, '25006'],
  ])('cannot change anything by %s', async (_what, sql, code) => {
    const result = await read(sql)
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code })
    expect(await ask(database, 'select count(*) n from users')).toEqual([{ n: 2 }])
  })
})

describe('a query that changes', () => {
  test('is committed, several statements at once too', async () => {
    await change(
      database,
      `create table t (a int); insert into t values (1); insert into t values (2)`,
    )
    expect(await ask(database, 'select count(*) n from t')).toEqual([{ n: 2 }])
    const result = await write('insert into t values ($1) returning a', [3])
    expect(result).toMatchObject({ ok: true, rows: [{ a: 3 }], rowCount: 1 })
  })

  test('leaves nothing behind when a later statement fails', async () => {
    const result = await write(`insert into users values (7); insert into users values (1)`)
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: '23505' })
    expect(await read('select 1 from users where id = 7')).toMatchObject({ rowCount: 0 })
  })

  test('is unknown when it ends its transaction itself', async () => {
    const result = await write(`insert into users values (8); commit; select 1/0`)
    expect(result).toMatchObject({ ok: false, state: 'unknown', code: 'TRANSACTION' })
  })

  test('is unknown when the connection is lost after it was sent', async () => {
    const lost = write('select pg_terminate_backend(pg_backend_pid())')
    expect(await lost).toMatchObject({ ok: false, state: 'unknown', code: 'LOST' })
  })
})

describe('an abort', () => {
  test('cancels the statement in the server', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 300)
    const result = await read(`select pg_sleep(300), 'to be cancelled'`, [], stop.signal)
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'ABORTED' })
    const running = await server.sql(
      `select pid from pg_stat_activity where query like '%to be cancelled%' and state = 'active'
       and pid <> pg_backend_pid()`,
    )
    expect(running).toEqual([])
  })

  test('of a change says that it had no effect', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 300)
    const sql = `insert into users values (10); select pg_sleep(30)`
    const result = await write(sql, [], stop.signal)
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'ABORTED' })
    expect(await read('select 1 from users where id = 10')).toMatchObject({ rowCount: 0 })
  })

  test('before the start connects to nothing', async () => {
    const result = await read('select 1', [], AbortSignal.abort())
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'ABORTED' })
  })
})

describe('a connection that fails', () => {
  const failing = async (url: string) => {
    const request = { sql: 'select 1', params: [], write: true, maxRows: 1, signal: never }
    const result = await its.port.open(url).query(request)
    if (result.ok) return expect.unreachable('it connected')
    expect(result.message).not.toContain(PASSWORD)
    expect(result.state).toBe('not_sent')
    return result
  }

  test('says that the password is refused, and not which one it was', async () => {
    const result = await failing(server.url.replace(PASSWORD, 'wrong-8271'))
    expect(result.code).toBe('AUTH')
    expect(result.message).toContain('refuses the password of user app')
    expect(result.message).not.toContain('wrong-8271')
  })

  test('says that a password is missing', async () => {
    const result = await failing(server.url.replace(`:${PASSWORD}`, ''))
    expect(result).toMatchObject({ code: 'AUTH' })
    expect(result.message).toContain('the url has none')
  })

  test('says that the database does not exist', async () => {
    const result = await failing(server.url.replace(/\/app$/, '/nothere'))
    expect(result).toMatchObject({ code: 'NO_DATABASE' })
    expect(result.message).toContain('no database nothere')
  })

  test('says that nothing listens', async () => {
    const result = await failing(`postgres://app:${PASSWORD}@127.0.0.1:1/app`)
    expect(result.code).toBe('REFUSED')
    expect(result.message).toContain('127.0.0.1 port 1')
  })

  test('says that the host is not known', async () => {
    const result = await failing(`postgres://app:${PASSWORD}@nowhere.invalid/app`)
    expect(result.code).toBe('NO_HOST')
  })

  test('says that TLS is not offered, or that its files cannot be read', async () => {
    const none = await failing(`${server.url}?sslmode=require`)
    expect(none.code).toBe('TLS')
    expect(none.message).toContain('does not offer TLS')
    const missing = await failing(`${server.url}?sslmode=verify-full&sslrootcert=/not/here`)
    expect(missing.message).toContain('/not/here')
  })

  test('to something that is no PostgreSQL ends when the step does', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise((done) => silent.once('listening', done))
    const { port } = silent.address() as AddressInfo
    const other = its.port.open(`postgres://app:${PASSWORD}@127.0.0.1:${port}/app`)
    const signal = AbortSignal.timeout(300)
    const request = { sql: 'select 1', params: [], write: false, maxRows: 1, signal }
    expect(await other.query(request)).toMatchObject({ ok: false, code: 'ABORTED' })
    silent.close()
  })
})

describe('tables', () => {
  test('are described with their columns, outside public with their schema', async () => {
    await change(database, `create schema audit; create table audit.log (id int not null, t text)`)
    const result = await database.describe(never)
    expect(result.ok && result.tables['audit.log']).toEqual([
      { column: 'id', type: 'integer', nullable: false },
      { column: 't', type: 'text', nullable: true },
    ])
    expect(result.ok && result.tables['users']?.length).toBe(4)
    expect(result.ok && result.serverVersion).toMatch(/^\d+\.\d/)
  })

  test('have the same digest whatever the order of rows, and another for other rows', async () => {
    await change(
      database,
      `create table d1 as select n id, 'u' || n email from generate_series(1, 2500) n order by n;
       create table d2 as select n id, 'u' || n email from generate_series(1, 2500) n order by -n;
       create table d3 as select n id, 'u' || n email from generate_series(1, 2499) n
         union all select 2499, 'u2499'`,
    )
    const [one, two, three] = await Promise.all(
      ['d1', 'd2', 'd3'].map((table) => database.digestTable(table, ['id', 'email'], never)),
    )
    expect(one).toMatchObject({ ok: true, rows: 2500 })
    expect(two).toEqual(one)
    expect(three).toMatchObject({ ok: true, rows: 2500 })
    expect(three).not.toEqual(one)
  })

  test('that are not there, and columns that are not there, are named', async () => {
    const none = await database.countTable('user', never)
    expect(none).toMatchObject({ ok: false, code: 'NO_TABLE' })
    expect(!none.ok && none.message).toContain('users')
    const column = await database.digestTable('users', ['mail'], never)
    expect(!column.ok && column.message).toContain('no column mail; it has: id, email')
    const evil = await database.countTable('users; drop table users', never)
    expect(evil).toMatchObject({ ok: false, code: 'NO_TABLE' })
  })
})
