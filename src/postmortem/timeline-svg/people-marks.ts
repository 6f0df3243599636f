/** What people did and said, a lane for each: statements, notes, answers, improvised commands. */
import { describeEvent } from '../../incident/describe-event.ts'
import { momentInWords } from '../../incident/duration.ts'
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import { shellQuoted } from '../../incident/shell-quoted.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Lane, Mark } from './model.ts'

type Drawn = Omit<Mark, 'lane' | 'clock' | 'says'> & { says?: string }

export const peopleMarks = (events: readonly IncidentEvent[]): Lane[] => {
  const lanes = new Map<string, Lane>()
  for (const event of events) {
    const drawn = drawnOf(event)
    if (drawn.length === 0) continue
    const { actor } = event
    const key = `person ${actor.email}`
    const name = visibleLine(actor.name || actor.email)
    const lane = lanes.get(key) ?? { key, name, kind: 'person', marks: [] }
    lanes.set(key, lane)
    for (const mark of drawn)
      lane.marks.push({ says: describeEvent(event), ...mark, lane: key, clock: event.clock })
  }
  return [...lanes.values()]
}

const drawnOf = (event: IncidentEvent): Drawn[] => {
  const at = Date.parse(event.at)
  const answer = (label: string): Drawn => point('answer', at, label)
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what else there is has no mark in this lane
  switch (event.type) {
    case 'incident.declared':
      return [point('moment', at, `declared ${event.data.severity}`)]
    case 'incident.updated':
      return updates(event)
    case 'incident.resolved': {
      const { effective_at, precision } = event.data
      return [told('resolved', effective_at ?? event.at, precision)]
    }
    case 'incident.closed':
      return [point('moment', at, 'closed')]
    case 'note.added': {
      const { text, effective_at, precision } = event.data
      return [{ ...told(text, effective_at ?? event.at, precision), shape: 'note' }]
    }
    case 'command.recorded':
      return [command(event)]
    case 'gate.answered':
      return [answer(`${answerWord(event.data.answer)} ${event.step ?? ''}`)]
    case 'rollback.requested':
      return [answer('rollback')]
    case 'step.settled':
      return event.data.how === 'hand'
        ? [answer(`settled ${event.step ?? ''} as ${event.data.as.replace('_', ' ')}`)]
        : []
    case 'input.changed':
      return [answer(`changed ${event.data.name}`)]
    case 'log.recovered':
      return [point('note', at, 'log recovered')]
    default:
      return []
  }
}

const point = (shape: Mark['shape'], at: number, label: string): Drawn => ({
  shape,
  from: at,
  to: at,
  label: visibleLine(label),
})

const told = (label: string, at: string, precision: string | undefined): Drawn => ({
  ...point('moment', Date.parse(at), label),
  ...(precision === 'about' ? { about: true as const } : {}),
})

/** One event may tell several times; each stands where it says it was. */
const updates = ({ at, data }: EventOf<'incident.updated'>): Drawn[] => {
  const { status, severity, title, detected_at, impact_start, effective_at, precisions } = data
  const marks: Drawn[] = []
  if (impact_start !== undefined)
    marks.push({
      ...told('impact start', impact_start, precisions?.impact_start),
      says: `Impact start, as told ${momentInWords(at)}.`,
    })
  if (detected_at !== undefined)
    marks.push({
      ...told('detected', detected_at, precisions?.detected_at),
      says: `Detection, as told ${momentInWords(at)}.`,
    })
  if (status !== undefined) marks.push(told(status, effective_at ?? at, precisions?.effective_at))
  if (severity !== undefined) marks.push(told(severity, at, undefined))
  if (title !== undefined && marks.length === 0) marks.push(told('new title', at, undefined))
  return marks
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
