/** What is in the database: tables, columns, row counts and digests. */
import type { DatabaseSync } from 'node:sqlite'
import { DatabaseProblem } from '../failure.ts'
import { tableDigest } from '../table-digest.ts'
import { toJson } from './query.ts'
import { breathe } from './session.ts'
import type { SqliteOptions } from './session.ts'

type Column = { column: string; type: string; nullable: boolean }
const ROWS_A_TURN = 1_000

export function readTables(database: DatabaseSync): Record<string, Column[]> {
  const rows = database
    .prepare(
      `select m.name as "table", c.name as "column", c.type as type, c."notnull" as not_null
       from sqlite_schema m join pragma_table_info(m.name) c
       where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' order by m.name, c.cid`,
    )
    .all()
  const tables: Record<string, Column[]> = {}
  for (const row of rows) {
    const columns = (tables[String(row['table'])] ??= [])
    const [column, type] = [String(row['column']), String(row['type'])]
    columns.push({ column, type, nullable: row['not_null'] === 0 })
  }
  return tables
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

type Digest = SqliteOptions & { table: string; columns: readonly string[] }

export async function digestRows(database: DatabaseSync, options: Digest) {
  const { table, columns, signal, what } = options
  const known = findTable(database, table).map(({ column }) => column)
  for (const name of columns) {
    if (known.includes(name)) continue
    const message = `table ${table} has no column ${name}; it has: ${known.join(', ')}`
    throw new DatabaseProblem('NO_COLUMN', message)
  }
  const text = `select ${columns.map(quoted).join(', ')} from ${quoted(table)}`
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
