/** What is in the database: user tables, their columns, row counts and digests. */
import type { Query } from 'pg'
import { DatabaseProblem } from '../failure.ts'
import { tableDigest } from '../table-digest.ts'
import { RAW_TYPES } from './values.ts'
import type { Session } from './session.ts'

export type Table = { schema: string; table: string; columns: Column[] }
type Column = { column: string; type: string; nullable: boolean }
export type Tables = Map<string, Table>

/** Everything of the user's: not the system's, not temporary, not made by an extension. */
export const OF_USER = (classAlias: string) => `
  n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
  and not exists (select from pg_catalog.pg_depend d where d.deptype = 'e'
    and d.classid = 'pg_catalog.pg_class'::regclass and d.objid = ${classAlias}.oid)`

const TABLES = `
  select n.nspname as schema, c.relname as table, a.attname as column,
    pg_catalog.format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p') and not c.relispartition and ${OF_USER('c')}
  order by 1, 2, a.attnum`

/** Tables outside the schema public carry their schema's name. */
const tableName = (schema: string, table: string) =>
  schema === 'public' ? table : `${schema}.${table}`

export async function readTables(session: Session): Promise<Tables> {
  const { rows } = await session.client.query<Omit<Table, 'columns'> & Column>(TABLES)
  const tables: Tables = new Map()
  for (const { schema, table, column, type, nullable } of rows) {
    const name = tableName(schema, table)
    const known = tables.get(name) ?? { schema, table, columns: [] }
    if (column !== null) known.columns.push({ column, type, nullable })
    tables.set(name, known)
  }
  return tables
}

export async function findTable(session: Session, name: string): Promise<Table> {
  const tables = await readTables(session)
  const { rows } = await session.client.query('select current_schema() as schema')
  const found =
    tables.get(name) ??
    tables.get(`${rows[0]?.schema}.${name}`) ??
    tables.get(name.replace(/^public\./, ''))
  if (found) return found
  const known = [...tables.keys()].slice(0, 20).join(', ') || 'none'
  throw new DatabaseProblem('NO_TABLE', `there is no table ${name}; there are: ${known}`)
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const place = ({ schema, table }: Table) => `${quoted(schema)}.${quoted(table)}`

export async function countRows(session: Session, table: Table): Promise<number> {
  const { rows } = await session.client.query(`select count(*) as n from ${place(table)}`)
  return Number(rows[0]?.n)
}

export async function countAll(session: Session): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [name, table] of await readTables(session)) {
    counts[name] = await countRows(session, table)
  }
  return counts
}

export async function digestRows(session: Session, table: Table, columns: readonly string[]) {
  for (const name of columns) {
    if (table.columns.some(({ column }) => column === name)) continue
    const known = table.columns.map(({ column }) => column).join(', ')
    const message = `table ${table.table} has no column ${name}; it has: ${known}`
    throw new DatabaseProblem('NO_COLUMN', message)
  }
  const { default: pg } = await import('pg')
  const text = `select ${columns.map(quoted).join(', ')} from ${place(table)}`
  const config = { text, rowMode: 'array', types: RAW_TYPES }
  const query: Query = new pg.Query(config)
  const digest = tableDigest()
  await new Promise<void>((resolve, reject) => {
    query.on('row', (row) => digest.add(row as unknown as (string | null)[]))
    query.on('end', () => resolve())
    query.on('error', reject)
    session.client.query(query)
  })
  return digest.end()
}

/** 15.18 is 150018; before version 10 the second number belonged to the major version. */
export async function serverVersion(session: Session): Promise<{ text: string; major: number }> {
  const { rows } = await session.client.query(
    `select current_setting('server_version') as text,
       current_setting('server_version_num')::int / 10000 as major`,
  )
  return rows[0] as { text: string; major: number }
}
