/**
 * One body, carried out once and judged by its `expect`: the innermost part of attempts, undos,
 * checks, verifications and guards. Nothing is recorded here.
 */
import { Cel } from '../../runbook/deferred.ts'
import type { Body } from '../../runbook/runbook.ts'
import { HotwashError } from '../../errors.ts'
import { endedBy } from '../../steps/ended.ts'
import { errorOf } from '../../steps/error-of.ts'
import type { ActionKind, Outcome, Probed, StepContext } from '../../steps/kind.ts'
import { limitedSignal, SETTLE_MS } from './end-reason.ts'
import type { LiveRun } from '../live-run.ts'
import { renderBody, type Ready } from '../render/render-body.ts'
import { isTrue } from '../render/scope-of.ts'
import { contextOf, NotRendered, type Work } from './step-context.ts'

/** The limit, the kind's work, and a watchdog for a kind that does not settle after its limit. */
export async function carryOut(live: LiveRun, ready: Ready, work: Work): Promise<Outcome> {
  const { kind } = ready
  if (kind.type !== 'action') return nothing('failed', `${kind.kind} is no action`)
  const limited = limitedSignal(work.signal, ready.timeoutMs)
  if (limited.signal.aborted) {
    limited.clear()
    return nothing('aborted', 'ended before it began')
  }
  const watchdog = watch(limited.signal)
  try {
    const context = contextOf(live, ready, {
      work: { ...work, signal: limited.signal },
      probe: (body, nested) => probeBody(live, body, nested),
      prepare: (body, nested) => prepareBody(live, body, nested),
    })
    const run = (kind as ActionKind).run(ready.params, context)
    return await Promise.race([run, watchdog.gaveUp])
  } catch (error) {
    if (error instanceof NotRendered) return nothing('failed', error.message)
    if (error instanceof HotwashError && error.code !== 'JOURNAL') {
      return nothing('failed', error.message)
    }
    if (isOfTheSystem(error)) return nothing('failed', error.message)
    throw error
  } finally {
    watchdog.clear()
    limited.clear()
  }
}

/** A full disk, a missing right, too many open files: the step could not do its work. */
const isOfTheSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'errno' in error && 'syscall' in error

const nothing = (ended: Outcome['ended'], reason: string): Outcome => ({
  ended,
  reason,
  data: {},
  evidence: [],
})

function watch(signal: AbortSignal): { gaveUp: Promise<Outcome>; clear(): void } {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    timer = setTimeout(() => {
      const why = endedBy(signal) === 'timed_out' ? 'its limit' : 'being ended'
      resolve(nothing('unknown', `it did not stop within ${SETTLE_MS / 1000} s of ${why}`))
    }, SETTLE_MS)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    gaveUp: promise,
    clear: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}

/** `expect` over the outcome of a completed body; an evaluation error is a failed expectation. */
export function judgeExpectation(
  live: LiveRun,
  ready: Ready,
  { outcome, around }: { outcome: Outcome; around: Work['around'] },
): { met: boolean; reason: string } {
  const { kind, body } = ready
  const byDefault = kind.type === 'action' ? kind.expect : 'true'
  const cel = body.expect ?? new Cel(byDefault, 'own')
  const locals = { ...around.locals, ...outcome.data }
  const judged = isTrue(cel, { ...around, locals, names: kind.outcome })
  if (!judged.ok) return { met: false, reason: live.redactor.mask(judged.message) }
  const seen = judged.seen === '' ? '' : ` (${judged.seen})`
  const wanted = live.redactor.mask(`"${cel.source}"${seen}`)
  return judged.value
    ? { met: true, reason: `${wanted} holds` }
    : { met: false, reason: `expected ${wanted}` }
}

/** Runs a nested body once and judges it. An outcome that does not meet its `expect` is `unmet`. */
export async function probeBody(live: LiveRun, body: Body, work: Work): Promise<Probed> {
  const rendering = renderBody(live, body, work.around)
  if (!rendering.ok) {
    return { is: 'error', reason: rendering.message, outcome: nothing('failed', rendering.message) }
  }
  return probeReady(live, rendering.ready, work)
}

async function probeReady(live: LiveRun, ready: Ready, work: Work): Promise<Probed> {
  const { body } = ready
  const outcome = await carryOut(live, ready, work)
  if (outcome.ended !== 'completed') {
    const reason = live.redactor.mask(outcome.reason ?? outcome.ended)
    return { is: 'error', reason, outcome }
  }
  const judged = judgeExpectation(live, ready, { outcome, around: work.around })
  if (!judged.met || body.verify === undefined) {
    return { is: judged.met ? 'met' : 'unmet', reason: judged.reason, outcome }
  }
  const around = { ...work.around, inherit: body }
  return probeBody(live, body.verify, { ...work, around })
}

/** Renders a nested body once; it shows nothing live, since it is carried out many times. */
function prepareBody(
  live: LiveRun,
  body: Body,
  { work, timeoutMs }: { work: Work; timeoutMs: number },
): ReturnType<StepContext['prepare']> {
  const rendering = renderBody(live, body, work.around)
  if (!rendering.ok) return { ok: false, reason: live.redactor.mask(rendering.message) }
  const ready = { ...rendering.ready, timeoutMs: body.timeoutMs ?? timeoutMs }
  const { kind } = ready
  const expectation = body.expect?.source ?? (kind as ActionKind).expect
  const many: Work = { ...work, tty: false, many: { secretsLeft: MAX_SECRETS_OF_MANY } }
  return {
    ok: true,
    prepared: {
      body,
      plan: ready.preview,
      target: ready.target,
      once: (signal) => probeReady(live, ready, { ...many, signal }),
      errorOf: (probed) =>
        errorOf(kind as ActionKind, { probed, params: ready.params, expectation }),
    },
  }
}

/**
 * Each answer of a load may bring a session of its own: masking all of them would make every sink
 * slower and slower, and none of them is kept.
 */
const MAX_SECRETS_OF_MANY = 100
