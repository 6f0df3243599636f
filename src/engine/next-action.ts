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
 * 2. Backward, once `rollback.requested` is in the log. Every unknown step is settled first; then the
 *    ledger is undone, last in first out: undo, settle, ask_undo_failed. It ends when the ledger is
 *    empty, or when an undo failed and nobody can be asked. Undone to a step only, the run is stopped.
 *    A rehearsal goes backward from the end of phase 1 in any case.
 * 3. The end is decided. The `always` steps run as in phase 1, but a failed one never stops the
 *    others; then `finish`. A pause is no end: `always` does not run on it.
 *
 * What is decided about the current step in this process only (its `when` held, its `check` said no,
 * the operator said run) is `Progress`. It is not in the log, so that a resumed run asks again.
 */
import type { RunState, StepState } from '../incident/state.ts'
import type { Runbook, Step } from '../runbook/runbook.ts'
import { isUndone, ledger, leftToUndo } from './ledger.ts'
import { briefly, stepFailed } from './run-reason.ts'
import { leftOut } from './selection.ts'

export type Progress = {
  /** The step this is about; of no meaning for another one. */
  step: string
  when: boolean
  checked: boolean
  confirmed: boolean
  asked: boolean
  /** A failed step is to be attempted again: the pause is over, or a person said so. */
  again: boolean
}

export const noProgress = (step: string): Progress => ({
  step,
  when: false,
  checked: false,
  confirmed: false,
  asked: false,
  again: false,
})

export type Mode = {
  /** Somebody is at the terminal. */
  interactive: boolean
  /** Ask before every step. */
  guided: boolean
  /** --yes: `confirm` and destroy are covered. */
  yes: boolean
  progress: Progress | undefined
  isGate(kind: string): boolean
}

type SkippedBy = 'when' | 'check' | 'option' | 'group' | 'selection' | 'operator'
type FinalStatus = 'succeeded' | 'failed' | 'rolled_back' | 'stopped'
export type PauseWhy = 'operator' | 'waiting' | 'hangup' | 'unknown_step' | 'failed_step'

export type Action =
  | { do: 'skip'; step: Step; by: SkippedBy; reason: string }
  | { do: 'evaluate_when'; step: Step }
  | { do: 'probe_check'; step: Step }
  | { do: 'open_gate'; step: Step; confirm: boolean }
  | { do: 'await_gate'; step: Step; confirm: boolean }
  | { do: 'ask_step'; step: Step }
  | { do: 'attempt'; step: Step; attempt: number }
  | { do: 'wait_retry'; step: Step; delayMs: number }
  | { do: 'ask_failure'; step: Step; state: StepState }
  | { do: 'settle'; step: Step; undo: boolean; interrupted: boolean }
  | { do: 'request_rollback'; reason: string; rehearsal?: true }
  | { do: 'undo'; step: Step }
  | { do: 'ask_undo_failed'; step: Step; state: StepState; remaining: number }
  | { do: 'finish'; status: FinalStatus; reason: string | undefined }

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
  for (const step of runbook.steps) {
    const state = run.steps.get(step.id)
    if (state === undefined) continue
    const action = actionFor(step, state, { run, runbook, mode })
    if (action === 'over') continue
    if (action !== 'ended') return action
    return { status: 'failed', reason: stepFailed(state) }
  }
  return { status: 'succeeded', reason: undefined }
}

type Around = { run: RunState; runbook: Runbook; mode: Mode }

/** `over`: go on with the next step; `ended`: this failure ends the run. */
function actionFor(step: Step, state: StepState, around: Around): Action | 'over' | 'ended' {
  switch (state.status) {
    case 'succeeded':
    case 'skipped':
    case 'rolled_back':
      return 'over'
    case 'pending':
      return beforeAttempt(step, state, around)
    case 'waiting':
      return whenWaiting(step, state, around)
    case 'running':
    case 'unknown':
      return { do: 'settle', step, undo: false, interrupted: state.endedAt === undefined }
    case 'failed':
      return afterFailure(step, state, around)
  }
}

function beforeAttempt(step: Step, state: StepState, around: Around): Action {
  const { mode } = around
  const left = leftOut(step, around)
  if (left !== undefined) return { do: 'skip', step, ...left }
  const progress = progressOf(step, mode)
  if (step.when !== undefined && !progress.when) return { do: 'evaluate_when', step }
  if (mode.isGate(step.body.kind)) return { do: 'open_gate', step, confirm: false }
  if (step.check !== undefined && !progress.checked) return { do: 'probe_check', step }
  if (needsConfirmation(step) && !mode.yes && !progress.confirmed) {
    return { do: 'open_gate', step, confirm: true }
  }
  const ask = mode.guided && mode.interactive && !step.always
  if (ask && !progress.asked && !progress.confirmed) return { do: 'ask_step', step }
  return { do: 'attempt', step, attempt: state.attempts + 1 }
}

function whenWaiting(step: Step, state: StepState, around: Around): Action {
  const confirm = state.gate?.gate === 'confirm'
  const done = confirm && (around.mode.yes || progressOf(step, around.mode).confirmed)
  if (done) return beforeAttempt(step, state, around)
  return { do: 'await_gate', step, confirm }
}

function afterFailure(step: Step, state: StepState, around: Around): Action | 'over' | 'ended' {
  const isHarmless = step.idempotent || step.effect === 'read'
  const again = progressOf(step, around.mode).again
  if (again || (state.interrupted === 'earlier' && isHarmless)) {
    return beforeAttempt(step, state, around)
  }
  if (state.retryInMs !== undefined) return { do: 'wait_retry', step, delayMs: state.retryInMs }
  if (step.always) return 'over'
  switch (step.onFailure) {
    case 'continue':
      return 'over'
    case 'stop':
      return 'ended'
    case 'rollback':
      return { do: 'request_rollback', reason: stepFailed(state) }
    case 'ask':
      return around.mode.interactive ? { do: 'ask_failure', step, state } : 'ended'
  }
}

const progressOf = (step: Step, mode: Mode): Progress =>
  mode.progress?.step === step.id ? mode.progress : noProgress(step.id)

const needsConfirmation = (step: Step): boolean =>
  step.confirm !== undefined || step.effect === 'destroy'

function backwards(runbook: Runbook, run: RunState, mode: Mode): Action | End {
  const unsettled = runbook.steps.find((step) => {
    const status = run.steps.get(step.id)?.status
    return status === 'unknown' || status === 'running'
  })
  if (unsettled !== undefined) {
    const interrupted = run.steps.get(unsettled.id)?.endedAt === undefined
    return { do: 'settle', step: unsettled, undo: false, interrupted }
  }
  const left = leftToUndo(run)
  const [next] = left
  const reason = run.rollback?.reason
  if (next === undefined) return undone(run, reason)
  const step = runbook.steps.find((candidate) => candidate.id === next.id)
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
  let failed: StepState | undefined
  for (const step of runbook.always) {
    const state = run.steps.get(step.id)
    if (state === undefined) continue
    const action = actionFor(step, state, { run, runbook, mode: at.mode })
    if (typeof action === 'object') return action
    if (state.status === 'failed') failed ??= state
  }
  if (failed !== undefined && at.end.status === 'succeeded') {
    const reason = `always ${stepFailed(failed)}`
    return { do: 'finish', status: 'failed', reason }
  }
  return { do: 'finish', ...at.end }
}
