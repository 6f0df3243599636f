/** The schema of a database, in the words of the kind schema, and how much is in its tables. */
import type { Value } from '../../../incident/value.ts'
import { columnWords, indexWords } from '../schema/difference.ts'
import type { Collector } from './collector.ts'

export const collectDatabase =
  (name: string): Collector =>
  async (context, signal) => {
    const database = context.database(name)
    const described = await database.describe(signal)
    if (!described.ok) throw new Error(described.message)
    const named = <T>(all: readonly T[], name: (one: T) => string, words: (one: T) => string) =>
      Object.fromEntries(all.map((one): [string, Value] => [name(one), words(one)]))
    const tables = Object.entries(described.tables).map(([table, columns]): [string, Value] => [
      table,
      named(columns, ({ column }) => column, columnWords),
    ])
    const indexes = Object.entries(described.indexes).map(([table, own]): [string, Value] => [
      table,
      named(
        Object.entries(own),
        ([name]) => name,
        ([, index]) => indexWords({ ...index, where: index.where ?? null }),
      ),
    ])
    const { engine, label } = database
    return {
      engine,
      label,
      server_version: described.serverVersion,
      tables: Object.fromEntries(tables),
      indexes: Object.fromEntries(indexes),
    }
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

/** Where nobody knew, when the runbook was written, which tables there would be. */
export const collectTables =
  (databaseName: string): Collector =>
  async (context, signal) => {
    const described = await context.database(databaseName).describe(signal)
    if (!described.ok) throw new Error(described.message)
    const value: Record<string, Value> = {}
    for (const [name, columns] of Object.entries(described.tables)) {
      // A restore may bring columns back in another order.
      const digest = columns.map(({ column }) => column).toSorted()
      const wanted = digest.length === 0 ? { name } : { name, digest }
      value[name] = await collectTable(databaseName, wanted)(context, signal)
    }
    return value
  }
