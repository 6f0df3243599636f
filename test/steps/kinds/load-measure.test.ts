/** What a load counts, how it paces its starts, and when it gives a limit up: without any server. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateExpression } from '../../../src/runbook/expressions/expression.ts'
import { conjunctsOf, surely } from '../../../src/runbook/expressions/surely.ts'
import { drive, type Load } from '../../../src/steps/kinds/load/drive.ts'
import { createMeasure } from '../../../src/steps/kinds/load/measure.ts'
import { createPace } from '../../../src/steps/kinds/load/pace.ts'
import { LOAD_OUTCOME, perMs } from '../../../src/steps/kinds/load/params.ts'

const ERROR = { category: 'unknown', shape: 'x', context: {} } as const

describe('percentiles', () => {
  test('are the nearest rank of the latencies, to three digits', () => {
    const measure = createMeasure(Infinity)
    for (let ms = 1; ms <= 1_000; ms++) measure.add(ms)
    const numbers = measure.numbers(2_000)
    expect(numbers).toMatchObject({ count: 1_000, errors: 0, error_rate: 0, rps: 500 })
    const wanted = { p50_ms: 500, p90_ms: 900, p95_ms: 950, p99_ms: 990, max_ms: 1_000 }
    for (const [name, ms] of Object.entries(wanted)) {
      const got = numbers[name as keyof typeof wanted]
      expect({ name, isNear: Math.abs(got - ms) < ms * 0.002 }).toEqual({ name, isNear: true })
    }
  })

  test('agree with sorting, whatever the latencies are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }), (all) => {
        const measure = createMeasure(Infinity)
        for (const ms of all) measure.add(ms)
        const sorted = all.toSorted((a, b) => a - b)
        const numbers = measure.numbers(1)
        for (const [name, percent] of [
          ['p50_ms', 50],
          ['p90_ms', 90],
          ['p95_ms', 95],
          ['p99_ms', 99],
        ] as const) {
          const exact = sorted[Math.ceil((percent * all.length) / 100) - 1] ?? 0
          expect(Math.abs(numbers[name] - exact)).toBeLessThanOrEqual(exact * 0.002)
        }
      }),
    )
  })

  test('of nothing are nothing, and what is longer than an hour counts as an hour', () => {
    const measure = createMeasure(Infinity)
    expect(measure.numbers(0)).toMatchObject({ count: 0, error_rate: 0, p99_ms: 0, max_ms: 0 })
    measure.add(Number.MAX_SAFE_INTEGER)
    measure.add(0)
    expect(measure.numbers(1).max_ms).toBeGreaterThan(3_500_000)
  })

  test('take the same memory for a million requests as for a thousand', () => {
    const fill = (count: number): number => {
      const measure = createMeasure(Infinity)
      globalThis.gc?.()
      const before = process.memoryUsage().heapUsed
      for (let n = 0; n < count; n++) {
        measure.add(n % 5_000, n % 7 === 0 ? { ...ERROR, shape: `error ${n % 60_000}` } : undefined)
      }
      globalThis.gc?.()
      expect(measure.numbers(1).count).toBe(count)
      expect(measure.failures.groups().length).toBeLessThanOrEqual(51)
      return process.memoryUsage().heapUsed - before
    }
    fill(1_000)
    expect(fill(300_000)).toBeLessThan(40_000_000)
  })
})

describe('a condition over numbers that are not final', () => {
  const bounds = { a: { least: 2, most: 5 }, b: { least: 7, most: Infinity } }
  test.each([
    ['a < 2', false],
    ['a < 6', true],
    ['a < 3', undefined],
    ['a <= 5', true],
    ['b > 6', true],
    ['6 >= b', false],
    ['a < b', true],
    ['b <= a', false],
    ['a == 9', false],
    ['a != 9', true],
    ['a == 3', undefined],
    ['!(b > 6)', false],
    ['a > -1 && b < 7', false],
    ['a < 3 && b < 7', false],
    ['a < 3 || b >= 7', true],
    ['a < 3 || b < 7', undefined],
    ['c < 3', undefined],
    ['c < 3 && b < 7', false],
    ['a + 1 < 2', undefined],
    ['[1].size() == 1', undefined],
  ])('%s is %s', (source, wanted) => {
    expect(surely(source, bounds)).toBe(wanted)
  })

  test('is told apart at &&', () => {
    expect(conjunctsOf('error_rate < 0.01 && (p95_ms < 300 || errors == 0) && count > 3')).toEqual([
      'error_rate < 0.01',
      'p95_ms < 300 || errors == 0',
      'count > 3',
    ])
  })
})

describe('giving up early', () => {
  const comparison = fc
    .tuple(
      fc.constantFrom(
        'errors',
        'error_rate',
        'p50_ms',
        'p90_ms',
        'p95_ms',
        'p99_ms',
        'max_ms',
        'count',
      ),
      fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
      fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(0.01, 0.05, 0.1, 0.5)),
      fc.boolean(),
    )
    .map(([name, sign, value, swapped]) =>
      swapped ? `${value} ${sign} ${name}` : `${name} ${sign} ${value}`,
    )
  const limit = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      comparison,
      fc
        .tuple(tie('any'), fc.constantFrom('&&', '||'), tie('any'))
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      tie('any').map((inner) => `!(${inner})`),
    ),
  })).any
  const answers = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean()), {
    minLength: 1,
    maxLength: 60,
  })
  const holds = (source: string, numbers: Record<string, unknown>): boolean => {
    const judged = evaluateExpression(source, LOAD_OUTCOME, numbers)
    if (!judged.ok) throw new Error(judged.message)
    return judged.value === true
  }

  test('is never wrong: carried on to its end, the limit would not have held', () => {
    let gaveUp = 0
    fc.assert(
      fc.property(limit, answers, fc.nat(20), (source, all, more) => {
        // As many as are stated may come, or fewer when the time is over.
        const measure = createMeasure(all.length + more)
        let givenUp = false
        for (const [ms, isError] of all) {
          measure.add(ms, isError ? ERROR : undefined)
          const isSure = surely(source, measure.bounds) === false
          // Once sure, sure for ever, and already so by what was seen until then.
          if (givenUp && !isSure) return false
          givenUp = isSure
          if (givenUp && holds(source, measure.numbers(1))) return false
        }
        gaveUp += givenUp ? 1 : 0
        return true
      }),
      { numRuns: 1_500 },
    )
    expect(gaveUp).toBeGreaterThan(100)
  })

  test('comes as soon as it is certain, and no request earlier', () => {
    const firstCertain = (source: string, most: number, isBad: (n: number) => boolean): number => {
      const measure = createMeasure(most)
      for (let n = 1; n <= most; n++) {
        measure.add(isBad(n) ? 400 : 1, isBad(n) ? ERROR : undefined)
        if (surely(source, measure.bounds) === false) return n
      }
      return Infinity
    }
    // Of 500, 5 errors are 1 %: the fifth decides.
    expect(firstCertain('error_rate < 0.01', 500, () => true)).toBe(5)
    expect(firstCertain('error_rate <= 0.01', 500, () => true)).toBe(6)
    // Of 500, 25 may be slower than the 95th percentile: the 26th decides.
    expect(firstCertain('p95_ms < 300', 500, () => true)).toBe(26)
    expect(firstCertain('p95_ms < 300', 500, (n) => n % 2 === 0)).toBe(52)
    expect(firstCertain('max_ms < 300', 500, (n) => n === 77)).toBe(77)
    expect(firstCertain('errors == 0', Infinity, (n) => n === 3)).toBe(3)
    // Without an end nothing is certain but what can only grow.
    expect(firstCertain('p95_ms < 300', 500, () => false)).toBe(Infinity)
  })
})

describe('the pace', () => {
  /** Starts at the scheduled time or later, as `delay` says; gives schedule and start of each. */
  const starts = (rate: string, count: number, delay: (n: number) => number) => {
    const pace = createPace(perMs(rate), 0)
    let nowMs = 0
    return Array.from({ length: count }, (_, n) => {
      const dueMs = pace.due()
      nowMs = Math.max(nowMs, dueMs) + delay(n)
      pace.started(nowMs)
      return { dueMs, atMs: nowMs }
    })
  }
  const most = (all: readonly { atMs: number }[], windowMs: number): number =>
    Math.max(
      ...all.map(
        ({ atMs }) =>
          all.filter((one) => one.atMs >= atMs && one.atMs < atMs + windowMs - 1e-6).length,
      ),
    )

  test.each([
    ['100/s', 100],
    ['600/m', 10],
    ['90/m', 2],
    ['7200/h', 2],
  ])('of %s has at most %s starts in any second, whatever is delayed', (rate, perSecond) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 8 }), (stalls) => {
        const all = starts(rate, 300, (n) => (n % 40 === 7 ? (stalls[n % 8] ?? 0) : (n % 3) * 0.4))
        for (const [index, { dueMs, atMs }] of all.entries()) {
          expect(atMs).toBeGreaterThanOrEqual(dueMs)
          expect(dueMs).toBeGreaterThanOrEqual(index / perMs(rate) - 1e-6)
        }
        expect(most(all, 1_000)).toBeLessThanOrEqual(perSecond)
      }),
      { numRuns: 30 },
    )
  })

  test('is even when nothing is delayed, and even again after a stall', () => {
    const even = starts('100/s', 50, () => 0)
    expect(even.map(({ atMs }) => Math.round(atMs))).toEqual(even.map((_, n) => n * 10))
    const all = starts('100/s', 400, (n) => (n === 20 ? 2_000 : 0))
    // Those that were due in the stall are late, for one second's worth; then none is.
    const late = all.filter(({ dueMs, atMs }) => atMs - dueMs > 10).length
    expect(late).toBeGreaterThan(90)
    expect(late).toBeLessThan(125)
    const after = all.slice(-100)
    expect(after.every(({ dueMs, atMs }) => atMs === dueMs)).toBe(true)
  })
})

