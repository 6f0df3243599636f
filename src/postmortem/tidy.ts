/**
 * The last touch on rendered Markdown: no double blank lines, tables whose columns stand under each
 * other. Fenced blocks stay byte by byte. What it changes is white space between cells and lines.
 */

/** A longer cell does not push the whole column to its width. */
const MAX_WIDTH = 48

export const tidy = (markdown: string): string => {
  const out: string[] = []
  let table: string[] = []
  let fence: string | undefined
  const flush = (): void => {
    out.push(...alignTable(table))
    table = []
  }
  for (const raw of markdown.split('\n')) {
    if (fence !== undefined) {
      out.push(raw)
      if (raw.trim() === fence) fence = undefined
      continue
    }
    const line = raw.trimEnd()
    if (line.startsWith('|')) {
      table.push(line)
      continue
    }
    flush()
    fence = /^(`{3,})/.exec(line)?.[1]
    if (line !== '' || (out.length > 0 && out.at(-1) !== '')) out.push(line)
  }
  flush()
  return `${out.join('\n').trimEnd()}\n`
}

export const cellsOf = (line: string): string[] =>
  line
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())

export const alignTable = (lines: readonly string[]): string[] => {
  const rows = lines.map(cellsOf)
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries())
      if (!isRule(cell))
        widths[column] = Math.max(widths[column] ?? 3, Math.min(widthOf(cell), MAX_WIDTH))
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 3
      if (isRule(cell)) return '-'.repeat(width)
      return cell + ' '.repeat(Math.max(0, width - widthOf(cell)))
    })
    return `| ${cells.join(' | ')} |`
  })
}

const isRule = (cell: string): boolean => /^-{3,}$/.test(cell)

/** Code points, which is near enough to columns of a terminal for names and numbers. */
const widthOf = (cell: string): number => Array.from(cell).length
