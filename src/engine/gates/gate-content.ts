/** What a gate asks, and the digest of all that its answer is about. */
import type { Gate } from '../../incident/event.ts'
import { sha256 } from '../../runbook/digest.ts'
import { EFFECT_WORDS } from '../../runbook/effect-words.ts'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import type { Value } from '../../incident/value.ts'
import type { Body, Runbook, Step } from '../../runbook/runbook.ts'
import type { GateKind } from '../../steps/kind.ts'
import { renderRollback, renderStep } from '../render/card.ts'
import type { LiveRun } from '../live-run.ts'
import { runState } from '../live-run.ts'
import type { Ready } from '../render/render-body.ts'
import { aroundOf } from '../render/around.ts'
import { writtenId } from '../walk/selection.ts'
import { bodyAsWritten } from '../render/body-as-written.ts'

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
  const members = step.group === undefined ? [] : writtenMembers(live, step)
  const target = step.group === undefined ? ready.target : targetsOf(live, members)
  const accepts = { confirm: 'boolean', step: previewOf(live, ready, members), target }
  const undo = [step, ...members].map((one) => undoText(live, one))
  const digest = sha256(JSON.stringify([question, accepts, ...undo]))
  const content = { gate: 'confirm' as const, question, accepts, digest, ready }
  return { ok: true, content: { ...content, expiresInMs: undefined } }
}

/** What a group would do, where a person says yes to all of it at once. */
export const groupPreview = (live: LiveRun, step: Step, ready: Ready): string =>
  previewOf(live, ready, writtenMembers(live, step))

const previewOf = (live: LiveRun, ready: Ready, members: readonly Step[]): string =>
  [ready.preview, ...members.map((one) => memberText(live, one))].join('\n')

function memberText(live: LiveRun, step: Step): string {
  const undo = undoText(live, step)
  const lines = [
    `${step.id} (${EFFECT_WORDS[step.effect]}): ${textOf(live, step)}`,
    ...(undo === undefined ? [] : [`undo: ${undo}`]),
  ]
  return lines.join('\n').replaceAll('\n', '\n    ')
}

/** What a group is confirmed for, before it begins: its steps as they are written. */
function writtenMembers({ runbook }: LiveRun, group: Step): Step[] {
  const family = new Set([writtenId(group)])
  return runbook.steps.filter(({ id, within }) => {
    const outer = within?.group ?? within?.decide
    if (outer === undefined || !family.has(outer)) return false
    family.add(id)
    return true
  })
}

/** What its destroying steps work on. */
function targetsOf(live: LiveRun, members: readonly Step[]): string {
  const targets = members
    .filter(({ effect, group }) => effect === 'destroy' && group === undefined)
    .map((one) => {
      const rendering = renderStep(live, one)
      return rendering.ok ? rendering.ready.target : one.id
    })
  return [...new Set(targets)].join(', ')
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
  const { steps } = live.runbook
  const after = steps.slice(steps.findIndex(({ id }) => id === writtenId(step)) + 1)
  const next = after.findIndex((other) => live.kinds[other.body.kind]?.type === 'gate')
  const covered = next === -1 ? after : after.slice(0, next)
  const texts = covered.map((other) => [other.id, textOf(live, other), undoText(live, other)])
  return [runState(live).inputs, ...digestsOf(live.runbook), ...texts]
}

const digestsOf = ({ sha256: own, texts }: Runbook): string[] => [
  own,
  ...texts.map((text) => text.sha256),
]

/** A step that needs the outputs of an earlier one, or the item of a round, is shown as it is written. */
function textOf(live: LiveRun, step: Step): string {
  const rendering = renderStep(live, step)
  return rendering.ok ? rendering.ready.preview : written(live, step.body)
}

function undoText(live: LiveRun, step: Step): string | undefined {
  const rendering = renderRollback(live, step)
  if (rendering === undefined || step.rollback === undefined) return undefined
  return rendering.ok ? rendering.ready.preview : written(live, step.rollback)
}

const written = (live: LiveRun, body: Body): string => live.redactor.mask(bodyAsWritten(body))
