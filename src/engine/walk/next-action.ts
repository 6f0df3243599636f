/**
 * What to do now: a pure function of the runbook, the folded run and the mode. `drive-run.ts`
 * carries out the one Action it names, appends what came of it, folds, and asks again.
 *
 * A run has three phases, told apart by its state alone.
 *
 * 1. Forward. Steps are taken in order; the first one that is not over is the current one.
 *      pending    not selected, or in an option that was not chosen        -> skip
 *                 `when`                                                   -> evaluate_when
 *                 a gate                                                   -> open_gate, await_gate
 *                 `check`                                                  -> probe_check
 *                 `confirm` or destroy, not covered by --yes               -> open_gate, await_gate
 *                 guided                                                   -> ask_step
 *                 nothing left to ask                                      -> attempt
 *      waiting    its gate is open                                         -> await_gate
 *      unknown    settled by `check`, by its harmlessness, else by a person -> settle
 *      failed     to be tried again by itself                              -> wait_retry, then as pending
 *                 interrupted before the run was resumed, and harmless     -> as pending
 *                 continue -> over; stop -> phase 3; rollback -> request_rollback; ask -> ask_failure
 *      succeeded, skipped, rolled_back: over.
 *    A group is a step too; once nothing is left to ask -> start_group. While it is `running` its
 *    members are walked, see walk.ts, and then -> finish_group. Where several of them are at work and
 *    nothing else is to do -> await_members.
 * 2. Backward, once `rollback.requested` is in the log. Every unknown step is settled first, and a
 *    group that is still at work is finished; then the ledger is undone, last in first out: undo,
 *    settle, ask_undo_failed. It ends when the ledger is empty, or when an undo failed and nobody can
 *    be asked. Undone to a step only, the run is stopped.
 *    A rehearsal goes backward from the end of phase 1 in any case.
 * 3. The end is decided. The `always` steps run as in phase 1, but a failed one never stops the
 *    others; then `finish`. A pause is no end: `always` does not run on it.
 *
 * What is decided about the current step in this process only (its `when` held, its `check` said no,
 * the operator said run) is `Progress`. It is not in the log, so that a resumed run asks again.
 */
import type { RunState } from '../../incident/state.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import type { Action, FinalStatus, Mode } from './action.ts'
import { isUndone, ledger, leftToUndo } from './ledger.ts'
import { briefly, stepFailed } from './run-reason.ts'
import { runSteps, stepOf } from './run-steps.ts'
import { NOT_IN_A_GROUP, walk } from './walk.ts'

export function nextAction(runbook: Runbook, run: RunState, mode: Mode): Action {
  const backward = run.rollback === undefined ? undefined : backwards(runbook, run, mode)
  if (backward !== undefined && 'do' in backward) return backward
  const end = backward ?? forwards(runbook, run, mode)
  if ('do' in end) return end
  if (run.rehearsal && backward === undefined && leftToUndo(run).length > 0) {
    return undoRehearsal(end)
  }
  return finishing(runbook, run, { mode, end })
}

/** A rehearsal is over when all of it is undone, however far it came. */
const undoRehearsal = ({ status, reason }: End): Action =>
  status === 'succeeded'
    ? { do: 'request_rollback', reason: FORWARD_DONE, rehearsal: true }
    : { do: 'request_rollback', reason: reason ?? status }

const FORWARD_DONE = 'the way forward of the rehearsal succeeded'

/** How a run ends, before its `always` steps had their say. */
type End = { status: FinalStatus; reason: string | undefined }

function forwards(runbook: Runbook, run: RunState, mode: Mode): Action | End {
  const walked = walk(runSteps(runbook, run).forward, { run, runbook, mode, ...NOT_IN_A_GROUP })
  if (walked === 'over') return { status: 'succeeded', reason: undefined }
  if (walked === 'busy') return { do: 'await_members' }
  return 'ended' in walked ? { status: 'failed', reason: stepFailed(walked.ended) } : walked
}

function backwards(runbook: Runbook, run: RunState, mode: Mode): Action | End {
  const { list } = runSteps(runbook, run)
  const unsettled = list.find((step) => {
    const status = run.steps.get(step.id)?.status
    return !step.always && (status === 'unknown' || (status === 'running' && !step.group))
  })
  if (unsettled !== undefined) {
    const interrupted = run.steps.get(unsettled.id)?.endedAt === undefined
    return { do: 'settle', step: unsettled, undo: false, interrupted }
  }
  const atWork = list.findLast(
    (step) => step.group && !step.always && run.steps.get(step.id)?.status === 'running',
  )
  if (atWork !== undefined) return { do: 'finish_group', step: atWork, reason: CUT_SHORT }
  const left = leftToUndo(run)
  const [next] = left
  const reason = run.rollback?.reason
  if (next === undefined) return undone(run, reason)
  const step = stepOf(runbook, run, next.id)
  if (step === undefined) {
    return { status: 'stopped', reason: `step ${next.id} is no longer in the runbook` }
  }
  switch (next.undo.status) {
    case 'running':
    case 'unknown':
      return { do: 'settle', step, undo: true, interrupted: true }
    case 'failed': {
      if (mode.interactive) {
        return { do: 'ask_undo_failed', step, state: next, remaining: left.length - 1 }
      }
      return { status: 'stopped', reason: stoppedReason(next.id, next.undo.reason, left) }
    }
    case 'pending':
    case 'skipped':
    case 'succeeded':
      return { do: 'undo', step }
  }
}

const CUT_SHORT = 'cut short by the rollback'

/** With `--to` what came before it stays: such a run is not rolled back. */
function undone(run: RunState, reason: string | undefined): End {
  const applied = ledger(run).filter((entry) => !isUndone(entry))
  if (applied.length === 0) {
    return run.rollback?.rehearsal === true ? rehearsed(run) : { status: 'rolled_back', reason }
  }
  const ids = applied.map(({ id }) => id).join(', ')
  return { status: 'stopped', reason: `rolled back to ${run.rollback?.to}; still applied: ${ids}` }
}

/** What a person left out or did by hand was not rehearsed. */
function rehearsed(run: RunState): End {
  const untried = ledger(run).filter(
    ({ undo }) => undo.status !== 'succeeded' || undo.by === 'hand',
  )
  if (untried.length === 0) return { status: 'succeeded', reason: undefined }
  const named = untried.map(({ id, undo }) => `${id} (${undo.by ?? undo.status})`).join(', ')
  return { status: 'failed', reason: `not undone by its own rollback: ${named}` }
}

const stoppedReason = (id: string, why: string | undefined, left: { id: string }[]): string =>
  `the undo of ${id} failed: ${briefly(why)}; not undone: ${left.map((s) => s.id).join(', ')}`

function finishing(runbook: Runbook, run: RunState, at: { mode: Mode; end: End }): Action {
  const nodes = runSteps(runbook, run).always
  const walked = walk(nodes, { run, runbook, mode: at.mode, ...NOT_IN_A_GROUP })
  if (walked === 'busy') return { do: 'await_members' }
  if (typeof walked === 'object' && 'do' in walked) return walked
  const states = nodes.map(({ step }) => run.steps.get(step.id))
  const failed = states.find((state) => state?.status === 'failed')
  if (failed !== undefined && at.end.status === 'succeeded') {
    const reason = `always ${stepFailed(failed)}`
    return { do: 'finish', status: 'failed', reason }
  }
  return { do: 'finish', ...at.end }
}
