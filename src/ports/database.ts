/** Databases: PostgreSQL through pg and its own dump tools, SQLite through node:sqlite. */
import type { Value } from '../incident/value.ts'
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

/** Rows by table; and where all rows were read, a digest by table that does not depend on their order. */
export type Content = {
  tables: Readonly<Record<string, number>>
  digests: Readonly<Record<string, string>>
}

export type BackupResult = {
  ok: true
  file: string
  bytes: number
  sha256: string
  /** Row count per table; from a proof by restore, else from the live database. */
  tables: Readonly<Record<string, number>>
  /** Of a proof by restore: the same in the source, in the snapshot that was dumped, and in the copy. */
  digests: Readonly<Record<string, string>>
  serverVersion: string
  proof: 'list' | 'restore'
}

/** In the words of the engine. */
export type Column = { column: string; type: string; nullable: boolean; generated?: true }

export type Index = {
  /** Names, or the text of an expression; without what is only INCLUDEd. */
  columns: string[]
  unique: boolean
  /** Condition of a partial index. */
  where?: string
  /** PostgreSQL builds it no further and does not use it: CREATE INDEX CONCURRENTLY broke off. */
  invalid?: true
  /** The engine named it, by the order in which constraints were declared. */
  unnamed?: true
}

export type Catalog = {
  /** Columns by table, in their order. Tables outside the schema `public` carry their schema's name. */
  tables: Readonly<Record<string, readonly Column[]>>
  /** By table, then by name. */
  indexes: Readonly<Record<string, Readonly<Record<string, Index>>>>
  /** What else can stand where a table could, by name. */
  others: Readonly<Record<string, 'view' | 'materialized view' | 'foreign table' | 'partition'>>
  /** Where this connection looks for a table without a schema; empty in SQLite. */
  schema: string
  serverVersion: string
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
  /** The catalog of user tables: one round trip per question, however many tables there are. */
  describe(signal: AbortSignal): Promise<({ ok: true } & Catalog) | DatabaseFailure>
  /** Named columns of the rows of a table, in any order. Names are quoted here. */
  readTable(request: {
    table: string
    columns: readonly string[]
    maxRows: number
    signal: AbortSignal
  }): Promise<QueryResult | DatabaseFailure>
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
    /** What it must hold afterwards. A new database that does not is dropped again. */
    wanted?: Content | undefined
    signal: AbortSignal
    started?: (child: ChildIdentity) => void
  }): Promise<
    | {
        ok: true
        database: string
        tables: Readonly<Record<string, number>>
        /** Where they were wanted. */
        digests: Readonly<Record<string, string>>
        /** From what was wanted, in words; only in the same database, which others may write to. */
        differences?: string[]
        durationMs: number
        /** Tables that were there before and are not in the dump: gone. */
        dropped?: string[]
      }
    | DatabaseFailure
  >
  /**
   * Lets a database that was restored beside this one take its name, in one transaction, and back;
   * whoever is connected is sent away. The names follow from `tag`. `check`: refuses what would refuse
   * the switch, and removes what an attempt that was cut short left. SQLite cannot: refused.
   */
  switchNames(request: {
    how: 'check' | 'to' | 'back' | 'look'
    tag: string
    signal: AbortSignal
  }): Promise<
    | {
        ok: true
        switched: boolean
        name: string
        /** Of the restored database, until it is switched and after it is switched back. */
        beside: string
        /** Of the former one, while it is switched. */
        before: string
      }
    | DatabaseFailure
  >
}

export type DatabasePort = {
  /** Parses and checks the url; opens nothing. Throws HotwashError for a url it refuses. */
  open(url: string): Database
}
