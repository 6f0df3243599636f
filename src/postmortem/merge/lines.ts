/**
 * A report as lines that can be compared: `key` is what a line says, without what no person means.
 * The padding of table cells says nothing, and neither does the bookkeeping of a render: the tool's
 * version, how many events there were, and in which commit git holds one (which differs by clone).
 */
import { cellsOf } from '../tidy.ts'

export type Line = { text: string; key: string }

/** Inside of a fence nothing is a table, a heading or a footnote. */
const FENCED = '\u0001'

/** Without a byte order mark; `\r` at the ends of lines is told apart by `styleOf`. */
export const linesOf = (text: string): Line[] => {
  let fence: string | undefined
  return plainLines(text).map((line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined
      return { text: line, key: FENCED + line }
    }
    fence = mark
    return { text: line, key: keyOf(line) }
  })
}

const keyOf = (line: string): string =>
  isRow(line) ? keyOfCells(cellsOf(line.trim()).map(ruleAsOne)) : bare(line.trimEnd())

const ruleAsOne = (cell: string): string => (/^-{3,}$/.test(cell) ? '---' : cell)

/** Without the bookkeeping of a render. Only in the lines that hold it: elsewhere people wrote it. */
const bare = (line: string): string => {
  if (line.startsWith('[^e'))
    return line.replace(/^(\[\^e\w+\]: .*), (?:commit `[0-9a-f]+`|no commit yet)\.$/, '$1.')
  if (line.startsWith('rendered_by: "hotwash '))
    return line.replace(/^(rendered_by: "hotwash) \d[\w.+-]*/, '$1')
  return line.startsWith('> Written by hotwash ')
    ? line
        .replace(/^(> Written by hotwash) \d[\w.+-]*/, '$1')
        .replace(/\(\d+ events?(?:, up to event \d+)?\)/, '()')
    : line
}

/** A line that also says when and by what it was rendered. */
export const isBookkeeping = ({ text, key }: Line): boolean =>
  !isRow(text) && !isFenced({ text, key }) && key !== text.trimEnd()

/** The marker of a conflict begins with pipes, too. */
export const isRow = (line: string): boolean =>
  line.trimStart().startsWith('|') && !/^\|{7}(?: |$)/.test(line)

/** Cells of the key of a row, and back to a row. */
export const cellsOfKey = (key: string): string[] => key.slice(2).split('\t|\t')
export const keyOfCells = (cells: readonly string[]): string => `|\t${cells.join('\t|\t')}`
export const rowOfKey = (key: string): string => `| ${cellsOfKey(key).join(' | ')} |`

const plainLines = (text: string): string[] => text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)

export const isFenced = ({ key }: Line): boolean => key.startsWith(FENCED)

export const says = (lines: readonly Line[]): string => lines.map(({ key }) => key).join('\n')

/** How a person's editor writes: kept, whatever is merged in. */
export type Style = { mark: '' | '\uFEFF'; newline: '\n' | '\r\n'; lastNewline: boolean }

export const styleOf = (text: string): Style => {
  const windows = text.match(/\r\n/g)?.length ?? 0
  const all = text.match(/\n/g)?.length ?? 0
  return {
    mark: text.startsWith('\uFEFF') ? '\uFEFF' : '',
    newline: windows * 2 > all ? '\r\n' : '\n',
    lastNewline: text.endsWith('\n'),
  }
}

export const written = (lines: readonly string[], style: Style): string => {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  const body = lines.slice(0, last + 1).join(style.newline)
  return `${style.mark}${body}${style.lastNewline ? style.newline : ''}`
}
