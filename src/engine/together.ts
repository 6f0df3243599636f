/**
 * Attempts that run at the same time, beside the loop: each with its retries, each recorded as it
 * ends. What breaks one of them (a full disk) is met by whoever waits next; until then it stays in
 * `live.active`, so that nothing is taken for over.
 */
import type { Step } from '../runbook/runbook.ts'
import { attemptStep } from './attempt/attempt.ts'
import { needsAttempt, pauseToRetry } from './before-attempt.ts'
import { stepState, type LiveRun } from './live-run.ts'

export function attemptTogether(live: LiveRun, step: Step): void {
  const work = attemptAndLeave(live, step)
  work.catch(() => {})
  live.active.set(step.id, work)
}

async function attemptAndLeave(live: LiveRun, step: Step): Promise<void> {
  await attempts(live, step)
  live.active.delete(step.id)
}

async function attempts(live: LiveRun, step: Step): Promise<void> {
  for (;;) {
    const { status, retryInMs, attempts: made } = stepState(live, step.id)
    if (status === 'failed' && retryInMs !== undefined) {
      await pauseToRetry(live, step, retryInMs)
      if (live.interrupts.stop !== undefined || !(await needsAttempt(live, step))) return
    }
    await attemptStep(live, step, made + 1)
    if (live.interrupts.stop !== undefined) return
    if (stepState(live, step.id).retryInMs === undefined) return
  }
}

/** Until one of them has ended. */
export async function anyTogether(live: LiveRun): Promise<void> {
  await Promise.race(live.active.values())
}

/** Until all of them have ended, by themselves or because the run has to stop. */
export async function allTogether(live: LiveRun): Promise<void> {
  await Promise.all(live.active.values())
}

export async function endTogether(live: LiveRun): Promise<void> {
  if (live.active.size === 0) return
  live.interrupts.endAll()
  await Promise.allSettled(live.active.values())
}
