/** Places everything: rows of lanes from top to bottom, times from left to right. */
import type { Lane } from './mark.ts'
import type { TimelineModel } from './model.ts'
import { placeLane, type PlacedMark } from './place-lane.ts'
import { createScale, type Scale } from './scale.ts'

export const WIDTH = 1000
export const MARGIN = 12
export const ROW = 26
export const LANE_HEAD = 22
const LANE_FOOT = 8
/** Room at the right end: what happens last has a width, too. */
const LAST = 26
const ROWS = { person: 6, run: 12 } as const

export type PlacedLane = Lane & { y: number; height: number; placed: PlacedMark[] }

export type Layout = {
  scale: Scale
  left: number
  right: number
  lanes: PlacedLane[]
  /** Bottom of the last lane. */
  bottom: number
}

export const layoutOf = (model: TimelineModel, top: number): Layout => {
  const left = MARGIN
  const right = WIDTH - MARGIN
  const marks = model.lanes.flatMap((lane) => lane.marks)
  const scale = createScale({
    from: model.from,
    to: model.to,
    instants: [...marks, ...model.phases].flatMap(({ from, to }) => [from, to]),
    busy: marks.filter(({ shape, open }) => WORK.has(shape) && open !== true),
    x0: left + 10,
    x1: right - LAST,
  })
  let y = top
  const lanes = model.lanes.map((lane): PlacedLane => {
    const placed = placeLane(lane.marks, { left, right, x: scale.x, rows: ROWS[lane.kind] })
    const rows = placed.reduce((most, { row }) => Math.max(most, row + 1), 1)
    const height = LANE_HEAD + rows * ROW + LANE_FOOT
    const made = { ...lane, y, height, placed }
    y += height
    return made
  })
  number(lanes)
  return { scale, left, right, lanes, bottom: y }
}

/** A wait may be as long as it likes: nothing goes on. */
const WORK: ReadonlySet<string> = new Set(['step', 'undo', 'command'])

/** By time over all lanes, as a reader's finger goes. */
const number = (lanes: readonly PlacedLane[]): void => {
  const all = lanes.flatMap(({ placed }) => placed)
  all.sort((a, b) => a.from - b.from || a.clock - b.clock)
  for (const [index, mark] of all.entries()) mark.n = index + 1
}
