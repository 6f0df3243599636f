/** From an offset in a text to line, column, and the excerpt that is shown under a message. */
import type { Place } from '../../errors.ts'

export type Lines = {
  /** 1-based; columns count UTF-16 units, a byte order mark is not counted. */
  at(offset: number): { line: number; column: number }
  text(line: number): string
}

export function linesOf(text: string): Lines {
  const starts = [0]
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) {
    starts.push(index + 1)
  }
  const lineAt = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
  const lineText = (index: number): string =>
    text.slice(starts[index], starts[index + 1] ?? text.length).replace(/\r?\n$/, '')
  return {
    at(offset) {
      const within = Math.max(0, Math.min(offset, text.length))
      const index = lineAt(within)
      const mark = index === 0 && text.startsWith('\uFEFF') ? 1 : 0
      const column = within - (starts[index] as number) - mark + 1
      return { line: index + 1, column: Math.max(1, Math.min(column, lineText(index).length + 1)) }
    },
    text: (line) => lineText(line - 1).replace(/^\uFEFF/, ''),
  }
}

const MAX_WIDTH = 120

/** Controls and marks of direction: they would move the caret, or more than the caret. */
const CONTROLS = /[\p{Cc}\p{Cf}]/gu

/** A password in a url, wherever it stands in the text; as long as before, so that carets fit. */
export const maskUrls = (text: string): string =>
  text.replace(
    /(:\/\/[^\s/:@"']*:)([^\s/@"']+)(?=@)/g,
    (_, before: string, password: string) => before + '*'.repeat(password.length),
  )

/** The line and a caret under the column; a long line is cut around it. */
export function excerptOf(lines: Lines, { line, column }: Omit<Place, 'file'>): string {
  const from = Math.max(0, column - 1 - MAX_WIDTH / 2)
  const cut = maskUrls(lines.text(line)).slice(from, from + MAX_WIDTH)
  const shown = cut.replace(CONTROLS, ' ')
  return `${shown}\n${' '.repeat(column - 1 - from)}^`
}
