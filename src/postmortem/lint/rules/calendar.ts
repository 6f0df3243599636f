/** What a calendar knows: the weekday of a date, and one moment in two time zones. */
import { datesIn } from '../../../markdown/dates.ts'
import { timesIn, type FoundTime } from '../../../markdown/times.ts'
import type { Found } from '../finding.ts'
import type { LintRule } from '../rule.ts'
import { storiesOf } from '../story.ts'

const DAY = 86_400_000
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const WEEKDAY =
  '(Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)'
const BEFORE = new RegExp(
  `\\b${WEEKDAY}(?: (?:morning|noon|afternoon|evening|night))?[.,]{0,2} (?:the |\\()?$`,
)
const WITHIN = new RegExp(`^${WEEKDAY}\\b`)
const AFTER = new RegExp(`^,? ?\\(?${WEEKDAY}\\b`)

export const weekdayMismatch: LintRule = {
  id: 'weekday-mismatch',
  severity: 'error',
  reason: 'The weekday does not belong to the date: one of them is a slip, and readers trust both.',
  suggestion: 'correct the date or the weekday',
  good: 'The migration was started on Wednesday, 4 March 2026.',
  bad: 'The migration was started on Tuesday, 4 March 2026.',
  check: ({ pieces }) =>
    pieces.flatMap((piece) => {
      if (!/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(piece.text)) return []
      return datesIn(piece.text).flatMap(({ day, text, index }): Found[] => {
        if (day === undefined || !/\d{4}/.test(text)) return []
        const end = index + text.length
        const stated =
          BEFORE.exec(piece.text.slice(Math.max(0, index - 32), index))?.[1] ??
          WITHIN.exec(text)?.[1] ??
          AFTER.exec(piece.text.slice(end, end + 14))?.[1]
        const actual = WEEKDAYS[new Date(Date.parse(day)).getUTCDay()] ?? ''
        if (stated === undefined || stated.slice(0, 3) === actual.slice(0, 3)) return []
        return [{ ...piece.at(index), message: `${day} is a ${actual}, not a ${stated}` }]
      })
    }),
}

/** A quick look: two zones with one of the marks between them. */
const TWO_ZONES = /\d:\d\d[^\n]{0,40}(?:\(|\/|=|\bor\b|i\.e\.)[^\n]{0,12}\d/
/** Where no day is told: a zone that has summer time is compared by both of its clocks. */
const ANY_DAYS = ['2026-01-15', '2026-07-15']
const SAME = /^\s?(?:\(|\/|=|\bor\b|,? i\.e\.,?)\s?$/

export const zoneMismatch: LintRule = {
  id: 'zone-mismatch',
  severity: 'warning',
  reason: 'One moment is given in two time zones, and they are not the same moment.',
  suggestion: 'convert it again, or write all times in UTC',
  good: 'Traffic came back on 2026-07-04 at 13:25 UTC (06:25 PDT).',
  bad: 'Traffic came back on 2026-07-04 at 13:25 UTC (05:25 PDT).',
  check: (document) => {
    const [story] = storiesOf(document)
    const day = story?.scope.day ?? document.day
    return document.pieces.flatMap((piece) => {
      if (!TWO_ZONES.test(piece.text)) return []
      const days = day === undefined ? ANY_DAYS : [day]
      const [times = [], ...others] = days.map((one) => timesIn(piece.text, { day: one }))
      return times.flatMap((second, index): Found[] => {
        const before = times[index - 1]
        // `15:30-18:00 UTC / 08:30-11:00 PDT`: the beginnings are the same moment.
        const from = before?.endsRange === true && isFrom(times, index) ? index - 2 : index - 1
        const first = times[from]
        if (before === undefined || first === undefined || !first.hasZone || !second.hasZone)
          return []
        const glue = piece.text.slice(before.index + before.text.length, second.index)
        if (!SAME.test(glue) || first.zone === second.zone) return []
        const ms = apart(first, second)
        const elsewhen = others.map((all) => apart(all[from] ?? first, all[index] ?? second))
        if ([ms, ...elsewhen].some((one) => one === undefined || one < 90_000)) return []
        const message = `${first.text} and ${second.text} are ${Math.round((ms ?? 0) / 60_000)} min apart`
        return [{ ...piece.at(second.index), message, also: [piece.at(first.index)] }]
      })
    })
  },
}

const isFrom = (times: readonly FoundTime[], index: number): boolean =>
  times[index + 1]?.endsRange === true

/** Without a day of its own the second may be on the day before or after. */
const apart = (first: FoundTime, second: FoundTime): number | undefined => {
  const other = !second.hasDay && first.day !== undefined ? { ...second, day: first.day } : second
  const from = first.at
  const to = other.at ?? (first.day === undefined ? undefined : onDay(second, first.day))
  if (from === undefined || to === undefined) return undefined
  if (first.hasDay && second.hasDay) return Math.abs(to - from)
  const rest = (((to - from) % DAY) + DAY) % DAY
  return Math.min(rest, DAY - rest)
}

const onDay = ({ text }: FoundTime, day: string): number | undefined =>
  timesIn(text, { day })[0]?.at
