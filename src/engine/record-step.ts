/** Appending about the run and its steps, and telling the operator. */
import type { EventDraft, IncidentEvent } from '../incident/event.ts'
import type { Step } from '../runbook/runbook.ts'
import type { LiveRun } from './live-run.ts'
import { forgetProgress, stepState } from './live-run.ts'
import type { SkippedBy } from './walk/action.ts'

export function recordStep(live: LiveRun, step: { id: string }, draft: EventDraft): IncidentEvent {
  const event = live.journal.append({ ...draft, run: live.id, step: step.id })
  live.kick()
  return event
}

export function recordRun(live: LiveRun, draft: EventDraft): IncidentEvent {
  const event = live.journal.append({ ...draft, run: live.id })
  live.kick()
  return event
}

export function show(live: LiveRun, step: Step, undo = false): void {
  live.operator.show({ type: 'finished', step: stepState(live, step.id), undo })
}

export function say(live: LiveRun, level: 'info' | 'warning', text: string): void {
  live.operator.show({ type: 'say', level, text: live.redactor.mask(text) })
}

export function skip(
  live: LiveRun,
  step: Step,
  { by, reason }: { by: SkippedBy; reason: string },
): undefined {
  const masked = live.redactor.mask(reason)
  recordStep(live, step, { type: 'step.skipped', data: { reason: masked, by } })
  forgetProgress(live, step)
  live.operator.show({ type: 'skipped', step: step.id, name: step.name, reason: masked })
}

/** `to`: only back to this step; `rehearsal`: it succeeded, and is undone all the same. */
export function requestRollback(
  live: LiveRun,
  reason: string,
  more: { to?: string; rehearsal?: true } = {},
): undefined {
  recordRun(live, { type: 'rollback.requested', data: { reason, ...more } })
  live.progress = undefined
}
