/**
 * One query in one transaction. Read-only ones use the extended protocol, which carries exactly one
 * statement, inside a read-only transaction that is rolled back.
 */
import type { Query, QueryConfig, QueryResultRow, ResultBuilder } from 'pg'
import { DatabaseProblem } from '../failure.ts'
import type { Database, QueryResult } from '../../ports/database.ts'
import type { Value } from '../../incident/value.ts'
import { withSession } from './session.ts'
import type { Session } from './session.ts'
import type { PostgresTarget } from './url.ts'

type Request = Parameters<Database['query']>[0]

/** Rows are kept up to this size in all; further ones are counted only. */
const MAX_BYTES = 8_000_000
/** NO_ACTIVE_SQL_TRANSACTION: the statements had ended the transaction themselves. */
const NO_TRANSACTION = '25P01'

export async function runQuery(target: PostgresTarget, request: Request): Promise<QueryResult> {
  const { signal, write } = request
  const options = { signal, what: `the query on ${target.label}` }
  const startedAt = performance.now()
  const result = await withSession(target, options, async (session) => {
    await session.client.query(write ? 'begin' : 'begin transaction read only')
    session.sent = write
    return write ? writeQuery(session, request, target.label) : readQuery(session, request)
  })
  return { ok: true, ...result, durationMs: Math.round(performance.now() - startedAt) }
}

async function readQuery(session: Session, request: Request) {
  const config = { text: request.sql, values: [...request.params], queryMode: 'extended' }
  const result = await boundedRows(session, config, request.maxRows)
  await session.client.query('rollback')
  return result
}

async function writeQuery(session: Session, request: Request, label: string) {
  const endedItself = (happened: string) =>
    new DatabaseProblem(
      'TRANSACTION',
      `${label}: the statements end their transaction themselves, and ${happened}; leave out BEGIN, COMMIT and ROLLBACK`,
      'unknown',
    )
  const config = { text: request.sql, values: [...request.params] }
  let result
  try {
    result = await boundedRows(session, config, request.maxRows)
  } catch (error) {
    // Says by a notice whether there was still a transaction to roll back.
    await session.client.query('rollback').catch(() => {})
    if (session.notices.has(NO_TRANSACTION)) throw endedItself('then failed half-way')
    throw error
  }
  await session.client.query('commit')
  if (session.notices.has(NO_TRANSACTION)) throw endedItself('what is committed is not known')
  session.sent = false
  return result
}

type Rows = { rows: Record<string, Value>[]; rowCount: number; columns: string[] }

/** All rows are counted; the first ones are kept. Several statements: the last one's. */
async function boundedRows(
  session: Session,
  config: QueryConfig & { queryMode?: string },
  maxRows: number,
): Promise<Rows> {
  const { default: pg } = await import('pg')
  const query: Query = new pg.Query(config)
  let rows: Record<string, Value>[] = []
  let bytes = 0
  let of: unknown
  query.on('row', (row: QueryResultRow, result) => {
    if (of !== result) [rows, bytes, of] = [[], 0, result]
    if (rows.length >= maxRows || bytes > MAX_BYTES) return
    bytes += JSON.stringify(row).length
    rows.push(row)
  })
  const done = await new Promise<ResultBuilder>((resolve, reject) => {
    query.on('end', (results) => resolve(results))
    query.on('error', reject)
    session.client.query(query)
  })
  const last: ResultBuilder = Array.isArray(done) ? done.at(-1) : done
  const columns = (last.fields ?? []).map((field) => field.name)
  if (columns.length === 0) rows = []
  return { rows, rowCount: last.rowCount ?? rows.length, columns }
}
