/** What is kept of a load: its numbers and its distribution as JSON, and the distribution to look at. */
import type { Value } from '../../../incident/value.ts'
import type { EvidenceDraft } from '../../kind.ts'
import type { Latencies } from './measure.ts'

/** 1, 2, 5 in each decade, as they are read best. */
const EDGES_MS = [
  0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000,
] as const
const BAR_CHARS = 50

type Bucket = { up_to_ms: number | null; count: number }

export function evidenceOf(
  latencies: Latencies,
  about: { load: Record<string, Value>; data: Record<string, Value> },
): EvidenceDraft[] {
  const buckets = bucketsOf(latencies)
  const kept = { ...about.load, ...about.data, distribution: buckets }
  return [
    { label: 'load', text: JSON.stringify(kept, null, 2) },
    { label: 'histogram', text: histogram(buckets) },
  ]
}

/** Without the empty ones at both ends. */
function bucketsOf(latencies: Latencies): Bucket[] {
  const counts = latencies.upTo(EDGES_MS)
  const all = counts.map((count, index): Bucket => ({ up_to_ms: EDGES_MS[index] ?? null, count }))
  const first = counts.findIndex((count) => count > 0)
  return first === -1 ? [] : all.slice(first, counts.findLastIndex((count) => count > 0) + 1)
}

function histogram(buckets: readonly Bucket[]): string {
  const most = Math.max(1, ...buckets.map(({ count }) => count))
  const rows = buckets.map(({ up_to_ms, count }) => {
    const edge = up_to_ms === null ? 'more' : `<= ${up_to_ms} ms`
    const bar = '#'.repeat(Math.ceil((count / most) * BAR_CHARS))
    return `${edge.padStart(12)} | ${String(count).padStart(8)} | ${bar}`
  })
  return rows.length === 0 ? 'nothing was answered' : rows.join('\n')
}
