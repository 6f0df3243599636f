/** What is said of times that are known roughly holds for every time that they may have been. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rangeInWords } from '../../src/incident/duration.ts'
import type { Precision } from '../../src/incident/event.ts'
import { metrics } from '../../src/incident/metrics.ts'
import { intervalOf, momentsOf } from '../../src/incident/moments.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('rangeInWords', () => {
  test.each([
    [0, 59_999, '0 to 1 min'],
    [1_000, 29_500, '1 to 30 s'],
    [20 * MINUTE, 50 * MINUTE, '20 to 50 min'],
    [0, 31 * MINUTE - 1, '0 to 31 min'],
    [9.5 * MINUTE, 10.5 * MINUTE, '9 min 30 s to 10 min 30 s'],
    [0, 90_000, '0 s to 1 min 30 s'],
    [45 * MINUTE, HOUR, '45 to 60 min'],
    [95 * MINUTE, 125 * MINUTE, '1 h 35 min to 2 h 05 min'],
    [23.5 * HOUR, 26 * HOUR, '23 h 00 min to 1 d 2 h'],
    [MINUTE, MINUTE, '1 min'],
  ])('%i to %i ms is %s', (from, to, wanted) => expect(rangeInWords(from, to)).toBe(wanted))

  const UNIT_MS = { s: 1_000, min: MINUTE, h: HOUR, d: 24 * HOUR } as const
  const msOf = (words: string): number =>
    [...words.matchAll(/(\d+) (s|min|h|d)\b/g)].reduce(
      (ms, [, n, unit]) => ms + Number(n) * UNIT_MS[unit as keyof typeof UNIT_MS],
      0,
    )

  test('says bounds that are never narrower than they are', () => {
    const upTo = fc.oneof(fc.nat(HOUR), fc.nat(30 * HOUR), fc.nat(400 * HOUR))
    fc.assert(
      fc.property(upTo, upTo, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const words = rangeInWords(from, to)
        const [low = '', high = low] = words.split(' to ')
        const unit = / (?:s|min|h|d)\b/.test(low) ? low : `${low} ${high.split(' ').at(-1)}`
        expect(msOf(unit)).toBeLessThanOrEqual(from)
        expect(msOf(high)).toBeGreaterThanOrEqual(to)
      }),
      { numRuns: 1_000 },
    )
  })
})

const declared: TestDraft = { type: 'incident.declared', data: { title: 'x', severity: 'SEV2' } }
const BASE = Date.parse('2026-11-21T09:00:00.000Z')
const iso = (ms: number): string => new Date(ms).toISOString()

/** As a person states a time that was really at `ms`. */
const stated = (ms: number, precision: Precision, off: number): string =>
  iso(
    precision === 'exact'
      ? ms
      : precision === 'minute'
        ? Math.floor(ms / MINUTE) * MINUTE
        : ms + off,
  )

const detectOf = (start: [string, Precision], found: [string, Precision]) => {
  const [metric] = metrics(
    makeEvents([
      declared,
      {
        type: 'incident.updated',
        data: {
          impact_start: start[0],
          detected_at: found[0],
          precisions: { impact_start: start[1], detected_at: found[1] },
        },
      },
    ]),
  )
  if (metric === undefined) throw new Error('no metric')
  return metric
}

describe('a metric over times that are known roughly', () => {
  test.each<[Precision, Precision, string]>([
    ['exact', 'exact', '30 min 0 s'],
    ['minute', 'minute', '29 to 31 min'],
    ['exact', 'minute', '30 to 31 min'],
    ['minute', 'exact', '29 to 30 min'],
    ['about', 'exact', '15 to 45 min'],
    ['about', 'minute', '15 to 46 min'],
    ['about', 'about', '0 to 60 min'],
  ])('%s to %s says its bounds', (start, end, wanted) => {
    const metric = detectOf([iso(BASE), start], [iso(BASE + 30 * MINUTE), end])
    expect(metric.says).toBe(wanted)
    expect(metric).toMatchObject({ ms: 30 * MINUTE, n: 1 })
    expect(metric.range === undefined).toBe(start === 'exact' && end === 'exact')
  })

  test('holds the real duration between its bounds, whatever was stated', () => {
    const precision = fc.constantFrom<Precision>('exact', 'minute', 'about')
    const off = fc.integer({ min: -15 * MINUTE, max: 15 * MINUTE })
    const real = fc.record({ from: fc.nat(48 * HOUR), took: fc.nat(48 * HOUR) })
    fc.assert(
      fc.property(real, fc.tuple(precision, off), fc.tuple(precision, off), (time, a, b) => {
        const start = BASE + time.from
        const metric = detectOf(
          [stated(start, a[0], a[1]), a[0]],
          [stated(start + time.took, b[0], b[1]), b[0]],
        )
        const { fromMs, toMs } = metric.range ?? { fromMs: metric.ms ?? -1, toMs: metric.ms ?? -1 }
        expect(metric.why).toBeUndefined()
        expect(fromMs).toBeLessThanOrEqual(time.took)
        expect(toMs).toBeGreaterThanOrEqual(time.took)
        expect(metric.ms).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 500 },
    )
  })

  test('contradicts itself only where no real times would do', () => {
    const precision = fc.constantFrom<Precision>('exact', 'minute', 'about')
    const time = fc.tuple(fc.nat(2 * HOUR), precision)
    fc.assert(
      fc.property(time, time, ([a, how], [b, known]) => {
        const [start, end] = [
          { at: iso(BASE + a), precision: how },
          { at: iso(BASE + b), precision: known },
        ]
        const metric = detectOf([start.at, how], [end.at, known])
        const impossible = intervalOf(end).to < intervalOf(start).from
        expect(metric.why === 'contradiction').toBe(impossible)
        expect(metric.n).toBe(impossible ? 0 : 1)
      }),
    )
  })

  test('names both times with where they are known from when they contradict each other', () => {
    const events = makeEvents([
      declared,
      {
        type: 'incident.updated',
        data: { impact_start: iso(BASE), precisions: { impact_start: 'about' }, source: 'support' },
      },
      {
        type: 'incident.updated',
        data: { status: 'mitigated', effective_at: iso(BASE - HOUR), source: 'deploy log' },
      },
    ])
    const mitigate = metrics(events).find(({ id }) => id === 'time_to_mitigate')
    expect(mitigate).toMatchObject({ ms: undefined, n: 0, why: 'contradiction' })
    expect(mitigate?.says).toBe(
      'not known: the mitigation (2026-11-21 08:00:00 UTC, from "deploy log", event 3) is recorded as earlier than the impact start (about 2026-11-21 09:00 UTC, from "support", event 2)',
    )
  })

  test('tells a time that was told from one that the machine recorded', () => {
    const { mitigated, declared: said } = momentsOf(
      makeEvents([
        declared,
        { type: 'incident.updated', data: { status: 'mitigated' } },
        {
          type: 'incident.updated',
          data: {
            status: 'mitigated',
            effective_at: iso(BASE),
            precisions: { effective_at: 'minute' },
          },
        },
      ]),
    )
    expect(said).toMatchObject([{ told: false, precision: 'exact' }])
    expect(mitigated).toMatchObject([
      { told: false, precision: 'exact' },
      { told: true, precision: 'minute', at: iso(BASE) },
    ])
  })

  test('a drill has none', () => {
    const drill: TestDraft = {
      type: 'incident.declared',
      data: { title: 'x', severity: 'SEV2', drill: true },
    }
    expect(metrics(makeEvents([drill])).map(({ n, why }) => [n, why])).toEqual(
      Array.from({ length: 5 }, () => [0, 'drill']),
    )
  })
})
