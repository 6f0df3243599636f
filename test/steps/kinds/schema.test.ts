/** Expected against real PostgreSQL and SQLite databases. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Database } from '../../../src/ports/database.ts'
import { testDatabases } from '../../adapters/database-parts.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../../postgres.ts'
import { compare, differencesOf, textOf } from './schema-context.ts'

const its = testDatabases()
let made = 0
afterAll(() => its.remove())

function sqlite(ddl: string): Database {
  const path = join(its.folder, `schema${++made}.db`)
  const live = new DatabaseSync(path)
  live.exec(ddl)
  live.close()
  return its.port.open(`sqlite:${path}`)
}

describe.runIf(hasPostgres())('the schema of a PostgreSQL database', () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  /** A new database with this in it. */
  async function postgres(ddl: string, options: { suffix?: string } = {}): Promise<Database> {
    const url = await server.createDatabase(`schema${++made}`)
    await server.sql(ddl, url)
    return its.port.open(`${url}${options.suffix ?? ''}`)
  }

  const USERS = `
    create table users (id serial primary key, email varchar(255) not null, note text,
      created timestamptz not null default now(), tags text[], price numeric(10,2));
    create unique index users_email_key on users (email);`

  test('is as expected in whatever words its types are said', async () => {
    const app = await postgres(USERS)
    const columns = {
      id: { type: 'int', nullable: false },
      email: { type: 'VARCHAR (255)', nullable: false, generated: false },
      note: 'text',
      created: 'timestamptz',
      tags: '_text[]'.slice(1),
      price: 'decimal(10, 2)',
    }
    const indexes = { users_email_key: { columns: ['email'], unique: true } }
    const outcome = await compare({ app }, { tables: { users: { columns, indexes } } })
    expect(differencesOf(outcome)).toEqual([])
    expect(outcome.data).toMatchObject({ same: true, count: 0, missing: [], tables: 1 })
    expect(outcome.checks).toEqual([
      { name: 'table users', status: 'passed', seen: 'as expected', wanted: 'as the runbook says' },
    ])
  })

  test('that differs is told by table, column, index and kind, as data and in words', async () => {
    const app = await postgres(
      `${USERS} create table old_sessions (id int); create index by_note on users (note)`,
    )
    const outcome = await compare(
      { app },
      {
        tables: {
          users: {
            columns: {
              password_hash: { type: 'text', nullable: false },
              email: { type: 'text', nullable: true },
              note: { absent: true },
              id: { generated: true },
            },
            indexes: {
              users_email_key: { columns: ['id', 'email'], unique: false },
              users_name_key: { columns: ['name'], unique: true },
              by_note: { absent: true },
            },
          },
          sessions: { columns: { id: 'uuid' } },
          old_sessions: { absent: true },
          older_sessions: { absent: true },
        },
      },
    )
    expect(differencesOf(outcome)).toEqual([
      {
        table: 'users',
        column: 'password_hash',
        kind: 'missing',
        expected: 'text not null',
        found: 'nothing',
      },
      {
        table: 'users',
        column: 'email',
        kind: 'type',
        expected: 'text',
        found: 'character varying(255)',
      },
      {
        table: 'users',
        column: 'email',
        kind: 'nullable',
        expected: 'null allowed',
        found: 'not null',
      },
      { table: 'users', column: 'note', kind: 'extra', expected: 'nothing', found: 'text' },
      {
        table: 'users',
        column: 'id',
        kind: 'generated',
        expected: 'generated',
        found: 'not generated',
      },
      {
        table: 'users',
        index: 'users_email_key',
        kind: 'columns',
        expected: 'id, email',
        found: 'email',
      },
      {
        table: 'users',
        index: 'users_email_key',
        kind: 'unique',
        expected: 'not unique',
        found: 'unique',
      },
      {
        table: 'users',
        index: 'users_name_key',
        kind: 'missing',
        expected: 'a unique index on name',
        found: 'nothing',
      },
      {
        table: 'users',
        index: 'by_note',
        kind: 'extra',
        expected: 'nothing',
        found: 'an index on note',
      },
      { table: 'sessions', kind: 'missing', expected: 'a table with id', found: 'nothing' },
      { table: 'old_sessions', kind: 'extra', expected: 'nothing', found: 'a table with 1 column' },
    ])
    const missing = ['users.password_hash', 'users_name_key', 'sessions']
    expect(outcome.data).toMatchObject({ same: false, count: 11, missing })
    expect(textOf(outcome, 'differences').split('\n')[0]).toBe(
      `column users.password_hash is missing in ${app.label}; the runbook has text not null`,
    )
    const failed = outcome.checks?.filter(({ status }) => status === 'failed')
    expect(failed?.map(({ name }) => name)).toEqual([
      'table users',
      'table sessions',
      'table old_sessions',
    ])
  })

  test('is compared with another database, and both are named by host and database', async () => {
    const app = await postgres(USERS)
    const other = await postgres(
      `${USERS} alter table users add password_hash text not null, drop note, alter price type numeric;
       create index late on users (created) where created > '2026-01-01'; create table audit (id int)`,
    )
    const outcome = await compare({ app, other }, { like: 'other' })
    expect(textOf(outcome, 'differences').trim().split('\n')).toEqual([
      `table audit is missing in ${app.label}; ${other.label} has a table with id`,
      `column users.price: numeric(10,2) in ${app.label}; numeric in ${other.label}`,
      `column users.password_hash is missing in ${app.label}; ${other.label} has text not null`,
      `column users.note is in ${app.label}: text; not in ${other.label}`,
      expect.stringMatching(
        /^index late of users is missing .* an index on created where \(?created/,
      ),
    ])
    expect(outcome.data['databases']).toEqual({ database: app.label, like: other.label })
    expect(app.label).toMatch(/127\.0\.0\.1.*\/schema\d+$/)
    const back = await compare({ app: other, other: app }, { like: 'other' })
    expect(back.data['count']).toBe(5)
    expect((await compare({ app, other: app }, { like: 'other' })).data['same']).toBe(true)
  })

  test('is compared without what is ignored, and only what is asked for', async () => {
    const app = await postgres('create table a (id int); create table tmp_1 (id int)')
    const other = await postgres('create table b (id int); create table tmp_2 (id int)')
    const same = await compare({ app, other: app }, { like: 'other' })
    expect(same.data['databases']).toEqual({ database: app.label, like: app.label })
    expect(same.notes).toContain('app and other are the same')
    const both = { app, other }
    const count = async (asked: Record<string, unknown>) =>
      (await compare(both, { like: 'other', ...asked })).data['count']
    expect(await count({})).toBe(4)
    expect(await count({ ignore: ['tmp_*'] })).toBe(2)
    expect(await count({ only: ['tmp_*'] })).toBe(2)
    expect(await count({ only: ['a', 'b'], ignore: ['b'] })).toBe(1)
  })

  test('of other schemas, in quotes and in mixed case is found by its exact name', async () => {
    const app = await postgres(
      `create schema auth; create table auth.users (id int); create table "Users" ("eMail" text);
       create type "Role" as enum ('a'); create table roles (role "Role" not null, "we ird""" int)`,
    )
    const found = await compare(
      { app },
      {
        tables: {
          'auth.users': { columns: { id: 'int4' } },
          Users: { columns: { eMail: 'text' } },
          roles: { columns: { role: { type: 'Role' }, 'we ird"': 'int' } },
          'public.roles': { columns: { role: '"Role"' } },
        },
      },
    )
    expect(differencesOf(found)).toEqual([])
    const missed = await compare(
      { app },
      { tables: { users: { columns: { id: 'int' } }, Users: { columns: { email: 'text' } } } },
    )
    expect(textOf(missed, 'differences')).toContain('(there is auth.users, Users)')
    expect(textOf(missed, 'differences')).toContain('(there is eMail)')
  })

  test('is that of the schema which the url names', async () => {
    const tables = 'create table users (id int, email text)'
    const prod = await postgres(tables)
    const ddl = `create schema app; set search_path to app; ${tables}; create table public.users (id int)`
    const staging = await postgres(ddl, { suffix: '?schema=app' })
    expect(differencesOf(await compare({ app: staging, prod }, { like: 'prod' }))).toEqual([
      {
        table: 'public.users',
        kind: 'extra',
        expected: 'nothing',
        found: 'a table with 1 column',
      },
    ])
    const expected = { users: { columns: { email: 'text' } } }
    expect((await compare({ app: staging }, { tables: expected })).data['same']).toBe(true)
  })

  test('of two schemas of one database names them apart', async () => {
    const app = await postgres(
      `create schema blue; create table blue.users (id int); create table users (id bigint)`,
    )
    const url = `postgres://app:throwaway-Xq7Zt2Lm@127.0.0.1:${server.port}/schema${made}?schema=blue`
    const blue = its.port.open(url)
    const outcome = await compare({ app, blue }, { like: 'blue', only: ['users'] })
    expect(textOf(outcome, 'differences')).toBe(
      `column users.id: bigint in ${app.label} (schema public); integer in ${app.label} (schema blue)\n`,
    )
    expect(outcome.data['databases']).toEqual({
      database: `${app.label} (schema public)`,
      like: `${app.label} (schema blue)`,
    })
  })

  test('knows partitioned tables, and calls views, partitions and broken indexes what they are', async () => {
    const app = await postgres(
      `create table events (id int not null, at date not null) partition by range (at);
       create index events_at on events (at);
       create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
       create table doubles (id int, gone int, twice int generated always as (id * 2) stored);
       alter table doubles drop gone; insert into doubles values (1), (1);
       create view v as select 1 one; create materialized view mv as select 1 one`,
    )
    const url = `postgres://app:throwaway-Xq7Zt2Lm@127.0.0.1:${server.port}/schema${made}`
    await expect(
      server.sql('create unique index concurrently doubles_id on doubles (id)', url),
    ).rejects.toThrow('could not create unique index')
    const outcome = await compare(
      { app },
      {
        tables: {
          events: { indexes: { events_at: { columns: ['at'] } } },
          doubles: {
            columns: { twice: { type: 'int', generated: true }, gone: { absent: true } },
            indexes: { doubles_id: { columns: ['id'], unique: true } },
          },
          v: {},
          mv: { columns: { one: 'int' } },
          events_2026: {},
        },
      },
    )
    expect(differencesOf(outcome).map(({ table, kind, found }) => [table, kind, found])).toEqual([
      ['doubles', 'invalid', 'invalid: building it broke off'],
      ['v', 'missing', 'a view'],
      ['mv', 'missing', 'a materialized view'],
      ['events_2026', 'missing', 'a partition'],
    ])
    const other = await postgres(
      'create table doubles (id int, twice int); create table events (id int not null, at date not null)',
    )
    const kinds = differencesOf(await compare({ app, other }, { like: 'other' }))
    expect(kinds.map(({ table, column, index, kind }) => [table, column ?? index, kind])).toEqual([
      ['doubles', 'twice', 'generated'],
      ['doubles', 'doubles_id', 'extra'],
      ['events', 'events_at', 'extra'],
    ])
  })

  test('is seen without any right on it', async () => {
    const app = await postgres('create table open (id int)')
    const name = `schema${made}`
    const admin = its.port.open(
      `postgres://postgres:throwaway-Xq7Zt2Lm@127.0.0.1:${server.port}/${name}`,
    )
    const change = {
      sql: `create schema closed; create table closed.secrets (id int); create table closed.schema_migrations (version text)`,
      params: [],
      write: true,
      maxRows: 1,
      signal: new AbortController().signal,
    }
    expect(await admin.query(change)).toMatchObject({ ok: true })
    const expected = { 'closed.secrets': { columns: { id: 'int' } } }
    expect((await compare({ app }, { tables: expected })).data['same']).toBe(true)
    const asked = { migrations: { table: 'closed.schema_migrations' } }
    const outcome = await compare({ app }, asked)
    expect(outcome).toMatchObject({ ended: 'failed' })
    expect(outcome.reason).toContain('permission denied for schema closed')
  })

  test('of another engine is compared by names only, and this is said', async () => {
    const app = await postgres(
      'create table users (id int primary key, email text); create unique index u on users (email)',
    )
    const local = sqlite('create table Users (ID integer primary key, email varchar, extra int)')
    const outcome = await compare({ app, local }, { like: 'local' })
    expect(differencesOf(outcome)).toEqual([
      { table: 'Users', column: 'extra', kind: 'missing', expected: 'a column', found: 'nothing' },
    ])
    expect(outcome.notes?.join()).toContain('only names of tables and columns are compared')
  })

  test('that cannot be asked fails the step and names the place', async () => {
    const app = await postgres('create table t (id int)')
    const gone = its.port.open(`postgres://app:x@127.0.0.1:${server.port}/no_such`)
    const outcome = await compare({ app, gone }, { like: 'gone' })
    expect(outcome).toMatchObject({ ended: 'failed' })
    expect(outcome.reason).toContain('no_such')
  })

  test('of hundreds of tables is compared, and what is told of it is bounded', async () => {
    const many = Array.from(
      { length: 400 },
      (_, n) => `create table t${n} (id int primary key, email text not null, at timestamptz)`,
    ).join(';')
    const [app, other] = [await postgres(many), await postgres(many)]
    const outcome = await compare({ app, other }, { like: 'other' })
    expect(outcome.data).toMatchObject({ same: true, tables: 400 })
    const none = await postgres('')
    const all = await compare({ app: none, other }, { like: 'other' })
    expect(all.data['count']).toBe(400)
    expect(JSON.stringify(all.data).length).toBeLessThan(65_536)
    expect(textOf(all, 'differences').trim().split('\n')).toHaveLength(400)
  })
})

