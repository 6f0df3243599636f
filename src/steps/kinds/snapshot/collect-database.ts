/** The schema of a database, and how much is in its tables. */
import type { Value } from '../../../runbook/runbook.ts'
import type { Collector } from './collect.ts'

export const collectDatabase =
  (name: string): Collector =>
  async (context, signal) => {
    const database = context.database(name)
    const described = await database.describe(signal)
    if (!described.ok) throw new Error(described.message)
    const tables = Object.entries(described.tables).map(([table, columns]): [string, Value] => [
      table,
      Object.fromEntries(
        columns.map(({ column, type, nullable }) => [column, nullable ? type : `${type} not null`]),
      ),
    ])
    const { engine, label } = database
    const server = described.serverVersion
    return { engine, label, server_version: server, tables: Object.fromEntries(tables) }
  }

type Wanted = { name: string; rows?: boolean | undefined; digest?: string[] | undefined }

export const collectTable =
  (databaseName: string, { name, rows, digest }: Wanted): Collector =>
  async (context, signal) => {
    const database = context.database(databaseName)
    const value: Record<string, Value> = {}
    if (digest !== undefined) {
      const digested = await database.digestTable(name, digest, signal)
      if (!digested.ok) throw new Error(digested.message)
      value['rows'] = digested.rows
      value['sha256'] = digested.sha256
    } else if (rows !== false) {
      const counted = await database.countTable(name, signal)
      if (!counted.ok) throw new Error(counted.message)
      value['rows'] = counted.rows
    }
    return value
  }
