/** Which rows of a timeline stand where they cannot stand. */
import { instantOf, zoneOf } from '../../markdown/zones.ts'
import type { RowGroup, TimelineRow } from './timeline-rows.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const HALF_YEAR = 182 * DAY

/** `early`: it says an earlier time than `other`, which stands before it. */
export type Misplaced = { row: TimelineRow; other: TimelineRow; early: boolean }

/** Rows that are left out of the longest run in order; none where there is no order to speak of. */
export const misplacedRows = (group: RowGroup): Misplaced[] => {
  const rows = group.filter(({ stamp }) => stamp.precision !== 'about')
  const moments = momentsOf(rows)
  if (moments === undefined || rows.length < 3) return []
  const steps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0))
  const newestFirst =
    steps.filter((step) => step < 0).length > steps.filter((step) => step > 0).length
  const ordered = newestFirst ? moments.map((moment) => -moment) : moments
  const inOrder = new Set(longestRun(ordered))
  const out = rows.flatMap((row, index) => (inOrder.has(index) ? [] : [{ row, index }]))
  if (out.length > Math.max(1, rows.length / 4)) return []
  const run = [...inOrder].toSorted((a, b) => a - b)
  return out.flatMap(({ row, index }) => {
    const before = run.findLast((other) => other < index)
    const after = run.find((other) => other > index)
    // The neighbor that it contradicts: it is earlier than the one, or later than the other.
    const early = before !== undefined && (ordered[index] ?? 0) < (ordered[before] ?? 0)
    const other = rows[(early ? before : after) ?? before ?? -1]
    return other === undefined ? [] : [{ row, other, early }]
  })
}

/** On one clock; undefined: they cannot be compared. */
const momentsOf = (rows: RowGroup): number[] | undefined => {
  if (rows.every(({ stamp }) => stamp.at !== undefined))
    return rows.map(({ stamp }) => stamp.at ?? 0)
  if (new Set(rows.flatMap(({ stamp }) => stamp.zone ?? [])).size > 1) return onAnyDay(rows)
  // A date that can be read in two ways, or has no year.
  if (rows.some(({ stamp }) => stamp.hasDay && stamp.wall === undefined)) return undefined
  const twelve = rows.every(({ stamp }) => stamp.ofDay < 13 * HOUR)
  const first = rows.find(({ stamp }) => stamp.hasDay && stamp.wall !== undefined)?.stamp
  let day = first?.wall === undefined ? 0 : first.wall - first.ofDay
  // Rows before the first date are of its day, or of the evening before.
  const leading = rows[0]?.stamp
  if (first !== undefined && leading !== undefined && leading.ofDay - first.ofDay > 6 * HOUR)
    day -= DAY
  let last = -Infinity
  return rows.map(({ stamp }) => {
    if (stamp.hasDay && stamp.wall !== undefined) day = stamp.wall - stamp.ofDay
    else if (stamp.wall !== undefined) day = Math.max(day, stamp.wall - stamp.ofDay)
    let moment = day + stamp.ofDay
    // Without a day a long step back is midnight, or noon on a clock of twelve hours.
    if (!stamp.hasDay && last - moment > 6 * HOUR) {
      day += twelve ? DAY / 2 : DAY
      moment = day + stamp.ofDay
    }
    last = moment
    return moment
  })
}

/**
 * Rows of several zones and no day: on one, where all are within half a day of each other. A zone with
 * summer time is an hour apart from itself, and nobody says in which season it was.
 */
const onAnyDay = (rows: RowGroup): number[] | undefined => {
  const moments = rows.flatMap(({ stamp: { zone, ofDay, hasDay } }) => {
    const known = zone === undefined || hasDay ? undefined : zoneOf(zone)
    if (known === undefined) return []
    const winter = instantOf(ofDay, known)
    const summer = instantOf(ofDay + HALF_YEAR, known)
    return winter === undefined || summer !== winter + HALF_YEAR ? [] : winter
  })
  if (moments.length < rows.length) return undefined
  const sorted = moments.toSorted((a, b) => a - b)
  return (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) < DAY / 2 ? moments : undefined
}

/** Indexes of the longest subsequence that never decreases; n log n. */
const longestRun = (values: readonly number[]): number[] => {
  const tails: number[] = []
  const before: number[] = []
  values.forEach((value, index) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[tails[middle] ?? 0] ?? 0) <= value) low = middle + 1
      else high = middle
    }
    before[index] = low === 0 ? -1 : (tails[low - 1] ?? -1)
    tails[low] = index
  })
  const run: number[] = []
  for (let at = tails.at(-1) ?? -1; at !== -1; at = before[at] ?? -1) run.push(at)
  return run.reverse()
}
