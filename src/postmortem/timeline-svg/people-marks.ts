/** What people did and said, a lane for each: statements, notes, answers, improvised commands. */
import { momentInWords } from '../../incident/duration.ts'
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import { shellQuoted } from '../../incident/shell-quoted.ts'
import { timelineWithEvents, type TimelineEntry } from '../../incident/timeline.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Lane, Mark } from './mark.ts'

type Drawn = Pick<Mark, 'shape' | 'from' | 'to' | 'label' | 'about' | 'outcome'> & { says?: string }

export const peopleMarks = (events: readonly IncidentEvent[]): Lane[] => {
  const lanes = new Map<string, Lane>()
  for (const entry of timelineWithEvents(events)) {
    const drawn = drawnOf(entry)
    if (drawn.length === 0) continue
    const lane = laneOf(entry, lanes)
    for (const mark of drawn)
      lane.marks.push({ says: entry.row.text, ...mark, lane: lane.key, clock: entry.row.clock })
  }
  return [...lanes.values()]
}

/** Who is told of stands in the lane of that name, where there is one. */
const laneOf = ({ row, event }: TimelineEntry, lanes: Map<string, Lane>): Lane => {
  const name = visibleLine(row.actor)
  const known =
    row.told_by === undefined
      ? undefined
      : [...lanes.values()].find((lane) => lane.name.toLowerCase() === name.toLowerCase())
  const key = row.told_by === undefined ? `person ${event.actor.email}` : `told ${name}`
  const lane: Lane = known ?? lanes.get(key) ?? { key, name, kind: 'person', marks: [] }
  lanes.set(lane.key, lane)
  return lane
}

const drawnOf = ({ row, event, corrections }: TimelineEntry): Drawn[] => {
  const at = Date.parse(row.at)
  const about = row.precision === 'about' ? { about: true as const } : {}
  const point = (shape: Mark['shape'], label: string): Drawn => ({
    shape,
    from: at,
    to: at,
    label: visibleLine(label),
    ...about,
  })
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what else there is has no mark in these lanes
  switch (event.type) {
    case 'incident.declared':
      return [point('moment', `declared ${event.data.severity}`)]
    case 'incident.updated':
      return updates(event, point)
    case 'incident.resolved':
      return [point('moment', 'resolved')]
    case 'incident.closed':
      return [point('moment', 'closed')]
    case 'note.added':
      return [point('note', (corrections.at(-1) ?? event).data.text)]
    case 'command.recorded':
      return [command(event)]
    case 'gate.answered':
      return [point('answer', `${answerWord(event.data.answer)} ${event.step ?? ''}`)]
    case 'rollback.requested':
      return [point('answer', 'rollback')]
    case 'step.settled':
      return event.data.how === 'hand'
        ? [point('answer', `settled ${event.step ?? ''} as ${event.data.as.replace('_', ' ')}`)]
        : []
    case 'input.changed':
      return [point('answer', `changed ${event.data.name}`)]
    case 'log.recovered':
      return [point('note', 'log recovered')]
    default:
      return []
  }
}

type Point = (shape: Mark['shape'], label: string) => Drawn

/** One event may tell several times; each stands where it says it was. */
const updates = ({ at, data }: EventOf<'incident.updated'>, point: Point): Drawn[] => {
  const { status, severity, title, detected_at, impact_start, precisions } = data
  const told = (label: string, time: string, precision: string | undefined): Drawn => ({
    shape: 'moment',
    from: Date.parse(time),
    to: Date.parse(time),
    label,
    ...(precision === 'about' ? { about: true } : {}),
    says: `${label.charAt(0).toUpperCase()}${label.slice(1)}, as told ${momentInWords(at)}.`,
  })
  const marks: Drawn[] = []
  if (impact_start !== undefined)
    marks.push(told('impact start', impact_start, precisions?.impact_start))
  if (detected_at !== undefined) marks.push(told('detection', detected_at, precisions?.detected_at))
  if (status !== undefined) marks.push(point('moment', status))
  if (severity !== undefined) marks.push(point('moment', severity))
  return marks.length === 0 && title !== undefined ? [point('moment', 'new title')] : marks
}

const command = ({ at, data }: EventOf<'command.recorded'>): Drawn => ({
  shape: 'command',
  from: Date.parse(at) - data.duration_ms,
  to: Date.parse(at),
  outcome: data.exit_code === 0 ? 'succeeded' : 'failed',
  label: visibleLine(shellQuoted(data.argv)),
})

const answerWord = (answer: EventOf<'gate.answered'>['data']['answer']): string => {
  if (answer.skip !== undefined) return 'skipped'
  if (answer.approve !== undefined) return answer.approve ? 'approved' : 'rejected'
  if (answer.choose !== undefined) return `chose ${answer.choose} in`
  if (answer.confirm !== undefined) return answer.confirm ? 'confirmed' : 'refused'
  if (answer.done !== undefined) return answer.done ? 'did' : 'did not do'
  return 'answered'
}
