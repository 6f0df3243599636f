/**
 * The undo of one step. It is rendered again from the text of the runbook that the step was run
 * from and the values captured then, and compared with what was written down before the step ran:
 * an undo that would do something else is not begun.
 */
import type { StepState } from '../incident/state.ts'
import type { Body, Step } from '../runbook/runbook.ts'
import { addNote, ask, quit } from './gates/ask.ts'
import { undoAroundOf } from './render/around.ts'
import { refreshSecrets } from './attempt/attempt.ts'
import { cardOf } from './render/card.ts'
import { endingOf, judge, keepEvidence } from './attempt/ending.ts'
import type { LiveRun, Pause } from './live-run.ts'
import { runState, stepState } from './live-run.ts'
import { trackChildren } from './attempt/local-process.ts'
import { pause } from './attempt/probe.ts'
import { proven } from './attempt/prove-undone.ts'
import { recordStep, show } from './record-step.ts'
import { renderBody, type Ready } from './render/render-body.ts'
import { retryDelayMs } from './attempt/retry.ts'
import { carryOut } from './attempt/run-body.ts'
import { stepOf } from './walk/run-steps.ts'
import { storedRunbook } from './stored-runbook.ts'
import type { Surroundings } from './render/render-body.ts'

export async function undoStep(live: LiveRun, step: Step): Promise<void> {
  const planned = await planUndo(live, step)
  if (!planned.ok) return failUndo(live, step, planned.message)
  const { ready, around, check } = planned
  recordStep(live, step, {
    type: 'undo.started',
    data: { kind: ready.body.kind, preview: ready.preview, digest: ready.digest },
  })
  const does = ready.body
  const card = { ...cardOf(live, step, { ready, undo: ready.preview, does }), attempt: 1 }
  live.operator.show({ type: 'started', card, undo: true })
  await actUndo(live, step, { ready, around, card, check })
  await refreshSecrets(live, step)
  show(live, step, true)
}

type Planned =
  | { ok: true; ready: Ready; around: Surroundings; check: Body | undefined }
  | { ok: false; message: string }

export async function planUndo(live: LiveRun, step: Step): Promise<Planned> {
  const { undo } = stepState(live, step.id)
  if (undo === undefined) return { ok: false, message: `step ${step.id} has no undo` }
  const stored = await storedRunbook(live, undo.scope)
  if (!stored.ok) return stored
  const { runbook } = stored
  const then = stepOf(runbook, runState(live), step.id)
  if (then?.rollback === undefined) {
    return { ok: false, message: 'the stored runbook has no rollback for it' }
  }
  const around = { ...undoAroundOf(live, step.id, { step: then, runbook }), inherit: then.body }
  const rendering = renderBody(live, then.rollback, around)
  if (!rendering.ok) return rendering
  // Both masked with what is known by now: a secret learned since must not look like a change.
  const logged = live.redactor.mask(undo.preview)
  if (live.redactor.mask(rendering.ready.preview) !== logged) {
    const message = `what it would do now is not what was written down before the step ran: ${logged}`
    return { ok: false, message }
  }
  return { ok: true, ready: rendering.ready, around, check: then.check }
}

function failUndo(live: LiveRun, step: Step, reason: string): void {
  recordStep(live, step, {
    type: 'undo.finished',
    data: { status: 'failed', reason: live.redactor.mask(reason), duration_ms: 0 },
  })
  show(live, step, true)
}

type Acting = {
  ready: Ready
  around: Surroundings
  card: ReturnType<typeof cardOf>
  check: Body | undefined
}

async function actUndo(live: LiveRun, step: Step, acting: Acting): Promise<void> {
  const { ready, around, card, check } = acting
  const about = { run: live.id, step: step.id, undo: true }
  const children = trackChildren({ journal: live.journal, port: live.ports.process }, about)
  const interruptible = live.interrupts.begin(card, children.kill)
  const beganMono = live.ports.clock.mono()
  try {
    for (let attempt = 1; ; attempt += 1) {
      const { signal } = interruptible
      const { started } = children
      const work = { step: step.id, attempt, tty: false, signal, around, started }
      const outcome = await carryOut(live, ready, work)
      const kept = keepEvidence(live, outcome, { ready, step })
      const judged = await proven(live, check, {
        work,
        judged: await judge(live, ready, { outcome, work }),
        notes: kept.notes,
      })
      const wanted = judged.status === 'failed' && !signal.aborted
      const delayMs = wanted ? retryDelayMs(ready.body.retry, attempt, outcome.exitCode) : undefined
      if (delayMs !== undefined && (await pause(live, delayMs, signal))) continue
      const durationMs = Math.round(live.ports.clock.mono() - beganMono)
      const data = endingOf(outcome, { judged, kept, durationMs })
      recordStep(live, step, { type: 'undo.finished', data })
      return
    }
  } finally {
    interruptible.end()
    children.over()
  }
}

export async function askUndoFailed(
  live: LiveRun,
  step: Step,
  { state, remaining }: { state: StepState; remaining: number },
): Promise<Pause | undefined> {
  const reply = await ask(live, {
    type: 'undo_failed',
    card: cardOf(live, step),
    reason: state.undo?.reason ?? 'no reason was given',
    remaining,
  })
  const ended = { status: 'succeeded' as const, duration_ms: 0 }
  switch (reply?.do) {
    case 'retry':
      await undoStep(live, step)
      return undefined
    case 'by_hand':
      recordStep(live, step, {
        type: 'undo.finished',
        data: { ...ended, by: 'hand', reason: reply.evidence, notes: [reply.evidence] },
      })
      return undefined
    case 'skip':
      recordStep(live, step, { type: 'undo.finished', data: { ...ended, skipped: reply.reason } })
      return undefined
    case 'note':
      return addNote(live, step.id, reply.text)
    case 'quit':
      return quit('failed_step', `the operator quit after the undo of ${step.id} failed`)
    case undefined:
      return undefined
  }
}
