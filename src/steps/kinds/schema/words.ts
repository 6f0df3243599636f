/** A difference as a sentence, and many of them as a bounded text. */
import { NOTHING, type Difference } from './difference.ts'

/** How the databases are called: the one looked at, and what it is compared with. */
export type Named = { found: string; expected: string }

export function subjectOf({ table, column, index, migration }: Difference): string {
  if (migration !== undefined) return `migration ${migration}`
  if (index !== undefined) return `index ${index} of ${table}`
  return column === undefined ? `table ${table}` : `column ${table}.${column}`
}

export function inWords(difference: Difference, { found, expected }: Named): string {
  const { kind, hint } = difference
  const tail = hint === undefined ? '' : ` (${hint})`
  const subject = subjectOf(difference)
  const wants = difference.expected
  const has = difference.found
  if (has === NOTHING) return `${subject} is ${kind} in ${found}; ${expected} has ${wants}${tail}`
  if (wants === NOTHING) return `${subject} is in ${found}: ${has}; not in ${expected}${tail}`
  return `${subject}: ${has} in ${found}; ${wants} in ${expected}${tail}`
}

/** Kept whole as evidence up to this many. */
const MOST_LINES = 5_000

export function listed(all: readonly string[], same: string): string {
  if (all.length === 0) return `${same}\n`
  const more = all.length - MOST_LINES
  const lines = [...all.slice(0, MOST_LINES), ...(more > 0 ? [`(${more} more)`] : [])]
  return `${lines.join('\n')}\n`
}
