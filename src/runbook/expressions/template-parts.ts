/** `before ${{ CEL }} after` as its parts. */
export type Part =
  { is: 'text'; text: string } | { is: 'expression'; source: string; start: number }

export type Parts =
  { ok: true; parts: readonly Part[] } | { ok: false; message: string; start: number; end: number }

const OPEN = '${{'
const MAX_PARTS = 200

/** Offset of the closing `}}`: braces of maps and the text of strings do not count. */
function endOf(source: string, from: number): number | undefined {
  let depth = 0
  let quote: string | undefined
  for (let index = from; index < source.length; index += 1) {
    const char = source[index] as string
    if (quote) {
      if (char === '\\') index += 1
      else if (char === quote) quote = undefined
    } else if (char === '"' || char === "'") quote = char
    else if (char === '{') depth += 1
    else if (char === '}' && depth > 0) depth -= 1
    else if (char === '}' && source[index + 1] === '}') return index
  }
  return undefined
}

export function partsOf(source: string): Parts {
  const parts: Part[] = []
  let rest = 0
  for (;;) {
    const open = source.indexOf(OPEN, rest)
    if (open === -1) break
    if (parts.length >= MAX_PARTS) {
      return { ok: false, message: `more than ${MAX_PARTS} parts`, start: open, end: open + 3 }
    }
    if (open > rest) parts.push({ is: 'text', text: source.slice(rest, open) })
    const start = open + OPEN.length
    const end = endOf(source, start)
    if (end === undefined) {
      return { ok: false, message: '${{ is never closed by }}', start: open, end: source.length }
    }
    const inside = source.slice(start, end)
    const indent = inside.length - inside.trimStart().length
    if (!inside.trim()) return { ok: false, message: 'empty ${{ }}', start: open, end: end + 2 }
    parts.push({ is: 'expression', source: inside.trim(), start: start + indent })
    rest = end + 2
  }
  if (rest < source.length) parts.push({ is: 'text', text: source.slice(rest) })
  return { ok: true, parts }
}

/** The expression, when the value is exactly one `${{ }}` and so keeps its type. */
export function wholeExpression(parts: readonly Part[]): string | undefined {
  const filled = parts.filter((part) => part.is === 'expression' || part.text.trim() !== '')
  const [only] = filled
  return filled.length === 1 && only?.is === 'expression' ? only.source : undefined
}
