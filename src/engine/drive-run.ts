/**
 * The only loop. It asks `nextAction` what to do, does it, and asks again, until the run is finished
 * or has to rest. Every turn either appends an event, or adds to the progress of the present step.
 */
import { askFailure, askStep } from './gates/ask-operator.ts'
import { attemptStep } from './attempt/attempt.ts'
import { evaluateWhen, probeCheck, waitToRetry } from './before-attempt.ts'
import { finishGroup, startGroup } from './groups.ts'
import { awaitGate, openGate } from './gates/gates.ts'
import type { LiveRun, Pause } from './live-run.ts'
import { runState } from './live-run.ts'
import type { Action } from './walk/action.ts'
import { nextAction } from './walk/next-action.ts'
import { tryNotices } from './notices.ts'
import { recordRun, requestRollback, skip } from './record-step.ts'
import { notDeclared } from './rehearsal-targets.ts'
import { askAgainForSecrets, needsSecretsAgain } from './gates/secret-outputs.ts'
import { settle } from './settle.ts'
import { allTogether, anyTogether, attemptTogether, endTogether } from './together.ts'
import { askUndoFailed, undoStep } from './undo.ts'

/** The signal that ended it, if one did. */
export type Driven = { stop: LiveRun['interrupts']['stop'] }

/** Turns in a row that append nothing; a person who looks around needs fewer. */
const MAX_IDLE_TURNS = 1_000

export async function driveRun(live: LiveRun): Promise<Driven> {
  try {
    return await drive(live)
  } finally {
    // Only where this process cannot go on: no child is left behind without anybody who waits for it.
    await endTogether(live)
  }
}

async function drive(live: LiveRun): Promise<Driven> {
  let events = -1
  for (let idle = 0; ; idle = live.journal.state().events === events ? idle + 1 : 0) {
    if (idle > MAX_IDLE_TURNS) throw new Error(`run ${live.id} turns in place`)
    events = live.journal.state().events
    const { stop } = live.interrupts
    if (stop !== undefined) {
      await allTogether(live)
      return stop === 'SIGHUP'
        ? rest(live, { pause: 'hangup', reason: 'the terminal was closed' })
        : rest(live, { pause: 'operator', reason: `hotwash got ${stop}` })
    }
    const refused = undeclaredTarget(live)
    if (refused !== undefined) {
      await allTogether(live)
      requestRollback(live, refused)
      continue
    }
    const action = nextAction(live.runbook, runState(live), {
      interactive: live.operator.interactive,
      guided: live.guided,
      yes: live.yes,
      progress: live.progress,
      active: new Set(live.active.keys()),
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
      return attempt(live, action)
    case 'start_group':
      return startGroup(live, action.step, action.attempt)
    case 'finish_group':
      return finishGroup(live, action.step, action.reason)
    case 'await_members':
      return anyTogether(live)
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

async function attempt(live: LiveRun, action: Extract<Action, { do: 'attempt' }>): Done {
  const { step } = action
  tryNotices(live)
  // Nobody is asked while others are at work.
  if (action.together === true && needsSecretsAgain(live, step)) await allTogether(live)
  const pause = await askAgainForSecrets(live, step)
  if (pause !== undefined) return pause
  if (action.together === true) return attemptTogether(live, step)
  return attemptStep(live, step, action.attempt)
}
