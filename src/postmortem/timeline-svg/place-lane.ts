/**
 * Where the marks of a lane stand: in rows, so that neither marks nor their words cover each other.
 * Words are shortened first, then left out (the number leads to the table), then marks that would
 * still cover each other become one.
 */
import { extent, isPoint, POINT, type Room } from './extent.ts'
import { gather } from './gather.ts'
import type { Mark } from './mark.ts'
import { fitText, textWidth } from './text-width.ts'

const FONT = { size: 13 }
const SPACE = 8
const NEAR = 5
/** Of the number in front of the words; the longest there can be. */
const NUMBER = 30

export type PlacedMark = Mark & {
  x0: number
  x1: number
  row: number
  /** Set for all marks of the picture together. */
  n: number
  text: string
  /** Where the words begin; where they end, when they stand before the mark. */
  textX: number
  words: 'inside' | 'after' | 'before'
}

const WORDS = [330, 200, 110, 0]

export const placeLane = (marks: readonly Mark[], room: Room): PlacedMark[] => {
  const sorted = [...marks].sort((a, b) => a.from - b.from || a.clock - b.clock)
  // So many never fit beside each other: not tried.
  const most = (room.rows * (room.right - room.left)) / POINT
  if (sorted.length <= most)
    for (const words of WORDS) {
      const placed = inRows(sorted, room, words)
      if (placed !== undefined) return placed
    }
  const fewer = gather(sorted, room)
  for (const words of WORDS) {
    const placed = inRows(fewer, room, words)
    if (placed !== undefined) return placed
  }
  return inRows(fewer, { ...room, rows: Infinity }, 0) ?? []
}

const inRows = (marks: readonly Mark[], room: Room, words: number): PlacedMark[] | undefined => {
  const taken: [number, number][][] = []
  const placed: PlacedMark[] = []
  for (const mark of marks) {
    const [x0, x1] = extent(mark, room)
    const { text, textX, words: side, end } = wordsBeside(mark, { x0, x1, words, room })
    const from = side === 'before' ? textX - (end - x1) : x0
    const to = side === 'before' ? x1 : end
    const free = taken.findIndex((row) =>
      row.every(([a, b]) => to + SPACE <= a || b + SPACE <= from),
    )
    const row = free === -1 ? taken.length : free
    if (row >= room.rows) return undefined
    ;(taken[row] ??= []).push([from, to])
    placed.push({ ...mark, x0, x1, row, n: 0, text, textX, words: side })
  }
  return placed
}

type Beside = { x0: number; x1: number; words: number; room: Room }

/** `end`: where the words end, or how far they reach to the other side, as if they stood behind. */
type Words = { text: string; textX: number; words: PlacedMark['words']; end: number }

const wordsBeside = (mark: Mark, { x0, x1, words, room }: Beside): Words => {
  const label = labelOf(mark)
  if (words === 0 || label === '') return { text: '', textX: x1, words: 'after', end: x1 }
  const pad = isPoint(mark) ? 0 : NUMBER
  if (pad > 0 && textWidth(label, FONT) <= x1 - x0 - pad - 8)
    return { text: label, textX: x0 + pad, words: 'inside', end: x1 }
  const text = fitText(label, words, FONT)
  const width = textWidth(text, FONT)
  if (x1 + NEAR + width <= room.right)
    return { text, textX: x1 + NEAR, words: 'after', end: x1 + NEAR + width }
  if (x0 - NEAR - width >= room.left)
    return { text, textX: x0 - NEAR, words: 'before', end: x1 + width }
  return { text: '', textX: x1, words: 'after', end: x1 }
}

const labelOf = ({ label, outcome, shape }: Mark): string =>
  outcome === undefined || outcome === 'succeeded' || shape === 'end' || shape === 'wait'
    ? label
    : `${label}: ${outcome}`
