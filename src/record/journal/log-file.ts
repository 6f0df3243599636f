/**
 * One log, read forward and only as far as it has not been read. What is known of it stays small:
 * where it ends, and what the next line must continue.
 */
import { closeSync, fstatSync, openSync } from 'node:fs'
import type { IncidentEvent } from '../../incident/event.ts'
import { FIRST_PREV } from '../../incident/format.ts'
import { writerOf } from '../names.ts'
import { digestOfLine } from './chain.ts'
import { decodeLine } from './codec.ts'
import { readAt } from './disk.ts'

export type LogState = {
  writer: string
  path: string
  /** Identity of the file; undefined while there is none. */
  inode: number | undefined
  /** End of the last good line. */
  size: number
  nextSeq: number
  prev: string
  clock: number
  lastLineBytes: number
}

export type Damage = { writer: string; seq: number; atByte: number; message: string }

/** `torn`: bytes behind the last good line that are no line: cut off, or zeros. */
export type ReadResult = { damage: Damage | undefined; torn: number }

export type LogEvent = { event: IncidentEvent; writer: string }

const CHUNK_BYTES = 1 << 20
const NEWLINE = 10

export function emptyLog(path: string): LogState {
  return {
    writer: writerOf(path),
    path,
    inode: undefined,
    size: 0,
    nextSeq: 0,
    prev: FIRST_PREV,
    clock: 0,
    lastLineBytes: 0,
  }
}

/** Yields the events behind `log.size` and moves `log` on; stops at `until` or at the first bad line. */
export function* readForward(
  log: LogState,
  incident: string,
  until = Infinity,
): Generator<LogEvent, ReadResult> {
  const fd = openSync(log.path, 'r')
  try {
    const stat = fstatSync(fd)
    log.inode = stat.ino
    const end = Math.min(stat.size, until)
    let chunk = readAt(fd, log.size, Math.min(CHUNK_BYTES, end - log.size))
    let at = 0
    while (log.size < end) {
      const newline = chunk.indexOf(NEWLINE, at)
      if (newline === -1) {
        // A line longer than the rest of the chunk: read on from its start, twice as far.
        const want = Math.min(Math.max(CHUNK_BYTES, (chunk.length - at) * 2), end - log.size)
        if (want <= chunk.length - at) break
        chunk = readAt(fd, log.size, want)
        at = 0
        continue
      }
      const line = chunk.subarray(at, newline + 1)
      const read = readLine(log, line, incident)
      if (typeof read === 'string') return badLine(log, { line, message: read, end })
      at = newline + 1
      yield { event: read, writer: log.writer }
    }
    return { damage: undefined, torn: end - log.size }
  } finally {
    closeSync(fd)
  }
}

/** The event, with `log` moved behind it; or why this line cannot be the next one. */
function readLine(log: LogState, line: Buffer, incident: string): IncidentEvent | string {
  const decoded = decodeLine(line.toString('utf8', 0, line.length - 1))
  if (!decoded.ok) return decoded.message
  const { event } = decoded
  if (event.seq !== log.nextSeq) return `has seq ${event.seq} where ${log.nextSeq} must follow`
  if (event.prev !== log.prev) {
    return log.nextSeq === 0
      ? 'is not the first of its log: lines before it are missing'
      : `does not continue #${log.nextSeq - 1}: that line or this one was changed`
  }
  if (event.incident !== incident) return `belongs to incident ${event.incident}`
  if (event.clock <= log.clock && log.nextSeq > 0)
    return `has clock ${event.clock} after ${log.clock}`
  moveBehind(log, event, line)
  return event
}

export function moveBehind(log: LogState, event: IncidentEvent, line: Uint8Array): void {
  log.size += line.length
  log.nextSeq = event.seq + 1
  log.prev = digestOfLine(line)
  log.clock = event.clock
  log.lastLineBytes = line.length
}

function badLine(
  log: LogState,
  { line, message, end }: { line: Buffer; message: string; end: number },
): ReadResult {
  const isTail = log.size + line.length >= end
  // After a power cut a file can be long enough and yet hold zeros where the last line should be.
  if (isTail && line.includes(0)) return { damage: undefined, torn: end - log.size }
  const { writer, nextSeq: seq, size: atByte } = log
  return { damage: { writer, seq, atByte, message: `the line ${message}` }, torn: 0 }
}

/** Causal order, the same for every reader: by clock, then writer, then place in its log. */
export const inOrder = (a: LogEvent, b: LogEvent): number =>
  a.event.clock - b.event.clock ||
  (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.event.seq - b.event.seq)

/** One event of each log is held at a time. */
export function* inCausalOrder(logs: readonly Generator<LogEvent>[]): Generator<LogEvent> {
  const heads: (LogEvent & { log: Generator<LogEvent> })[] = []
  const advance = (log: Generator<LogEvent>): void => {
    const next = log.next()
    if (next.done !== true) heads.push({ ...next.value, log })
  }
  try {
    logs.forEach(advance)
    while (heads.length > 0) {
      if (heads.length > 1) heads.sort(inOrder)
      const { log, ...first } = heads.shift() as (typeof heads)[number]
      yield first
      advance(log)
    }
  } finally {
    // Who stops in the middle leaves no file open.
    for (const log of logs) log.return(undefined)
  }
}
