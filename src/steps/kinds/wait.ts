/** Waits for some time, or until a probe holds. */
import { z } from 'zod'
import { durationInWords } from '../../incident/duration.ts'
import { BodySource } from '../../runbook/deferred.ts'
import { body, duration, type Rendered } from '../../runbook/fields.ts'
import { endedBy } from '../ended.ts'
import { discardEvidence } from '../discard-evidence.ts'
import type { ActionKind, Outcome, PlanLook, Probed, StepContext } from '../kind.ts'

const INTERVAL_MS = 2_000
const LIMIT_MS = 300_000

const params = z
  .strictObject({
    for: duration().optional().describe('waits this long'),
    until: body().optional().describe('a probe with its own `expect`, tried until it holds'),
    interval: duration().default(INTERVAL_MS).describe('between two tries; 2s unless stated'),
    limit: duration().default(LIMIT_MS).describe('fails after this long; 5m unless stated'),
  })
  .refine((asked) => (asked.for === undefined) !== (probeOf(asked.until) === undefined), {
    error: 'wait has one of for and until',
  })

/** An absent body is parsed all the same. */
const probeOf = (until: unknown) =>
  until instanceof BodySource && until.raw === undefined ? undefined : until

type Params = Rendered<z.output<typeof params>>

export const wait: ActionKind<typeof params> = {
  type: 'action',
  kind: 'wait',
  summary: 'waits for some time, or until a probe holds',
  params,
  example: `wait:
  until: {http: {url: "https://login.example.test/healthz"}, expect: status == 200}
  interval: 2s
  limit: 5m`,
  effect: 'read',
  outcome: { waited_ms: 'int', tries: 'int' },
  expect: 'true',
  defaultOutputs: { waited_ms: 'waited_ms' },
  // Bounded by its own parameters.
  timeoutMs: null,
  plan: planOf,
  target: ({ until }, look) => (until === undefined ? '' : look.targetOf(until)),
  run: (asked, context) =>
    asked.until === undefined ? waitFor(asked.for ?? 0, context) : waitUntil(asked, context),
}

function planOf(asked: Params, look: PlanLook): string {
  if (asked.until === undefined) return `wait for ${durationInWords(asked.for ?? 0)}`
  return `every ${durationInWords(asked.interval)}, for at most ${durationInWords(asked.limit)}, until this holds:\n${look.planOf(asked.until)}`
}

const ended = (context: StepContext, data: Outcome['data']): Outcome => ({
  ended: endedBy(context.signal),
  data,
  evidence: [],
})

async function waitFor(ms: number, context: StepContext): Promise<Outcome> {
  const { clock } = context.ports
  const began = clock.mono()
  const data = () => ({ waited_ms: Math.round(clock.mono() - began), tries: 0 })
  if (!(await slept(ms, context))) return ended(context, data())
  return { ended: 'completed', data: data(), evidence: [] }
}

/** False when the step was ended meanwhile. */
async function slept(ms: number, { ports, signal }: StepContext): Promise<boolean> {
  try {
    await ports.clock.sleep(ms, signal)
    return !signal.aborted
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

async function waitUntil(asked: Params, context: StepContext): Promise<Outcome> {
  const { clock } = context.ports
  const began = clock.mono()
  const left = () => asked.limit - (clock.mono() - began)
  let last: Probed | undefined
  for (let tries = 1; ; tries++) {
    if (last !== undefined) discardEvidence(last.outcome)
    last = await tryOnce(asked, context, left())
    const data = { waited_ms: Math.round(clock.mono() - began), tries }
    const { evidence } = last.outcome
    if (last.is === 'met') return { ended: 'completed', data, evidence }
    if (!context.signal.aborted && left() > asked.interval) {
      context.say(`not yet: ${last.reason}`)
      if (await slept(asked.interval, context)) continue
    }
    if (context.signal.aborted) return { ...ended(context, data), evidence }
    const reason = `not so within ${durationInWords(asked.limit)}, tried ${tries} times; the last time: ${last.reason}`
    return { ended: 'failed', reason, data, evidence }
  }
}

/** A try that hangs must not outlast the limit. */
async function tryOnce(asked: Params, context: StepContext, leftMs: number): Promise<Probed> {
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(leftMs)))
  const signal = AbortSignal.any([context.signal, limit])
  if (asked.until === undefined) throw new Error('wait without a probe')
  return context.probe(asked.until, { signal })
}
