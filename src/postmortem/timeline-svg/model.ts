/**
 * What the picture shows, before anything is placed: marks in lanes, and phases above them. Events
 * in, plain data out; times are milliseconds since 1970.
 */
import type { IncidentEvent } from '../../incident/event.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Lane } from './mark.ts'
import { peopleMarks } from './people-marks.ts'
import { phasesOf, type Phase } from './phases.ts'
import { runMarks } from './run-marks.ts'

export type TimelineModel = {
  title: string
  incident: string
  drill: boolean
  from: number
  to: number
  phases: Phase[]
  /** What could not be drawn as a phase, and why. */
  remarks: string[]
  lanes: Lane[]
}

/** About the report, not the incident: it would make the picture days long. */
const AFTERWARDS = /^(?:postmortem|action)\./

/** Of an imported incident, what has no time of its own happened when it was written down. */
const isBookkeeping = ({ type, data }: IncidentEvent): boolean =>
  (type.startsWith('incident.') || type === 'note.added') &&
  !['effective_at', 'impact_start', 'detected_at'].some((field) => field in data)

const MAX_PEOPLE = 8
const MAX_RUNS = 6

export const timelineModel = (
  incident: { title: string; id: string; drill: boolean },
  all: readonly IncidentEvent[],
): TimelineModel => {
  const isImported = all.some(
    ({ type, data }) => type === 'incident.declared' && 'imported' in data,
  )
  const events = all.filter(
    (event) => !AFTERWARDS.test(event.type) && !(isImported && isBookkeeping(event)),
  )
  const { phases, remarks } = phasesOf(events)
  const lanes = [
    ...fewer(peopleMarks(events), MAX_PEOPLE, 'other people'),
    ...fewer(runMarks(events), MAX_RUNS, 'other runs'),
  ]
  let from = Infinity
  let to = -Infinity
  for (const span of [...lanes.flatMap(({ marks }) => marks), ...phases]) {
    from = Math.min(from, span.from)
    to = Math.max(to, span.to)
  }
  if (from > to) from = to = 0
  const { id, drill } = incident
  return {
    title: visibleLine(incident.title),
    incident: id,
    drill,
    from,
    to,
    phases,
    remarks,
    lanes,
  }
}

/** More lanes than anybody can tell apart share the last one. */
const fewer = (lanes: Lane[], most: number, name: string): Lane[] => {
  if (lanes.length <= most) return lanes
  const rest = lanes.slice(most - 1)
  const marks = rest.flatMap((lane) =>
    lane.marks.map((mark) => ({ ...mark, says: `${lane.name}: ${mark.says}` })),
  )
  const kind = rest[0]?.kind ?? 'person'
  const last: Lane = { key: `more ${kind}`, name: `${rest.length} ${name}`, kind, marks }
  return [...lanes.slice(0, most - 1), last]
}
