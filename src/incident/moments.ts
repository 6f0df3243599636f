/** The times that an incident is measured by, what each was said to be, and how well it is known. */
import { momentInWords } from './duration.ts'
import type { EventOf, IncidentEvent, Precision } from './event.ts'

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
export type Moment = {
  at: string
  precision: Precision
  /** Where it is known from, as a person said. */
  source?: string | undefined
  /** A person gave the time; false: it is when the event was recorded, by that machine's clock. */
  told: boolean
  event: IncidentEvent
}

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
  for (const event of events)
    for (const [name, moment] of momentsIn(event)) moments[name].push(moment)
  return moments
}

const momentsIn = (event: IncidentEvent): [MomentName, Moment][] => {
  const recorded: Moment = { at: event.at, precision: 'exact', told: false, event }
  if (event.type === 'incident.declared') return declaredIn(event, recorded)
  if (event.type === 'incident.closed') return [['closed', recorded]]
  if (event.type !== 'incident.resolved' && event.type !== 'incident.updated') return []
  const { source } = event.data
  const told = (at: string, precision: Precision = 'exact'): Moment => ({
    at,
    precision,
    ...(source === undefined ? {} : { source }),
    told: true,
    event,
  })
  if (event.type === 'incident.resolved') {
    const { effective_at, precision } = event.data
    return [['resolved', effective_at === undefined ? recorded : told(effective_at, precision)]]
  }
  const { status, detected_at, impact_start, effective_at, precisions = {} } = event.data
  const found: [MomentName, Moment][] = []
  if (status !== undefined)
    found.push([
      status,
      effective_at === undefined ? recorded : told(effective_at, precisions.effective_at),
    ])
  if (detected_at !== undefined) found.push(['detected', told(detected_at, precisions.detected_at)])
  if (impact_start !== undefined)
    found.push(['impact_start', told(impact_start, precisions.impact_start)])
  return found
}

/** When an import was recorded is not when the incident was declared. */
const declaredIn = (
  event: EventOf<'incident.declared'> & IncidentEvent,
  recorded: Moment,
): [MomentName, Moment][] => {
  const { imported, effective_at: at, precision = 'exact', source } = event.data
  if (at !== undefined)
    return [['declared', { at, precision, ...(source && { source }), told: true, event }]]
  return imported === undefined ? [['declared', recorded]] : []
}

const MINUTE_MS = 60_000
const ABOUT_MS = 15 * MINUTE_MS

/** Milliseconds since 1970 between which it was, both included. */
export type Interval = { from: number; to: number }

export const intervalOf = ({ at, precision }: Pick<Moment, 'at' | 'precision'>): Interval => {
  const ms = Date.parse(at)
  if (precision === 'exact') return { from: ms, to: ms }
  // A clock that shows 14:05 shows it until 14:05:59.999.
  if (precision === 'minute') return { from: ms, to: ms + MINUTE_MS - 1 }
  return { from: ms - ABOUT_MS, to: ms + ABOUT_MS }
}

/** `about 2026-11-21 14:05 UTC, from "load balancer log"`: the source only where one was given. */
export const momentWithSource = ({ at, precision, source }: Moment): string =>
  `${momentInWords(at, precision)}${source === undefined ? '' : `, from "${source}"`}`
