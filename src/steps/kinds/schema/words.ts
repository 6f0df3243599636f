/** A difference as a sentence, and many of them as a bounded text. */
import { NOTHING, type Difference } from './difference.ts'

/** How the databases are called: the one looked at, and what it is compared with. */
export type Named = { found: string; expected: string }

function subjectOf({ table, column, index }: Difference): string {
  if (index !== undefined) return `index ${index} of ${table}`
  return column === undefined ? `table ${table}` : `column ${table}.${column}`
}

export function inWords(difference: Difference, named: Named): string {
  if (difference.migration !== undefined) return migrationInWords(difference, named)
  const { found, expected } = named
  const { kind, hint } = difference
  const tail = hint === undefined ? '' : ` (${hint})`
  const subject = subjectOf(difference)
  const wants = difference.expected
  const has = difference.found
  if (has === NOTHING) return `${subject} is ${kind} in ${found}; ${expected} has ${wants}${tail}`
  if (wants === NOTHING) return `${subject} is in ${found}: ${has}; not in ${expected}${tail}`
  return `${subject}: ${has} in ${found}; ${wants} in ${expected}${tail}`
}

function migrationInWords({ kind, migration, found }: Difference, named: Named): string {
  const here = named.found
  const words: Partial<Record<Difference['kind'], string>> = {
    failed: `failed half-way in ${here}: ${found}`,
    pending: `is pending in ${here}: its file is in ${named.expected}`,
    missing: `is not applied in ${here}, and is in ${named.expected}`,
    extra: `is applied in ${here}, and is not in ${named.expected}`,
    changed: `was applied in ${here} from another content than its file has in ${named.expected}`,
  }
  return `migration ${migration} ${words[kind] ?? found}`
}

/** Kept whole as evidence up to this many. */
const MOST_LINES = 5_000

export function listed(all: readonly string[], same: string): string {
  if (all.length === 0) return `${same}\n`
  const more = all.length - MOST_LINES
  const lines = [...all.slice(0, MOST_LINES), ...(more > 0 ? [`(${more} more)`] : [])]
  return `${lines.join('\n')}\n`
}
