/** Impact, and the way from impact to resolution, as far as its times are known. */
import { durationInWords, rangeInWords } from '../../incident/duration.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import {
  intervalOf,
  MOMENTS,
  momentsOf,
  type Moment,
  type MomentName,
} from '../../incident/moments.ts'

/** `at` as stated, and between which times it was. */
export type Edge = { at: number; from: number; to: number; about: boolean }

export type Phase = {
  row: 'impact' | 'response'
  name: string
  from: number
  to: number
  start: Edge
  /** undefined: not over, as far as the log knows. */
  end: Edge | undefined
  /** In words; undefined: not over. */
  took: string | undefined
  says: string
}

const edgeOf = (moment: Moment): Edge => ({
  at: Date.parse(moment.at),
  ...intervalOf(moment),
  about: moment.precision === 'about',
})

/** What goes on between two moments that follow each other among those that are known. */
const BETWEEN: Record<string, string> = {
  'impact_start detected': 'Detection',
  'impact_start mitigated': 'Detection and mitigation',
  'impact_start resolved': 'Detection to resolution',
  'detected mitigated': 'Mitigation',
  'detected resolved': 'Mitigation and resolution',
  'declared mitigated': 'Mitigation, from the declaration on',
  'declared resolved': 'Response, from the declaration on',
  'mitigated resolved': 'Resolution',
}

export const phasesOf = (
  events: readonly IncidentEvent[],
): { phases: Phase[]; remarks: string[] } => {
  const told = momentsOf(events)
  const edges = new Map<MomentName, Edge>()
  for (const name of Object.keys(told) as MomentName[]) {
    const last = told[name].at(-1)
    if (last !== undefined) edges.set(name, edgeOf(last))
  }
  const phases: Phase[] = []
  const remarks: string[] = []
  const add = (row: Phase['row'], name: string, [a, b]: [MomentName, MomentName]): void => {
    const start = edges.get(a)
    const end = edges.get(b)
    if (start === undefined) return
    // Bounds that overlap do not contradict each other.
    if (end !== undefined && end.to < start.from) {
      remarks.push(
        `${name} is not drawn: the ${MOMENTS[b]} is recorded as earlier than the ${MOMENTS[a]}.`,
      )
      return
    }
    phases.push(phaseOf({ row, name, start, end, names: [a, b] }))
  }
  // A resolution ends an impact that nobody called mitigated.
  add('impact', 'Impact', ['impact_start', edges.has('mitigated') ? 'mitigated' : 'resolved'])
  for (const pair of pairs(edges)) add('response', BETWEEN[pair.join(' ')] ?? 'Response', pair)
  return { phases, remarks }
}

/** The known moments in order; the declaration only stands in where neither start is known. */
const pairs = (edges: ReadonlyMap<MomentName, Edge>): [MomentName, MomentName][] => {
  const starts = (['impact_start', 'detected'] as const).filter((name) => edges.has(name))
  const first: readonly MomentName[] = starts.length > 0 ? starts : ['declared']
  const ends = (['mitigated', 'resolved'] as const).filter((name) => edges.has(name))
  const known = [...first.filter((name) => edges.has(name)), ...ends]
  return known.slice(1).map((name, index) => [known[index] ?? name, name])
}

type Draft = Pick<Phase, 'row' | 'name' | 'start' | 'end'> & { names: [MomentName, MomentName] }

const phaseOf = ({ row, name, start, end, names: [a, b] }: Draft): Phase => {
  const took = end === undefined ? undefined : lengthOf(start, end)
  const says =
    took === undefined ? `no ${MOMENTS[b]} on record` : `${took}, ${MOMENTS[a]} to ${MOMENTS[b]}`
  const to = Math.max(start.to, end?.to ?? start.to)
  return {
    row,
    name,
    from: Math.min(start.from, end?.from ?? start.from),
    to,
    start,
    end,
    took,
    says,
  }
}

/** As the metrics say it: bounds, where an edge is not known to the second. */
const lengthOf = (start: Edge, end: Edge): string =>
  start.from === start.to && end.from === end.to
    ? durationInWords(Math.max(0, end.at - start.at))
    : rangeInWords(Math.max(0, end.from - start.to), end.to - start.from)
