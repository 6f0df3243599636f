/**
 * Checks one log, pushed in chunks of any size: lines, sequence, clock and chain over the stored
 * bytes. Hashing is nearly all it does per line, so that a log of a million events costs about what
 * sha256sum does. Each event of a log of ordinary length is checked against its schema too.
 */
import type { IncidentEvent } from '../incident/event.ts'
import { digestOfLine, FIRST_PREV } from './chain.ts'
import { COMMITTED, decodeLine } from './codec.ts'
import type { Problem, ProblemCode, VerifiedLog } from './verify-report.ts'
import { PROBLEM_LIMIT } from './verify-report.ts'

/** Longer logs are checked for chain and sequence only, beyond this many events. */
export const SCHEMA_LIMIT_EVENTS = 20_000

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
  /** The first events, for the schema check and the fold. */
  events_: IncidentEvent[]
  /** Of the first events, by seq. */
  digests: string[]
  /** How many of the first events get a commit of their own. */
  committed: number
}

export function logVerifier(log: { writer: string; incident: string }) {
  const report: LogReport = {
    writer: log.writer,
    events: 0,
    head: FIRST_PREV,
    problems: [],
    mentions: new Map(),
    events_: [],
    digests: [],
    committed: 0,
  }
  let clock = -1
  let atByte = 0
  let rest: Buffer = Buffer.alloc(0)

  const problem = (code: ProblemCode, message: string): void => {
    if (report.problems.length >= PROBLEM_LIMIT) return
    const seq = report.events
    report.problems.push({
      code,
      writer: log.writer,
      seq,
      message: `event ${seq}, byte ${atByte}: ${message}`,
    })
  }
  const line = (bytes: Buffer): void => {
    const seq = numberAt(bytes, HEAD.length)
    const fast = bytes.compare(HEAD, 0, HEAD.length, 0, HEAD.length) === 0 && seq !== undefined
    const clockAt = fast ? HEAD.length + String(seq).length : 0
    const ownClock =
      fast && bytes.compare(CLOCK, 0, CLOCK.length, clockAt, clockAt + CLOCK.length) === 0
        ? numberAt(bytes, clockAt + CLOCK.length)
        : undefined
    const wantsParse = report.events < SCHEMA_LIMIT_EVENTS || bytes.includes(MENTION)
    const known = report.problems.length
    if (ownClock === undefined || wantsParse) parsed(bytes)
    if (ownClock === undefined && report.problems.length === known) {
      problem('bad_line', 'the line is not in the form that hotwash writes')
    }
    const prev = bytes.toString('latin1', bytes.length - PREV_FROM_END, bytes.length - 3)
    if (ownClock !== undefined && prev !== report.head) {
      problem(
        'bad_chain',
        `does not continue event ${report.events - 1}: one of the two was changed`,
      )
    }
    if (seq !== undefined && fast && seq !== report.events) problem('bad_seq', `has seq ${seq}`)
    if (ownClock !== undefined && ownClock <= clock)
      problem('bad_clock', `has clock ${ownClock} after ${clock}`)
    clock = ownClock ?? clock
    report.head = digestOfLine(bytes)
    if (report.events < SCHEMA_LIMIT_EVENTS) report.digests.push(report.head)
    report.events += 1
    atByte += bytes.length
  }
  const parsed = (bytes: Buffer): void => {
    const decoded = decodeLine(bytes.toString('utf8', 0, bytes.length - 1))
    if (!decoded.ok) return problem('bad_line', `the line ${decoded.message}`)
    const { event } = decoded
    if (event.incident !== log.incident)
      problem('bad_line', `belongs to incident ${event.incident}`)
    if (report.events < SCHEMA_LIMIT_EVENTS) {
      report.events_.push(event)
      if (COMMITTED[event.type]) report.committed += 1
    }
    for (const path of mentionedBy(event)) {
      if (!report.mentions.has(path)) report.mentions.set(path, report.events)
    }
  }
  return {
    push(bytes: Uint8Array): void {
      const chunk =
        rest.length === 0
          ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
          : Buffer.concat([rest, bytes])
      let at = 0
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, at)) {
        line(chunk.subarray(at, end + 1))
        at = end + 1
      }
      // A copy: the caller may use its buffer again.
      rest = Buffer.from(chunk.subarray(at))
    },
    end(): LogReport {
      if (rest.length > 0) problem('torn_tail', `${rest.length} bytes behind the last whole line`)
      return report
    },
  }
}

/** Digits at this place, as they are written by JSON.stringify. */
function numberAt(bytes: Buffer, from: number): number | undefined {
  let value = 0
  let at = from
  for (; at < bytes.length; at += 1) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  return at === from ? undefined : value
}

function mentionedBy(event: IncidentEvent): string[] {
  switch (event.type) {
    case 'run.started':
    case 'run.resumed':
      return [`runbooks/${event.data.runbook.sha256}.yaml`]
    case 'step.finished':
    case 'undo.finished':
    case 'command.recorded':
      return (event.data.evidence ?? []).map(({ sha256 }) => `evidence/${sha256}`)
    default:
      return []
  }
}

/** Which field of an event is not what its type says; undefined when all is well. */
export async function schemaProblems(report: LogReport): Promise<Problem[]> {
  const { event: schema } = await import('../incident/event.ts')
  const problems: Problem[] = []
  for (const event of report.events_) {
    const checked = schema.safeParse(event)
    if (checked.success || problems.length >= PROBLEM_LIMIT) continue
    const issue = checked.error.issues[0]
    const where = issue?.path.join('.') ?? ''
    problems.push({
      code: 'bad_schema',
      writer: report.writer,
      seq: event.seq,
      message: `event ${event.seq}: ${event.type}: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'invalid'}`,
    })
  }
  return problems
}
