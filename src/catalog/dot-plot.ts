/**
 * Durations as dots over a line, for a terminal: each dot is one incident, or says of how many it is.
 * It needs no color and no cursor, and fits into 80 columns.
 *
 *           •    •
 *     • •• •••  ••• •      •
 *     ┼──────────M┼──────P─────┼
 *     1 min       10 min       1 h
 */
import type { LogScale } from './log-scale.ts'
import type { Times } from './times.ts'

const WIDTH = 72
const ROWS = 5
const INDENT = '  '

export type DotPlot = {
  lines: string[]
  /** How many incidents a dot is, at most. */
  perDot: number
}

export function dotPlot({ points, median, p90 }: Times, scale: LogScale): DotPlot {
  const column = (ms: number): number => Math.round(scale.at(ms) * (WIDTH - 1))
  const heights = Array.from({ length: WIDTH }, () => 0)
  for (const { ms } of points) heights[column(ms)] = (heights[column(ms)] ?? 0) + 1
  const highest = Math.max(...heights)
  const perDot = Math.max(1, Math.ceil(highest / ROWS))
  const rows = Array.from({ length: Math.ceil(highest / perDot) }, (_, row) =>
    heights.map((height) => (Math.ceil(height / perDot) > row ? '•' : ' ')).join(''),
  ).toReversed()
  const axis = Array.from({ length: WIDTH }, () => '─')
  for (const { at } of scale.ticks) axis[Math.round(at * (WIDTH - 1))] = '┼'
  if (p90 !== undefined) axis[column(p90.ms)] = 'P'
  if (median !== undefined)
    axis[column(median.ms)] = column(median.ms) === column(p90?.ms ?? -1) ? '*' : 'M'
  const lines = [...rows, axis.join(''), labels(scale)]
  return { lines: lines.map((line) => `${INDENT}${line}`.trimEnd()), perDot }
}

/** Each below its tick, the last one ending there; one that would touch its neighbor is left out. */
function labels({ ticks }: LogScale): string {
  let line = ''
  for (const { at, label } of ticks) {
    const start = Math.min(Math.round(at * (WIDTH - 1)), WIDTH - label.length)
    if (start > 0 && start < line.length + 2) continue
    line = line.padEnd(start) + label
  }
  return line
}
