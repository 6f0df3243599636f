/**
 * A rehearsal does not take the word of an undo for it: where the step has a `check`, which says that
 * its effect is there, the check must not hold any more once the undo is over.
 */
import type { Body } from '../../runbook/runbook.ts'
import { discardEvidence } from '../../steps/discard-evidence.ts'
import type { Judged } from './ending.ts'
import { runState, type LiveRun } from '../live-run.ts'
import { pause } from './probe.ts'
import { retryDelayMs } from './retry.ts'
import { probeBody } from './run-body.ts'
import type { Work } from './step-context.ts'

export async function proven(
  live: LiveRun,
  check: Body | undefined,
  { judged, work, notes }: { judged: Judged; work: Work; notes: string[] },
): Promise<Judged> {
  const asks = check !== undefined && runState(live).rehearsal && judged.status === 'succeeded'
  if (!asks) return judged
  for (let attempt = 1; ; attempt += 1) {
    const probed = await probeBody(live, check, work)
    discardEvidence(probed.outcome)
    if (probed.is === 'unmet') return judged
    // Undone may take as long to show as done did.
    const delayMs = retryDelayMs(check.retry, attempt, probed.outcome.exitCode)
    const waited = delayMs !== undefined && (await pause(live, delayMs, work.signal))
    if (waited) continue
    if (probed.is === 'error') {
      notes.push(`its check could not be asked after the undo: ${probed.reason}`)
      return judged
    }
    const reason = `the undo ended well, but the check of the step still holds: ${probed.reason}`
    return { status: 'failed', reason }
  }
}
