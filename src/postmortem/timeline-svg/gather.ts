/** Marks that would cover each other become one that says how many they are and the worst of them. */
import type { Mark, Outcome } from './mark.ts'
import { extent, POINT, type Room } from './extent.ts'

/** What is as wide as this is worth a row of its own, as long as there are rows. */
const WIDE = 90

export const gather = (marks: readonly Mark[], room: Room): Mark[] => {
  const width = (mark: Mark): number => extent(mark, room)[1] - extent(mark, room)[0]
  const wide = marks.filter((mark) => width(mark) >= WIDE)
  const apart = new Set(
    wide.sort((a, b) => width(b) - width(a)).slice(0, Math.max(0, room.rows - 2)),
  )
  const groups: Mark[][] = []
  let end = -Infinity
  for (const mark of marks) {
    if (apart.has(mark)) continue
    const [x0] = extent(mark, room)
    if (x0 >= end) {
      groups.push([])
      end = x0 + POINT + 10
    }
    groups.at(-1)?.push(mark)
  }
  return [...apart, ...groups.flatMap(asOne)].sort((a, b) => a.from - b.from || a.clock - b.clock)
}

const TOLD = 5

const asOne = (marks: Mark[]): Mark[] => {
  const [first, ...rest] = marks
  if (first === undefined || rest.length === 0) return marks
  const bad = WORST.map((outcome) => ({
    outcome,
    count: marks.filter((mark) => mark.outcome === outcome).length,
  })).filter(({ count }) => count > 0)
  const counts = bad.map(({ outcome, count }) => `${count} ${outcome}`)
  const label = [`${marks.length} events`, ...counts].join(', ')
  const more = marks.length > TOLD ? [`… and ${marks.length - TOLD} more, in the timeline`] : []
  const says = [`${label}:`, ...marks.slice(0, TOLD).map((mark) => mark.says), ...more].join(' ')
  const worst = bad[0]?.outcome
  return [
    {
      lane: first.lane,
      shape: 'many',
      from: first.from,
      to: first.from,
      last: marks.reduce((last, { to }) => Math.max(last, to), first.to),
      ...(worst === undefined ? {} : { outcome: worst }),
      label,
      says,
      clock: first.clock,
    },
  ]
}

const WORST: readonly Outcome[] = ['failed', 'unknown', 'not ended', 'waiting', 'skipped']
