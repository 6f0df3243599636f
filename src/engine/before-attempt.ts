/** What is looked at before a step is attempted: its `when`, its `check`, the pause of a retry. */
import type { Step } from '../runbook/runbook.ts'
import { aroundOf } from './render/around.ts'
import { failBefore } from './attempt/attempt.ts'
import { progressOf, stepState, type LiveRun, type Pause } from './live-run.ts'
import { noProgress } from './walk/action.ts'
import { askCheck } from './attempt/probe.ts'
import { skip } from './record-step.ts'
import { isTrue } from './render/scope-of.ts'
import { askAgainForSecrets } from './gates/secret-outputs.ts'

export async function evaluateWhen(live: LiveRun, step: Step): Promise<Pause | undefined | void> {
  if (step.when === undefined) return
  const secrets = await askAgainForSecrets(live, step)
  if (secrets !== undefined) return secrets
  const held = isTrue(step.when, aroundOf(live, step))
  if (!held.ok) return failBefore(live, step, { reason: `when: ${held.message}` })
  if (held.value) {
    live.progress = { ...progressOf(live, step), when: true }
    return
  }
  const seen = held.seen === '' ? '' : ` (${held.seen})`
  skip(live, step, { by: 'when', reason: `"${step.when.source}" is false${seen}` })
}

export async function probeCheck(live: LiveRun, step: Step): Promise<void> {
  if (await needsAttempt(live, step)) {
    live.progress = { ...progressOf(live, step), checked: true }
  }
}

/** False: "already there" skipped it, being unable to ask failed it, or the run has to stop. */
export async function needsAttempt(live: LiveRun, step: Step): Promise<boolean> {
  if (step.check === undefined) return true
  const probed = await askCheck(live, step, step.check)
  if (live.interrupts.stop !== undefined) return false
  if (probed.is === 'unmet') return true
  if (probed.is === 'met')
    skip(live, step, { by: 'check', reason: `already done: ${probed.reason}` })
  else failBefore(live, step, { reason: `check: ${probed.reason}` })
  return false
}

export async function waitToRetry(live: LiveRun, step: Step, delayMs: number): Promise<void> {
  await pauseToRetry(live, step, delayMs)
  const answered = { when: true, asked: true, confirmed: true, again: true }
  live.progress = { ...noProgress(step.id), ...answered }
}

export async function pauseToRetry(live: LiveRun, step: Step, delayMs: number): Promise<void> {
  const state = stepState(live, step.id)
  live.operator.show({
    type: 'retrying',
    step: step.id,
    inMs: delayMs,
    attempt: state.attempts + 1 - ((live.seriesStart.get(step.id) ?? 1) - 1),
    of: (step.body.retry?.limit ?? 0) + 1,
  })
  // The signal of a run that has to stop ends the pause, and the loop sees it.
  await live.ports.clock.sleep(delayMs, live.interrupts.signal).catch(() => {})
}
