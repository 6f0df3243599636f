import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest'
import type { BackupResult, Database } from '../../src/ports/database.ts'
import { startPostgres, testOnPostgres as test } from '../postgres.ts'
import type { TestPostgres } from '../postgres.ts'
import { ask, change, never, testDatabases } from './database-parts.ts'
import type { TestDatabases } from './database-parts.ts'

let server: TestPostgres
let its: TestDatabases
let url: string
let database: Database
let dump: BackupResult
let made = 0

const SCHEMA = `
  create type role as enum ('admin', 'user');
  create table teams (id serial primary key, name text unique);
  create table users (id bigserial primary key, team int references teams, email text not null,
    role role default 'user', created timestamptz default now());
  create index on users (email);
  create view admins as select * from users where role = 'admin';
  create function hello() returns text language sql as $$ select 'v1' $$;
  create table parts (n int) partition by range (n);
  create table parts_low partition of parts for values from (0) to (100);
  insert into teams (name) values ('one'), ('two');
  insert into users (team, email) select 1 + n % 2, 'u' || n from generate_series(1, 500) n;
  insert into parts select generate_series(0, 99);
  select lo_from_bytea(0, 'large object');`

beforeAll(async () => {
  its = testDatabases()
  server = await startPostgres()
}, 60_000)

afterAll(async () => {
  await server.stop()
  its.remove()
})

beforeEach(async () => {
  url = await server.createDatabase(`restore${++made}`)
  database = its.port.open(url)
  await change(database, SCHEMA)
  const to = join(its.folder, `${made}.dump`)
  const result = await database.backup({ to, prove: 'list', scratch: undefined, signal: never })
  if (!result.ok) throw new Error(result.message)
  dump = result
})

const restore = (options: { into?: 'same' | 'new'; signal?: AbortSignal } = {}, of = database) => {
  const { file, sha256 } = dump
  const { into = 'same', signal = never } = options
  return of.restore({ file, sha256, into, name: undefined, signal })
}

/** Columns, rows and digests of all tables. */
async function content(of: Database) {
  const described = await of.describe(never)
  if (!described.ok) throw new Error(described.message)
  const digests: Record<string, unknown> = {}
  for (const [table, columns] of Object.entries(described.tables)) {
    const names = columns.map(({ column }) => column)
    const digest = await of.digestTable(table, names, never)
    if (!digest.ok) throw new Error(digest.message)
    digests[table] = [columns, digest.rows, digest.sha256]
  }
  return digests
}

const DAMAGE = `
  update users set email = 'changed' where id < 50; delete from users where id > 400;
  insert into users (email) values ('added');
  drop view admins; alter table users drop column created, add column extra int default 7;
  create table sessions (id int, of bigint references users); insert into sessions values (1, 1);
  create view later as select * from users; create materialized view more as select 1 as x;
  create table bosses (id int primary key); alter table teams add boss int references bosses;`

