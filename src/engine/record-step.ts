/** Appending about one step of the run, and telling the operator. */
import type { EventDraft, IncidentEvent } from '../incident/event.ts'
import type { Step } from '../runbook/runbook.ts'
import type { LiveRun } from './live-run.ts'
import { stepState } from './live-run.ts'

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
