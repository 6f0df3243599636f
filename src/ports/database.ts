/** Databases: PostgreSQL through pg and its own dump tools, SQLite through node:sqlite. */
import type { Value } from '../runbook/runbook.ts'
import type { ChildIdentity } from './process.ts'

export type DatabaseFailure = {
  ok: false
  state: 'not_sent' | 'unknown'
  code: string
  message: string
}

export type QueryResult = {
  ok: true
  rows: Record<string, Value>[]
  rowCount: number
  columns: string[]
  durationMs: number
}

export type BackupResult = {
  ok: true
  file: string
  bytes: number
  sha256: string
  /** Row count per table; from a proof by restore, else from the live database. */
  tables: Readonly<Record<string, number>>
  serverVersion: string
  proof: 'list' | 'restore'
}

export type Database = {
  readonly engine: 'postgres' | 'sqlite'
  /** Host and database, or the file; never a user or a password. */
  readonly label: string
  query(request: {
    sql: string
    params: readonly Value[]
    write: boolean
    maxRows: number
    signal: AbortSignal
  }): Promise<QueryResult | DatabaseFailure>
  /** Tables, columns and types of user tables. */
  describe(signal: AbortSignal): Promise<
    | {
        ok: true
        tables: Record<string, { column: string; type: string; nullable: boolean }[]>
        serverVersion: string
      }
    | DatabaseFailure
  >
  /** Rows and an order-independent digest of the named columns. */
  digestTable(
    table: string,
    columns: readonly string[],
    signal: AbortSignal,
  ): Promise<{ ok: true; rows: number; sha256: string } | DatabaseFailure>
  countTable(
    table: string,
    signal: AbortSignal,
  ): Promise<{ ok: true; rows: number } | DatabaseFailure>
  /** Refuses before any effect when versions, tools or rights do not suffice. */
  backup(request: {
    to: string
    prove: 'list' | 'restore'
    scratch: string | undefined
    signal: AbortSignal
    /** Told of each child that works for it, so that a later resume can find it. */
    started?: (child: ChildIdentity) => void
  }): Promise<BackupResult | DatabaseFailure>
  /** Restores a dump; `into: new` creates a database beside this one and returns its name. */
  restore(request: {
    file: string
    sha256: string
    into: 'same' | 'new'
    name: string | undefined
    signal: AbortSignal
    started?: (child: ChildIdentity) => void
  }): Promise<
    | {
        ok: true
        database: string
        tables: Record<string, number>
        durationMs: number
        /** Tables that were there before and are not in the dump: gone. */
        dropped?: string[]
      }
    | DatabaseFailure
  >
}

export type DatabasePort = {
  /** Parses and checks the url; opens nothing. Throws HotwashError for a url it refuses. */
  open(url: string): Database
}
