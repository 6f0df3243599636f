/** Reads the version table of a migration tool, and the files beside it. */
import { resolve } from 'node:path'
import type { Catalog, Database, DatabaseFailure } from '../../../../ports/database.ts'
import type { StepContext } from '../../../kind.ts'
import type { Difference } from '../difference.ts'
import { NOTHING } from '../difference.ts'
import type { SchemaParams, Tool } from '../params.ts'
import { migrationFiles } from './files.ts'
import { tableOf, type ToolTable } from './tools.ts'
import { versionDifferences, versionsOf, type Versions } from './versions.ts'

export type Wanted = {
  tool: Tool | undefined
  folder: string | undefined
  table: string | undefined
  column: string | undefined
}

export type Migrations =
  | { ok: true; versions: Versions | undefined; differences: Difference[]; notes: string[] }
  | DatabaseFailure

const MOST_ROWS = 20_000

export function wantedOf(given: NonNullable<SchemaParams['migrations']>): Wanted {
  if (typeof given === 'string') {
    return { tool: given, folder: undefined, table: undefined, column: undefined }
  }
  const { tool, folder, table, column } = given
  return {
    tool: tool || undefined,
    folder: folder || undefined,
    table: table || undefined,
    column: column || undefined,
  }
}

type Where = { database: Database; catalog: Catalog; context: StepContext }

export async function readMigrations(wanted: Wanted, where: Where): Promise<Migrations> {
  const has = (table: string) => columnsOf(where.catalog, table)
  const tool = tableOf(wanted, has)
  const table = tool.tables.find((name) => has(name) !== undefined)
  if (table === undefined) return noTable(tool)
  const there = has(table) ?? []
  const optional = (tool.optional ?? []).filter((name) => there.includes(name))
  const columns = [...tool.columns, ...optional]
  const read = await rowsOf(where, table, columns)
  if (!read.ok) return read
  const locked = await isLocked(tool, where, has)
  if (typeof locked !== 'boolean') return locked
  const files = await filesOf(wanted, where.context)
  if (files !== undefined && 'message' in files) {
    return { ok: false, state: 'not_sent', code: 'FOLDER', message: files.message }
  }
  const history = tool.read(read.rows)
  const versions = versionsOf({ tool: tool.name, table, history, locked, files })
  const notes =
    read.rowCount > read.rows.length
      ? [`only the first ${read.rows.length} of ${read.rowCount} rows of ${table} were looked at`]
      : []
  return { ok: true, versions, differences: differencesOf(versions), notes }
}

function differencesOf(versions: Versions): Difference[] {
  const { table, tool, applied, failed, pending } = versions
  const isEmpty = applied.length + failed.length + pending.length === 0
  const none: Difference = {
    table,
    kind: 'missing',
    expected: `migrations of ${tool}`,
    found: 'none was ever applied',
  }
  return [...(isEmpty ? [none] : []), ...versionDifferences(versions)]
}

const noTable = ({ name, tables }: ToolTable): Migrations => ({
  ok: true,
  versions: undefined,
  notes: [],
  differences: [
    {
      table: tables.join(' or '),
      kind: 'missing',
      expected: `the version table of ${name === 'plain' ? 'migrations' : name}`,
      found: NOTHING,
    },
  ],
})

const columnsOf = ({ tables, schema }: Catalog, name: string): string[] | undefined => {
  const own = `${schema}.${name}`
  const key = [own, name].find((one) => Object.hasOwn(tables, one))
  return key === undefined ? undefined : tables[key]?.map(({ column }) => column)
}

const rowsOf = ({ database, context }: Where, table: string, columns: readonly string[]) =>
  database.readTable({ table, columns, maxRows: MOST_ROWS, signal: context.signal })

async function isLocked(
  { lock }: ToolTable,
  where: Where,
  has: (table: string) => readonly string[] | undefined,
): Promise<boolean | DatabaseFailure> {
  if (lock === undefined || has(lock.table) === undefined) return false
  const read = await rowsOf(where, lock.table, lock.columns)
  return read.ok ? lock.isHeld(read.rows) : read
}

async function filesOf({ folder, tool }: Wanted, { ports, cwd }: StepContext) {
  if (folder === undefined) return undefined
  try {
    return await migrationFiles(resolve(cwd, folder), { tool, files: ports.files })
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return { message: `the migration files in ${folder} cannot be read: ${said}` }
  }
}
