/** Version tables as the tools themselves make them, in PostgreSQL and SQLite, and migration files. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../../src/ports/database.ts'
import { testDatabases } from '../../adapters/database-parts.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../../postgres.ts'
import { compare, differencesOf, textOf, versionsIn } from './schema-context.ts'

const its = testDatabases()
let made = 0
afterAll(() => its.remove())

function sqlite(ddl: string): Database {
  const path = join(its.folder, `m${++made}.db`)
  const live = new DatabaseSync(path)
  live.exec(ddl)
  live.close()
  return its.port.open(`sqlite:${path}`)
}

/** A folder with these files; its path. */
function folderWith(files: Record<string, string> | readonly string[]): string {
  const folder = join(its.folder, `files${++made}`)
  const all: [string, string][] = Array.isArray(files)
    ? files.map((path: string): [string, string] => [path, ''])
    : Object.entries(files)
  mkdirSync(folder)
  for (const [path, text] of all) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const ALEMBIC = `create table alembic_version (version_num varchar(32) not null,
  constraint alembic_version_pkc primary key (version_num));`
const PRISMA = `create table "_prisma_migrations" (id varchar(36) primary key not null,
  checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
  logs text, rolled_back_at timestamptz, started_at timestamptz not null default current_timestamp,
  applied_steps_count integer not null default 0);`
const KNEX = `create table knex_migrations (id serial primary key, name varchar(255), batch integer,
    migration_time timestamptz);
  create table knex_migrations_lock ("index" serial primary key, is_locked integer);`
const FLYWAY = `create table flyway_schema_history (installed_rank int not null primary key,
  version varchar(50), description varchar(200) not null, type varchar(20) not null,
  script varchar(1000) not null, checksum integer, installed_by varchar(100) not null,
  installed_on timestamp not null default current_timestamp, execution_time integer not null,
  success boolean not null);`
const RAILS = `create table schema_migrations (version varchar not null primary key);
  create table ar_internal_metadata (key varchar not null primary key, value varchar,
    created_at timestamp(6) not null, updated_at timestamp(6) not null);`

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const revision = (id: string, before: string) =>
  `"""message\n\nRevises: ${before}\n"""\nfrom alembic import op\n\nrevision = '${id}'\ndown_revision = ${before}\n`

describe('migrations of Alembic', () => {
  const files = {
    'versions/aa11_users.py': revision('aa11', 'None'),
    'versions/bb22_hash.py': revision('bb22', "'aa11'"),
    'versions/cc33_index.py': `revision: str = "cc33"\ndown_revision: Union[str, None] = "bb22"\n`,
    'versions/dd44_merge.py': `revision = 'dd44'\ndown_revision = (\n    'cc33',  # one\n    "ee55",\n)\n`,
    'versions/ee55_other.py': revision('ee55', "'aa11'"),
    'env.py': 'config = context.config\n',
  }

  test('are applied up to the head that the table names, and what comes after is pending', async () => {
    const app = sqlite(`${ALEMBIC} insert into alembic_version values ('bb22')`)
    const outcome = await compare(
      { app },
      { migrations: { tool: 'alembic', folder: folderWith(files) } },
    )
    expect(versionsIn(outcome)).toMatchObject({
      tool: 'Alembic',
      table: 'alembic_version',
      current: 'bb22',
      applied: ['aa11', 'bb22'],
      pending: ['cc33', 'dd44', 'ee55'],
      missing: [],
      failed: [],
    })
    expect(outcome.data).toMatchObject({ same: false, count: 3 })
    expect(textOf(outcome, 'differences').split('\n')[0]).toMatch(
      /^migration cc33 is pending in .*m\d+\.db: its file is in .*files\d+$/,
    )
    expect(outcome.checks?.[0]).toMatchObject({ name: 'migrations alembic', status: 'failed' })
    expect(outcome.checks?.[0]?.seen).toMatch(/^at bb22; migration cc33/)
  })

  test('that merged two branches are all applied', async () => {
    const app = sqlite(`${ALEMBIC} insert into alembic_version values ('dd44')`)
    const outcome = await compare(
      { app },
      { migrations: { tool: 'alembic', folder: folderWith(files) } },
    )
    expect(outcome.data['same']).toBe(true)
    expect(versionsIn(outcome).applied.toSorted()).toEqual(['aa11', 'bb22', 'cc33', 'dd44', 'ee55'])
    expect(versionsIn(outcome).applied.at(0)).toBe('aa11')
    expect(versionsIn(outcome).applied.at(-1)).toBe('dd44')
  })

  test('of another release have no file here', async () => {
    const app = sqlite(`${ALEMBIC} insert into alembic_version values ('ff66')`)
    const outcome = await compare(
      { app },
      {
        migrations: {
          tool: 'alembic',
          folder: folderWith({ 'a.py': files['versions/aa11_users.py'] }),
        },
      },
    )
    expect(versionsIn(outcome)).toMatchObject({ missing: ['ff66'], pending: ['aa11'] })
    expect(textOf(outcome, 'differences')).toMatch(/migration ff66 is applied in .*, and is not in/)
  })

  test('without a folder are told, and an empty or missing table is a difference', async () => {
    const some = sqlite(`${ALEMBIC} insert into alembic_version values ('bb22')`)
    const told = await compare({ app: some }, { migrations: 'alembic' })
    expect(told.data).toMatchObject({ same: true, versions: { current: 'bb22', pending: [] } })
    const empty = await compare({ app: sqlite(ALEMBIC) }, { migrations: 'alembic' })
    expect(differencesOf(empty)).toMatchObject([
      { kind: 'missing', found: 'none was ever applied' },
    ])
    const none = await compare({ app: sqlite('create table t (x)') }, { migrations: 'alembic' })
    expect(differencesOf(none)).toMatchObject([{ table: 'alembic_version', kind: 'missing' }])
    expect(none.data['versions']).toMatchObject({
      table: '',
      failed: [],
      pending: [],
      locked: false,
    })
  })

  test('in a circle, which no tool makes, end all the same', async () => {
    const folder = folderWith({ 'a.py': revision('a', "'b'"), 'b.py': revision('b', "'a'") })
    const app = sqlite(`${ALEMBIC} insert into alembic_version values ('a')`)
    const outcome = await compare({ app }, { migrations: { tool: 'alembic', folder } })
    expect(versionsIn(outcome).applied.toSorted()).toEqual(['a', 'b'])
  })
})

const row = (values: Record<string, string | number | null>) =>
  `insert into "_prisma_migrations" (${Object.keys(values).join(', ')}) values (${Object.values(
    values,
  )
    .map((value) =>
      typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value),
    )
    .join(', ')});`
const done = '2026-11-21 10:00:00'

describe('migrations of Prisma', () => {
  const content = 'create table users (\n  id int);\n'
  const rows = [
    row({
      id: '1',
      migration_name: '20260101_init',
      checksum: sha256(content),
      started_at: done,
      finished_at: done,
    }),
    row({
      id: '2',
      migration_name: '20260102_hash',
      checksum: 'x',
      started_at: '2026-11-21 10:01:00',
      finished_at: null,
      rolled_back_at: '2026-11-21 10:02:00',
      logs: 'first try',
    }),
    row({
      id: '3',
      migration_name: '20260102_hash',
      checksum: 'y',
      started_at: '2026-11-21 10:03:00',
      finished_at: '2026-11-21 10:03:01',
    }),
    row({
      id: '4',
      migration_name: '20260103_back',
      checksum: 'z',
      started_at: '2026-11-21 10:04:00',
      finished_at: '2026-11-21 10:04:01',
      rolled_back_at: done,
    }),
    row({
      id: '5',
      migration_name: '20260104_half',
      checksum: 'z',
      started_at: '2026-11-21 10:05:00',
      finished_at: null,
      logs: `A migration failed to apply.\n\nDatabase error:\nERROR: column "x" of relation "users" already exists\n\n${'long '.repeat(200)}`,
    }),
  ]
  const folder = () =>
    folderWith({
      // As git may have written it.
      '20260101_init/migration.sql': content.replaceAll('\n', '\r\n'),
      '20260102_hash/migration.sql': 'edited since',
      '20260103_back/migration.sql': '',
      '20260104_half/migration.sql': '',
      '20260105_new/migration.sql': '',
      'migration_lock.toml': 'provider = "postgresql"',
    })

  test('that broke off, were rolled back, edited or are pending are told apart', async () => {
    const app = sqlite(PRISMA + rows.join('\n'))
    const outcome = await compare({ app }, { migrations: { tool: 'prisma', folder: folder() } })
    expect(versionsIn(outcome)).toMatchObject({
      applied: ['20260101_init', '20260102_hash'],
      failed: [
        {
          version: '20260104_half',
          why: expect.stringMatching(/^(Database error:|ERROR: column "x" of relation)/),
        },
      ],
      rolled_back: ['20260103_back'],
      pending: ['20260103_back', '20260105_new'],
      changed: ['20260102_hash'],
      missing: [],
    })
    expect(versionsIn(outcome).failed[0]?.why.length).toBeLessThanOrEqual(200)
    expect(differencesOf(outcome).map(({ kind }) => kind)).toEqual([
      'failed',
      'pending',
      'pending',
      'changed',
    ])
    expect(outcome.checks?.[0]?.seen).toContain('migration 20260104_half failed half-way in')
  })
})

describe('migrations of Knex', () => {
  const applied = `insert into knex_migrations (id, name, batch) values (2, '20260102_b.js', 1), (1, '20260101_a.js', 1);`

  test('are compared with files, whether these are TypeScript or what became of it', async () => {
    const app = sqlite(`${KNEX} ${applied} insert into knex_migrations_lock values (1, 0)`)
    const folder = folderWith([
      '20260101_a.ts',
      '20260102_b.js',
      '20260103_c.ts',
      'knex.d.ts',
      'README.md',
    ])
    const outcome = await compare({ app }, { migrations: { tool: 'knex', folder } })
    expect(versionsIn(outcome)).toMatchObject({
      applied: ['20260101_a.js', '20260102_b.js'],
      pending: ['20260103_c.ts'],
      missing: [],
      locked: false,
    })
  })

  test('tell that their lock is held', async () => {
    const app = sqlite(`${KNEX} ${applied} insert into knex_migrations_lock values (1, 1)`)
    const outcome = await compare({ app }, { migrations: 'knex' })
    expect(versionsIn(outcome).locked).toBe(true)
    expect(differencesOf(outcome)).toMatchObject([{ table: 'knex_migrations', kind: 'locked' }])
    expect(textOf(outcome, 'differences')).toContain('a migration runs, or died')
  })
})

const flyway = (rank: number, version: string | null, success: boolean, type = 'SQL') => {
  const script = version === null ? 'R__views.sql' : `V${version}__step.sql`
  const value = version === null ? 'null' : `'${version}'`
  return `insert into flyway_schema_history values (${rank}, ${value}, 'step', '${type}', '${script}', 1, 'app', current_timestamp, 5, ${success});`
}

describe('migrations of Flyway', () => {
  test('that failed half-way, are repeatable, or came before the baseline are told apart', async () => {
    const rows = [
      flyway(1, '1.1', true, 'BASELINE'),
      flyway(2, '2', true),
      flyway(3, null, true),
      flyway(4, null, true),
      flyway(5, '10', false),
    ]
    const app = sqlite(FLYWAY + rows.join(''))
    const folder = folderWith([
      'V1__old.sql',
      'sub/V1_1__older.sql',
      'V2__step.sql',
      'V10__half.sql',
      'V11__new.sql',
      'R__views.sql',
      'U2__undo.sql',
      'afterMigrate.sql',
    ])
    const outcome = await compare({ app }, { migrations: { tool: 'flyway', folder } })
    expect(versionsIn(outcome)).toMatchObject({
      applied: ['1.1', '2', 'R__views.sql'],
      failed: [{ version: '10', why: 'V10__step.sql: success is false' }],
      pending: ['11'],
      missing: [],
    })
  })

  test('that were undone are no longer applied', async () => {
    const rows = [flyway(1, '1', true), flyway(2, '2', true), flyway(3, '2', true, 'UNDO_SQL')]
    const app = sqlite(FLYWAY + rows.join(''))
    const outcome = await compare({ app }, { migrations: 'flyway' })
    expect(versionsIn(outcome)).toMatchObject({ applied: ['1'], rolled_back: ['2'] })
  })
})

describe('migrations of Rails', () => {
  test('are known by the number that their file begins with', async () => {
    const rows = `insert into schema_migrations values ('20260102000000'), ('20260101000000'), ('20250101000000')`
    const app = sqlite(RAILS + rows)
    const folder = folderWith([
      '20260101000000_create_users.rb',
      '20260102000000_add.rb',
      '20260103000000_new.rb',
      '.keep',
    ])
    const outcome = await compare({ app }, { migrations: { tool: 'rails', folder } })
    expect(versionsIn(outcome)).toMatchObject({
      current: '20260102000000',
      pending: ['20260103000000'],
      missing: ['20250101000000'],
    })
  })
})

describe('migrations of no tool', () => {
  test('are found in the usual tables, or where the runbook says', async () => {
    const folder = folderWith(['001_users.sql', '002_hash.sql', 'README.md'])
    const usual = sqlite(`create table migrations (id integer primary key, name text);
      insert into migrations (name) values ('001_users.sql')`)
    const found = await compare({ app: usual }, { migrations: { tool: 'plain', folder } })
    expect(versionsIn(found)).toMatchObject({ table: 'migrations', pending: ['002_hash.sql'] })
    const own = sqlite(
      `create table history (step text); insert into history values ('001_users'), ('2')`,
    )
    const asked = { table: 'history', column: 'step', folder }
    expect((await compare({ app: own }, { migrations: asked })).data['same']).toBe(true)
    const wrong = await compare({ app: own }, { migrations: { table: 'history', column: 'nope' } })
    expect(wrong).toMatchObject({ ended: 'failed' })
    expect(wrong.reason).toContain('table history has no column nope; it has: step')
  })

  test('that keep one row say how far they are, and that it is dirty', async () => {
    const ddl =
      'create table schema_migrations (version bigint primary key, dirty boolean not null);'
    const folder = folderWith([
      '000001_a.up.sql',
      '000001_a.down.sql',
      '000002_b.up.sql',
      '000003_c.up.sql',
    ])
    const clean = sqlite(`${ddl} insert into schema_migrations values (2, 0)`)
    const one = await compare({ app: clean }, { migrations: { tool: 'plain', folder } })
    expect(versionsIn(one)).toMatchObject({ pending: ['000003_c.up.sql'], missing: [] })
    const dirty = sqlite(`${ddl} insert into schema_migrations values (2, 1)`)
    const two = await compare({ app: dirty }, { migrations: { tool: 'plain', folder } })
    expect(versionsIn(two)).toMatchObject({ failed: [{ version: '2', why: 'marked dirty' }] })
    expect(differencesOf(two).map(({ kind }) => kind)).toEqual(['failed', 'pending'])
  })

  test('need a folder that can be read', async () => {
    const app = sqlite(`${ALEMBIC} insert into alembic_version values ('a')`)
    const asked = { migrations: { tool: 'alembic', folder: '/no/such/folder' } }
    const outcome = await compare({ app }, asked)
    expect(outcome).toMatchObject({ ended: 'failed' })
    expect(outcome.reason).toContain('the migration files in /no/such/folder cannot be read')
  })
})

describe.runIf(hasPostgres())('in PostgreSQL', () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())
  async function postgres(ddl: string, suffix = ''): Promise<Database> {
    const url = await server.createDatabase(`m${++made}`)
    await server.sql(ddl, url)
    return its.port.open(url + suffix)
  }

  test('each tool is read as in SQLite', async () => {
    const app = await postgres(
      `${ALEMBIC} insert into alembic_version values ('aa');
       ${PRISMA} ${row({ id: '1', migration_name: 'half', checksum: 'z', started_at: done, finished_at: null, logs: null })}
       ${KNEX} insert into knex_migrations (name) values ('a.js'); insert into knex_migrations_lock values (1, 1);
       ${FLYWAY} ${flyway(1, '1', true)} ${flyway(2, '2', false)}
       ${RAILS} insert into schema_migrations values ('20260101000000')`,
    )
    const of = async (tool: string) => {
      const outcome = await compare({ app }, { migrations: tool })
      const { current, failed, locked } = versionsIn(outcome)
      return [current, failed.map(({ version }) => version), locked]
    }
    expect(await of('alembic')).toEqual(['aa', [], false])
    expect(await of('prisma')).toEqual(['', ['half'], false])
    expect(await of('knex')).toEqual(['a.js', [], true])
    expect(await of('flyway')).toEqual(['1', ['2'], false])
    expect(await of('rails')).toEqual(['20260101000000', [], false])
    const half = await compare({ app }, { migrations: 'prisma' })
    expect(textOf(half, 'differences')).toContain('half-way in')
    expect(textOf(half, 'differences')).toContain('begun and never finished')
  })

  test('the version table of the schema in the url is read, and of two databases both', async () => {
    const ddl = (version: string) =>
      `create schema app; set search_path to app; ${ALEMBIC} insert into app.alembic_version values ('${version}');
       create table public.alembic_version (version_num text); insert into public.alembic_version values ('wrong')`
    const app = await postgres(ddl('aa'), '?schema=app')
    const other = await postgres(ddl('bb'), '?schema=app')
    const outcome = await compare({ app, other }, { like: 'other', migrations: 'alembic' })
    expect(differencesOf(outcome).map(({ migration, kind }) => [migration, kind])).toEqual([
      ['bb', 'missing'],
      ['aa', 'extra'],
    ])
    expect(textOf(outcome, 'differences')).toBe(
      `migration bb is not applied in ${app.label}, and is in ${other.label}\n` +
        `migration aa is applied in ${app.label}, and is not in ${other.label}\n`,
    )
    expect(outcome.checks?.map(({ name, status }) => [name, status])).toEqual([
      ['like other', 'passed'],
      ['migrations alembic', 'passed'],
      ['migrations like other', 'failed'],
    ])
  })

  test('a table that may not be read fails the step', async () => {
    const app = await postgres(ALEMBIC)
    const name = `m${made}`
    await server.sql(
      'alter table alembic_version owner to postgres',
      server.adminUrl.replace(/postgres$/, name),
    )
    const outcome = await compare({ app }, { migrations: 'alembic' })
    expect(outcome).toMatchObject({ ended: 'failed' })
    expect(outcome.reason).toContain('permission denied for table alembic_version')
  })
})
