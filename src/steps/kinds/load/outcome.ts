/** What a load came to: its numbers, its errors, and whether its limit holds. */
import { durationInWords } from '../../../incident/duration.ts'
import { grouped } from '../../../incident/size.ts'
import { CATEGORIES } from '../../../incident/error-category.ts'
import type { Cel } from '../../../runbook/deferred.ts'
import type { Value } from '../../../incident/value.ts'
import { endedBy } from '../../ended.ts'
import type { Outcome, StepContext } from '../../kind.ts'
import { evidenceOf } from './evidence.ts'
import { checksOf, NO_ERRORS } from './limit.ts'
import type { Measure } from './measure.ts'

const MAX_SHAPES = 20
/** Where the tool is more busy than this, it may be slower than the service; a short load warms up. */
const MUCH = 0.9
const LONG_MS = 2_000

/** Starts after their schedule; `busy`: those that nobody was free for. */
export type Late = { count: number; busy: number; mostMs: number }

export type Measured = {
  measure: Measure
  elapsedMs: number
  late: Late
  /** The part of the time in which hotwash itself was at work, 0 to 1. */
  ownBusy: number
  stoppedEarly: boolean
  /** Why it ended although more was asked for; undefined: it did all it was asked for. */
  cut: string | undefined
  limit: Cel | undefined
  /** What is kept beside the numbers. */
  stated: { step: string; concurrency: number; rate: string | null }
}

export function outcomeOf(measured: Measured, context: StepContext): Outcome {
  const { measure, late, stated, cut } = measured
  const { signal } = context
  const numbers = measure.numbers(measured.elapsedMs)
  const data: Record<string, Value> = {
    ...numbers,
    duration_ms: Math.round(measured.elapsedMs),
    late: late.count,
    stopped_early: measured.stoppedEarly,
    by_category: { ...measure.failures.byCategory() },
    shapes: measure.failures
      .groups()
      .slice(0, MAX_SHAPES)
      .map((group) => ({ ...group, first: { ...group.first } })),
  }
  const checks = checksOf(measured.limit ?? NO_ERRORS, { data, context })
  const failed = checks.filter(({ status }) => status === 'failed')
  data['broken'] = failed.map(({ name, seen }) => `${name} (${seen})`)
  const own_busy = Math.round(measured.ownBusy * 100) / 100
  const from = stated.rate === null ? 'start' : 'scheduled start'
  const load = { ...stated, latency_from: from, latest_start_ms: Math.round(late.mostMs), own_busy }
  const outcome = {
    data,
    evidence: evidenceOf(measure.latencies, { load, data }),
    notes: notesOf(measured),
  }
  if (signal.aborted) {
    const ended = endedBy(signal)
    const why = ended === 'timed_out' ? 'the time limit was reached' : 'ended by the operator'
    return { ...outcome, ended, reason: `${why} after ${numbers.count} answers` }
  }
  if (cut !== undefined) return { ...outcome, ended: 'timed_out', reason: cut }
  return { ...outcome, ended: 'completed', checks }
}

function whyLate({ late, stated }: Measured): string {
  const own = late.count - late.busy
  const causes = [
    late.busy === 0
      ? ''
      : `${late.busy} because ${stated.concurrency} at a time do not keep ${stated.rate}, and their latencies count from the scheduled start`,
    own === 0 ? '' : `${own} because this machine was busy itself`,
  ]
  return causes.filter(Boolean).join('; ')
}

/** 809.983 is read as 810, and 1.535 as 1.5. */
const short = (value: number): number =>
  value < 10 ? Math.round(value * 10) / 10 : Math.round(value)

function numbersInWords({ measure, elapsedMs }: Measured): string {
  const { count, errors, rps, p50_ms, p95_ms, p99_ms, max_ms } = measure.numbers(elapsedMs)
  const [p50, p95, p99, longest] = [p50_ms, p95_ms, p99_ms, max_ms].map(short)
  const latency = `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, longest ${longest} ms`
  const failed = `${grouped(errors)} ${errors === 1 ? 'error' : 'errors'}`
  return `${grouped(count)} answered, ${failed}, ${short(rps)}/s; ${latency}`
}

function notesOf(measured: Measured): string[] {
  const { measure, late, stoppedEarly } = measured
  const notes = [numbersInWords(measured)]
  const count = measure.latencies.count()
  if (stoppedEarly) {
    notes.push(`ended early after ${count} answers: the limit could not hold any more`)
  }
  if (measure.failures.total() > 0) {
    const counts = measure.failures.byCategory()
    const seen = CATEGORIES.filter((name) => counts[name] > 0)
    const categories = seen.map((name) => `${counts[name]} ${name}`).join(', ')
    notes.push(`errors by category: ${categories}; by shape: ${measure.failures.inWords()}`)
  }
  if (measured.ownBusy > MUCH && measured.elapsedMs > LONG_MS) {
    const percent = Math.round(measured.ownBusy * 100)
    notes.push(`hotwash itself was busy ${percent} % of the time: latencies include its own work`)
  }
  if (late.count > 0) {
    const most = durationInWords(Math.ceil(late.mostMs))
    notes.push(
      `${late.count} of ${count} starts came late, by at most ${most}; ${whyLate(measured)}`,
    )
  }
  return notes
}
