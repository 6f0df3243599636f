/**
 * The version tables of the common tools, as the tools themselves make and read them. `columns` must
 * be there, `optional` ones are read where they are.
 */
import type { Tool } from '../params.ts'
import {
  byVersion,
  firstWords,
  history,
  isTrue,
  textOf,
  type History,
  type Row,
} from './history.ts'

export type ToolTable = {
  name: string
  /** The first of these that is there. */
  tables: readonly string[]
  columns: readonly string[]
  optional?: readonly string[]
  read(rows: readonly Row[]): History
  /** A second table, which says whether somebody migrates now. */
  lock?: { table: string; columns: readonly string[]; isHeld(rows: readonly Row[]): boolean }
}

type Table = Omit<ToolTable, 'tables'> & { table: string }

/** alembic.sqlalchemy.org, "The Migration Environment": one row for each head. */
const alembic: Table = {
  name: 'Alembic',
  table: 'alembic_version',
  columns: ['version_num'],
  read: (rows) => history({ applied: rows.map((row) => textOf(row['version_num'])).sort() }),
}

/** prisma/prisma-engines, SqlMigrationConnector: a row without an end is one that broke off (P3009). */
const prisma: Table = {
  name: 'Prisma',
  table: '_prisma_migrations',
  columns: ['migration_name', 'checksum', 'finished_at', 'rolled_back_at', 'started_at', 'logs'],
  read(rows) {
    const sorted = [...rows].sort((one, two) =>
      byVersion(textOf(one['started_at']), textOf(two['started_at'])),
    )
    const isBack = (row: Row) => row['rolled_back_at'] !== null
    const isDone = (row: Row) => row['finished_at'] !== null && !isBack(row)
    const name = (row: Row) => textOf(row['migration_name'])
    const done = sorted.filter(isDone)
    const applied = new Set(done.map(name))
    return history({
      applied: [...applied],
      failed: sorted
        .filter((row) => !isDone(row) && !isBack(row) && !applied.has(name(row)))
        .map((row) => ({ version: name(row), why: firstWords(textOf(row['logs'])) })),
      rolledBack: sorted.filter((row) => isBack(row) && !applied.has(name(row))).map(name),
      digests: Object.fromEntries(done.map((row) => [name(row), textOf(row['checksum'])])),
    })
  },
}

/** knexjs.org: a lock that stays after a crash stops every later migration. */
const knex: Table = {
  name: 'Knex',
  table: 'knex_migrations',
  columns: ['id', 'name'],
  read: (rows) =>
    history({
      applied: [...rows]
        .sort((one, two) => Number(one['id']) - Number(two['id']))
        .map((row) => textOf(row['name'])),
    }),
  lock: {
    table: 'knex_migrations_lock',
    columns: ['is_locked'],
    isHeld: (rows) => rows.some((row) => isTrue(row['is_locked'])),
  },
}

/** documentation.red-gate.com/flyway, "Flyway Schema History Table"; a repeatable one has no version. */
const flyway: Table = {
  name: 'Flyway',
  table: 'flyway_schema_history',
  columns: ['installed_rank', 'version', 'type', 'script', 'success'],
  read(rows) {
    const sorted = [...rows].sort(
      (one, two) => Number(one['installed_rank']) - Number(two['installed_rank']),
    )
    const name = (row: Row) => textOf(row['version']) || textOf(row['script'])
    /** The last word on each version counts: undone, deleted by `repair`, or repeated. */
    const last = new Map(sorted.map((row) => [name(row), row]))
    const all = [...last].filter(([, row]) => textOf(row['type']) !== 'SCHEMA')
    const isGone = (row: Row) => /^(UNDO|DELETE)/.test(textOf(row['type']))
    const baseline = sorted.findLast((row) => textOf(row['type']) === 'BASELINE')
    return history({
      applied: all.filter(([, row]) => isTrue(row['success']) && !isGone(row)).map(([own]) => own),
      failed: all
        .filter(([, row]) => !isTrue(row['success']))
        .map(([version, row]) => ({ version, why: `${textOf(row['script'])}: success is false` })),
      rolledBack: all
        .filter(([, row]) => isTrue(row['success']) && isGone(row))
        .map(([own]) => own),
      upTo: baseline && textOf(baseline['version']),
    })
  },
}

/** guides.rubyonrails.org, "Active Record Migrations". */
const rails: Table = {
  name: 'Rails',
  table: 'schema_migrations',
  columns: ['version'],
  read: (rows) => history({ applied: rows.map((row) => textOf(row['version'])).sort(byVersion) }),
}

const PLAIN_TABLES = ['schema_migrations', 'migrations', 'schema_version', 'schema_versions']
const PLAIN_COLUMNS = ['version', 'name', 'migration', 'filename', 'id']

/** A table of one's own, and of tools that keep a name and perhaps a flag: `dirty` is golang-migrate's. */
const plainTable = (column: string): Omit<ToolTable, 'tables'> => ({
  name: 'plain',
  columns: [column],
  optional: ['dirty', 'success'],
  read(rows) {
    const version = (row: Row) => textOf(row[column])
    const isBad = (row: Row) =>
      isTrue(row['dirty']) || ('success' in row && !isTrue(row['success']))
    const sorted = [...rows].sort((one, two) => byVersion(version(one), version(two)))
    // It keeps only where it stands: all before is done.
    const [only] = sorted
    const upTo = sorted.length === 1 && only && 'dirty' in only ? version(only) : undefined
    return history({
      applied: sorted.filter((row) => !isBad(row)).map(version),
      failed: sorted.filter(isBad).map((row) => ({
        version: version(row),
        why: 'dirty' in row ? 'marked dirty' : 'success is false',
      })),
      upTo,
    })
  },
})

const TOOLS: Readonly<Record<Exclude<Tool, 'plain'>, Table>> = {
  alembic,
  prisma,
  knex,
  flyway,
  rails,
}

export type Asked = {
  tool?: Tool | undefined
  table?: string | undefined
  column?: string | undefined
}

/** `has` says which columns a table has; undefined: there is no such table. */
export function tableOf(
  { tool = 'plain', table, column }: Asked,
  has: (table: string) => readonly string[] | undefined,
): ToolTable {
  if (tool !== 'plain') {
    const known = TOOLS[tool]
    return { ...known, tables: [table ?? known.table] }
  }
  const tables = table === undefined ? PLAIN_TABLES : [table]
  const columns = tables.map(has).find((found) => found !== undefined)
  const own = column ?? PLAIN_COLUMNS.find((name) => columns?.includes(name)) ?? 'version'
  return { ...plainTable(own), tables }
}
