/** The story of an incident as rows, from its events and nothing else. */
import { clockJumps } from './clock-jumps.ts'
import { correctionsOf, type Note } from './corrections.ts'
import { describeEvent, notesInWords } from './describe-event.ts'
import { durationInWords, momentInWords } from './duration.ts'
import type { EventType, IncidentEvent, Precision } from './event.ts'
import { visibleLine } from './visible.ts'

export { commitSubject, describeEvent } from './describe-event.ts'

export type TimelineRow = {
  clock: number
  /** When it happened, RFC 3339 UTC. */
  at: string
  /** How well that is known; absent: to the second. */
  precision?: Precision
  /** Where that is known from, as a person said. */
  source?: string
  /** When it was recorded, where a person said that it happened at another time. */
  recorded_at?: string
  type: EventType
  /** The name of who did it, else the e-mail address. */
  actor: string
  /** Who recorded it, where a person told what somebody else did. */
  told_by?: string
  step?: string
  text: string
  /** What it said before it was corrected, oldest first. */
  corrected?: { clock: number; text: string }[]
}

type Told = {
  at?: string | undefined
  precision?: Precision | undefined
  source?: string | undefined
}

/** Where a person gave another time than the moment of recording, and how well it is known. */
const toldOf = (event: IncidentEvent): Told => {
  if (
    event.type === 'note.added' ||
    event.type === 'incident.resolved' ||
    event.type === 'incident.declared'
  ) {
    const { effective_at: at, precision, source } = event.data
    return { at, precision, source }
  }
  if (event.type !== 'incident.updated') return {}
  const { effective_at: at, precisions, source } = event.data
  return { at, precision: precisions?.effective_at, source }
}

/** A diagnosis is carried out, whatever it sees: its finding tells what was not as wanted. */
const textOf = (event: IncidentEvent, observed: ReadonlySet<string>): string => {
  if (event.type === 'note.added') return describeEvent({ ...event, data: withoutTeller(event) })
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

/** Who did it has a place of its own in a row. */
const withoutTeller = ({ data }: Note): Note['data'] => ({ ...data, by: undefined })

const keyOf = ({ run, step, attempt }: IncidentEvent): string =>
  JSON.stringify([run, step, attempt])

const nameOf = ({ actor }: IncidentEvent): string => actor.name || actor.email

const rowOf = (event: IncidentEvent, observed: ReadonlySet<string>): TimelineRow => {
  const { at, precision = 'exact', source } = toldOf(event)
  const note = event.type === 'note.added' ? event.data : undefined
  const step = event.step ?? note?.step
  return {
    clock: event.clock,
    at: at ?? event.at,
    ...(at === undefined || precision === 'exact' ? {} : { precision }),
    ...(source === undefined ? {} : { source }),
    ...(at === undefined ? {} : { recorded_at: event.at }),
    type: event.type,
    actor: note?.by ?? nameOf(event),
    ...(note?.by === undefined || note.by === nameOf(event) ? {} : { told_by: nameOf(event) }),
    ...(step === undefined ? {} : { step }),
    text: textOf(event, observed),
  }
}

/**
 * The row of a note that was corrected: what the last correction says, where the first note stood
 * unless another time was given, and all that was said before.
 */
const correctedRow = (
  note: IncidentEvent,
  corrections: readonly Note[],
  observed: ReadonlySet<string>,
): TimelineRow => {
  const row = rowOf(note, observed)
  const last = corrections.at(-1)
  if (last === undefined || note.type !== 'note.added') return row
  const time = corrections.findLast(({ data }) => data.effective_at !== undefined)
  const { precision: _, ...rest } = row
  const timed = time === undefined ? row : { ...rest, ...timeOf(rowOf(time, observed)) }
  const step = last.data.step ?? row.step
  const earlier = [note, ...corrections.slice(0, -1)]
  const moved = timed.at === row.at ? '' : ` at ${momentInWords(row.at, row.precision)}`
  const was = earlier.map(({ data }) => `"${visibleLine(data.text)}"`).join(', then ')
  const { source } = timed
  const now = describeEvent({ ...note, data: { text: last.data.text, step, source } })
  return {
    ...timed,
    ...(step === undefined ? {} : { step }),
    text: `${now} (corrected by ${visibleLine(nameOf(last))} from ${was}${moved})`,
    corrected: earlier.map(({ clock, data }) => ({ clock, text: data.text })),
  }
}

const timeOf = ({ at, precision, source, recorded_at }: TimelineRow): Partial<TimelineRow> => ({
  at,
  ...(precision === undefined ? {} : { precision }),
  ...(source === undefined ? {} : { source }),
  ...(recorded_at === undefined ? {} : { recorded_at }),
})

/**
 * Rows in causal order, as the events come; a row that was told later than it happened goes before
 * the first row of a later time. Rows are never sorted by time alone: clocks of machines disagree.
 */
export const timeline = (events: readonly IncidentEvent[]): TimelineRow[] =>
  timelineWithEvents(events).map(({ row }) => row)

/** A row, the event that it tells, and the notes that corrected it, which hold it up as well. */
export type TimelineEntry = { row: TimelineRow; event: IncidentEvent; corrections: readonly Note[] }

export const timelineWithEvents = (events: readonly IncidentEvent[]): TimelineEntry[] => {
  const observed = new Set(
    events
      .filter((event) => event.type === 'step.started' && event.data.observe === true)
      .map(keyOf),
  )
  const jumps = clockJumps(events)
  const corrected = correctionsOf(events)
  const all = events
    .filter((event) => !corrected.all.has(event))
    .map((event): TimelineEntry => {
      const corrections = corrected.of.get(event) ?? []
      const row = correctedRow(event, corrections, observed)
      const jump = jumps.get(event.clock)
      return {
        row: jump === undefined ? row : { ...row, text: `${row.text} ${jump}` },
        event,
        corrections,
      }
    })
  return inPlace(all)
}

/** Linear but for the sorting: hundreds of rows may be told at once. */
const inPlace = (all: readonly TimelineEntry[]): TimelineEntry[] => {
  const told = all
    .filter(({ row }) => row.recorded_at !== undefined)
    .map((entry) => ({ entry, ms: Date.parse(entry.row.at) }))
    .toSorted((a, b) => a.ms - b.ms)
  const rows: TimelineEntry[] = []
  let next = 0
  for (const entry of all) {
    if (entry.row.recorded_at !== undefined) continue
    const ms = Date.parse(entry.row.at)
    for (let late = told[next]; late !== undefined && late.ms < ms; late = told[++next])
      rows.push(late.entry)
    rows.push(entry)
  }
  return [...rows, ...told.slice(next).map(({ entry }) => entry)]
}