describe('driving', () => {
  const clock = {
    now: () => Date.now(),
    mono: () => performance.now(),
    boot: () => 'boot',
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms)
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          reject(signal.reason as Error)
        })
      }),
  }
  const LOAD: Load = { count: 100, concurrency: 7, perMs: undefined, forMs: 60_000 }

  test('never has more in flight than stated, and does each exactly once', async () => {
    let [inFlight, mostInFlight, done] = [0, 0, 0]
    const { isFull } = await drive(LOAD, {
      clock,
      signal: new AbortController().signal,
      carryOut: async () => {
        inFlight += 1
        mostInFlight = Math.max(mostInFlight, inFlight)
        await new Promise((resolve) => setTimeout(resolve, done % 3))
        inFlight -= 1
        done += 1
      },
    })
    expect({ isFull, mostInFlight, done }).toEqual({ isFull: true, mostInFlight: 7, done: 100 })
  })

  test('starts nothing more when it is ended, however long the next start is away', async () => {
    const ended = new AbortController()
    let started = 0
    const driving = drive(
      { ...LOAD, perMs: perMs('1/h') },
      {
        clock,
        signal: ended.signal,
        carryOut: async () => {
          started += 1
          ended.abort(new Error('enough'))
        },
      },
    )
    expect(await driving).toEqual({ isFull: false })
    expect(started).toBe(1)
  })

  test('a start that nobody was free for counts from when it was due, and is told as late', async () => {
    const starts: { lateMs: number; waitedMs: number }[] = []
    await drive(
      { count: 4, concurrency: 1, perMs: perMs('50/s'), forMs: 60_000 },
      {
        clock,
        signal: new AbortController().signal,
        carryOut: async ({ atMs, fromMs, lateMs }) => {
          starts.push({ lateMs, waitedMs: atMs - fromMs })
          // Longer than two intervals: the next two are due meanwhile.
          await new Promise((resolve) => setTimeout(resolve, starts.length === 1 ? 600 : 0))
        },
      },
    )
    expect(starts[0]?.waitedMs).toBeLessThan(300)
    expect(starts[1]?.waitedMs).toBeGreaterThan(300)
    expect(starts[1]?.lateMs).toBe(starts[1]?.waitedMs)
  })
})
