/**
 * A log of any length through a buffer of fixed size. Bytes come in; the buffer holds what was read
 * already (so that a stack trace finds its first line), what is being read, and what lies ahead (so
 * that an entry is judged as a whole):
 *   | behind, at most 64 KiB | being read | ahead, at most 64 KiB |
 * A line longer than 64 KiB is looked at by its beginning; the rest of it is passed over.
 */
import { createContext, Script } from 'node:vm'
import { entryAround, lineEnd, lineStart, MAX_ENTRY_BYTES } from './record-range.ts'
import type { Candidate, Rules } from './rules.ts'
import type { Range } from './literal-scan.ts'

const BUFFER_BYTES = 2 * 1024 * 1024
const LF = 0x0a
/** For the patterns of one buffer. What takes longer is a pattern that goes back and forth in one line. */
const PATTERN_MS = 5_000
/** More bytes of a line are not looked at. */
export const MAX_LINE_BYTES = MAX_ENTRY_BYTES

export type Found = {
  bytes: Buffer
  /** The whole entry, with its following lines. */
  entry: Range
  candidates: Candidate[]
}

export type LogScan = {
  push(bytes: Uint8Array): void
  end(): void
  lines(): number
  longLines(): number
}

/** A pattern that does not come to an end. */
export class EndlessPattern extends Error {}

export function createLogScan(rules: Rules, onFound: (found: Found) => void): LogScan {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  const state = { length: 0, done: 0, lineFrom: 0, lines: 0, longLines: 0, inLongLine: false }
  const limited = limitedBy(rules)

  const read = (isEnd: boolean): void => {
    const whole = isEnd ? state.length : buffer.lastIndexOf(LF, state.length - 1) + 1
    const until = isEnd ? whole : lineStart(buffer, Math.max(state.done, whole - MAX_ENTRY_BYTES))
    if (until <= state.done) return
    limited(() => {
      const range = { from: state.done, to: until }
      state.done = Math.max(until, readRange(buffer, { range, end: whole, rules, onFound }))
    })
  }
  const endLine = (at: number): void => {
    state.lines += 1
    if (at - state.lineFrom >= MAX_LINE_BYTES) state.longLines += 1
    state.lineFrom = at + 1
  }
  /** Lines are counted as they come: one look at every byte. */
  const take = (bytes: Uint8Array): void => {
    buffer.set(bytes, state.length)
    const taken = buffer.subarray(0, state.length + bytes.length)
    for (let at = taken.indexOf(LF, state.length); at >= 0; at = taken.indexOf(LF, at + 1)) {
      endLine(at)
    }
    state.length = taken.length
  }
  const makeRoom = (): void => {
    const from = Math.max(0, lineStart(buffer, state.done - MAX_ENTRY_BYTES))
    const keep = state.done - from > MAX_ENTRY_BYTES * 2 ? state.done : from
    buffer.copyWithin(0, keep, state.length)
    state.length -= keep
    state.done -= keep
    state.lineFrom -= keep
  }
  const passLongLine = (): void => {
    const start = lineStart(buffer, state.length)
    if (state.length - start <= MAX_LINE_BYTES * 2) return
    state.length = start + MAX_LINE_BYTES
    state.inLongLine = true
  }
  const afterLongLine = (bytes: Uint8Array): Uint8Array => {
    const end = bytes.indexOf(LF)
    if (end < 0) return bytes.subarray(bytes.length)
    state.inLongLine = false
    return bytes.subarray(end)
  }

  return {
    push(bytes) {
      let rest = state.inLongLine ? afterLongLine(bytes) : bytes
      while (rest.length > 0) {
        const part = rest.subarray(0, BUFFER_BYTES - state.length)
        take(part)
        rest = rest.subarray(part.length)
        if (state.length < BUFFER_BYTES) continue
        read(false)
        passLongLine()
        makeRoom()
        if (state.inLongLine) rest = afterLongLine(rest)
      }
    },
    end() {
      if (state.length > state.lineFrom) endLine(state.length)
      read(true)
    },
    lines: () => state.lines,
    longLines: () => state.longLines,
  }
}

/** A regular expression cannot be stopped from outside but by the engine's own watchdog. */
function limitedBy(rules: Rules): (work: () => void) => void {
  const held = { work: () => {} }
  const context = createContext(held)
  const script = new Script('work()')
  return (work) => {
    held.work = work
    try {
      script.runInContext(context, { timeout: PATTERN_MS })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      throw new EndlessPattern(
        `the pattern ${rules.trying.pattern} takes too long: write it without a repetition inside a repetition`,
      )
    }
  }
}

type Reading = { range: Range; end: number; rules: Rules; onFound: (found: Found) => void }

/** Where it came to an end: an entry that began in the range is read beyond it. */
function readRange(bytes: Buffer, { range, end, rules, onFound }: Reading): number {
  const hits = hitsIn(bytes, { from: range.from, to: end }, rules)
  let next = 0
  let done = range.from
  while (next < hits.length) {
    const at = lineStart(bytes, hits[next]?.at ?? 0)
    if (at >= range.to) break
    const entry = entryAround(bytes, at, { from: 0, to: end })
    const lines = new Map<number, Set<number>>()
    for (; next < hits.length; next += 1) {
      const hit = hits[next]
      if (hit === undefined || hit.at > entry.to) break
      const start = lineStart(bytes, hit.at)
      if (hit.at - start > MAX_LINE_BYTES) continue
      lines.set(start, (lines.get(start) ?? new Set()).add(hit.pattern))
    }
    const candidates = [...lines].map(([start, patterns]): Candidate => {
      const to = Math.min(lineEnd(bytes, start, end), start + MAX_LINE_BYTES)
      return { line: bytes.toString('utf8', start, to).replace(/\r$/, ''), patterns }
    })
    if (candidates.length > 0) onFound({ bytes, entry, candidates })
    done = Math.min(entry.to + 1, end)
  }
  return done
}

type Hit = { at: number; pattern: number }

function hitsIn(bytes: Buffer, range: Range, rules: Rules): Hit[] {
  const hits: Hit[] = []
  rules.scan.scan(bytes, range, (at, pattern) => hits.push({ at, pattern }))
  if (rules.always.length === 0) return hits.sort((a, b) => a.at - b.at)
  for (let at = range.from; at < range.to; at = lineEnd(bytes, at, range.to) + 1) {
    for (const pattern of rules.always) hits.push({ at, pattern })
  }
  return hits.sort((a, b) => a.at - b.at)
}
