/** What is in the database: tables, columns, row counts and digests. */
import type { DatabaseSync } from 'node:sqlite'
import type { Catalog, Column, Content, Index } from '../../ports/database.ts'
import { DatabaseProblem } from '../failure.ts'
import { tableDigest } from '../table-digest.ts'
import { toJson } from './query.ts'
import { breathe } from './session.ts'
import type { SqliteOptions } from './session.ts'

const ROWS_A_TURN = 1_000
const OF_USER = `m.name not like 'sqlite\\_%' escape '\\'`

/**
 * table_xinfo knows generated columns (hidden 2 and 3), and what a virtual table hides (1). A single
 * INTEGER PRIMARY KEY is the row's number: it takes no null, whatever is declared.
 */
const TABLES = `
  select m.name as "table", c.name as "column", c.type as type, c.hidden > 1 as generated,
    c."notnull" or (c.pk > 0 and (l.wr or (upper(c.type) = 'INTEGER'
      and not exists (select 1 from pragma_table_info(m.name) o where o.pk > 1)))) as not_null
  from sqlite_schema m
  join pragma_table_list l on l.schema = 'main' and l.name = m.name
  join pragma_table_xinfo(m.name) c
  where m.type = 'table' and c.hidden <> 1 and ${OF_USER} order by m.name, c.cid`

const INDEXES = `
  select m.name as "table", i.name as "index", i."unique" as is_unique, i.partial as partial,
    i.origin as origin, c.name as "column"
  from sqlite_schema m join pragma_index_list(m.name) i join pragma_index_info(i.name) c
  where m.type = 'table' and ${OF_USER} order by m.name, i.name, c.seqno`

function readTables(database: DatabaseSync): Record<string, Column[]> {
  const tables = new Map<string, Column[]>()
  for (const row of database.prepare(TABLES).all()) {
    const [table, column, type] = [row['table'], row['column'], row['type']].map(String) as Three
    const columns = tables.get(table) ?? []
    const generated = row['generated'] === 1 ? { generated: true as const } : {}
    columns.push({ column, type, nullable: row['not_null'] === 0, ...generated })
    tables.set(table, columns)
  }
  return Object.fromEntries(tables)
}

type Three = [string, string, string]

function readIndexes(database: DatabaseSync): Catalog['indexes'] {
  const tables = new Map<string, Map<string, Index>>()
  for (const row of database.prepare(INDEXES).all()) {
    const [table, name] = [String(row['table']), String(row['index'])]
    const indexes = tables.get(table) ?? new Map<string, Index>()
    const known = indexes.get(name) ?? {
      columns: [],
      unique: row['is_unique'] === 1,
      ...(row['partial'] === 1 && { where: '(partial)' }),
      ...(row['origin'] !== 'c' && { unnamed: true as const }),
    }
    known.columns.push(row['column'] === null ? '(expression)' : String(row['column']))
    tables.set(table, indexes.set(name, known))
  }
  return Object.fromEntries([...tables].map(([name, own]) => [name, Object.fromEntries(own)]))
}

export function readCatalog(database: DatabaseSync): Catalog {
  const views = database.prepare(`select name from sqlite_schema where type = 'view'`).all()
  return {
    tables: readTables(database),
    indexes: readIndexes(database),
    others: Object.fromEntries(views.map(({ name }) => [String(name), 'view' as const])),
    schema: '',
    serverVersion: versionOf(database),
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

export function countRows(database: DatabaseSync, table: string): number {
  const row = database.prepare(`select count(*) as n from ${quoted(table)}`).get()
  return Number(row?.['n'])
}

export function countAll(database: DatabaseSync): Record<string, number> {
  const names = Object.keys(readTables(database))
  return Object.fromEntries(names.map((name) => [name, countRows(database, name)]))
}

export function findTable(database: DatabaseSync, name: string): Column[] {
  const tables = readTables(database)
  const found = Object.hasOwn(tables, name) ? tables[name] : undefined
  if (found) return found
  const known = Object.keys(tables).slice(0, 20).join(', ') || 'none'
  throw new DatabaseProblem('NO_TABLE', `there is no table ${name}; there are: ${known}`)
}

/** All rows, the named columns of them. */
export function selectFrom(database: DatabaseSync, table: string, columns: readonly string[]) {
  const known = findTable(database, table).map(({ column }) => column)
  for (const name of columns) {
    if (known.includes(name)) continue
    const message = `table ${table} has no column ${name}; it has: ${known.join(', ')}`
    throw new DatabaseProblem('NO_COLUMN', message)
  }
  return `select ${columns.map(quoted).join(', ')} from ${quoted(table)}`
}

type Digest = SqliteOptions & { table: string; columns: readonly string[] }

export async function digestRows(database: DatabaseSync, options: Digest) {
  const { table, columns, signal, what } = options
  const text = selectFrom(database, table, columns)
  const statement = database.prepare(text)
  statement.setReadBigInts(true)
  statement.setReturnArrays(true)
  const digest = tableDigest()
  let rows = 0
  for (const row of statement.iterate() as Iterable<unknown>) {
    digest.add((row as unknown[]).map(textOf))
    if (++rows % ROWS_A_TURN === 0) await breathe(signal, what)
  }
  return digest.end()
}

/** Rows of all tables; with digests, every row of them is read. */
export async function readContent(
  database: DatabaseSync,
  options: SqliteOptions & { digests: boolean },
): Promise<Content> {
  if (!options.digests) return { tables: countAll(database), digests: {} }
  const tables: Record<string, number> = {}
  const digests: Record<string, string> = {}
  for (const [table, known] of Object.entries(readTables(database))) {
    const columns = known.map(({ column }) => column)
    const { rows, sha256 } = await digestRows(database, { ...options, table, columns })
    tables[table] = rows
    digests[table] = sha256
  }
  return { tables, digests }
}

/** As PostgreSQL prints it. */
function textOf(value: unknown): string | null {
  const plain = toJson(value)
  return plain === null || typeof plain === 'string' ? plain : JSON.stringify(plain)
}

/** Every page is read and every index compared with its table. */
export function checkIntegrity(database: DatabaseSync, what: string): void {
  const rows = database.prepare('pragma integrity_check(5)').all()
  const said = rows.map((row) => String(row['integrity_check'])).join('; ')
  if (said === 'ok') return
  throw new DatabaseProblem('DUMP', `${what} is damaged: ${said}`)
}

export const versionOf = (database: DatabaseSync): string =>
  String(database.prepare('select sqlite_version() as v').get()?.['v'])
