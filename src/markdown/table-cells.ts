/** The cells of one line of a table, with their columns. A pipe counts unless a backslash is before it. */
import type { Cell } from './blocks.ts'

/** What stands before a table that is inside of quotes or list items. */
const BEFORE = /^(?:[ \t]|>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))*/

export const cellsOf = (line: string): Cell[] => {
  const cells: Cell[] = []
  let from = BEFORE.exec(line)?.[0].length ?? 0
  if (line[from] === '|') from += 1
  const end = endOf(line)
  let start = from
  for (let at = from; at <= end; at += 1) {
    if (line[at] === '\\') {
      at += 1
      continue
    }
    if (at < end && line[at] !== '|') continue
    cells.push(cell(line, start, Math.min(at, end)))
    start = at + 1
  }
  if (start < end) cells.push(cell(line, start, end))
  return cells
}

/** Without the closing pipe and what is blank. */
const endOf = (line: string): number => {
  const end = line.trimEnd().length
  return line[end - 1] === '|' && line[end - 2] !== '\\' ? end - 1 : end
}

const cell = (line: string, start: number, end: number): Cell => {
  const raw = line.slice(start, end)
  const column = start + (raw.length - raw.trimStart().length) + 1
  return { text: raw.trim().replaceAll('\\|', '|'), column }
}
