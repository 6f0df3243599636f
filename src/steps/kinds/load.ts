/** One body, carried out many times and measured: how fast, how many fail, and in which ways. */
import type { z } from 'zod'
import { durationInWords } from '../../incident/duration.ts'
import type { Cel, Rendered } from '../../runbook/fields.ts'
import type { Body, Value } from '../../runbook/runbook.ts'
import { discardEvidence } from '../discard-evidence.ts'
import { endedBy } from '../ended.ts'
import type { ActionKind, Outcome, PlanLook, Prepared, StepContext } from '../kind.ts'
import { drive, LATE_MS, type Load, type Start } from './load/drive.ts'
import { evidenceOf } from './load/evidence.ts'
import { checksOf, isSurelyBroken, NO_ERRORS } from './load/limit.ts'
import { categoriesOf, createMeasure, type Measure } from './load/measure.ts'
import { LOAD_OUTCOME, params, perMs } from './load/params.ts'

/** Of one request that states no `timeout`: who waits longer than this has gone. */
const REQUEST_LIMIT_MS = 10_000
const FOR_MS = 600_000
const SAY_EVERY_MS = 2_000
const MAX_SHAPES_IN_OUTCOME = 20

type Params = Rendered<z.output<typeof params>>

export const load: ActionKind<typeof params> = {
  type: 'action',
  kind: 'load',
  summary: 'repeats a step that reads, and measures how fast and how well it is answered',
  params,
  example: `load:
  step: {http: {url: "https://login.example.test/session"}, expect: status == 200}
  count: 500
  concurrency: 16
  rate: 100/s
  limit: error_rate < 0.01 && p95_ms < 300`,
  effect: 'read',
  outcome: LOAD_OUTCOME,
  expect: 'size(broken) == 0',
  defaultOutputs: { count: 'count', errors: 'errors', p95_ms: 'p95_ms' },
  // Bounded by its own parameters.
  timeoutMs: null,
  plan: planOf,
  run,
}

function planOf(asked: Params, look: PlanLook): string {
  const { count, concurrency, rate, limit } = asked
  const often = count === undefined ? '' : `${count} times, `
  const pace = rate === undefined ? '' : `, at most ${rate}`
  const within = `for at most ${durationInWords(asked.for ?? FOR_MS)}`
  const holds = limit === undefined ? '' : `\nends early once this cannot hold: ${limit.source}`
  return `${often}${concurrency} at a time${pace}, ${within}:\n${look.planOf(asked.step as Body)}${holds}`
}

type Running = {
  asked: Params
  context: StepContext
  prepared: Prepared
  load: Load
  limit: Cel | undefined
  measure: Measure
  beganMs: number
  /** Fires when the limit is surely broken. */
  stop: AbortController
  late: { count: number; mostMs: number }
  lastSaidMs: number
}

async function run(asked: Params, context: StepContext): Promise<Outcome> {
  const made = context.prepare(asked.step as Body, { timeoutMs: REQUEST_LIMIT_MS })
  if (!made.ok) return { ended: 'failed', reason: made.reason, data: {}, evidence: [] }
  const { clock } = context.ports
  const beganMs = clock.mono()
  const stated: Load = {
    count: asked.count ?? Infinity,
    concurrency: asked.concurrency,
    perMs: asked.rate === undefined ? undefined : perMs(asked.rate),
    forMs: asked.for ?? FOR_MS,
  }
  const running: Running = {
    asked,
    context,
    prepared: made.prepared,
    load: stated,
    limit: asked.limit,
    measure: createMeasure(mostOf(stated)),
    beganMs,
    stop: new AbortController(),
    late: { count: 0, mostMs: 0 },
    lastSaidMs: beganMs,
  }
  const stopping = AbortSignal.any([context.signal, running.stop.signal])
  const { full } = await drive(running.load, {
    clock,
    signal: stopping,
    carryOut: createCarryOut(running, stopping),
  })
  return outcomeOf(running, full)
}

