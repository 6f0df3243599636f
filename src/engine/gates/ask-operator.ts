/** The two menus of the guided run: before a step, and after it failed. */
import type { Step } from '../../runbook/runbook.ts'
import type { StepState } from '../../incident/state.ts'
import type { StepCard } from '../../ports/operator.ts'
import { addNote, ask, quit } from './ask.ts'
import { cardOf, renderStep } from '../render/card.ts'
import { editInput } from './edit-input.ts'
import { groupPreview } from './gate-content.ts'
import { ledger } from '../walk/ledger.ts'
import type { LiveRun, Pause } from '../live-run.ts'
import { progressOf, runState, stepState } from '../live-run.ts'
import { noProgress } from '../walk/action.ts'
import { recordStep, requestRollback, show, skip } from '../record-step.ts'

export async function askStep(live: LiveRun, step: Step): Promise<Pause | undefined> {
  const question = {
    type: 'step' as const,
    card: cardToAsk(live, step),
    confirm: undefined,
    typeToConfirm: undefined,
  }
  const reply = await ask(live, question)
  switch (reply?.do) {
    case 'run':
      live.progress = { ...progressOf(live, step), asked: true }
      return undefined
    case 'skip':
      return skip(live, step, { by: 'operator', reason: reply.reason })
    case 'edit':
      editInput(live, reply.input, reply.value)
      // Conditions may read the input: they are looked at again.
      live.progress = { ...noProgress(step.id), again: progressOf(live, step).again }
      return undefined
    case 'note':
      return addNote(live, step.id, reply.text)
    case 'by_hand':
      return doneByHand(live, step, reply.evidence)
    case 'rollback':
      return requestRollback(live, reply.reason)
    case 'quit':
      return quit('operator', `the operator quit before step ${step.id}`)
    case undefined:
      return undefined
  }
}

/** Steps that run at the same time are not asked about one by one: this is the only time they are seen. */
function cardToAsk(live: LiveRun, step: Step): StepCard {
  const card = cardOf(live, step)
  if (step.group !== 'together') return card
  const rendering = renderStep(live, step)
  return rendering.ok ? { ...card, preview: groupPreview(live, step, rendering.ready) } : card
}

export async function askFailure(
  live: LiveRun,
  step: Step,
  state: StepState,
): Promise<Pause | undefined> {
  const reply = await ask(live, {
    type: 'failure',
    card: cardOf(live, step),
    reason: state.reason ?? 'no reason was given',
    checks: state.checks,
    undoable: ledger(runState(live)).length,
  })
  switch (reply?.do) {
    case 'retry':
      return tryAgain(live, step)
    case 'edit':
      editInput(live, reply.input, reply.value)
      return undefined
    case 'by_hand':
      return doneByHand(live, step, reply.evidence)
    case 'skip':
      return skip(live, step, { by: 'operator', reason: reply.reason })
    case 'note':
      return addNote(live, step.id, reply.text)
    case 'rollback':
      return requestRollback(live, reply.reason)
    case 'quit':
      return quit('failed_step', `the operator quit after step ${step.id} failed`)
    case undefined:
      return undefined
  }
}

/** A person's retry begins a new series of automatic ones; a step that was asked is not asked again. */
function tryAgain(live: LiveRun, step: Step): undefined {
  live.seriesStart.delete(step.id)
  const state = stepState(live, step.id)
  // Confirmed once for this content; a destroying step is asked about again.
  const confirmed = step.effect !== 'destroy' && state.attempts > 0
  live.progress = { ...noProgress(step.id), when: true, asked: true, again: true, confirmed }
}

export function doneByHand(live: LiveRun, step: Step, evidence: string): undefined {
  recordStep(live, step, {
    type: 'step.finished',
    data: { status: 'succeeded', by: 'hand', reason: evidence, duration_ms: 0, notes: [evidence] },
  })
  live.progress = undefined
  show(live, step)
}
