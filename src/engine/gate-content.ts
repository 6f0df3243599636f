/** What a gate asks, and the digest of all that its answer is about. */
import type { Gate } from '../incident/event.ts'
import { sha256 } from '../runbook/digest.ts'
import { renderTree } from '../runbook/interpolate.ts'
import type { Runbook, Step, Value } from '../runbook/runbook.ts'
import type { GateKind } from '../steps/kind.ts'
import { renderRollback, renderStep } from './card.ts'
import type { LiveRun } from './live-run.ts'
import { runState } from './live-run.ts'
import type { Ready } from './render-body.ts'
import { aroundOf } from './around.ts'
import { runSteps } from './run-steps.ts'
import { sourcesOf } from './weak-secrets.ts'

export type GateContent = {
  gate: Gate
  question: string
  accepts: Record<string, Value>
  digest: string
  expiresInMs: number | undefined
  ready: Ready
}

export type Described = { ok: true; content: GateContent } | { ok: false; message: string }

export function describeGate(live: LiveRun, step: Step, confirm: boolean): Described {
  const rendering = renderStep(live, step)
  if (!rendering.ok) return rendering
  return confirm
    ? describeConfirmation(live, step, rendering.ready)
    : describeKind(live, step, rendering.ready)
}

function describeConfirmation(live: LiveRun, step: Step, ready: Ready): Described {
  const byDefault = `This destroys what is in ${ready.target}. Go on?`
  const rendered = renderTree({ text: step.confirm ?? byDefault }, aroundOf(live, step))
  if (!rendered.ok) return { ok: false, message: `confirm: ${rendered.message}` }
  const question = live.redactor.mask(rendered.value.text)
  const accepts = { confirm: 'boolean', step: ready.preview, target: ready.target }
  const digest = sha256(JSON.stringify([question, accepts, undoText(live, step)]))
  const content = { gate: 'confirm' as const, question, accepts, digest, ready }
  return { ok: true, content: { ...content, expiresInMs: undefined } }
}

function describeKind(live: LiveRun, step: Step, ready: Ready): Described {
  const kind = ready.kind as GateKind
  const asked = kind.question(ready.params, ready.look)
  const question = live.redactor.mask(asked.question)
  const accepts = live.redactor.maskValue(asked.accepts)
  const covered = kind.gate === 'approve' ? coveredBy(live, step) : []
  const digest = sha256(JSON.stringify([question, accepts, covered]))
  const expiresInMs = asked.expiresInMs ?? step.body.timeoutMs ?? undefined
  return { ok: true, content: { gate: kind.gate, question, accepts, digest, expiresInMs, ready } }
}

/** Inputs, and the rendered steps up to the next gate: the content of an approval. */
function coveredBy(live: LiveRun, step: Step): unknown[] {
  const steps = runSteps(live.runbook, runState(live)).list.filter(({ always }) => !always)
  const after = steps.slice(steps.findIndex((other) => other.id === step.id) + 1)
  const next = after.findIndex((other) => live.kinds[other.body.kind]?.type === 'gate')
  const covered = next === -1 ? after : after.slice(0, next)
  const texts = covered.map((other) => [other.id, textOf(live, other), undoText(live, other)])
  return [runState(live).inputs, ...digestsOf(live.runbook), ...texts]
}

const digestsOf = ({ sha256: own, texts }: Runbook): string[] => [
  own,
  ...texts.map((text) => text.sha256),
]

/** A step that needs the outputs of an earlier one is shown by its source. */
function textOf(live: LiveRun, step: Step): string {
  const rendering = renderStep(live, step)
  return rendering.ok ? rendering.ready.preview : sourcesOf(step.body).join('\n')
}

function undoText(live: LiveRun, step: Step): string | undefined {
  const rendering = renderRollback(live, step)
  if (rendering === undefined) return undefined
  return rendering.ok ? rendering.ready.preview : sourcesOf(step.rollback).join('\n')
}
