/** The lines that differ between two texts, `-` before and `+` after, for a person to look at. */
import { commonLines } from '../postmortem/merge/common-lines.ts'

export function lineDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')]
  const lines: string[] = []
  let [i, j] = [0, 0]
  for (const [x, y] of [...commonLines(a, b), [a.length, b.length] as const]) {
    lines.push(
      ...a.slice(i, x).map((line) => `-${line}`),
      ...b.slice(j, y).map((line) => `+${line}`),
    )
    ;[i, j] = [x + 1, y + 1]
  }
  return lines.join('\n')
}
