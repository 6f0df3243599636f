/** One body, carried out many times and measured: how fast, how many fail, and in which ways. */
import { performance } from 'node:perf_hooks'
import type { z } from 'zod'
import { durationInWords } from '../../incident/duration.ts'
import type { Rendered } from '../../runbook/fields.ts'
import { discardEvidence } from '../discard-evidence.ts'
import type { ActionKind, Outcome, PlanLook, Prepared, StepContext } from '../kind.ts'
import { drive, LATE_MS, type Load, type Start } from './load/drive.ts'
import { isSurelyBroken } from './load/limit.ts'
import { createMeasure, type Measure } from './load/measure.ts'
import { outcomeOf, type Late } from './load/outcome.ts'
import { LOAD_OUTCOME, params, perMs } from './load/params.ts'

/** Of one request that states no `timeout`: who waits longer than this has gone. */
const REQUEST_LIMIT_MS = 10_000
/** Of a load that states a count only. */
const FOR_MS = 600_000
const SAY_EVERY_MS = 2_000

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
  shapes: {
    broken: `parts of the limit that do not hold, in words`,
    by_category: `{database, auth, config, dependency, unknown}, errors of each`,
    shapes: `[{shape, category, count, first: {endpoint, user_agent, at, request_id}, last_at}], equal errors as one, the most frequent first`,
  },
  expect: 'size(broken) == 0',
  defaultOutputs: { count: 'count', errors: 'errors', p95_ms: 'p95_ms' },
  // Bounded by its own parameters.
  timeoutMs: null,
  plan: planOf,
  target: ({ step }, look) => look.targetOf(step),
  run,
}

function planOf(asked: Params, look: PlanLook): string {
  const { count, concurrency, rate, limit } = asked
  const often = count === undefined ? '' : `${count} times, `
  const pace = rate === undefined ? '' : `, at most ${rate}`
  const within = `for at most ${durationInWords(asked.for ?? FOR_MS)}`
  const what = `${often}${concurrency} at a time${pace}, ${within}:\n${look.planOf(asked.step)}`
  return limit === undefined ? what : `${what}\nends early once this cannot hold: ${limit.source}`
}

type Running = {
  asked: Params
  context: StepContext
  prepared: Prepared
  measure: Measure
  beganMs: number
  /** Fires when the limit is surely broken. */
  stop: AbortController
  late: Late
  lastSaidMs: number
}

async function run(asked: Params, context: StepContext): Promise<Outcome> {
  const made = context.prepare(asked.step, { timeoutMs: REQUEST_LIMIT_MS })
  if (!made.ok) return { ended: 'failed', reason: made.reason, data: {}, evidence: [] }
  const { prepared } = made
  const { clock } = context.ports
  const stated: Load = {
    count: asked.count ?? Infinity,
    concurrency: asked.concurrency,
    perMs: asked.rate === undefined ? undefined : perMs(asked.rate),
    forMs: asked.for ?? FOR_MS,
  }
  const measure = createMeasure(mostOf(stated))
  await context.ports.http.warmUp()
  const beganMs = clock.mono()
  const stop = new AbortController()
  const late: Late = { count: 0, busy: 0, mostMs: 0 }
  const running = { asked, context, prepared, measure, beganMs, stop, late, lastSaidMs: beganMs }
  const signal = AbortSignal.any([context.signal, stop.signal])
  const carryOut = createCarryOut(running, signal)
  const before = performance.eventLoopUtilization()
  const { isFull } = await drive(stated, { clock, signal, carryOut })
  const stoppedEarly = stop.signal.aborted
  const isCut = !isFull && !stoppedEarly && asked.for === undefined
  const given = durationInWords(FOR_MS)
  const cut = `only ${measure.latencies.count()} of ${asked.count} within ${given}; \`for\` allows more`
  return outcomeOf(
    {
      measure,
      elapsedMs: clock.mono() - beganMs,
      late,
      ownBusy: performance.eventLoopUtilization(before).utilization,
      stoppedEarly,
      cut: isCut ? cut : undefined,
      limit: asked.limit,
      stated: {
        step: prepared.plan,
        concurrency: asked.concurrency,
        rate: asked.rate ?? null,
      },
    },
    context,
  )
}

function createCarryOut(running: Running, stopping: AbortSignal): (start: Start) => Promise<void> {
  const { asked, context, prepared, measure, stop, late } = running
  const { clock } = context.ports
  // What only reads is cut off when the limit is broken; a change is let come to its end.
  const signal = prepared.body.effect === 'read' ? stopping : context.signal
  return async (start) => {
    const probed = await prepared.once(signal)
    discardEvidence(probed.outcome)
    // Ended by us and not by the service: that is no measurement.
    if (signal.aborted) return
    const nowMs = clock.mono()
    if (start.lateMs > LATE_MS) {
      late.count += 1
      if (start.wasBusy) late.busy += 1
    }
    late.mostMs = Math.max(late.mostMs, start.lateMs)
    if (probed.is === 'met') measure.add(nowMs - start.fromMs)
    else {
      const error = prepared.errorOf(probed)
      const at = new Date(clock.now()).toISOString()
      measure.add(nowMs - start.fromMs, { ...error, context: { ...error.context, at } })
    }
    if (asked.limit !== undefined && isSurelyBroken(asked.limit, measure.bounds)) stop.abort()
    sayProgress(running, nowMs)
  }
}

/** No more requests than these can come, as far as the load says. */
const mostOf = ({ count, perMs, forMs }: Load): number =>
  Math.min(count, perMs === undefined ? Infinity : Math.ceil(forMs * perMs) + 1)

function sayProgress(running: Running, nowMs: number): void {
  if (nowMs - running.lastSaidMs < SAY_EVERY_MS) return
  running.lastSaidMs = nowMs
  const { count, errors, rps } = running.measure.numbers(nowMs - running.beganMs)
  running.context.say(`${count} answered, ${errors} errors, ${Math.round(rps)}/s`)
}
