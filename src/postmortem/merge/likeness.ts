/** How much two lines have in common, to tell a line that was rewritten from one that was replaced. */
import { askOn, placeMarked } from '../to-write.ts'
import { isRow } from './lines.ts'

/** What comes instead of a place that waits for words is new, whoever wrote it. */
const isMark = (line: string): boolean =>
  askOn(line) !== undefined || placeMarked(line) !== undefined

const kindOf = (line: string): string => {
  if (isMark(line)) return 'mark'
  if (isRow(line)) return 'row'
  return /^ {0,3}#{1,6}\s/.test(line) ? 'heading' : 'text'
}

/** 0: cannot be the same line. A line in the place of another counts a little, whatever it says. */
export const likeness = (before: string, after: string): number => {
  const kind = kindOf(before)
  if (kind === 'mark' || kind !== kindOf(after)) return 0
  const [a, b] = [wordsOf(before), wordsOf(after)]
  if (a.size === 0 || b.size === 0) return 0
  let both = 0
  for (const word of a) if (b.has(word)) both += 1
  return 0.05 + (2 * both) / (a.size + b.size)
}

const wordsOf = (line: string): Set<string> => new Set(line.match(/[\p{L}\p{N}]+/gu) ?? [])

/** Of two lists of lines: the share of the shorter one that is in the other, of lines that tell something. */
export const overlap = (a: readonly string[], b: readonly string[]): number => {
  const [small, large] = [tellingOf(a), tellingOf(b)].sort((x, y) => x.size - y.size)
  if (small === undefined || large === undefined || small.size === 0) return 0
  let both = 0
  for (const line of small) if (large.has(line)) both += 1
  return both / small.size
}

export const tellingOf = (lines: readonly string[]): Set<string> =>
  new Set(lines.filter((line) => /[\p{L}\p{N}]/u.test(line) && !isMark(line)))
