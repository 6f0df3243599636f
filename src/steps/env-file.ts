/**
 * The one reader of env files. Values are read by Node's own parser, one assignment at a time: given
 * a whole file, it does not say where a name was, or that it was given twice, and takes a byte order
 * mark, or a tab after `export`, for a part of the name.
 */
import { parseEnv } from 'node:util'

type Assignment = { name: string; value: string; line: number }

export type EnvFile = {
  /** In the order of the file; a name that is given twice is there twice. */
  assignments: Assignment[]
  /** What each name comes to: its last assignment. */
  values: ReadonlyMap<string, string>
  /** Lines that are neither an assignment nor a comment. */
  strayLines: number[]
  /** Assignments whose quotation mark is closed only after what looks like another assignment. */
  openQuotes: Assignment[]
}

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.:-]*)[ \t]*=/
/** A base64 line of a key that was pasted without quotes: it is part of a secret and no name. */
const LOOKS_ENCODED = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{24,}$/
const MAX_NAME_CHARS = 200

export function readEnvFile(text: string): EnvFile {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const file = {
    assignments: [] as Assignment[],
    values: new Map<string, string>(),
    strayLines: [] as number[],
    openQuotes: [] as Assignment[],
  }
  let line = 1
  for (let start = 0; start < plain.length; line += 1) {
    const end = endOfLine(plain, start)
    const first = plain.slice(start, end)
    const name = nameIn(first)
    if (name === undefined) {
      if (!/^\s*(#|$)/.test(first)) file.strayLines.push(line)
      start = end + 1
      continue
    }
    const from = start + first.indexOf('=') + 1
    const close = endOfValue(plain, from, end)
    const value = parseEnv(`K=${plain.slice(from, close)}`)['K'] ?? ''
    const assignment = { name, value, line }
    file.assignments.push(assignment)
    file.values.set(name, value)
    if (close > end) {
      const further = plain.slice(end + 1, close).split('\n')
      if (further.some((inner) => nameIn(inner) !== undefined)) file.openQuotes.push(assignment)
      line += further.length
    }
    start = close + 1
  }
  return file
}

function nameIn(line: string): string | undefined {
  const name = ASSIGNMENT.exec(line)?.[1]
  if (name === undefined || name.length > MAX_NAME_CHARS || LOOKS_ENCODED.test(name)) {
    return undefined
  }
  return name
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** Of the line in which a quoted value ends; an open quotation mark quotes nothing. */
function endOfValue(text: string, from: number, lineEnd: number): number {
  const quote = /^[ \t]*(["'`])/.exec(text.slice(from, lineEnd))
  if (quote === null) return lineEnd
  const close = text.indexOf(quote[1] as string, from + quote[0].length)
  return close === -1 || close < lineEnd ? lineEnd : endOfLine(text, close)
}
