/**
 * The durations by which incidents are compared, each with its formula and the times that went in.
 * A missing time gives "not known: no impact start", never a fallback in silence; times that are
 * known roughly give bounds; times that contradict each other are named with where they come from.
 */
import { durationInWords, rangeInWords } from './duration.ts'
import type { IncidentEvent } from './event.ts'
import {
  intervalOf,
  MOMENTS,
  momentsOf,
  momentWithSource,
  type Moment,
  type MomentName,
  type Moments,
} from './moments.ts'

const METRICS = [
  { id: 'time_to_detect', name: 'Time to detect', end: 'detected', start: 'impact_start' },
  {
    id: 'time_to_acknowledge',
    name: 'Time to acknowledge',
    end: 'acknowledged',
    start: 'detected',
  },
  { id: 'time_to_mitigate', name: 'Time to mitigate', end: 'mitigated', start: 'impact_start' },
  { id: 'time_to_resolve', name: 'Time to resolve', end: 'resolved', start: 'impact_start' },
  { id: 'impact_duration', name: 'Impact duration', end: 'mitigated', start: 'impact_start' },
] as const satisfies readonly { id: string; name: string; end: MomentName; start: MomentName }[]

export type MetricId = (typeof METRICS)[number]['id']

type Measured = {
  /** By the times as stated; undefined: not known, and `says` tells why. */
  ms: number | undefined
  /** Between which it lies, where a time that went in is not known to the second. */
  range?: { fromMs: number; toMs: number }
  /** `4 min 10 s`, `20 to 50 min`, or `not known: no impact start`. */
  says: string
  /** Why it is not known. */
  why?: 'drill' | 'missing' | 'contradiction'
}

export type Metric = Measured & {
  id: MetricId
  name: string
  formula: string
  /** How many incidents it is of: 1, or 0 when it is not known. */
  n: 0 | 1
  /** The times that went in, as far as they are known: end first, as in the formula. */
  inputs: ({ moment: MomentName } & Moment)[]
}

/** Times of a drill would make those of real incidents look better than they are. */
const DRILL = { ms: undefined, says: 'none: this was a drill', why: 'drill' } as const

export const metrics = (events: readonly IncidentEvent[]): Metric[] => {
  const moments = momentsOf(events)
  const drill = events.some(
    (event) => event.type === 'incident.declared' && event.data.drill === true,
  )
  return METRICS.map(({ id, name, end, start }) => {
    const formula = `${MOMENTS[end]} − ${MOMENTS[start]}`
    const metric = { id, name, formula }
    if (drill) return { ...metric, inputs: [], n: 0, ...DRILL }
    const inputs = [end, start].flatMap((moment) => {
      const last = moments[moment].at(-1)
      return last === undefined ? [] : [{ moment, ...last }]
    })
    const measured = measure(moments, end, start)
    return { ...metric, inputs, n: measured.ms === undefined ? 0 : 1, ...measured }
  })
}

/** Pairs of times of which one cannot be right, each with where both are known from. */
export const contradictionsIn = (events: readonly IncidentEvent[]): string[] => {
  const found = metrics(events).flatMap(({ why, says }) =>
    why === 'contradiction' ? [says.replace(/^not known: /, '')] : [],
  )
  return [...new Set(found)]
}

const measure = (moments: Moments, end: MomentName, start: MomentName): Measured => {
  const [from, to] = [moments[start].at(-1), moments[end].at(-1)]
  if (from === undefined || to === undefined) {
    const missing = [start, end].filter((moment) => moments[moment].length === 0)
    const names = missing.map((moment) => `no ${MOMENTS[moment]}`)
    return { ms: undefined, says: `not known: ${names.join(' and ')}`, why: 'missing' }
  }
  const [began, ended] = [intervalOf(from), intervalOf(to)]
  if (ended.to < began.from) {
    const says = `not known: the ${said(end, to)} is recorded as earlier than the ${said(start, from)}`
    return { ms: undefined, says, why: 'contradiction' }
  }
  // Bounds that overlap do not contradict each other: the end was after the start, if only just.
  const ms = Math.max(0, Date.parse(to.at) - Date.parse(from.at))
  if (from.precision === 'exact' && to.precision === 'exact')
    return { ms, says: durationInWords(ms) }
  const range = { fromMs: Math.max(0, ended.from - began.to), toMs: ended.to - began.from }
  return { ms, range, says: rangeInWords(range.fromMs, range.toMs) }
}

const said = (name: MomentName, moment: Moment): string =>
  `${MOMENTS[name]} (${momentWithSource(moment)}, event ${moment.event.clock})`
