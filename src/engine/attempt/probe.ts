/** Probes around a step: `check` before it, `verify` after it, each within its own bound. */
import type { Body } from '../../runbook/runbook.ts'
import { discardEvidence } from '../../steps/discard-evidence.ts'
import type { Probed } from '../../steps/kind.ts'
import { limitedSignal } from './end-reason.ts'
import type { LiveRun } from '../live-run.ts'
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

/** The same for a caller who keeps, or discards, what the last attempt saw. */
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
async function pause(live: LiveRun, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await live.ports.clock.sleep(ms, signal)
    return !signal.aborted
  } catch {
    return false
  }
}