function createCarryOut(running: Running, stopping: AbortSignal): (start: Start) => Promise<void> {
  const { context, prepared, measure, stop, late, limit } = running
  const { clock } = context.ports
  // What only reads is cut off when the limit is broken; a change is let come to its end.
  const signal = prepared.body.effect === 'read' ? stopping : context.signal
  return async (start) => {
    const probed = await prepared.once(signal)
    discardEvidence(probed.outcome)
    // Ended by us and not by the service: that is no measurement.
    if (signal.aborted) return
    const now = clock.mono()
    if (start.lateMs > LATE_MS) late.count += 1
    late.mostMs = Math.max(late.mostMs, start.lateMs)
    if (probed.is === 'met') measure.add(now - start.fromMs)
    else {
      const { context: where, ...error } = prepared.errorOf(probed)
      const at = new Date(clock.now()).toISOString()
      measure.add(now - start.fromMs, { ...error, context: { ...where, at } })
    }
    if (limit !== undefined && isSurelyBroken(limit, measure.bounds)) stop.abort()
    sayProgress(running, now)
  }
}

/** No more requests than these can come, as far as the load says. */
const mostOf = ({ count, perMs, forMs }: Load): number =>
  Math.min(count, perMs === undefined ? Infinity : Math.ceil(forMs * perMs) + 1)

function sayProgress(running: Running, nowMs: number): void {
  if (nowMs - running.lastSaidMs < SAY_EVERY_MS) return
  running.lastSaidMs = nowMs
  const { count = 0, errors = 0, rps = 0 } = running.measure.numbers(nowMs - running.beganMs)
  running.context.say(`${count} answered, ${errors} errors, ${Math.round(rps)}/s`)
}

function outcomeOf(running: Running, full: boolean): Outcome {
  const { asked, context, measure, stop, late } = running
  const elapsedMs = context.ports.clock.mono() - running.beganMs
  const stoppedEarly = stop.signal.aborted
  const data: Record<string, Value> = {
    ...measure.numbers(elapsedMs),
    duration_ms: Math.round(elapsedMs),
    late: late.count,
    stopped_early: stoppedEarly,
    by_category: categoriesOf(measure.failures),
    shapes: measure.failures
      .groups()
      .slice(0, MAX_SHAPES_IN_OUTCOME)
      .map((group) => ({ ...group })),
  }
  const checks = checksOf(asked.limit ?? NO_ERRORS, { data, context })
  data['broken'] = checks
    .filter(({ status }) => status === 'failed')
    .map(({ name, seen }) => `${name} (${seen})`)
  const load = {
    step: running.prepared.plan,
    concurrency: asked.concurrency,
    rate: asked.rate ?? null,
    latency_from: asked.rate === undefined ? 'start' : 'scheduled start',
    latest_start_ms: Math.round(late.mostMs),
  }
  const base = {
    data,
    evidence: evidenceOf(measure.latencies, { load, data }),
    notes: notesOf(running),
  }
  if (context.signal.aborted) {
    const ended = endedBy(context.signal)
    const why = ended === 'timed_out' ? 'the time limit was reached' : 'ended by the operator'
    return { ...base, ended, reason: `${why} after ${data['count']} answers` }
  }
  const isCut = !full && !stoppedEarly && asked.for === undefined
  if (isCut) {
    const reason = `only ${data['count']} of ${asked.count} within ${durationInWords(FOR_MS)}; state \`for\` to allow more`
    return { ...base, ended: 'timed_out', reason }
  }
  return { ...base, ended: 'completed', checks }
}

function notesOf({ asked, measure, stop, late }: Running): string[] {
  const notes: string[] = []
  const count = measure.latencies.count()
  if (stop.signal.aborted) {
    notes.push(`ended early after ${count} answers: the limit could not hold any more`)
  }
  if (measure.failures.total() > 0) notes.push(`errors: ${measure.failures.inWords()}`)
  if (late.count > 0) {
    const most = durationInWords(Math.ceil(late.mostMs))
    notes.push(
      `${late.count} of ${count} starts were late, by at most ${most}: with ${asked.concurrency} at a time ${asked.rate} could not be kept; their latency counts from when they were due`,
    )
  }
  return notes
}
