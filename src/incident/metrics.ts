/**
 * The durations by which incidents are compared, each with its formula and the times that went in.
 * A missing time gives "not known: no impact start", never a fallback in silence.
 */
import { durationInWords } from './duration.ts'
import type { IncidentEvent } from './event.ts'

export const MOMENTS = {
  impact_start: 'impact start',
  detected: 'detection',
  declared: 'declaration',
  acknowledged: 'acknowledgment',
  mitigated: 'mitigation',
  resolved: 'resolution',
  closed: 'closing',
} as const

export type MomentName = keyof typeof MOMENTS

/** A time of the incident and the event that said so. */
type Moment = { at: string; event: IncidentEvent }

/** Every statement about each moment, oldest first: the last one holds, the others stay visible. */
export type Moments = Readonly<Record<MomentName, readonly Moment[]>>

export const momentsOf = (events: readonly IncidentEvent[]): Moments => {
  const moments: Record<MomentName, Moment[]> = {
    impact_start: [],
    detected: [],
    declared: [],
    acknowledged: [],
    mitigated: [],
    resolved: [],
    closed: [],
  }
  for (const event of events) {
    if (event.type === 'incident.declared') moments.declared.push({ at: event.at, event })
    if (event.type === 'incident.closed') moments.closed.push({ at: event.at, event })
    if (event.type === 'incident.resolved')
      moments.resolved.push({ at: event.data.effective_at ?? event.at, event })
    if (event.type !== 'incident.updated') continue
    const { status, detected_at, impact_start, effective_at } = event.data
    if (status !== undefined) moments[status].push({ at: effective_at ?? event.at, event })
    if (detected_at !== undefined) moments.detected.push({ at: detected_at, event })
    if (impact_start !== undefined) moments.impact_start.push({ at: impact_start, event })
  }
  return moments
}

export type Metric = {
  name: string
  formula: string
  /** undefined: not known; `says` tells why. */
  ms: number | undefined
  /** `4 min 10 s`, or `not known: no impact start`. */
  says: string
  /** The times that went in, as far as they are known: end first, as in the formula. */
  inputs: { moment: MomentName; at: string; clock: number; event: IncidentEvent }[]
}

const METRICS = [
  { name: 'Time to detect', end: 'detected', start: 'impact_start' },
  { name: 'Time to acknowledge', end: 'acknowledged', start: 'detected' },
  { name: 'Time to mitigate', end: 'mitigated', start: 'impact_start' },
  { name: 'Time to resolve', end: 'resolved', start: 'impact_start' },
  { name: 'Impact duration', end: 'mitigated', start: 'impact_start' },
] as const satisfies readonly { name: string; end: MomentName; start: MomentName }[]

/** Times of a drill would make those of real incidents look better than they are. */
const OF_A_DRILL = 'none: this was a drill'

export const metrics = (events: readonly IncidentEvent[]): Metric[] => {
  const moments = momentsOf(events)
  const drill = events.some(
    (event) => event.type === 'incident.declared' && event.data.drill === true,
  )
  return METRICS.map(({ name, end, start }) => {
    const known = [end, start].flatMap((moment) => {
      const last = moments[moment].at(-1)
      return last === undefined ? [] : [{ moment, ...last, clock: last.event.clock }]
    })
    const formula = `${MOMENTS[end]} − ${MOMENTS[start]}`
    if (drill) return { name, formula, inputs: [], ms: undefined, says: OF_A_DRILL }
    return { name, formula, inputs: known, ...measure(moments, end, start) }
  })
}

const measure = (
  moments: Moments,
  end: MomentName,
  start: MomentName,
): { ms: number | undefined; says: string } => {
  const missing = [start, end].filter((moment) => moments[moment].length === 0)
  if (missing.length > 0) {
    const names = missing.map((moment) => `no ${MOMENTS[moment]}`)
    return { ms: undefined, says: `not known: ${names.join(' and ')}` }
  }
  const from = moments[start].at(-1)?.at ?? ''
  const to = moments[end].at(-1)?.at ?? ''
  const ms = Date.parse(to) - Date.parse(from)
  if (ms < 0) {
    const says = `not known: the ${MOMENTS[end]} is recorded as earlier than the ${MOMENTS[start]}`
    return { ms: undefined, says }
  }
  return { ms, says: durationInWords(ms) }
}
