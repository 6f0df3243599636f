/**
 * The last touch on rendered Markdown: no double blank lines, tables whose columns stand under each
 * other. Fenced blocks stay byte by byte. What it changes is white space between cells and lines.
 */

import type { MarkdownLines } from './markdown-lines.ts'

/** A longer cell does not push the whole column to its width. */
const MAX_WIDTH = 48
/** A longer table is searched and not read; putting its columns under each other only takes time. */
const MAX_ALIGNED_ROWS = 2000

export const tidy = ({ lines, isText }: MarkdownLines): string => {
  const out: string[] = []
  let table: string[] = []
  const flush = (): void => {
    if (table.length === 0) return
    for (const line of alignTable(table)) out.push(line)
    table = []
  }
  for (let index = 0; index < lines.length; index += 1) {
    const raw = lines[index] ?? ''
    const inText = isText[index] === true
    const line = inText ? raw.trimEnd() : raw
    if (inText && line.startsWith('|')) {
      table.push(line)
      continue
    }
    flush()
    const isBlank = inText && line === ''
    if (!isBlank || (out.length > 0 && out.at(-1) !== '')) out.push(line)
  }
  flush()
  return `${out.join('\n').trimEnd()}\n`
}

export const cellsOf = (line: string): string[] => {
  const cells: string[] = []
  let from = line.startsWith('|') ? 1 : 0
  for (let at = line.indexOf('|', from); at !== -1; at = line.indexOf('|', at + 1)) {
    if (line[at - 1] === '\\') continue
    cells.push(line.slice(from, at).trim())
    from = at + 1
  }
  if (from < line.length) cells.push(line.slice(from).trim())
  return cells
}

export const alignTable = (lines: readonly string[]): string[] => {
  if (lines.length > MAX_ALIGNED_ROWS) return [...lines]
  const rows = lines.map(cellsOf)
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries())
      if (!isRule(cell))
        widths[column] = Math.max(widths[column] ?? 3, Math.min(widthOf(cell), MAX_WIDTH))
  return rows.map((row) => {
    let line = '|'
    for (const [column, cell] of row.entries()) {
      const width = widths[column] ?? 3
      line += isRule(cell)
        ? ` ${'-'.repeat(width)} |`
        : ` ${cell}${' '.repeat(Math.max(0, width - widthOf(cell)))} |`
    }
    return line
  })
}

const isRule = (cell: string): boolean => cell.startsWith('---') && /^-+$/.test(cell)

/** Code points, which is near enough to columns of a terminal for names and numbers. */
const widthOf = (cell: string): number => {
  let width = cell.length
  for (const char of cell) if (char.length === 2) width -= 1
  return width
}
