/**
 * Two texts of which nobody knows what they have in common: what only one has is kept, and where they
 * differ a person decides.
 */
import { commonLines } from './common-lines.ts'
import { linesOf, styleOf, written } from './lines.ts'
import { beginsOf, marked } from './markers.ts'
import type { MergedLine } from './merge-lines.ts'
import type { MergedReport } from './merge-report.ts'

export const mergeWithoutBase = (yours: string, theirs: string): MergedReport => {
  const [mine, other] = [linesOf(yours), linesOf(theirs)]
  const merged: MergedLine[] = []
  let [i, j] = [0, 0]
  const keys = [mine, other].map((lines) => lines.map(({ key }) => key))
  const pairs = commonLines(keys[0] ?? [], keys[1] ?? [])
  for (const [a, b] of [...pairs, [mine.length, other.length] as const]) {
    const [only, new_] = [mine.slice(i, a), other.slice(j, b)].map((lines) =>
      lines.map(({ text }) => text),
    )
    if (only?.length && new_?.length) merged.push({ yours: only, base: [], theirs: new_ })
    else merged.push(...(only ?? []), ...(new_ ?? []))
    if (a < mine.length) merged.push(mine[a]?.text ?? '')
    ;[i, j] = [a + 1, b + 1]
  }
  const lines = marked(merged)
  return { text: written(lines, styleOf(yours)), conflicts: beginsOf(lines), leftOut: [] }
}