describe('a restore into the same database', () => {
  test('makes the content that of the dump, whatever was changed, added or dropped', async () => {
    const before = await content(database)
    await change(database, DAMAGE)
    await change(
      database,
      `create or replace function hello() returns text
      language sql as $$ select 'v2' $$; drop table parts`,
    )
    expect(await content(database)).not.toEqual(before)
    const result = await restore()
    expect(result).toMatchObject({ ok: true, dropped: ['bosses', 'sessions'] })
    expect(result.ok && result.tables).toEqual(dump.tables)
    expect(await content(database)).toEqual(before)
    expect(await ask(database, 'select hello() h, (select count(*) from admins) n')).toEqual([
      { h: 'v1', n: 0 },
    ])
    expect(
      await change(database, `insert into users (email) values ('next') returning id`),
    ).toMatchObject({ rows: [{ id: 501 }] })
  })

  test('works beside a service that stays connected', async () => {
    const service = new Client({ connectionString: url })
    await service.connect()
    await service.query('select count(*) from users')
    await change(database, 'delete from users')
    expect(await restore()).toMatchObject({ ok: true })
    expect((await service.query('select count(*)::int n from users')).rows).toEqual([{ n: 500 }])
    await service.end()
  })

  test('leaves an extension of the administrator alone', async () => {
    await server.sql('create extension pgcrypto', url.replace('app:', 'postgres:'))
    const to = join(its.folder, `${made}-ext.dump`)
    const result = await database.backup({ to, prove: 'list', scratch: undefined, signal: never })
    if (!result.ok) throw new Error(result.message)
    dump = result
    expect(await restore()).toMatchObject({ ok: true, tables: dump.tables })
    expect(await restore({ into: 'new' })).toMatchObject({ ok: true, tables: dump.tables })
  })

  test('is refused when the dump is not the one that was made, and nothing changed', async () => {
    appendFileSync(dump.file, 'x')
    const before = await content(database)
    const result = await restore()
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'DIGEST' })
    expect(!result.ok && result.message).toContain(dump.sha256)
    expect(await content(database)).toEqual(before)
  })

  test('works with a newer pg_restore, which sets what this server does not know', async () => {
    await change(database, 'delete from users')
    const port = its.withPrograms({
      pg_restore: `case "$*" in
        *--clean*) pg_restore "$@" | sed 's/^SET lock_timeout = 0;/&\\nSET transaction_timeout = 0;/';;
        *--dbname*) pg_restore "$@"
          echo 'ERROR:  unrecognized configuration parameter "transaction_timeout"' >&2
          echo 'pg_restore: warning: errors ignored on restore: 1' >&2; exit 1;;
        *) exec pg_restore "$@";; esac`,
    })
    expect(await restore({}, port.open(url))).toMatchObject({ ok: true, tables: dump.tables })
    expect(await restore({ into: 'new' }, port.open(url))).toMatchObject({ ok: true })
  })

  test('is refused when the dump is gone', async () => {
    dump = { ...dump, file: `${dump.file}.gone` }
    expect(await restore()).toMatchObject({ ok: false, state: 'not_sent', code: 'DUMP' })
  })

  test('is rolled back whole when pg_restore dies half-way', async () => {
    await change(database, DAMAGE)
    const before = await content(database)
    const port = its.withPrograms({
      pg_restore: `case "$*" in *--clean*) pg_restore "$@" | head -c 6000; exit 1;; esac; exec pg_restore "$@"`,
    })
    const result = await restore({}, port.open(url))
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'RESTORE' })
    expect(await content(database)).toEqual(before)
  })

  test('is rolled back whole when a statement of the dump fails', async () => {
    const before = await content(database)
    const port = its.withPrograms({
      pg_restore: `case "$*" in *--clean*) pg_restore "$@" | sed 's/^CREATE INDEX/CREATE INDEKS/'; exit 0;; esac; exec pg_restore "$@"`,
    })
    const result = await restore({}, port.open(url))
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'RESTORE' })
    expect(!result.ok && result.message).toMatch(/rolled back, nothing changed: .*INDEKS/)
    expect(await content(database)).toEqual(before)
  })

  test('is rolled back whole when it is ended half-way', async () => {
    await change(database, DAMAGE)
    const before = await content(database)
    const at = join(its.folder, 'at')
    const port = its.withPrograms({
      pg_restore: `case "$*" in *--clean*) pg_restore "$@" | head -c 3000; touch ${at}; sleep 60;; esac; exec pg_restore "$@"`,
    })
    const stop = new AbortController()
    const running = restore({ signal: stop.signal }, port.open(url))
    while (!existsSync(at)) await new Promise((done) => setTimeout(done, 50))
    stop.abort()
    const result = await running
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'ABORTED' })
    expect(await content(database)).toEqual(before)
  })

  test('gives way to an open transaction, and says whose it is', async () => {
    const idle = new Client({ connectionString: url, application_name: 'login-service' })
    await idle.connect()
    await idle.query('begin; select * from users')
    const before = await content(database)
    const result = await restore()
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'LOCKED' })
    expect(!result.ok && result.message).toMatch(/login-service.*idle in transaction.*retry/)
    expect(await content(database)).toEqual(before)
    await idle.end()
  })

  test('by a user who does not own the tables changes nothing', async () => {
    const sql = 'create schema closed; create table closed.vault (n int)'
    await server.sql(sql, url.replace('app:', 'postgres:'))
    const result = await restore()
    expect(result).toMatchObject({ ok: false, state: 'not_sent', code: 'RESTORE' })
    expect(!result.ok && result.message).toContain('permission denied for schema closed')
  })
})

describe('a restore into a new database', () => {
  test('leaves the old one alone and names the new one', async () => {
    const before = await content(database)
    await change(database, 'delete from users')
    const result = await restore({ into: 'new' })
    if (!result.ok) throw new Error(result.message)
    expect(result.database).toMatch(new RegExp(`^restore${made}_restored_[0-9a-f]{8}$`))
    const other = its.port.open(url.replace(/[^/]+$/, result.database))
    expect(await content(other)).toEqual(before)
    expect(await ask(database, 'select count(*) n from users')).toEqual([{ n: 0 }])
  })

  test('that fails leaves no database behind', async () => {
    const port = its.withPrograms({
      pg_restore: `case "$*" in *--dbname*) echo 'pg_restore: error: no luck' >&2; exit 1;; esac; exec pg_restore "$@"`,
    })
    const result = await restore({ into: 'new' }, port.open(url))
    expect(result).toMatchObject({ ok: false, state: 'not_sent' })
    const left = await server.sql(
      `select datname from pg_database where datname like 'restore${made}_restored%'`,
    )
    expect(left).toEqual([])
  })
})
