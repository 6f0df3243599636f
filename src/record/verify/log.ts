/**
 * Checks one log, pushed in chunks of any size: lines, sequence, clock and chain over the stored
 * bytes. Hashing is nearly all it does per line, so that a log of a million events costs about what
 * sha256sum does. What the events say is meaning.ts's business.
 */
import type { IncidentEvent } from '../../incident/event.ts'
import { FIRST_PREV } from '../../incident/format.ts'
import { digestOfLine } from '../journal/chain.ts'
import { decodeLine } from '../journal/codec.ts'
import { eventWords } from './event-words.ts'
import type { Problem, ProblemCode, VerifiedLog } from './problem.ts'
import { PROBLEM_LIMIT } from './problem.ts'

/** Beyond this many events, more than any incident has, a log is checked for chain and sequence only. */
export const MEANING_LIMIT_EVENTS = 100_000

const NEWLINE = 10
const HEAD = Buffer.from('{"v":1,"seq":')
const CLOCK = Buffer.from(',"clock":')
const MENTION = Buffer.from('"sha256":"')
/** `","prev":"` … `"}` and the newline: where an encoded line has its prev. */
const PREV_FROM_END = 67

export type LogReport = VerifiedLog & {
  problems: Problem[]
  /** Paths under evidence/ and runbooks/ to the event that names them first. */
  mentions: Map<string, number>
  /** Of the first events, by seq. */
  digests: string[]
  /** The same events' clocks; undefined where the line has none. */
  clocks: (number | undefined)[]
}

type Progress = {
  incident: string
  report: LogReport
  clock: number
  /** Of the line that is looked at. */
  ownClock: number | undefined
  atByte: number
  /** The beginning of a line that goes on in the next chunk. */
  rest: Buffer
}

export function logVerifier(log: { writer: string; incident: string }) {
  const progress: Progress = {
    incident: log.incident,
    report: emptyReport(log.writer),
    clock: -1,
    ownClock: undefined,
    atByte: 0,
    rest: Buffer.alloc(0),
  }
  return {
    push(bytes: Uint8Array): void {
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      const chunk = progress.rest.length === 0 ? view : Buffer.concat([progress.rest, view])
      let at = 0
      // Looked for in the chunk and not in each line: a call costs more than the bytes between.
      let mention = chunk.indexOf(MENTION)
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, at)) {
        const mentions = mention !== -1 && mention < end
        checkLine(progress, chunk.subarray(at, end + 1), mentions)
        at = end + 1
        if (mentions) mention = chunk.indexOf(MENTION, at)
      }
      // A copy: the caller may use its buffer again.
      progress.rest = Buffer.from(chunk.subarray(at))
    },
    end(): LogReport {
      const { rest, report } = progress
      if (rest.length > 0) {
        progress.ownClock = undefined
        note(progress, 'torn_tail', `${rest.length} bytes behind the last whole line`)
      }
      return report
    },
  }
}

const emptyReport = (writer: string): LogReport => ({
  writer,
  events: 0,
  head: FIRST_PREV,
  problems: [],
  mentions: new Map(),
  digests: [],
  clocks: [],
})

function note(
  { report, atByte, ownClock: clock }: Progress,
  code: ProblemCode,
  message: string,
): void {
  if (report.problems.length >= PROBLEM_LIMIT) return
  const { writer, events: seq } = report
  report.problems.push({
    code,
    writer,
    seq,
    message: `${eventWords({ writer, seq, clock })}, byte ${atByte}: ${message}`,
  })
}

function checkLine(progress: Progress, bytes: Buffer, mentions: boolean): void {
  const { report } = progress
  const numbers = numbersOf(bytes)
  const known = report.problems.length
  progress.ownClock = numbers?.clock
  if (numbers === undefined || mentions) parseLine(progress, bytes)
  if (numbers === undefined) {
    if (report.problems.length === known)
      note(progress, 'bad_line', 'not in the form that hotwash writes')
  } else {
    const prev = bytes.toString('latin1', bytes.length - PREV_FROM_END, bytes.length - 3)
    if (prev !== report.head) {
      note(
        progress,
        'bad_chain',
        `does not continue ${eventWords({ writer: report.writer, seq: report.events - 1 })}: one of the two was changed`,
      )
    }
    if (numbers.seq !== report.events) note(progress, 'bad_seq', `has seq ${numbers.seq}`)
    if (numbers.clock <= progress.clock) {
      note(progress, 'bad_clock', `has clock ${numbers.clock} after ${progress.clock}`)
    }
    progress.clock = numbers.clock
  }
  report.head = digestOfLine(bytes)
  if (report.events < MEANING_LIMIT_EVENTS) {
    report.digests.push(report.head)
    report.clocks.push(numbers?.clock)
  }
  report.events += 1
  progress.atByte += bytes.length
}

function parseLine(progress: Progress, bytes: Buffer): void {
  const { report, incident } = progress
  const decoded = decodeLine(bytes.toString('utf8', 0, bytes.length - 1))
  if (!decoded.ok) return note(progress, 'bad_line', `the line ${decoded.message}`)
  const { event } = decoded
  if (event.incident !== incident)
    note(progress, 'bad_line', `belongs to incident ${event.incident}`)
  for (const path of mentionedBy(event)) {
    if (!report.mentions.has(path)) report.mentions.set(path, report.events)
  }
}

/** Read from where encodeEvent puts them; undefined when they are not there. */
function numbersOf(bytes: Buffer): { seq: number; clock: number } | undefined {
  if (!startsAt(bytes, HEAD, 0)) return undefined
  const seq = numberAt(bytes, HEAD.length)
  if (seq === undefined || !startsAt(bytes, CLOCK, seq.end)) return undefined
  const clock = numberAt(bytes, seq.end + CLOCK.length)
  return clock === undefined ? undefined : { seq: seq.value, clock: clock.value }
}

function startsAt(bytes: Buffer, part: Buffer, at: number): boolean {
  for (let n = 0; n < part.length; n += 1) if (bytes[at + n] !== part[n]) return false
  return true
}

/** Digits at this place, as they are written by JSON.stringify. */
function numberAt(bytes: Buffer, from: number): { value: number; end: number } | undefined {
  let value = 0
  let end = from
  for (; end < bytes.length; end += 1) {
    const digit = (bytes[end] as number) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  return end === from ? undefined : { value, end }
}

function mentionedBy(event: IncidentEvent): string[] {
  const { data } = event
  if ('runbook' in data && typeof data.runbook === 'object') {
    const { sha256, includes = [] } = data.runbook
    return [sha256, ...includes.map((one) => one.sha256)].map((digest) => `runbooks/${digest}.yaml`)
  }
  if (!('evidence' in data) || !Array.isArray(data.evidence)) return []
  return data.evidence.map(({ sha256 }) => `evidence/${sha256}`)
}
