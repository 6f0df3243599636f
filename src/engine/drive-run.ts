/**
 * The only loop. It asks `nextAction` what to do, does it, and asks again, until the run is finished
 * or has to rest. Every turn either appends an event, or adds to the progress of the present step.
 */
import type { StepState } from '../incident/state.ts'
import type { Step } from '../runbook/runbook.ts'
import { askFailure, askStep, progressOf, requestRollback } from './ask-operator.ts'
import { attemptStep, failBefore } from './attempt.ts'
import { awaitGate, openGate } from './gates.ts'
import type { LiveRun, Pause } from './live-run.ts'
import { runState, stepState } from './live-run.ts'
import { nextAction, noProgress, type Action } from './next-action.ts'
import { tryNotices } from './notices.ts'
import { probeUntilMet } from './probe.ts'
import { recordRun, recordStep } from './record-step.ts'
import { notDeclared } from './rehearsal-targets.ts'
import { isTrue, scopeOf } from './scope-of.ts'
import { askAgainForSecrets } from './secret-outputs.ts'
import { settle } from './settle.ts'
import { askUndoFailed, undoStep } from './undo.ts'

/** The signal that ended it, if one did. */
export type Driven = { stop: LiveRun['interrupts']['stop'] }

/** Turns in a row that append nothing; a person who looks around needs fewer. */
const MAX_IDLE_TURNS = 1_000

export async function driveRun(live: LiveRun): Promise<Driven> {
  let events = -1
  for (let idle = 0; ; idle = live.journal.state().events === events ? idle + 1 : 0) {
    if (idle > MAX_IDLE_TURNS) throw new Error(`run ${live.id} turns in place`)
    events = live.journal.state().events
    const { stop } = live.interrupts
    if (stop !== undefined) {
      const why = stop === 'SIGHUP' ? 'hangup' : 'operator'
      return rest(live, { pause: why, reason: `hotwash got ${stop}` })
    }
    const refused = undeclaredTarget(live)
    if (refused !== undefined) {
      requestRollback(live, refused)
      continue
    }
    const action = nextAction(live.runbook, runState(live), {
      interactive: live.operator.interactive,
      guided: live.guided,
      yes: live.yes,
      progress: live.progress,
      isGate: (kind) => live.kinds[kind]?.type === 'gate',
    })
    if (action.do === 'finish') {
      const { status, reason } = action
      const data = reason === undefined ? { status } : { status, reason }
      recordRun(live, { type: 'run.finished', data })
      return { stop: undefined }
    }
    const pause = await perform(live, action)
    // A signal that came meanwhile is the better reason.
    if (pause !== undefined && live.interrupts.stop === undefined) return rest(live, pause)
  }
}

/** A rehearsal that met a target which is not declared goes no further, whatever its steps make of it. */
function undeclaredTarget(live: LiveRun): string | undefined {
  const refused = live.targets?.refused
  if (refused === undefined || runState(live).rollback !== undefined) return undefined
  return live.redactor.mask(notDeclared(refused))
}

function rest(live: LiveRun, { pause, reason }: Pause): Driven {
  const masked = live.redactor.mask(reason)
  recordRun(live, { type: 'run.paused', data: { why: pause, reason: masked } })
  return { stop: live.interrupts.stop }
}

type Done = Promise<Pause | undefined | void>

async function perform(live: LiveRun, action: Exclude<Action, { do: 'finish' }>): Done {
  switch (action.do) {
    case 'skip':
      return skip(live, action.step, action)
    case 'evaluate_when':
      return evaluateWhen(live, action.step)
    case 'probe_check':
      return probeCheck(live, action.step)
    case 'open_gate':
      return openGate(live, action.step, action.confirm)
    case 'await_gate':
      return awaitGate(live, action.step, action.confirm)
    case 'ask_step':
      return askStep(live, action.step)
    case 'attempt':
      tryNotices(live)
      return (
        (await askAgainForSecrets(live, action.step)) ??
        attemptStep(live, action.step, action.attempt)
      )
    case 'wait_retry':
      return waitToRetry(live, action.step, action.delayMs)
    case 'ask_failure':
      return askFailure(live, action.step, action.state)
    case 'settle':
      return settle(live, action.step, action)
    case 'request_rollback':
      return requestRollback(
        live,
        action.reason,
        action.rehearsal === true ? { rehearsal: true } : {},
      )
    case 'undo':
      return (await askAgainForSecrets(live, action.step)) ?? undoStep(live, action.step)
    case 'ask_undo_failed':
      return askUndoFailed(live, action.step, action)
  }
}

function skip(
  live: LiveRun,
  step: Step,
  why: { by: 'when' | 'check' | 'option' | 'group' | 'selection' | 'operator'; reason: string },
): void {
  const reason = live.redactor.mask(why.reason)
  recordStep(live, step, { type: 'step.skipped', data: { reason, by: why.by } })
  live.progress = undefined
  live.operator.show({ type: 'skipped', step: step.id, name: step.name, reason })
}

async function evaluateWhen(live: LiveRun, step: Step): Done {
  if (step.when === undefined) return
  const secrets = await askAgainForSecrets(live, step)
  if (secrets !== undefined) return secrets
  const at = { scope: scopeOf(live), runbook: live.runbook, locals: {} }
  const held = isTrue(step.when, at)
  if (!held.ok) return failBefore(live, step, { reason: `when: ${held.message}` })
  if (held.value) {
    live.progress = { ...progressOf(live, step), when: true }
    return
  }
  const seen = held.seen === '' ? '' : ` (${held.seen})`
  skip(live, step, { by: 'when', reason: `"${step.when.source}" is false${seen}` })
}

/** "Already there" skips; being unable to ask fails the step. */
async function probeCheck(live: LiveRun, step: Step): Done {
  if (step.check === undefined) return
  const state = stepState(live, step.id)
  const probed = await probeUntilMet(live, step.check, {
    step: step.id,
    attempt: state.attempts + 1,
    tty: false,
    signal: live.interrupts.signal,
    around: { scope: scopeOf(live), runbook: live.runbook, inherit: step.body },
    started: () => {},
  })
  if (live.interrupts.stop !== undefined) return
  switch (probed.is) {
    case 'met':
      return skip(live, step, { by: 'check', reason: `already done: ${probed.reason}` })
    case 'unmet':
      live.progress = { ...progressOf(live, step), checked: true }
      return
    case 'error':
      return failBefore(live, step, { reason: `check: ${probed.reason}` })
  }
}

async function waitToRetry(live: LiveRun, step: Step, delayMs: number): Done {
  const state: StepState = stepState(live, step.id)
  live.operator.show({
    type: 'retrying',
    step: step.id,
    inMs: delayMs,
    attempt: state.attempts + 1 - ((live.seriesStart.get(step.id) ?? 1) - 1),
    of: (step.body.retry?.limit ?? 0) + 1,
  })
  // The signal of a run that has to stop ends the pause, and the loop sees it.
  await live.ports.clock.sleep(delayMs, live.interrupts.signal).catch(() => {})
  const answered = { when: true, asked: true, confirmed: true, again: true }
  live.progress = { ...noProgress(step.id), ...answered }
}
