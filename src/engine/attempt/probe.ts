/** Probes around a step: `check` before it, `verify` after it, each within its own bound. */
import type { Body, Step } from '../../runbook/runbook.ts'
import { discardEvidence } from '../../steps/discard-evidence.ts'
import type { Probed } from '../../steps/kind.ts'
import { limitedSignal } from './end-reason.ts'
import { stepState, type LiveRun } from '../live-run.ts'
import { aroundOf } from '../render/around.ts'
import { retryDelayMs } from './retry.ts'
import { probeBody } from './run-body.ts'
import type { Work } from './step-context.ts'

/** All attempts of one probe together, unless it states its own `timeout`. */
const PROBE_LIMIT_MS = 60_000

/** Repeats the probe as its `retry` says until it is met; the last answer counts. */
export async function probeUntilMet(live: LiveRun, body: Body, work: Work): Promise<Probed> {
  const probed = await probeForEvidence(live, body, work)
  discardEvidence(probed.outcome)
  return probed
}

/** Whether the effect of the step is there: before it is attempted, or when its end is not known. */
export const askCheck = (live: LiveRun, step: Step, check: Body): Promise<Probed> =>
  probeUntilMet(live, check, {
    step: step.id,
    attempt: stepState(live, step.id).attempts + 1,
    tty: false,
    signal: live.interrupts.signal,
    around: { ...aroundOf(live, step), inherit: step.body },
    started: () => {},
  })

/** As `probeUntilMet`, for a caller who keeps, or discards, what the last attempt saw. */
export async function probeForEvidence(live: LiveRun, body: Body, work: Work): Promise<Probed> {
  const limitMs = body.timeoutMs === undefined ? PROBE_LIMIT_MS : body.timeoutMs
  const limited = limitedSignal(work.signal, limitMs)
  try {
    for (let attempt = 1; ; attempt += 1) {
      const probed = await probeBody(live, body, { ...work, signal: limited.signal })
      const delayMs = retryDelayMs(body.retry, attempt, probed.outcome.exitCode)
      const over = probed.is === 'met' || delayMs === undefined || limited.signal.aborted
      if (over || !(await pause(live, delayMs, limited.signal))) return within(probed, limited)
      discardEvidence(probed.outcome)
    }
  } finally {
    limited.clear()
  }
}

function within(probed: Probed, limited: { signal: AbortSignal }): Probed {
  if (probed.is === 'met' || !limited.signal.aborted) return probed
  return { ...probed, reason: `${probed.reason}; its time limit was reached` }
}

/** False when the signal ended the pause. */
export const pause = (live: LiveRun, ms: number, signal: AbortSignal): Promise<boolean> =>
  live.ports.clock.sleep(ms, signal).then(
    () => !signal.aborted,
    () => false,
  )
