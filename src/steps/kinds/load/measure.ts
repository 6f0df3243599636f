/**
 * What a load has seen, in bounded memory however many requests there are: latencies in a histogram
 * of three significant digits, failures by shape.
 */
import { createHistogram } from 'node:perf_hooks'
import { nearestRank } from '../../../incident/nearest-rank.ts'
import type { Bounds } from '../../../runbook/expressions/surely.ts'
import { createTally, type Tally } from '../../error-tally.ts'
import type { OutcomeError } from '../../kind.ts'

const US_PER_MS = 1_000
const HIGHEST_US = 3_600 * 1_000 * US_PER_MS
const PERCENTILES = { p50_ms: 50, p90_ms: 90, p95_ms: 95, p99_ms: 99 } as const
const NAMES = Object.keys(PERCENTILES) as (keyof typeof PERCENTILES)[]

export type Latencies = {
  add(ms: number): void
  count(): number
  /** The value of this rank, 1 the smallest; 0 for rank 0 and below. */
  rank(rank: number): number
  meanMs(): number
  /** How many are at most so long, for each of the edges and beyond the last. */
  upTo(edgesMs: readonly number[]): number[]
}

type Numbers = Record<
  'count' | 'errors' | 'error_rate' | 'max_ms' | 'mean_ms' | 'rps' | keyof typeof PERCENTILES,
  number
>

export type Measure = {
  add(ms: number, error?: OutcomeError): void
  latencies: Latencies
  failures: Tally
  numbers(elapsedMs: number): Numbers
  /** What the numbers can still become, always up to date. */
  bounds: Bounds
}

/** `most`: how many requests there can be in all, Infinity where nobody knows. */
export function createMeasure(most: number): Measure {
  const latencies = createLatencies()
  const failures = createTally()
  let errors = 0
  return {
    latencies,
    failures,
    add: (ms, error) => {
      latencies.add(ms)
      if (error === undefined) return
      errors += 1
      failures.add(error.shape, error)
    },
    numbers: (elapsedMs) => {
      const count = latencies.count()
      return {
        count,
        errors,
        error_rate: count === 0 ? 0 : errors / count,
        p50_ms: latencies.rank(rankOf('p50_ms', count)),
        p90_ms: latencies.rank(rankOf('p90_ms', count)),
        p95_ms: latencies.rank(rankOf('p95_ms', count)),
        p99_ms: latencies.rank(rankOf('p99_ms', count)),
        max_ms: latencies.rank(count),
        mean_ms: rounded(latencies.meanMs()),
        rps: rounded((count * 1_000) / Math.max(1, elapsedMs)),
      }
    },
    bounds: boundsOf({ latencies, most, errors: () => errors }),
  }
}

const rankOf = (name: keyof typeof PERCENTILES, count: number): number =>
  nearestRank(PERCENTILES[name], count)

/**
 * The least comes when all that are missing are answered at once and without error. Each is worked
 * out when it is looked at: a percentile costs microseconds, and a limit is judged after every request.
 */
function boundsOf(seen: { latencies: Latencies; most: number; errors: () => number }): Bounds {
  const { latencies, most, errors } = seen
  const count = (): number => latencies.count()
  const missing = (): number => most - count()
  const unbounded = (least: () => number) => () => ({ least: least(), most: Infinity })
  const bounds: Record<string, () => Bounds[string]> = {
    count: () => ({ least: count(), most }),
    errors: () => ({ least: errors(), most: errors() + missing() }),
    error_rate: () => ({ least: errors() / most, most: 1 }),
    max_ms: unbounded(() => latencies.rank(count())),
  }
  for (const name of NAMES) {
    bounds[name] = unbounded(() => latencies.rank(rankOf(name, most) - missing()))
  }
  const getters = Object.entries(bounds).map(([name, get]) => [name, { get, enumerable: true }])
  return Object.defineProperties({}, Object.fromEntries(getters) as PropertyDescriptorMap)
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000

function createLatencies(): Latencies {
  const histogram = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 })
  const msOf = (us: number): number => us / US_PER_MS
  const rank = (wanted: number): number => {
    const { count } = histogram
    if (!(wanted >= 1) || count === 0) return 0
    // The library rounds `count * percentile / 100` to the nearest rank: half a rank is its margin.
    return msOf(histogram.percentile((Math.min(wanted, count) / count) * 100))
  }
  return {
    add: (ms) => {
      histogram.record(Math.min(HIGHEST_US, Math.max(1, Math.round(ms * US_PER_MS))))
    },
    count: () => histogram.count,
    rank,
    meanMs: () => (histogram.count === 0 ? 0 : msOf(histogram.mean)),
    upTo: (edges) => countsUpTo(edges, { count: histogram.count, rank }),
  }
}

/** The library tells values by rank, not ranks by value: found by halving. */
function countsUpTo(
  edges: readonly number[],
  { count, rank }: { count: number; rank: (rank: number) => number },
): number[] {
  const atMost = (ms: number): number => {
    let [low, high] = [0, count]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (rank(middle) <= ms) low = middle
      else high = middle - 1
    }
    return low
  }
  const sums = [...edges.map(atMost), count]
  return sums.map((sum, index) => sum - (sums[index - 1] ?? 0))
}
