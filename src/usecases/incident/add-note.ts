import { HotwashError } from '../../errors.ts'
import { correctionsOf } from '../../incident/corrections.ts'
import { defined } from '../../incident/defined.ts'
import type { IncidentEvent, Precision } from '../../incident/event.ts'
import { marksOf, readMark } from '../../incident/marks.ts'
import { clip, visibleLine } from '../../incident/visible.ts'
import type { Published } from '../../ports/journal.ts'
import { openForReport } from '../take-up.ts'
import { publishNow } from '../publish-now.ts'
import { readSource, readTime } from './read-time.ts'
import type { RecordWorld } from '../record-world.ts'

const MOST_CHARACTERS = 20_000

export type NoteRequest = {
  /** undefined: left out, which is told with what is accepted. */
  text: string | undefined
  incident: string | undefined
  at: string | undefined
  source: string | undefined
  step: string | undefined
  /** The mark of the note that it corrects, `e12`. */
  corrects: string | undefined
}

export type Noted = {
  incident: string
  clock: number
  /** By which `note --corrects` and a report name it. */
  mark: string
  at: string
  precision: Precision
  record: Published
}

/** A line in the timeline, from any terminal, also while a run goes on. */
export async function addNote(world: RecordWorld, request: NoteRequest): Promise<Noted> {
  const { text: typed, at, corrects: named } = request
  // Who corrects when it was need not say again what it was.
  const isTimeOnly = typed === undefined && at !== undefined && named !== undefined
  const given = isTimeOnly ? undefined : checkText(typed)
  const told = at === undefined ? undefined : readTime(at, '--at', world.clock.now())
  const source = request.source === undefined ? undefined : readSource(request.source)
  const { journal } = await openForReport(world, request.incident, { open: true })
  if (request.step !== undefined) checkStep(request.step, journal.state().runs)
  const corrected = named === undefined ? undefined : noteAt(named, journal.events())
  const event = journal.append({
    type: 'note.added',
    data: {
      text: given ?? corrected?.text ?? '',
      ...defined({ effective_at: told?.at }),
      ...(told === undefined || told.precision === 'exact' ? {} : { precision: told.precision }),
      ...defined({ source, step: request.step, corrects: corrected?.mark }),
    },
  })
  const record = await publishNow(world, journal)
  return {
    incident: journal.incident,
    clock: event.clock,
    mark: markOf(event, journal.events()),
    at: told?.at ?? event.at,
    precision: told?.precision ?? 'exact',
    record,
  }
}

function checkText(given: string | undefined): string {
  if (given === undefined)
    throw new HotwashError('USAGE', 'say what happened', {
      hint: 'hotwash note TEXT, or many notes at once: hotwash note --from FILE',
    })
  const text = given.trim()
  if (text === '')
    throw new HotwashError('USAGE', 'the note is empty', {
      hint: 'say what happened, in a sentence',
    })
  if (text.length <= MOST_CHARACTERS) return text
  throw new HotwashError(
    'USAGE',
    `the note has ${text.length} characters, more than ${MOST_CHARACTERS}`,
    { hint: 'keep the file where it is, and note its path and sha256' },
  )
}

/** The journal may hand out another copy of what was appended. */
const markOf = ({ clock, prev }: IncidentEvent, events: readonly IncidentEvent[]): string => {
  for (const [event, mark] of marksOf(events))
    if (event.clock === clock && event.prev === prev) return mark
  return `e${clock}`
}

const SHOWN_NOTES = 10

/** A note's mark, as the log spells it, and what it says now. Throws USAGE with the notes that there are. */
function noteAt(typed: string, events: readonly IncidentEvent[]): { mark: string; text: string } {
  const wanted = readMark(typed)
  const marks = [...marksOf(events)]
  const [event] = marks.find(([, mark]) => mark === wanted) ?? []
  if (event?.type === 'note.added') {
    const chains = [...correctionsOf(events).of]
    const [, later] = chains.find(([first, all]) => [first, ...all].includes(event)) ?? []
    return { mark: wanted, text: (later?.at(-1) ?? event).data.text }
  }
  const notes = marks.flatMap(([note, mark]) =>
    note.type === 'note.added' ? [`${mark} ${clip(visibleLine(note.data.text), 40)}`] : [],
  )
  const what =
    event === undefined
      ? 'there is no such event'
      : `that is ${event.type}, and only notes are corrected by a note`
  const more =
    notes.length > SHOWN_NOTES ? `the last ${SHOWN_NOTES} of ${notes.length} notes` : 'notes'
  throw new HotwashError('USAGE', `--corrects ${typed}: ${what}`, {
    hint:
      notes.length === 0
        ? 'this incident has no notes yet'
        : `${more}: ${notes.slice(-SHOWN_NOTES).join('; ')}`,
  })
}

function checkStep(step: string, runs: readonly { steps: ReadonlyMap<string, unknown> }[]): void {
  if (runs.some((run) => run.steps.has(step))) return
  const known = [...new Set(runs.flatMap((run) => [...run.steps.keys()]))]
  throw new HotwashError('USAGE', `--step ${step}: this incident has no such step`, {
    hint: known.length === 0 ? 'nothing was run in it yet' : `its steps: ${known.join(', ')}`,
  })
}
