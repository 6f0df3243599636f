/** What is looked at before a step is attempted: its `when`, its `check`, the pause of a retry. */
import type { Step } from '../runbook/runbook.ts'
import { aroundOf } from './render/around.ts'
import { progressOf } from './gates/ask-operator.ts'
import { failBefore } from './attempt/attempt.ts'
import { forgetProgress, stepState, type LiveRun, type Pause } from './live-run.ts'
import { noProgress, type SkippedBy } from './walk/action.ts'
import { probeUntilMet } from './attempt/probe.ts'
import { recordStep } from './record-step.ts'
import { isTrue } from './render/scope-of.ts'
import { askAgainForSecrets } from './gates/secret-outputs.ts'

export function skip(live: LiveRun, step: Step, why: { by: SkippedBy; reason: string }): void {
  const reason = live.redactor.mask(why.reason)
  recordStep(live, step, { type: 'step.skipped', data: { reason, by: why.by } })
  forgetProgress(live, step)
  live.operator.show({ type: 'skipped', step: step.id, name: step.name, reason })
}

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
  const state = stepState(live, step.id)
  const probed = await probeUntilMet(live, step.check, {
    step: step.id,
    attempt: state.attempts + 1,
    tty: false,
    signal: live.interrupts.signal,
    around: { ...aroundOf(live, step), inherit: step.body },
    started: () => {},
  })
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
