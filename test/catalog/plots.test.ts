import { expect, test } from 'vitest'
import { dotPlot } from '../../src/catalog/dot-plot.ts'
import { logScale } from '../../src/catalog/log-scale.ts'
import { stripPlot } from '../../src/catalog/strip-plot.ts'
import { swarm } from '../../src/catalog/swarm.ts'
import { quantile, type Point, type Times } from '../../src/catalog/times.ts'

const MINUTE = 60_000

const times = (points: readonly Point[]): Times => ({
  id: 'time_to_detect',
  name: 'Time to detect',
  formula: 'detection − impact start',
  n: points.length,
  median: quantile(points, 50),
  p90: quantile(points, 90),
  points: [...points],
  unknown: [{ says: 'no impact start', count: 2, incidents: ['x', 'y'] }],
})

const some = (count: number, minutes: (n: number) => number): Times =>
  times(
    Array.from({ length: count }, (_, n) => ({ incident: `i-${n}`, ms: minutes(n) * MINUTE })).sort(
      (a, b) => a.ms - b.ms,
    ),
  )

const plot = (one: Times) => {
  const scale = logScale([one])
  if (scale === undefined) throw new Error('nothing to draw')
  return dotPlot(one, scale)
}

test('a dot plot has a dot for each incident, in 80 columns, between the ticks around them', () => {
  const { lines, perDot } = plot(some(5, (n) => [2, 2, 3, 9, 50][n] ?? 0))
  expect(perDot).toBe(1)
  expect(lines.join('').match(/•/g)).toHaveLength(5)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(lines.at(-1)).toMatch(/^ {2}1 min +10 min +1 h$/)
  const axis = lines.at(-2) ?? ''
  expect(axis.indexOf('M')).toBeLessThan(axis.indexOf('P'))
})

test('many incidents become dots of several, in five rows at most', () => {
  const { lines, perDot } = plot(some(10_000, (n) => 1 + (n % 60)))
  expect(perDot).toBeGreaterThan(1)
  expect(lines.length).toBeLessThanOrEqual(7)
})

test('one incident, one of no time at all, and one of years can be drawn', () => {
  for (const minutes of [0, 7, 2_000_000, 90_000_000]) {
    const { lines } = plot(some(1, () => minutes))
    expect(lines.join('\n')).toContain('•')
    expect(lines.join('\n')).toContain('*')
  }
})

test('nothing measured has no scale', () => {
  expect(logScale([times([])])).toBeUndefined()
})

test('dots of a strip do not touch; where there is no room each is several', () => {
  const near = swarm(
    Array.from({ length: 30 }, (_, n) => ({ x: n * 3 })),
    9,
  )
  expect(near.perDot).toBe(1)
  expect(near.dots).toHaveLength(30)
  for (const [index, dot] of near.dots.entries())
    for (const other of near.dots.slice(index + 1))
      expect(dot.lane !== other.lane || Math.abs(dot.x - other.x) >= 9).toBe(true)
  const many = swarm(
    Array.from({ length: 3_000 }, () => ({ x: 50 })),
    9,
  )
  expect(many.dots.length).toBeLessThanOrEqual(11)
  expect(many.dots.flatMap(({ items }) => items)).toHaveLength(3_000)
})

const svg = (one: Times): string =>
  stripPlot({ title: 'Times & <more>', subtitle: '2 incidents', times: [one] })

test('the picture says title, description and values in words, and escapes what it shows', () => {
  const text = svg(some(12, (n) => n + 1))
  expect(text).toContain('<title id="hw-stats-title">Times &amp; &lt;more&gt;</title>')
  expect(text).toMatch(/<desc[^>]*>.*median 6 min 0 s, 90th percentile 11 min 0 s, of 12\./)
  expect(text).toContain('>median 6 min 0 s</text>')
  expect(text).toContain('>p90 11 min 0 s</text>')
  expect(text.match(/<circle/g)).toHaveLength(12)
  expect(text).toContain('<title>i-3: 4 min 0 s</title>')
  expect(text).toContain('prefers-color-scheme: dark')
  expect(text).not.toMatch(/NaN|undefined|Infinity/)
})

test('the words for median and p90 never overlap, wherever the two are', () => {
  for (const minutes of [
    [1, 1],
    [1, 1.01],
    [1, 59],
    [58, 59],
    [0.1, 0.1],
    [500, 9_000],
  ]) {
    const text = svg(some(2, (n) => minutes[n] ?? 0))
    const places = [...text.matchAll(/<text class="value[^"]*" x="([\d.]+)"[^>]*>([^<]*)</g)]
    const [left, right] = places.map(([, x]) => Number(x))
    // About 8 pixels a letter at 13 pixels in bold.
    expect((right ?? 0) - (left ?? 0)).toBeGreaterThan((places[0]?.[2]?.length ?? 0) * 7)
  }
})

test('a picture of nothing says so', () => {
  expect(svg(times([]))).toContain('Nothing was measured')
})
