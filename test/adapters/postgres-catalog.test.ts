/** What a catalog holds, and how many questions it costs. */
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasPostgres, startPostgres, type TestPostgres } from '../postgres.ts'
import { never, testDatabases } from './database-parts.ts'

const its = testDatabases()
afterAll(() => its.remove())

/** Counts the statements that a client sends (messages Query and Parse of the wire protocol). */
async function counting(port: number): Promise<{ server: Server; port: number; count(): number }> {
  let count = 0
  const server = createServer((client) => {
    const behind = createConnection(port, '127.0.0.1')
    let pending = Buffer.alloc(0)
    let isStarted = false
    client.on('data', (bytes: Buffer) => {
      behind.write(bytes)
      pending = Buffer.concat([pending, bytes])
      for (;;) {
        // The first message has no type; every other one has a letter before its length.
        const at = isStarted ? 1 : 0
        if (pending.length < at + 4) return
        const length = at + pending.readInt32BE(at)
        if (pending.length < length) return
        if (isStarted && 'QP'.includes(String.fromCharCode(pending[0] ?? 0))) count += 1
        isStarted = true
        pending = pending.subarray(length)
      }
    })
    behind.on('data', (bytes) => client.write(bytes))
    client.on('close', () => behind.destroy())
    behind.on('close', () => client.destroy())
    for (const socket of [client, behind]) socket.on('error', () => {})
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { server, port: (server.address() as AddressInfo).port, count: () => count }
}

describe.runIf(hasPostgres())('the catalog of a PostgreSQL database', () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  test('costs the same few questions for one table and for hundreds', async () => {
    const costs: number[] = []
    for (const tables of [1, 400]) {
      const url = await server.createDatabase(`many${tables}`)
      const ddl = Array.from(
        { length: tables },
        (_, n) => `create table t${n} (id int primary key, a text, b text)`,
      )
      await server.sql(ddl.join(';'), url)
      const between = await counting(server.port)
      const through = url.replace(`:${server.port}/`, `:${between.port}/`)
      const found = await its.port.open(`${through}?sslmode=disable`).describe(never)
      between.server.close()
      expect(found.ok && Object.keys(found.tables)).toHaveLength(tables)
      expect(found.ok && Object.keys(found.indexes)).toHaveLength(tables)
      costs.push(between.count())
    }
    expect(costs[0]).toBe(costs[1])
    // Settings of the session, begin, and three about the catalog.
    expect(costs[1]).toBeLessThanOrEqual(6)
  })

  test('holds columns, indexes and what only looks like a table', async () => {
    const url = await server.createDatabase('facts')
    await server.sql(
      `create table t (id bigserial primary key, gone int, email varchar(20) not null,
         twice bigint generated always as (id * 2) stored, small smallint default 1);
       alter table t drop gone;
       create unique index by_lower on t (lower(email), id) include (small) where small > 0;
       create index by_desc on t using btree (small desc nulls last);
       create schema "My Schema"; create table "My Schema"."T.x" (a int);
       create schema a; create table a.b (c int); create table "a.b" (d int);
       create view v as select 1 as one; create materialized view m as select 1 as one;
       create temporary table temporary (id int)`,
      url,
    )
    const database = its.port.open(url)
    const found = await database.describe(never)
    if (!found.ok) throw new Error(found.message)
    expect(found.tables['t']).toEqual([
      { column: 'id', type: 'bigint', nullable: false },
      { column: 'email', type: 'character varying(20)', nullable: false },
      { column: 'twice', type: 'bigint', nullable: true, generated: true },
      { column: 'small', type: 'smallint', nullable: true },
    ])
    expect(found.indexes['t']).toEqual({
      t_pkey: { columns: ['id'], unique: true },
      by_lower: {
        columns: ['lower(email::text)', 'id'],
        unique: true,
        where: '(small > 0)',
      },
      by_desc: { columns: ['small'], unique: false },
    })
    expect(found.others).toEqual({ v: 'view', m: 'materialized view' })
    expect(Object.keys(found.tables).sort()).toEqual(['"a.b"', 'My Schema."T.x"', 'a.b', 't'])
    expect(found).toMatchObject({ schema: 'public', tables: { 'a.b': [{ column: 'c' }] } })
    expect(await database.countTable('"a.b"', never)).toEqual({ ok: true, rows: 0 })
  })

  test('of a table in the schema of the url is found before one in public', async () => {
    const url = await server.createDatabase('near')
    await server.sql(
      `create schema near; create table near.users (id int); create table users (id int);
       insert into near.users values (1), (2)`,
      url,
    )
    const near = its.port.open(`${url}?schema=near`)
    expect(await near.countTable('users', never)).toEqual({ ok: true, rows: 2 })
    expect(await near.countTable('public.users', never)).toEqual({ ok: true, rows: 0 })
    expect(await its.port.open(url).countTable('users', never)).toEqual({ ok: true, rows: 0 })
  })

  test('reads named columns of a table, and says which there are', async () => {
    const url = await server.createDatabase('rows')
    await server.sql(
      `create table "Odd ""name" ("a b" int, c text); insert into "Odd ""name" values (1, 'x'), (2, 'y')`,
      url,
    )
    const database = its.port.open(url)
    const request = { table: 'Odd "name', maxRows: 1, signal: never }
    expect(await database.readTable({ ...request, columns: ['a b'] })).toMatchObject({
      ok: true,
      rows: [{ 'a b': 1 }],
      rowCount: 2,
    })
    expect(await database.readTable({ ...request, columns: ['nope'] })).toMatchObject({
      code: 'NO_COLUMN',
      message: expect.stringContaining('it has: a b, c'),
    })
    expect(await database.readTable({ ...request, table: 'nope', columns: [] })).toMatchObject({
      code: 'NO_TABLE',
    })
  })
})
