/** A log with a bad line can be read up to it: that is said, and nothing goes on from a part. */
import { HotwashError } from '../errors.ts'
import type { Journal } from '../ports/journal.ts'

export function refuseDamaged(journal: Journal): void {
  const words = journal.damage?.()
  if (words === undefined) return
  throw new HotwashError('NOT_VERIFIED', words, {
    hint: `compare with the incident's branch: hotwash audit verify ${journal.incident}`,
  })
}

export function damageWarnings(journal: Journal): string[] {
  const words = journal.damage?.()
  return words === undefined ? [] : [`${words}; what comes after it is not shown`]
}
