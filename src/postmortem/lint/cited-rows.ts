/** What the log says of the rows of a timeline that cite it: their times, and their order. */
import { citedMarks, marksOf } from '../../incident/marks.ts'
import { momentsOf } from '../../incident/moments.ts'
import { timelineWithEvents } from '../../incident/timeline.ts'
import type { LintDocument } from './lint-document.ts'
import type { LintRecord } from './rule.ts'
import type { TimelineRow } from './timeline-rows.ts'

export type CitedRow = {
  /** RFC 3339; empty where the log tells none of what is cited. */
  times: readonly string[]
  agrees: boolean
  /** Where hotwash puts it; undefined: where its time is. */
  position: number | undefined
}

/** undefined: it cites nothing of the log. */
export const readCitedRows = (
  { lines }: LintDocument,
  { events }: LintRecord,
): ((row: TimelineRow) => CitedRow | undefined) => {
  const byMark = new Map([...marksOf(events)].map(([event, mark]) => [mark, event]))
  const told = new Map(
    timelineWithEvents(events).map(({ row, event }, position) => [event, { at: row.at, position }]),
  )
  const moments = Map.groupBy(Object.values(momentsOf(events)).flat(), ({ event }) => event)
  return ({ stamp, line }) => {
    const cited = [...citedMarks(lines[line - 1] ?? '')].flatMap((mark) => byMark.get(mark) ?? [])
    if (cited.length === 0) return undefined
    const slack = stamp.precision === 'exact' ? 1_000 : 60_000
    const fits = (at: string): boolean =>
      Math.abs(Date.parse(at) - (stamp.at ?? stamp.wall ?? Number.NaN)) < slack
    const own = cited.flatMap((event) => told.get(event) ?? [])
    // When the impact began was told later than it was, and its row stands where it was.
    const stated = cited.flatMap((event) => (moments.get(event) ?? []).map(({ at }) => at))
    const times = [...own.map(({ at }) => at), ...stated]
    return {
      times,
      agrees: times.some(fits),
      position: own.find(({ at }) => fits(at))?.position,
    }
  }
}
