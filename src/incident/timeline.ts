/** The story of an incident as rows, from its events and nothing else. */
import { clockJumps } from './clock-jumps.ts'
import { describeEvent, notesInWords } from './describe-event.ts'
import { durationInWords } from './duration.ts'
import type { EventType, IncidentEvent } from './event.ts'
import { visibleLine } from './visible.ts'

export { commitSubject, describeEvent } from './describe-event.ts'

export type TimelineRow = {
  clock: number
  /** When it happened, RFC 3339 UTC. */
  at: string
  /** When it was recorded, where a person said that it happened at another time. */
  recorded_at?: string
  type: EventType
  /** The name of who did it, else the e-mail address. */
  actor: string
  step?: string
  text: string
}

/** Where a person gave another time than the moment of recording. */
const effectiveAt = (event: IncidentEvent): string | undefined => {
  if (event.type === 'note.added') return event.data.effective_at
  if (event.type === 'incident.updated' || event.type === 'incident.resolved')
    return event.data.effective_at
  return undefined
}

/** A diagnosis is carried out, whatever it sees: its finding tells what was not as wanted. */
const textOf = (event: IncidentEvent, observed: ReadonlySet<string>): string => {
  if (
    event.type !== 'step.finished' ||
    event.data.status !== 'succeeded' ||
    !observed.has(keyOf(event))
  )
    return describeEvent(event)
  const carriedOut = `Step ${event.step} was carried out in ${durationInWords(event.data.duration_ms)}.`
  const notes = notesInWords(event.data)
  return notes === undefined ? carriedOut : visibleLine(`${carriedOut} ${notes}`)
}

const keyOf = ({ run, step, attempt }: IncidentEvent): string =>
  JSON.stringify([run, step, attempt])

const rowOf = (event: IncidentEvent, observed: ReadonlySet<string>): TimelineRow => {
  const effective = effectiveAt(event)
  const step = event.step ?? (event.type === 'note.added' ? event.data.step : undefined)
  return {
    clock: event.clock,
    at: effective ?? event.at,
    ...(effective === undefined ? {} : { recorded_at: event.at }),
    type: event.type,
    actor: event.actor.name || event.actor.email,
    ...(step === undefined ? {} : { step }),
    text: textOf(event, observed),
  }
}

/**
 * Rows in causal order, as the events come; a row that was told later than it happened goes before
 * the first row of a later time. Rows are never sorted by time alone: clocks of machines disagree.
 */
export const timeline = (events: readonly IncidentEvent[]): TimelineRow[] =>
  timelineWithEvents(events).map(({ row }) => row)

export const timelineWithEvents = (
  events: readonly IncidentEvent[],
): { row: TimelineRow; event: IncidentEvent }[] => {
  const observed = new Set(
    events
      .filter((event) => event.type === 'step.started' && event.data.observe === true)
      .map(keyOf),
  )
  const jumps = clockJumps(events)
  const all = events.map((event) => {
    const row = rowOf(event, observed)
    const jump = jumps.get(event.clock)
    return { row: jump === undefined ? row : { ...row, text: `${row.text} ${jump}` }, event }
  })
  const told = all.filter(({ row }) => row.recorded_at !== undefined)
  const rows = all.filter(({ row }) => row.recorded_at === undefined)
  for (const late of told) {
    const index = rows.findIndex(({ row }) => Date.parse(row.at) > Date.parse(late.row.at))
    rows.splice(index === -1 ? rows.length : index, 0, late)
  }
  return rows
}
