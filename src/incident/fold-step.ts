/** The part of the fold that concerns one step: its attempts, its gate, its undo. */
import type { Value } from './value.ts'
import type { EventOf, IncidentEvent } from './event.ts'
import { pendingStep, type RunStep } from './pending-step.ts'
import type { RunState, StepState } from './state.ts'

export function applyStepEvent(run: RunState, step: StepState, event: IncidentEvent): void {
  if (event.type === 'step.started') startStep(run, step, event)
  else if (event.type === 'step.finished') finishStep(run, step, event)
  else if (event.type === 'step.skipped') skipStep(run, step, event)
  else if (event.type === 'step.settled' && event.data.undo !== true) settleStep(step, event)
}

function skipStep(run: RunState, step: StepState, event: EventOf<'step.skipped'>): void {
  step.status = 'skipped'
  step.reason = event.data.reason
  step.endedAt = event.at
  step.gate = undefined
  run.status = resumed(run)
}

/** A run that waited for this answer goes on; any other status is not a gate's business. */
const resumed = (run: RunState): RunState['status'] =>
  run.status === 'waiting' ? 'running' : run.status

function startStep(run: RunState, step: StepState, event: EventOf<'step.started'>): void {
  const { data } = event
  step.status = 'running'
  step.by = undefined
  step.attempts = event.attempt ?? step.attempts + 1
  step.retryInMs = undefined
  step.interrupted = undefined
  step.startedAt = event.at
  step.endedAt = undefined
  step.durationMs = undefined
  step.exitCode = undefined
  step.signal = undefined
  step.reason = undefined
  step.checks = []
  step.notes = []
  step.observed = data.observe === true
  if (data.group !== undefined) startGroup(run, step, data.group)
  step.gate = undefined
  run.status = resumed(run)
  if (data.undo !== undefined && step.undo === undefined) {
    step.undo = {
      status: 'pending',
      preview: data.undo.preview,
      kind: data.undo.kind,
      source: data.undo.source,
      exitCode: undefined,
      reason: undefined,
      scope: {
        inputs: run.inputs,
        outputs: outputsOf(run, step),
        runbook: run.runbook.sha256,
        includes: run.runbook.includes,
      },
      order: event.clock,
    }
  }
}

/** A group that is begun again goes on with what it was begun with; what failed in it is to do again. */
function startGroup(run: RunState, step: StepState, group: NonNullable<StepState['group']>): void {
  const isFirst = step.group === undefined
  step.group ??= group
  if (isFirst && group.members !== undefined) declare(run, step, group.members)
  for (const member of run.steps.values()) {
    if (member.within === step.id && member.status === 'failed') member.status = 'pending'
  }
}

/** Its members follow it; `always` is last. */
function declare(run: RunState, step: StepState, members: readonly RunStep[]): void {
  const made = members
    .filter(({ id }) => !run.steps.has(id))
    .map((member): [string, StepState] => [member.id, pendingStep(member)])
  const ofAlways = made.filter(([, member]) => member.always !== step.always)
  const own = made.filter(([, member]) => member.always === step.always)
  run.steps = new Map(
    [...run.steps].flatMap((entry) => (entry[0] === step.id ? [entry, ...own] : [entry])),
  )
  for (const [id, member] of ofAlways) run.steps.set(id, member)
}

/** Outputs of the other steps that have ended so far. They are replaced, never changed in place. */
function outputsOf(run: RunState, except: StepState): Record<string, StepState['outputs']> {
  const outputs: Record<string, StepState['outputs']> = {}
  for (const step of run.steps.values()) {
    if (step !== except && step.status !== 'pending') outputs[step.id] = step.outputs
  }
  return outputs
}

function finishStep(run: RunState, step: StepState, event: EventOf<'step.finished'>): void {
  const { data } = event
  step.status = data.status
  step.by = data.by
  step.attempts = Math.max(step.attempts, event.attempt ?? 0)
  step.retryInMs = data.retry_in_ms
  step.interrupted = data.interrupted === true ? 'now' : undefined
  step.endedAt = event.at
  step.durationMs = data.duration_ms
  step.exitCode = data.exit_code
  step.signal = data.signal
  step.reason = data.reason
  step.outputs = (data.outputs ?? {}) as Record<string, Value>
  step.secretOutputs = data.secret_outputs ?? []
  step.checks = data.checks ?? []
  step.notes = data.notes ?? []
  step.evidence = data.evidence ?? []
  step.gate = undefined
  run.status = resumed(run)
}

function settleStep(step: StepState, event: EventOf<'step.settled'>): void {
  const { data } = event
  // Not done: the step runs again from its start, and stays in the ledger of what to undo.
  step.status = data.as === 'done' ? 'succeeded' : 'pending'
  step.by = data.as === 'done' && data.how === 'hand' ? 'hand' : undefined
  step.reason = data.evidence
  if (data.as === 'done') step.endedAt = event.at
}

export function applyGateEvent(run: RunState, step: StepState, event: IncidentEvent): void {
  if (event.type === 'gate.opened') {
    step.gate = {
      ...event.data,
      openedAt: event.at,
      clock: event.clock,
      step: step.id,
      by: event.actor,
    }
    if (event.data.gate !== 'confirm') step.startedAt = event.at
    step.status = 'waiting'
    if (run.status === 'running') run.status = 'waiting'
  }
  if (event.type === 'gate.answered') {
    step.answers = [
      ...step.answers,
      {
        gate: event.data.gate,
        digest: event.data.digest,
        answer: event.data.answer,
        secretValues: event.data.secret_values ?? [],
        at: event.at,
        by: event.actor,
        clock: event.clock,
      },
    ]
  }
}

export function applyUndoEvent(step: StepState, event: IncidentEvent): void {
  if (step.undo === undefined) return
  if (event.type === 'undo.started') {
    step.undo.status = 'running'
    step.undo.exitCode = undefined
    step.undo.durationMs = undefined
    step.undo.reason = undefined
  } else if (event.type === 'undo.finished') {
    const { data } = event
    step.undo.status = data.skipped === undefined ? data.status : 'skipped'
    step.undo.exitCode = data.exit_code
    step.undo.durationMs = data.skipped === undefined ? data.duration_ms : undefined
    step.undo.reason = data.skipped ?? data.reason
    step.undo.by = data.by
    if (step.undo.status === 'succeeded') step.status = 'rolled_back'
  } else if (event.type === 'step.settled' && event.data.undo === true) {
    step.undo.status = event.data.as === 'done' ? 'succeeded' : 'pending'
    step.undo.reason = event.data.evidence
    if (event.data.as === 'done') step.status = 'rolled_back'
  }
}
