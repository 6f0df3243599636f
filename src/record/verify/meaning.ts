/**
 * What the events say: each against its schema, then refolded in causal order, and each approval
 * judged again on the way. The logs are read a second time and event by event, so that memory stays
 * small whatever their length.
 */
import type { event, IncidentEvent } from '../../incident/event.ts'
import { applyEvent, emptyState } from '../../incident/fold.ts'
import { COMMITTED, decodeLine } from '../journal/codec.ts'
import type { LogEvent } from '../journal/log-file.ts'
import { inCausalOrder } from '../journal/log-file.ts'
import { approvalOf } from './approvals.ts'
import { reviewProblem, type Before } from './reviews.ts'
import type { LogReport } from './log.ts'
import { MEANING_LIMIT_EVENTS } from './log.ts'
import { eventWords } from './event-words.ts'
import type { Problem, ProblemCode } from './problem.ts'
import { PROBLEM_LIMIT } from './problem.ts'

/** A log whose bytes were checked, and can be read again. */
export type ReadLog = { report: LogReport; chunks: () => Iterable<Uint8Array> }

export type Meaning = {
  problems: Problem[]
  notes: string[]
  /** By writer, how many of the first events get a commit of their own. */
  committed: Map<string, number>
}

const NEWLINE = 10

export async function meaningOf(incident: string, logs: readonly ReadLog[]): Promise<Meaning> {
  const { event: schema } = await import('../../incident/event.ts')
  const meaning: Meaning = { problems: [], notes: logs.flatMap(lengthNote), committed: new Map() }
  const checked = logs.map((log) => checkedEvents(log, { incident, schema, meaning }))
  const state = emptyState(incident)
  const reviews: Before = { decisions: [], rendered: new Set() }
  let isSound = logs.every(({ report }) => report.problems.length === 0)
  for (const { event, writer } of inCausalOrder(checked)) {
    isSound &&= meaning.problems.every(({ code }) => code === 'approval')
    if (!isSound) continue
    try {
      for (const { problem, note } of [approvalOf(state, event), reviewProblem(reviews, event)]) {
        if (note !== undefined) meaning.notes.push(`${eventWords({ ...event, writer })}: ${note}`)
        if (problem !== undefined)
          add(meaning, { ...event, writer }, { code: 'approval', message: problem })
      }
      applyEvent(state, event)
    } catch (error) {
      const message = `cannot follow: ${(error as Error).message}`
      add(meaning, { ...event, writer }, { code: 'fold', message })
    }
  }
  return meaning
}

const lengthNote = ({ report }: ReadLog): string[] =>
  report.events > MEANING_LIMIT_EVENTS
    ? [
        `${report.writer}: schemas, approvals and the state were checked of the first ${MEANING_LIMIT_EVENTS} events`,
      ]
    : []

function add(
  { problems }: Meaning,
  { writer, seq, clock }: { writer: string; seq: number; clock?: number | undefined },
  { code, message }: { code: ProblemCode; message: string },
): void {
  if (problems.length >= PROBLEM_LIMIT) return
  problems.push({ code, writer, seq, message: `${eventWords({ writer, seq, clock })}: ${message}` })
}

type Checking = { incident: string; schema: typeof event; meaning: Meaning }

/** The events that are what they should be; the others are problems. */
function* checkedEvents(
  { report, chunks }: ReadLog,
  { incident, schema, meaning }: Checking,
): Generator<LogEvent> {
  const { writer } = report
  const said = new Set(report.problems.map(({ seq }) => seq))
  // A journal may have grown since its bytes were checked.
  const end = Math.min(report.events, MEANING_LIMIT_EVENTS)
  let seq = -1
  let committed = 0
  for (const line of linesOf(chunks())) {
    seq += 1
    if (seq >= end) break
    const read = readEvent(line, { incident, schema })
    if ('event' in read) {
      if (COMMITTED[read.event.type]) committed += 1
      yield { event: read.event, writer }
    } else if (!said.has(seq)) add(meaning, { writer, seq, clock: report.clocks[seq] }, read)
  }
  meaning.committed.set(writer, committed)
}

function readEvent(
  line: Buffer,
  { incident, schema }: Omit<Checking, 'meaning'>,
): { event: IncidentEvent } | { code: ProblemCode; message: string } {
  const decoded = decodeLine(line.toString('utf8'))
  if (!decoded.ok) return { code: 'bad_line', message: `the line ${decoded.message}` }
  const { event } = decoded
  if (event.incident !== incident)
    return { code: 'bad_line', message: `belongs to incident ${event.incident}` }
  const checked = schema.safeParse(event)
  if (checked.success) return { event }
  const issue = checked.error.issues[0]
  const where = issue?.path.join('.') ?? ''
  const what = `${where === '' ? '' : `${where}: `}${issue?.message ?? 'invalid'}`
  return { code: 'bad_schema', message: `${event.type}: ${what}` }
}

/** Without the newlines. A line is good until the next one is asked for. */
function* linesOf(chunks: Iterable<Uint8Array>): Generator<Buffer> {
  let rest = Buffer.alloc(0)
  for (const bytes of chunks) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const chunk = rest.length === 0 ? view : Buffer.concat([rest, view])
    let at = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, at)) {
      yield chunk.subarray(at, end)
      at = end + 1
    }
    rest = Buffer.from(chunk.subarray(at))
  }
}
