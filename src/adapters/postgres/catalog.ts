/** What is in the database: user tables, their columns, row counts and digests. */
import type { Query } from 'pg'
import type { Catalog, Column, Content, Index } from '../../ports/database.ts'
import { DatabaseProblem } from '../failure.ts'
import { tableDigest } from '../table-digest.ts'
import { RAW_TYPES } from './values.ts'
import type { Session } from './session.ts'

export type Table = { schema: string; table: string; columns: Column[] }
export type Tables = Map<string, Table>
type Relation = { schema: string; table: string; relation: string }

/** Everything of the user's: not the system's, not temporary, not made by an extension. */
export const OF_USER = (classAlias: string) => `
  n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
  and not exists (select from pg_catalog.pg_depend d where d.deptype = 'e'
    and d.classid = 'pg_catalog.pg_class'::regclass and d.objid = ${classAlias}.oid)`

/** attgenerated is known since version 12. */
export const RELATIONS = (generated: string) => `
  select n.nspname as schema, c.relname as table,
    case when c.relispartition then 'partition' else c.relkind::text end as relation,
    a.attname as column, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as nullable, ${generated} as generated
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    and c.relkind in ('r', 'p') and not c.relispartition
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${OF_USER('c')}
  order by 1, 2, a.attnum`

export const INDEXES = `
  select n.nspname as schema, t.relname as table, c.relname as index, i.indisunique as unique,
    i.indisvalid as valid, pg_catalog.pg_get_expr(i.indpred, i.indrelid) as where,
    array(
      select coalesce(a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, k.n::int, true))
      from unnest(i.indkey::int2[]) with ordinality k(attnum, n)
      left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      where k.n <= i.indnkeyatts order by k.n) as columns
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_class t on t.oid = i.indrelid
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
  where t.relkind in ('r', 'p') and not t.relispartition and ${OF_USER('t')}
  order by 1, 2, 3`

/** Tables outside the schema public carry their schema's name. A dot of a name's own is quoted. */
function tableName({ schema, table }: { schema: string; table: string }): string {
  const [first, second] = [schema, table].map((name) => (name.includes('.') ? quoted(name) : name))
  return schema === 'public' ? (second ?? '') : `${first}.${second}`
}

const RELATION_WORDS = {
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
  partition: 'partition',
} as const

type Found = { tables: Tables; others: Record<string, Catalog['others'][string]> }

async function readRelations(session: Session, generated: string): Promise<Found> {
  const { rows } = await session.client.query<Relation & Column>(RELATIONS(generated))
  const tables: Tables = new Map()
  const others: Found['others'] = {}
  for (const { schema, table, relation, generated: made, ...column } of rows) {
    const name = tableName({ schema, table })
    if (Object.hasOwn(RELATION_WORDS, relation)) {
      others[name] = RELATION_WORDS[relation as keyof typeof RELATION_WORDS]
      continue
    }
    const known = tables.get(name) ?? { schema, table, columns: [] }
    if (column.column !== null) known.columns.push(made ? { ...column, generated: made } : column)
    tables.set(name, known)
  }
  return { tables, others }
}

export const readTables = async (session: Session): Promise<Tables> =>
  (await readRelations(session, 'false')).tables

type IndexRow = { index: string; valid: boolean; where: string | null } & Pick<
  Index,
  'unique' | 'columns'
>

async function readIndexes(session: Session): Promise<Catalog['indexes']> {
  const { rows } = await session.client.query<Relation & IndexRow>(INDEXES)
  const indexes = new Map<string, Map<string, Index>>()
  for (const { schema, table, index, valid, where, columns, unique } of rows) {
    const name = tableName({ schema, table })
    const known = indexes.get(name) ?? new Map<string, Index>()
    const more = { ...(where !== null && { where }), ...(!valid && { invalid: true as const }) }
    indexes.set(name, known.set(index, { columns, unique, ...more }))
  }
  return Object.fromEntries([...indexes].map(([name, own]) => [name, Object.fromEntries(own)]))
}

/** Needs no right on any of it: pg_catalog hides nothing. */
export async function readCatalog(session: Session): Promise<Catalog> {
  const { text, major, schema } = await serverVersion(session)
  const generated = major >= 12 ? "a.attgenerated <> ''" : 'false'
  const { tables, others } = await readRelations(session, generated)
  const columns = [...tables].map(([name, table]) => [name, table.columns] as const)
  const indexes = await readIndexes(session)
  return { tables: Object.fromEntries(columns), indexes, others, schema, serverVersion: text }
}

export async function findTable(session: Session, name: string): Promise<Table> {
  const tables = await readTables(session)
  const { schema } = await serverVersion(session)
  // What the url says about the schema is nearer than public.
  const found =
    tables.get(`${schema}.${name}`) ?? tables.get(name) ?? tables.get(name.replace(/^public\./, ''))
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

async function countAll(session: Session): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [name, table] of await readTables(session)) {
    counts[name] = await countRows(session, table)
  }
  return counts
}

/** Rows of all tables; with digests, every row of them is read. */
export async function readContent(session: Session, withDigests: boolean): Promise<Content> {
  if (!withDigests) return { tables: await countAll(session), digests: {} }
  const tables: Record<string, number> = {}
  const digests: Record<string, string> = {}
  for (const [name, table] of await readTables(session)) {
    const columns = table.columns.map(({ column }) => column)
    const digest = await digestRows(session, table, columns)
    tables[name] = digest.rows
    digests[name] = digest.sha256
  }
  return { tables, digests }
}

/** All rows, the named columns of them. */
export function selectFrom(table: Table, columns: readonly string[]): string {
  for (const name of columns) {
    if (table.columns.some(({ column }) => column === name)) continue
    const known = table.columns.map(({ column }) => column).join(', ')
    const message = `table ${table.table} has no column ${name}; it has: ${known}`
    throw new DatabaseProblem('NO_COLUMN', message)
  }
  return `select ${columns.map(quoted).join(', ')} from ${place(table)}`
}

export async function digestRows(session: Session, table: Table, columns: readonly string[]) {
  const text = selectFrom(table, columns)
  const { default: pg } = await import('pg')
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

export type Server = { text: string; major: number; schema: string }

/** 15.18 is 150018; before version 10 the second number belonged to the major version. */
export async function serverVersion(session: Session): Promise<Server> {
  const { rows } = await session.client.query<Server>(
    `select current_setting('server_version') as text,
       current_setting('server_version_num')::int / 10000 as major,
       coalesce(current_schema()::text, 'public') as schema`,
  )
  return rows[0] as Server
}
