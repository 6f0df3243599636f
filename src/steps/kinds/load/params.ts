/** A load as a runbook states it. */
import { z } from 'zod'
import type { Names } from '../../../runbook/deferred.ts'
import { condition, duration, integer, repeatedBody, text } from '../../../runbook/fields.ts'

const MAX_COUNT = 10_000_000
const MAX_CONCURRENCY = 1_000

const RATE = /^([1-9]\d{0,5})\/(s|m|h)$/
const A_RATE = 'a rate is a number per s, m or h, such as 100/s'
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const

export const LOAD_OUTCOME = {
  count: 'int',
  errors: 'int',
  error_rate: 'double',
  p50_ms: 'double',
  p90_ms: 'double',
  p95_ms: 'double',
  p99_ms: 'double',
  max_ms: 'double',
  mean_ms: 'double',
  rps: 'double',
  duration_ms: 'int',
  late: 'int',
  stopped_early: 'bool',
  broken: 'list',
  by_category: 'map',
  shapes: 'list',
} as const satisfies Names

export const params = z
  .strictObject({
    step: repeatedBody().describe(
      'what is repeated, each at most 10s unless its `timeout` says; it must only read, unless the step says `effect: change`',
    ),
    count: integer({ min: 1, max: MAX_COUNT }).optional().describe('how often'),
    for: duration()
      .optional()
      .describe('starts none after this long; with `count` 10m unless stated'),
    concurrency: integer({ min: 1, max: MAX_CONCURRENCY })
      .default(1)
      .describe('at most so many at a time; 1 unless stated'),
    rate: text(z.string().regex(RATE, { error: A_RATE }), A_RATE)
      .optional()
      .describe(
        'starts them at this rate, and never faster, whether or not they are answered; latencies then count from the scheduled start. Unless stated, the next starts when one is answered',
      ),
    limit: condition('own')
      .optional()
      .describe(
        'CEL over the outcome; it ends early once this surely cannot hold any more. Unless stated, errors == 0 is judged at the end',
      ),
  })
  .refine((asked) => asked.count !== undefined || asked.for !== undefined, {
    error: 'a load has an end: state count, for, or both',
  })

/** Starts per millisecond. */
export function perMs(rate: string): number {
  const [, count, unit] = RATE.exec(rate) ?? []
  return Number(count) / UNIT_MS[unit as keyof typeof UNIT_MS]
}
