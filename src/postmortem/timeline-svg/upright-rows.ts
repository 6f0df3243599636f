/** Rows of the upright picture, from top to bottom; days and gaps stand between them. */
import { durationInWords } from '../../incident/duration.ts'
import type { Layout } from './layout.ts'
import type { PlacedMark } from './place-lane.ts'
import { dateLabel } from './ticks.ts'

const ROW = 40
const BREAK = 26

/** `name`: of the lane; empty where it is the only run. */
export type Row = { mark: PlacedMark; lane: number; name: string; y: number }
type Break = { text: string; y: number }

export type Rows = { rows: Row[]; breaks: Break[]; bottom: number }

export const placeRows = ({ lanes, scale }: Layout, top: number): Rows => {
  const runs = lanes.filter(({ kind }) => kind === 'run').length
  const marks = lanes
    .flatMap(({ placed, name, kind }, lane) =>
      placed.map((mark) => ({ mark, lane, name: kind === 'run' && runs === 1 ? '' : name })),
    )
    .sort((a, b) => a.mark.n - b.mark.n)
  const rows: Row[] = []
  const breaks: Break[] = []
  let y = top
  let day = ''
  let last = -Infinity
  const add = (text: string): void => {
    breaks.push({ text, y: y + BREAK / 2 })
    y += BREAK
  }
  for (const row of marks) {
    const { from } = row.mark
    for (const gap of scale.gaps)
      if (last < gap.to && gap.to <= from && rows.length > 0)
        add(`… ${durationInWords(gap.to - gap.from)} without anything on record …`)
    const today = new Date(from).toISOString().slice(0, 10)
    if (today !== day) add(dateLabel(today))
    day = today
    last = from
    rows.push({ ...row, y: y + ROW / 2 })
    y += ROW
  }
  return { rows, breaks, bottom: y }
}

/** Between two rows, time runs evenly. */
export const placeOf =
  ({ rows, bottom }: Rows) =>
  (at: number): number => {
    const next = rows.findIndex(({ mark }) => mark.from > at)
    const before = rows.at(next === -1 ? -1 : next - 1)
    if (next === 0 || before === undefined) return rows[0]?.y ?? bottom
    const after = rows[next]
    if (after === undefined) return at > before.mark.from ? bottom - 8 : before.y
    const share = (at - before.mark.from) / (after.mark.from - before.mark.from)
    return before.y + share * (after.y - before.y)
  }
