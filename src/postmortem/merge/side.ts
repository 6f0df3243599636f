/**
 * What one side did to a run of lines, line by line: each was kept, changed or deleted, and lines
 * were inserted between them. So two sides that changed neighboring lines are in nobody's way.
 */
import { commonLines } from './common-lines.ts'
import { likeness } from './likeness.ts'
import { isRow } from './lines.ts'

export type Side = {
  /** By line of the base: undefined when it was kept, `[]` when it was deleted. */
  changed: (string[] | undefined)[]
  /** What was inserted before that line; the last entry is behind all. */
  before: string[][]
}

export const sideOf = (base: readonly string[], other: readonly string[]): Side => {
  const side: Side = { changed: base.map(() => undefined), before: [] }
  for (let gap = 0; gap <= base.length; gap += 1) side.before.push([])
  let [from, at] = [0, 0]
  for (const [b, o] of [...commonLines(base, other), [base.length, other.length] as const]) {
    replace(side, { base: base.slice(from, b), from, by: other.slice(at, o) })
    ;[from, at] = [b + 1, o + 1]
  }
  return side
}

type Replaced = { base: readonly string[]; from: number; by: readonly string[] }

/** Lines that were replaced by others are paired, so that a changed line is one line that changed. */
const replace = (side: Side, { base, from, by }: Replaced): void => {
  const pairs = pairUp(base, by)
  let next = 0
  for (const [n, line] of base.entries()) {
    const partner = pairs.get(n)
    if (partner === undefined) {
      side.changed[from + n] = []
      continue
    }
    side.before[from + n]?.push(...by.slice(next, partner))
    side.changed[from + n] = line === by[partner] ? undefined : [by[partner] ?? '']
    next = partner + 1
  }
  // What came in place of lines that are gone stands where they began; words that came in place of
  // the last rows of a table stand behind it.
  const behindTable = base.every(isRow) && !isRow(by[0] ?? '')
  const gap = pairs.size === 0 && !behindTable ? from : from + base.length
  side.before[gap]?.push(...by.slice(next))
}

const MAX_CELLS = 250_000

/** In order, so that together they are as much alike as can be; those alike in nothing stay alone. */
const pairUp = (base: readonly string[], by: readonly string[]): Map<number, number> => {
  const pairs = new Map<number, number>()
  if (base.length * by.length > MAX_CELLS) return pairs
  const width = by.length + 1
  const best = new Float64Array((base.length + 1) * width)
  const score = (i: number, j: number): number => best[i * width + j] ?? 0
  const alike = base.map((line) => by.map((other) => likeness(line, other)))
  for (let i = base.length - 1; i >= 0; i -= 1)
    for (let j = by.length - 1; j >= 0; j -= 1)
      best[i * width + j] = Math.max(
        score(i + 1, j),
        score(i, j + 1),
        score(i + 1, j + 1) + (alike[i]?.[j] ?? 0),
      )
  let [i, j] = [0, 0]
  while (i < base.length && j < by.length) {
    const like = alike[i]?.[j] ?? 0
    if (like > 0 && score(i, j) === score(i + 1, j + 1) + like) {
      pairs.set(i, j)
      ;[i, j] = [i + 1, j + 1]
    } else if (score(i, j) === score(i + 1, j)) i += 1
    else j += 1
  }
  return pairs
}
