/**
 * Durations on a line on which each step is as many times longer, since one incident takes minutes
 * and another days. The same line under all metrics, so that they can be compared.
 */
import type { Times } from './times.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const TICKS = [
  { ms: SECOND, label: '1 s' },
  { ms: 10 * SECOND, label: '10 s' },
  { ms: MINUTE, label: '1 min' },
  { ms: 10 * MINUTE, label: '10 min' },
  { ms: HOUR, label: '1 h' },
  { ms: 6 * HOUR, label: '6 h' },
  { ms: DAY, label: '1 d' },
  { ms: 7 * DAY, label: '7 d' },
  { ms: 30 * DAY, label: '30 d' },
  { ms: 365 * DAY, label: '1 y' },
  { ms: 3650 * DAY, label: '10 y' },
] as const

export type LogScale = {
  /** 0 to 1; what is shorter than the first tick stands on it. */
  at: (ms: number) => number
  ticks: { ms: number; label: string; at: number }[]
}

/** From the tick below the shortest to the tick above the longest; undefined: nothing was measured. */
export function logScale(times: readonly Times[]): LogScale | undefined {
  const all = times.flatMap(({ points }) => [points[0], points.at(-1)]).flatMap((one) => one ?? [])
  if (all.length === 0) return undefined
  const shortest = Math.min(...all.map(({ ms }) => ms))
  const longest = Math.max(...all.map(({ ms }) => ms))
  const from = Math.max(
    0,
    TICKS.findLastIndex(({ ms }) => ms <= shortest),
  )
  const above = TICKS.findIndex(({ ms }, index) => ms >= longest && index > from)
  const ticks = TICKS.slice(from, above === -1 ? undefined : above + 1)
  const [low, high] = [Math.log(ticks[0]?.ms ?? 1), Math.log(ticks.at(-1)?.ms ?? 2)]
  const at = (ms: number): number =>
    Math.min(1, Math.max(0, (Math.log(Math.max(1, ms)) - low) / (high - low)))
  return { at, ticks: ticks.map(({ ms, label }) => ({ ms, label, at: at(ms) })) }
}
