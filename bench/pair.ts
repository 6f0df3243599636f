/**
 * Measures two things in turn, A B A B …, so that a machine whose speed drifts hits both, and gives
 * the median of the pairwise ratios with its spread. Never a verdict in a test: numbers to read.
 */
export type Pair = { ratio: number; low: number; high: number; a: number; b: number; n: number }

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((x, y) => x - y)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** `a` and `b` give milliseconds, or do the work and are timed. Each is called once more, first, to warm up. */
export async function pair(n: number, a: () => unknown, b: () => unknown): Promise<Pair> {
  const times: { a: number; b: number }[] = []
  for (let round = -1; round < n; round++) {
    const one = { a: await timed(a), b: await timed(b) }
    if (round >= 0) times.push(one)
  }
  const ratios = times.map((one) => one.a / one.b)
  return {
    ratio: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    a: median(times.map((one) => one.a)),
    b: median(times.map((one) => one.b)),
    n,
  }
}

export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  const own = await work()
  return typeof own === 'number' ? own : performance.now() - start
}
