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
import { comparedWith, type Versions } from './schema/migrations/versions.ts'
import { readMigrations, wantedOf } from './schema/migrations/read.ts'
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
  shapes: {
    differences: `[{kind, table, column, index, migration, expected, found, hint}], null where it does not apply; kind is missing, extra, type, nullable, failed, pending and so on`,
    missing: `what is missing: users, users.email, names of indexes and migrations`,
    versions: `{tool, table, current, applied, applied_count, failed: [{version, why}], rolled_back, pending, missing, changed, locked}`,
    databases: `{database: host/name, like: host/name}`,
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

type Seen = { ok: true; database: Database; catalog: Catalog; label: string }

async function look(name: string, context: StepContext): Promise<Seen | DatabaseFailure> {
  const database = context.database(name)
  const described = await database.describe(context.signal)
  if (!described.ok) return described
  return { ok: true, database, catalog: described, label: database.label }
}

async function run(asked: SchemaParams, context: StepContext): Promise<Outcome> {
  const [own, other] = await Promise.all([
    look(asked.database, context),
    asked.like === undefined ? undefined : look(asked.like, context),
  ])
  if (!own.ok) return failed(own, context.signal)
  if (other?.ok === false) return failed(other, context.signal)
  if (other?.label === own.label) tellApart(own, other)
  const compared: Compared[] = []
  if (asked.tables !== undefined) compared.push(...withRunbook(asked.tables, own))
  if (other !== undefined) compared.push(withOther(asked, own, other))
  if (asked.migrations === undefined) return report({ asked, own, other, compared })
  const read = await migrations(asked, { own, other, context })
  if (!read.ok) return failed(read, context.signal)
  compared.push(...read.compared)
  return report({ asked, own, other, compared, versions: read.versions, notes: read.notes })
}

/** Two schemas of one database are told apart; one database under two names stays one. */
function tellApart(own: Seen, other: Seen): void {
  if (own.catalog.schema === other.catalog.schema) return
  for (const seen of [own, other]) seen.label += ` (schema ${seen.catalog.schema})`
}

function withRunbook(tables: NonNullable<SchemaParams['tables']>, own: Seen): Compared[] {
  const found = asSeenFromHere(own.catalog)
  const fold = foldFor(own.database.engine)
  const expected = expectedByRunbook(tables)
  const byTable = Map.groupBy(differences(expected, { found, fold }), ({ table }) => table)
  return [...expected].map(([name, table]) => ({
    name: `table ${name}`,
    wanted: table.absent === true ? 'no such table' : 'as the runbook says',
    with: 'the runbook',
    differences: byTable.get(name) ?? [],
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
    wanted: `${selected.size} tables as in ${other.label}`,
    with: other.label,
    differences: differences(selected, comparing),
    notes: [
      ...(namesOnly ? [engineNote] : []),
      ...(own.label === other.label ? [`${asked.database} and ${asked.like} are the same`] : []),
    ],
  }
}

type Both = { own: Seen; other: Seen | undefined; context: StepContext }
type Read =
  | { ok: true; compared: Compared[]; versions: Versions | undefined; notes: string[] }
  | DatabaseFailure

const standing = (versions: Versions | undefined): string => `at ${versions?.current || 'nothing'}`

async function migrations(asked: SchemaParams, { own, other, context }: Both): Promise<Read> {
  const wanted = wantedOf(asked.migrations ?? 'plain')
  const here = await readMigrations(wanted, { ...own, context })
  if (!here.ok) return here
  const { versions, notes } = here
  const name = wanted.tool ?? wanted.table ?? ''
  const state: Compared = {
    name: `migrations ${name}`,
    wanted: wanted.folder === undefined ? 'all applied whole' : `all of ${wanted.folder} applied`,
    with: wanted.folder ?? 'a finished migration',
    differences: here.differences,
    seen: versions && standing(versions),
  }
  if (other === undefined) return { ok: true, compared: [state], versions, notes }
  const there = await readMigrations({ ...wanted, folder: undefined }, { ...other, context })
  if (!there.ok) return there
  if (there.versions === undefined) {
    const none = `${other.label} has no version table of ${name}`
    return { ok: true, compared: [state], versions, notes: [...notes, none] }
  }
  const beside: Compared = {
    name: `migrations like ${asked.like}`,
    wanted: `${standing(there.versions)}, as ${other.label}`,
    with: other.label,
    differences: versions === undefined ? [] : comparedWith(versions, there.versions),
    seen: standing(versions),
  }
  return { ok: true, compared: [state, beside], versions, notes }
}
