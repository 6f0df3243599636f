/** All that a person needs to decide about one step, masked. */
import type { StepCard } from '../../ports/operator.ts'
import { roundInWords } from '../../incident/step-title.ts'
import type { Body, Step } from '../../runbook/runbook.ts'
import type { LiveRun } from '../live-run.ts'
import { runState, stepState } from '../live-run.ts'
import { renderBody, type Ready, type Rendering } from './render-body.ts'
import { aroundOf } from './around.ts'

export const renderStep = (live: LiveRun, step: Step): Rendering =>
  renderBody(live, step.body, aroundOf(live, step))

/** What would undo the step, as of now. */
export function renderRollback(live: LiveRun, step: Step): Rendering | undefined {
  if (step.rollback === undefined) return undefined
  return renderBody(live, step.rollback, {
    ...aroundOf(live, step),
    inherit: step.body,
  })
}

/** `ready` and `undo` where the caller has rendered them already; what it `does`, when it is about the undo. */
export function cardOf(
  live: LiveRun,
  step: Step,
  rendered: {
    ready?: Ready | undefined
    undo?: string | undefined
    does?: Pick<Body, 'kind' | 'effect'>
  } = {},
): StepCard {
  const run = runState(live)
  const rendering =
    rendered.ready === undefined ? renderStep(live, step) : { ok: true as const, ...rendered }
  const ready = rendering.ok ? (rendering.ready as Ready) : undefined
  const undo = rendered.undo ?? undoPreview(live, step)
  const ids = [...run.steps.keys()]
  const environment = run.inputs.environment
  const mask = (text: string): string => live.redactor.mask(text)
  return {
    id: step.id,
    name: mask(step.name),
    description: step.description === undefined ? undefined : mask(step.description),
    refs: step.refs,
    kind: (rendered.does ?? step.body).kind,
    ...(step.group === undefined ? {} : { group: true }),
    round: roundInWords(run, step.id),
    effect: rendered.does?.effect ?? step.effect,
    preview: ready?.preview ?? (rendering.ok ? '' : `cannot be rendered: ${rendering.message}`),
    undo,
    target: step.group === undefined ? (ready?.target ?? '') : '',
    timeoutMs: ready?.timeoutMs ?? null,
    attempt: stepState(live, step.id).attempts + 1,
    n: ids.indexOf(step.id) + 1,
    of: ids.length,
    run: {
      incident: live.journal.incident,
      severity: live.journal.state().severity,
      environment: typeof environment === 'string' ? environment : undefined,
      startedAt: run.startedAt,
      status: run.status,
    },
    // Those of an included runbook follow from the step that includes it.
    inputs: live.redactor.maskValue((step.origin?.home ?? '') === '' ? run.inputs : {}),
  }
}

function undoPreview(live: LiveRun, step: Step): string | undefined {
  const rendering = renderRollback(live, step)
  if (rendering === undefined) return undefined
  return rendering.ok ? rendering.ready.preview : `cannot be rendered: ${rendering.message}`
}
