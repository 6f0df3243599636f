/** Many notes at once: rows of a timeline from a text. All of them or none, and none of them twice. */
import { defined } from '../../incident/defined.ts'
import { HotwashError } from '../../errors.ts'
import type { EventData, IncidentEvent } from '../../incident/event.ts'
import { zoneOf } from '../../markdown/zones.ts'
import type { Published } from '../../ports/journal.ts'
import { notesFromText, type NoteRow, type NotUnderstood } from './notes-from-text.ts'
import { checkDay, checkZone } from '../day-and-zone.ts'
import type { Noise } from './pasted-lines.ts'
import { pickIncident } from '../pick-incident.ts'
import { openForReport } from '../take-up.ts'
import { publishNow } from '../publish-now.ts'
import { readSource } from './read-time.ts'
import type { RecordWorld } from '../record-world.ts'

const MOST_ROWS = 5_000
const MOST_CHARACTERS = 20_000

export type NotesRequest = {
  incident: string | undefined
  /** The text with the rows. */
  text: string
  /** A note besides, which is one too many. */
  note: string | undefined
  /** Of rows that name no day: `2026-11-20`; today in the zone when left out. */
  day: string | undefined
  zone: string | undefined
  source: string | undefined
  /** Only say what was understood. */
  dryRun: boolean
  /** Note what was understood, and leave the rest out. */
  skip: boolean
}

export type NotesAdded = {
  incident: string
  rows: (NoteRow & { already: boolean })[]
  not: NotUnderstood[]
  /** What a chat puts below messages: left out. */
  noise: Noise[]
  /** How many were added now. */
  noted: number
  dryRun: boolean
  record: Published | undefined
}

export async function addNotes(world: RecordWorld, request: NotesRequest): Promise<NotesAdded> {
  if (request.note !== undefined)
    throw new HotwashError('USAGE', 'either one note or --from, not both')
  const nowMs = world.clock.now()
  const zone = request.zone === undefined ? undefined : checkZone(request.zone)
  const day = request.day === undefined ? todayIn(zone ?? 'UTC', nowMs) : checkDay(request.day)
  const source = request.source === undefined ? undefined : readSource(request.source)
  const journal = request.dryRun
    ? world.store.open(pickIncident(world.store, request.incident, { open: true }))
    : (await openForReport(world, request.incident, { open: true })).journal
  const { rows: found, not, noise } = notesFromText(request.text, { day, zone, nowMs })
  checkSize(found)
  const rows = markKnown(found, journal.events(), (text) => world.redactor.mask(text))
  const fresh = rows.filter(({ already }) => !already)
  const held = request.dryRun || (not.length > 0 && !request.skip)
  const told = { incident: journal.incident, rows, not, noise, dryRun: request.dryRun }
  if (held || fresh.length === 0) return { ...told, noted: 0, record: undefined }
  journal.appendAll(fresh.map((row) => ({ type: 'note.added', data: noteOf(row, source) })))
  return { ...told, noted: fresh.length, record: await publishNow(world, journal) }
}

const todayIn = (zone: string, nowMs: number): string => {
  const minutes = zoneOf(zone)?.offsetAt(nowMs) ?? 0
  return new Date(nowMs + minutes * 60_000).toISOString().slice(0, 10)
}

function checkSize(rows: readonly NoteRow[]): void {
  if (rows.length > MOST_ROWS)
    throw new HotwashError('USAGE', `${rows.length} rows are more than ${MOST_ROWS} at once`, {
      hint: 'keep a long log where it is, and note what matters; or give it in parts',
    })
  const long = rows.find(({ text }) => text.length > MOST_CHARACTERS)
  if (long !== undefined)
    throw new HotwashError(
      'USAGE',
      `line ${long.line} has ${long.text.length} characters, more than ${MOST_CHARACTERS}`,
    )
}

const keyOf = (at: string, by: string | undefined, text: string): string =>
  JSON.stringify([at, by ?? '', text])

/** A row that is in the log, or stands before it in the same text, is the same row. */
const markKnown = (
  rows: readonly NoteRow[],
  events: readonly IncidentEvent[],
  mask: (text: string) => string,
): NotesAdded['rows'] => {
  const known = new Set(
    events.flatMap(({ type, data }) =>
      type === 'note.added' && data.effective_at !== undefined
        ? [keyOf(data.effective_at, data.by, data.text)]
        : [],
    ),
  )
  return rows.map((row) => {
    const key = keyOf(row.at, row.by === undefined ? undefined : mask(row.by), mask(row.text))
    const already = known.has(key)
    known.add(key)
    return { ...row, already }
  })
}

const noteOf = (
  { at, precision, by, text }: NoteRow,
  source: string | undefined,
): EventData['note.added'] => ({
  text,
  effective_at: at,
  ...(precision === 'exact' ? {} : { precision }),
  ...defined({ by, source }),
})
