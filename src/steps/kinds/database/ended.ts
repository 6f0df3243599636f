/** A database failure as the outcome of a step. */
import type { DatabaseFailure } from '../../../ports/database.ts'
import { endedBy } from '../../ended.ts'
import type { Outcome } from '../../kind.ts'

export function failed(failure: DatabaseFailure, signal: AbortSignal): Outcome {
  const nothing = { data: {}, evidence: [] }
  const reason = failure.message
  if (failure.state === 'unknown') return { ...nothing, ended: 'unknown', reason }
  if (signal.aborted) return { ...nothing, ended: endedBy(signal), reason }
  return { ...nothing, ended: 'failed', reason }
}

export const sumOf = (tables: Readonly<Record<string, number>>): number =>
  Object.values(tables).reduce((sum, rows) => sum + rows, 0)

/** One line a table, for the record. */
export const countsText = (
  tables: Readonly<Record<string, number>>,
  digests: Readonly<Record<string, string>> = {},
): string =>
  Object.entries(tables)
    .map(([table, rows]) => {
      const digest = digests[table]
      return `${table}: ${rows} rows${digest === undefined ? '' : `, digest ${digest}`}`
    })
    .join('\n') || 'no tables'
