/** Conflicts as git shows them, with what was rendered last between both sides. */
import { linesOf } from './lines.ts'
import type { MergedLine } from './merge-lines.ts'

const MARKER = {
  begin: '<<<<<<< yours',
  base: '||||||| the last render',
  middle: '=======',
  end: '>>>>>>> the record',
} as const

export const marked = (lines: readonly MergedLine[]): string[] =>
  lines.flatMap((line) =>
    typeof line === 'string'
      ? [line]
      : [
          MARKER.begin,
          ...line.yours,
          MARKER.base,
          ...line.base,
          MARKER.middle,
          ...line.theirs,
          MARKER.end,
        ],
  )

/** The lines (from 1) on which a conflict that was marked here begins. */
export const beginsOf = (lines: readonly string[]): number[] =>
  lines.flatMap((line, n) => (line === MARKER.begin ? [n + 1] : []))

/** The lines (from 1) on which a conflict of any tool begins that nobody has resolved yet. */
export const conflictsIn = (text: string, known: readonly string[] = []): number[] => {
  // Evidence may show a conflict of its own: what was rendered so is none.
  const rendered = new Set(known.flatMap((one) => one.split(/\r?\n/)))
  const lines = linesOf(text)
  const last = lines.findLastIndex((line) => /^>{7}(?: |$)/.test(line.text))
  return lines.flatMap((line, n) =>
    n < last && /^<{7}(?: |$)/.test(line.text) && !rendered.has(line.text) ? [n + 1] : [],
  )
}