describe('the schema of a SQLite database', () => {
  const USERS = `create table users (id integer primary key, email varchar(255) not null unique,
    name text, upper text generated always as (upper(name)) stored, low as (lower(name)));
    create index by_name on users (name) where name is not null;
    create index by_low on users (lower(email)); create view v as select 1 one;`

  test('is compared with what the runbook says, names in any case', async () => {
    const app = sqlite(USERS)
    const outcome = await compare(
      { app },
      {
        tables: {
          USERS: {
            columns: {
              Id: { type: 'int', nullable: false },
              email: { type: 'character varying(255)', nullable: false },
              upper: { type: 'text', generated: true },
              low: { generated: true },
            },
            indexes: {
              users_email_key: { columns: ['email'], unique: true },
              BY_NAME: { columns: ['Name'], unique: false },
            },
          },
          v: {},
        },
      },
    )
    expect(differencesOf(outcome)).toEqual([
      { table: 'v', kind: 'missing', expected: 'a table', found: 'a view' },
    ])
  })

  test('is compared with another file, whatever its constraints are called', async () => {
    const app = sqlite(`create table users (id integer primary key, name text, email text,
      constraint one unique (name), constraint two unique (email))`)
    const other = sqlite(`create table users (id integer primary key, name text, email text,
      unique (email), unique (name))`)
    expect((await compare({ app, other }, { like: 'other' })).data['same']).toBe(true)
    const less = sqlite('create table users (id integer, name int, email text unique)')
    const found = differencesOf(await compare({ app, other: less }, { like: 'other' }))
    expect(found.map(({ column, index, kind }) => [column ?? index, kind])).toEqual([
      ['id', 'nullable'],
      ['name', 'type'],
      [expect.stringContaining('autoindex'), 'extra'],
    ])
  })

  test('may have tables and columns with the names of object properties', async () => {
    const ddl = 'create table constructor (__proto__ text, "toString" int)'
    const app = sqlite(ddl)
    const same = await compare({ app, other: sqlite(ddl) }, { like: 'other' })
    expect(same.data).toMatchObject({ same: true, tables: 1 })
    const missing = await compare(
      { app: sqlite('create table x (y)'), other: app },
      { like: 'other' },
    )
    expect(missing.data['missing']).toEqual(['constructor'])
  })
})
