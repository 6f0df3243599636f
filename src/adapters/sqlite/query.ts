/**
 * A query in one transaction: read-only on a connection that cannot write, else committed at the
 * end. SQLite compiles only the first statement of a text and ignores the rest without a word, so
 * that the rest is looked at here.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { aborted, DatabaseProblem } from '../failure.ts'
import type { Database, QueryResult } from '../../ports/database.ts'
import type { Value } from '../../incident/value.ts'
import { breathe, withSqlite } from './session.ts'
import type { SqliteTarget } from './url.ts'

type Request = Parameters<Database['query']>[0]
type Rows = { rows: Record<string, Value>[]; rowCount: number; columns: string[] }

const MAX_BYTES = 8_000_000
const ROWS_A_TURN = 1_000

export async function runQuery(target: SqliteTarget, request: Request): Promise<QueryResult> {
  const startedAt = performance.now()
  const what = `the query on ${target.label}`
  const { signal, write } = request
  const rows = await withSqlite(target, { signal, what, write }, async (database) => {
    database.exec(write ? 'begin immediate' : 'begin')
    try {
      const result = await runAll(database, request, what)
      if (!write) return result
      if (signal.aborted) throw aborted(what)
      database.exec('commit')
      return result
    } finally {
      if (database.isTransaction) database.exec('rollback')
    }
  })
  return { ok: true, ...rows, durationMs: Math.round(performance.now() - startedAt) }
}

async function runAll(database: DatabaseSync, request: Request, what: string): Promise<Rows> {
  let text = request.sql
  for (;;) {
    const statement = database.prepare(text)
    const rest = text.slice(statement.sourceSQL.length)
    const isLast = withoutComments(rest).replaceAll(';', '').trim() === ''
    if (!isLast && (!request.write || request.params.length > 0)) {
      throw new DatabaseProblem(
        'SQL',
        'several statements in one query: one is accepted, unless the step changes and has no params',
      )
    }
    const result = await runOne(statement, request, what)
    if (!database.isTransaction) {
      const why = 'a statement ended the transaction itself; leave out BEGIN, COMMIT and ROLLBACK'
      throw new DatabaseProblem('TRANSACTION', why, request.write ? 'unknown' : 'not_sent')
    }
    if (isLast) return result
    text = rest
  }
}

const withoutComments = (sql: string) => sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')

async function runOne(statement: StatementSync, request: Request, what: string): Promise<Rows> {
  statement.setReadBigInts(true)
  const columns = statement.columns().map(({ name }) => name)
  const params = bind(request.sql, request.params)
  if (columns.length === 0) {
    const { changes } = statement.run(...params)
    return { rows: [], rowCount: Number(changes), columns }
  }
  const rows: Record<string, Value>[] = []
  let bytes = 0
  let rowCount = 0
  for (const row of statement.iterate(...params)) {
    rowCount += 1
    if (rowCount % ROWS_A_TURN === 0) await breathe(request.signal, what)
    if (rows.length >= request.maxRows || bytes > MAX_BYTES) continue
    const plain = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, toJson(value)]),
    )
    bytes += JSON.stringify(plain).length
    rows.push(plain)
  }
  return { rows, rowCount, columns }
}

/** `$1` and `?1` are names to node:sqlite; a bare `?` goes by position. */
function bind(sql: string, params: readonly Value[]): SQLInputValue[] {
  const values = params.map(toSqlite)
  const numbered = /[$?]\d/.exec(sql)?.[0][0]
  if (numbered === undefined) return values
  return [Object.fromEntries(values.map((value, at) => [`${numbered}${at + 1}`, value])) as never]
}

function toSqlite(value: Value): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value
}

export function toJson(value: unknown): Value {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : String(value)
  }
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value as Value
}
