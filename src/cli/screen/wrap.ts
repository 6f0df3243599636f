/** Text to the width of a terminal. Widths are columns: wide characters count two, marks none. */

const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u
const NONE = /[\p{Mn}\p{Me}]/u

const columnsOfChar = (char: string): number => (NONE.test(char) ? 0 : WIDE.test(char) ? 2 : 1)

export function columns(text: string): number {
  let sum = 0
  for (const char of text) sum += columnsOfChar(char)
  return sum
}

/** At most `width` columns, the cut marked. */
export function fit(text: string, width: number): string {
  if (columns(text) <= width) return text
  let kept = ''
  let sum = 0
  for (const char of text) {
    sum += columnsOfChar(char)
    if (sum > width - 1) break
    kept += char
  }
  return `${kept}…`
}

/**
 * Breaks at blanks where it can, inside a word where it must; `indent` starts every further line.
 * Blanks that do not break (U+00A0) come out as plain ones.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, Math.max(width, 20), indent))
    .map((line) => line.replaceAll('\u00A0', ' '))
}

function wrapLine(line: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(/(?<= )(?=\S)/)) {
    let rest = word
    if (columns(current) + columns(rest.trimEnd()) > width && current.trim() !== '') {
      lines.push(current.trimEnd())
      current = indent
    }
    while (columns(current) + columns(rest.trimEnd()) > width) {
      const taken = take(rest, width - columns(current))
      lines.push(current + taken)
      rest = rest.slice(taken.length)
      current = indent
    }
    current += rest
  }
  lines.push(current.trimEnd())
  return lines
}

/** The longest beginning of at most `width` columns, at least one character. */
function take(text: string, width: number): string {
  let sum = 0
  let end = 0
  for (const char of text) {
    sum += columnsOfChar(char)
    if (sum > width && end > 0) break
    end += char.length
  }
  return text.slice(0, end)
}
