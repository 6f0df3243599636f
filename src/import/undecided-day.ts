/**
 * The date on which all of a report hangs, where it can be read as two days: no row could be placed
 * for it, or no other day is known. A person has to say which one is meant.
 */
import { datesIn } from '../markdown/dates.ts'
import type { Timeline } from '../markdown/timeline.ts'

export type UndecidedDay = { line: number; text: string; either: readonly [string, string] }

export const undecidedDay = (
  text: string,
  { day, rows, unplaced }: Timeline & { day: string | undefined },
  { firstLine, meant }: { firstLine: number; meant: string | undefined },
): UndecidedDay | undefined => {
  if (day !== undefined && (rows.length > 0 || unplaced.length === 0)) return undefined
  for (const [index, line] of text.split('\n').entries()) {
    for (const { text: written, why, either } of datesIn(
      line,
      meant === undefined ? {} : { meant },
    ))
      if (
        either !== undefined &&
        why !== undefined &&
        (day === undefined || unplaced.some((row) => row.why.endsWith(why)))
      )
        return { line: firstLine + index, text: written, either }
  }
  return undefined
}
