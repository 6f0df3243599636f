/** Whether a database has the tables that its code expects, and which migrations it has seen. */
import type { Catalog, Database, DatabaseFailure } from '../../ports/database.ts'
import type { ActionKind, Outcome, PlanLook, StepContext } from '../kind.ts'
import { failed } from './database/ended.ts'
import { differences } from './schema/difference.ts'
import {
  asSeenFromHere,
  expectedByCatalog,
  expectedByRunbook,
  foldFor,
  selecting,
} from './schema/expected.ts'
import { comparedWith } from './schema/migrations/versions.ts'
import { readMigrations, wantedOf, type Migrations } from './schema/migrations/read.ts'
import { params, type SchemaParams } from './schema/params.ts'
import { report, type Compared } from './schema/report.ts'

export const schema: ActionKind<typeof params> = {
  type: 'action',
  kind: 'schema',
  summary: 'compares tables, columns, indexes and migrations with what is expected',
  params,
  example: `schema:
  database: app
  tables:
    users:
      columns: {email: text, password_hash: {type: varchar(255), nullable: false}}
      indexes: {users_email_key: {columns: [email], unique: true}}
    old_sessions: {absent: true}
  migrations: {tool: alembic, folder: migrations/versions}`,
  effect: 'read',
  outcome: {
    same: 'bool',
    count: 'int',
    differences: 'list',
    missing: 'list',
    versions: 'dyn',
    databases: 'map',
    tables: 'int',
    server_version: 'string',
  },
  expect: 'same',
  defaultOutputs: {
    same: 'same',
    count: 'count',
    differences: 'differences',
    missing: 'missing',
    versions: 'versions',
    databases: 'databases',
  },
  timeoutMs: 120_000,
  plan: planOf,
  target: ({ database }, look) => look.databaseLabel(database),
  run,
}

function planOf({ database, tables, like, migrations }: SchemaParams, look: PlanLook): string {
  const names = Object.keys(tables ?? {})
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  const wanted = migrations === undefined ? undefined : wantedOf(migrations)
  const parts = [
    ...(names.length > 0 ? [`tables ${names.slice(0, MOST_NAMES).join(', ')}${more}`] : []),
    ...(like === undefined ? [] : [`all tables of ${look.databaseLabel(like)}`]),
    ...(wanted === undefined
      ? []
      : [
          `migrations of ${wanted.tool ?? wanted.table}${wanted.folder ? ` in ${wanted.folder}` : ''}`,
        ]),
  ]
  return `compare the schema of ${look.databaseLabel(database)} with ${parts.join('; ')}`
}

const MOST_NAMES = 20

type Seen = { ok: true; database: Database; catalog: Catalog }

async function look(name: string, context: StepContext): Promise<Seen | DatabaseFailure> {
  const database = context.database(name)
  const described = await database.describe(context.signal)
  return described.ok ? { ok: true, database, catalog: described } : described
}

async function run(asked: SchemaParams, context: StepContext): Promise<Outcome> {
  const [own, other] = await Promise.all([
    look(asked.database, context),
    asked.like === undefined ? undefined : look(asked.like, context),
  ])
  if (!own.ok) return failed(own, context.signal)
  if (other?.ok === false) return failed(other, context.signal)
  const compared: Compared[] = []
  if (asked.tables !== undefined) compared.push(...withRunbook(asked.tables, own))
  if (other !== undefined) compared.push(withOther(asked, own, other))
  if (asked.migrations === undefined) return report({ asked, own, other, compared })
  const read = await migrations(asked, { own, other, context })
  if (!read.ok) return failed(read, context.signal)
  compared.push(...read.compared)
  return report({ asked, own, other, compared, versions: read.versions, notes: read.notes })
}

function withRunbook(tables: NonNullable<SchemaParams['tables']>, own: Seen): Compared[] {
  const found = asSeenFromHere(own.catalog)
  const fold = foldFor(own.database.engine)
  return [...expectedByRunbook(tables)].map(([name, table]) => ({
    name: `table ${name}`,
    wanted: table.absent === true ? 'no such table' : 'as the runbook says',
    with: 'the runbook',
    differences: differences(new Map([[name, table]]), { found, fold }),
  }))
}

function withOther(asked: SchemaParams, own: Seen, other: Seen): Compared {
  const [here, there] = [asSeenFromHere(own.catalog), asSeenFromHere(other.catalog)]
  const engines = [own.database.engine, other.database.engine] as const
  const namesOnly = engines[0] !== engines[1]
  const isWanted = selecting(asked)
  const expected = expectedByCatalog(there, { namesOnly })
  const selected = new Map([...expected].filter(([name]) => isWanted(name)))
  const comparing = { found: here, fold: foldFor(...engines), extra: isWanted }
  const engineNote = `${engines[0]} and ${engines[1]}: only names of tables and columns are compared, since types and indexes mean different things`
  return {
    name: `like ${asked.like}`,
    wanted: `${selected.size} tables as in ${other.database.label}`,
    with: other.database.label,
    differences: differences(selected, comparing),
    notes: namesOnly ? [engineNote] : [],
  }
}

type Both = { own: Seen; other: Seen | undefined; context: StepContext }
type Read =
  | ({ ok: true; compared: Compared[] } & Pick<
      Extract<Migrations, { ok: true }>,
      'versions' | 'notes'
    >)
  | DatabaseFailure

async function migrations(asked: SchemaParams, { own, other, context }: Both): Promise<Read> {
  const wanted = wantedOf(asked.migrations ?? 'plain')
  const here = await readMigrations(wanted, { ...own, context })
  if (!here.ok) return here
  const name = wanted.tool ?? wanted.table ?? ''
  const own1 = {
    name: `migrations ${name}`,
    wanted: wanted.folder === undefined ? 'all applied whole' : `all of ${wanted.folder} applied`,
    with: wanted.folder ?? 'a finished migration',
    differences: here.differences,
    seen: here.versions && `at ${here.versions.current || 'nothing'}`,
  }
  const { versions, notes } = here
  if (other === undefined) return { ok: true, compared: [own1], versions, notes }
  const there = await readMigrations({ ...wanted, folder: undefined }, { ...other, context })
  if (!there.ok) return there
  const own2 = {
    name: `migrations like ${asked.like}`,
    wanted: `at ${there.versions?.current || 'nothing'}, as ${other.database.label}`,
    with: other.database.label,
    differences: versions && there.versions ? comparedWith(versions, there.versions) : [],
    seen: own1.seen,
  }
  const none = `${other.database.label} has no version table of ${name}`
  const more = there.versions === undefined ? [none] : []
  return {
    ok: true,
    compared: there.versions ? [own1, own2] : [own1],
    versions,
    notes: [...notes, ...more],
  }
}
