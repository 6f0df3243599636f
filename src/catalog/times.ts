/**
 * How long it took, across incidents: the points, and of them the median and the 90th percentile by
 * nearest rank, so that each is the time of an incident that can be looked at. Never a mean, and never
 * without saying how many there are and how many are not known.
 */
import { metrics } from '../incident/metrics.ts'
import { nearestRank } from '../incident/nearest-rank.ts'
import type { Measured, Summary } from './summary.ts'

export type Point = {
  incident: string
  ms: number
  /** Between which it lies, where a time that went in is not known to the second. */
  range?: { fromMs: number; toMs: number }
}

export type Quantile = Point & {
  /** Of the lower and of the upper ends of all points, where any is not exact. */
  between?: { fromMs: number; toMs: number }
}

export type Times = {
  id: Measured['id']
  name: string
  formula: string
  n: number
  median: Quantile | undefined
  p90: Quantile | undefined
  /** Shortest first. */
  points: Point[]
  /** How many are not known, by the reason, the most frequent first. */
  unknown: { says: string; count: number; incidents: string[] }[]
}

export const METHOD = 'nearest rank'

export const timesOf = (incidents: readonly Summary[]): Times[] =>
  // Of no events: the names alone.
  metrics([]).map(({ id, name, formula }) => {
    const points: Point[] = []
    const unknown = new Map<string, string[]>()
    for (const incident of incidents) {
      const measured = incident.metrics.find((metric) => metric.id === id)
      if (measured === undefined) continue
      if (Number.isFinite(measured.ms)) points.push(pointOf(incident.id, measured))
      else addTo(unknown, reason(measured), incident.id)
    }
    points.sort((a, b) => a.ms - b.ms || (a.incident < b.incident ? -1 : 1))
    return {
      id,
      name,
      formula,
      n: points.length,
      median: quantile(points, 50),
      p90: quantile(points, 90),
      points,
      unknown: [...unknown]
        .map(([says, ids]) => ({ says, count: ids.length, incidents: ids }))
        .sort((a, b) => b.count - a.count || (a.says < b.says ? -1 : 1)),
    }
  })

const pointOf = (incident: string, { ms = 0, range }: Measured): Point => ({
  incident,
  ms,
  ...(range === undefined ? {} : { range }),
})

/** A contradiction names times and events, which are of one incident. */
const reason = ({ says = 'times that are none', why }: Measured): string =>
  why === 'contradiction' ? 'times that contradict each other' : says.replace(/^not known: /, '')

export function addTo(groups: Map<string, string[]>, key: string, id: string): void {
  const known = groups.get(key)
  if (known === undefined) groups.set(key, [id])
  else known.push(id)
}

/** `points`: shortest first. */
export function quantile(points: readonly Point[], percent: number): Quantile | undefined {
  const rank = nearestRank(percent, points.length) - 1
  const point = points[rank]
  if (point === undefined || points.every(({ range }) => range === undefined)) return point
  const ends = (end: (point: Point) => number): number =>
    points.map(end).sort((a, b) => a - b)[rank] ?? point.ms
  return {
    ...point,
    between: {
      fromMs: ends(({ ms, range }) => range?.fromMs ?? ms),
      toMs: ends(({ ms, range }) => range?.toMs ?? ms),
    },
  }
}
