/**
 * Which lines belong together: a stack trace to the line that was logged with it. A line goes on
 * with the entry before it when it is indented, when it closes what was opened, or when it is the
 * rest of a Python traceback, whose last line is not indented. A line that only lacks a time does
 * not: a program that prints errors without times would have one entry in all.
 */
import type { Range } from './literal-scan.ts'

const LF = 0x0a
const CR = 0x0d
const BLANK = 0x20
const TAB = 0x09
/** Looked back and ahead at most so far. */
export const MAX_ENTRY_BYTES = 65_536
const MAX_ENTRY_LINES = 500
const HEAD_BYTES = 160

const GOES_ON =
  /^(?:\tat |at .+[)\d]$|Caused by: |Suppressed: |\.\.\. \d+ more|During handling of |The above exception |[}\])]+[,;]?\s*$)/
const TRACEBACK = /^Traceback \(most recent call last\):/
/** Some loggers write it behind a time, in a line of their own. */
const TRACEBACK_LOGGED = /\bTraceback \(most recent call last\):/
/** A logger wrote it, and a traceback with it. */
const LOGGED = /\b(?:ERROR|CRITICAL|FATAL|WARNING|exception)\b/i

export const lineStart = (bytes: Buffer, at: number): number =>
  at <= 0 ? 0 : bytes.lastIndexOf(LF, at - 1) + 1

/** Where the line ends, its line break excluded; `end` when it has none. */
export function lineEnd(bytes: Buffer, at: number, end: number): number {
  const found = bytes.indexOf(LF, at)
  return found < 0 || found > end ? end : found
}

/** The entry around the line that begins at `at`; within `range`, which begins with a line. */
export function entryAround(bytes: Buffer, at: number, range: Range): Range {
  const floor = Math.max(range.from, at - MAX_ENTRY_BYTES)
  let from = at
  for (let lines = 0; from > floor && lines < MAX_ENTRY_LINES; lines += 1) {
    if (!goesOn(bytes, from, { from: floor, to: range.to })) break
    from = lineStart(bytes, from - 1)
  }
  const ceiling = Math.min(range.to, from + MAX_ENTRY_BYTES)
  let to = lineEnd(bytes, at, range.to)
  for (let lines = 0; to + 1 < ceiling && lines < MAX_ENTRY_LINES; lines += 1) {
    if (!goesOn(bytes, to + 1, range)) break
    to = lineEnd(bytes, to + 1, range.to)
  }
  return { from: Math.max(from, range.from), to }
}

/** Whether the line that begins at `at` belongs to the line before it. */
function goesOn(bytes: Buffer, at: number, range: Range): boolean {
  const first = bytes[at]
  if (first === BLANK || first === TAB) return !isEmpty(bytes, at, range.to)
  if (at <= range.from) return false
  const head = headOf(bytes, at, range.to)
  if (GOES_ON.test(head)) return true
  const before = lineStart(bytes, at - 1)
  if (TRACEBACK.test(head)) return LOGGED.test(headOf(bytes, before, range.to))
  return isIndented(bytes, before) && followsTraceback(bytes, before, range)
}

const isIndented = (bytes: Buffer, at: number): boolean => bytes[at] === BLANK || bytes[at] === TAB

/** `ValueError: …` after the indented lines of a traceback. */
function followsTraceback(bytes: Buffer, at: number, range: Range): boolean {
  let line = at
  for (let lines = 0; lines < MAX_ENTRY_LINES && line > range.from; lines += 1) {
    if (!isIndented(bytes, line)) break
    line = lineStart(bytes, line - 1)
  }
  return TRACEBACK_LOGGED.test(headOf(bytes, line, range.to))
}

const headOf = (bytes: Buffer, at: number, end: number): string =>
  bytes.toString('latin1', at, Math.min(lineEnd(bytes, at, end), at + HEAD_BYTES))

function isEmpty(bytes: Buffer, at: number, end: number): boolean {
  for (let index = at; index < end; index += 1) {
    const byte = bytes[index]
    if (byte === LF) return true
    if (byte !== BLANK && byte !== TAB && byte !== CR) return false
  }
  return true
}
