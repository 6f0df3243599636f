/** Answers to an open gate: whether they fit, recording them, and what they come to. */
import { isInTime } from '../../incident/approval.ts'
import type { Answer } from '../../incident/event.ts'
import type { GivenAnswer, OpenGate } from '../../incident/state.ts'
import type { Value } from '../../incident/value.ts'
import type { Step } from '../../runbook/runbook.ts'
import type { Accepted, GateAnswer, GateKind } from '../../steps/kind.ts'
import { aroundOf } from '../render/around.ts'
import { findingsOf, recordFindings, showFindings, type FindingsMade } from '../attempt/findings.ts'
import type { GateContent } from './gate-content.ts'
import type { LiveRun } from '../live-run.ts'
import { progressOf, stepState } from '../live-run.ts'
import { recordStep, show, skip } from '../record-step.ts'
import { evaluateIn } from '../render/scope-of.ts'

export type AtGate = { step: Step; content: GateContent; gate: OpenGate }

export type Judgment =
  | { is: 'confirmed' }
  | { is: 'skipped'; reason: string }
  | Exclude<Accepted, { is: 'refused' }>
  | { is: 'open'; missing: string }

/** Answers to this gate and this content, oldest first. */
export function givenAnswers(live: LiveRun, gate: OpenGate | undefined): readonly GivenAnswer[] {
  if (gate === undefined) return []
  return stepState(live, gate.step).answers.filter(
    (answer) => answer.digest === gate.digest && answer.clock > gate.clock,
  )
}

/** What the answers in the record come to. Secret values are not in it: such an answer is lost. */
export function judgeGate(live: LiveRun, at: AtGate): Judgment {
  const given = givenAnswers(live, at.gate).filter(
    (answer) =>
      answer.secretValues.length === 0 && (at.gate.gate !== 'approve' || isInTime(answer, at.gate)),
  )
  const judged = judgeAnswers(live, at, given)
  return judged.is === 'refused' ? { is: 'open', missing: judged.why } : expired(live, at, judged)
}

function expired(live: LiveRun, { gate }: AtGate, judged: Judgment): Judgment {
  const late =
    gate.expires_at !== undefined && Date.parse(gate.expires_at) <= live.ports.clock.now()
  if (judged.is !== 'open' || !late) return judged
  return { is: 'rejected', reason: `nobody answered until ${gate.expires_at}` }
}

/** Also of an answer that is not recorded yet: the last one. */
function judgeAnswers(
  live: LiveRun,
  { content, gate }: AtGate,
  answers: readonly GateAnswer[],
): Accepted | Judgment {
  const last = answers.at(-1)?.answer
  if (last?.skip !== undefined) return { is: 'skipped', reason: last.skip }
  if (content.gate === 'confirm') {
    if (last?.confirm === true) return { is: 'confirmed' }
    if (last?.confirm === false) return { is: 'skipped', reason: 'it was not confirmed' }
    return last === undefined
      ? { is: 'open', missing: content.question }
      : { is: 'refused', why: 'confirm it, or skip it with a reason' }
  }
  const kind = content.ready.kind as GateKind
  return kind.accept(content.ready.params, answers, {
    requester: gate.by,
    teams: live.teams,
    nowMs: live.ports.clock.now(),
  })
}

/** Records an answer that fits; else says why it does not. */
export function answerGate(live: LiveRun, at: AtGate, answer: Answer): string | undefined {
  const { actor } = live.journal
  const mine = { answer, by: actor, at: new Date(live.ports.clock.now()).toISOString() }
  const judged = judgeAnswers(live, at, [...givenAnswers(live, at.gate), mine])
  if (judged.is === 'refused') return judged.why
  const secret = secretsIn(at.content, answer)
  learn(live, at.step, { secret, answer })
  const stored = withoutSecrets(answer, secret)
  const { gate, digest } = at.content
  recordStep(live, at.step, {
    type: 'gate.answered',
    data: {
      gate,
      digest,
      answer: stored,
      ...(secret.length === 0 ? {} : { secret_values: secret }),
    },
  })
  if (secret.length > 0 && judged.is === 'accepted') {
    conclude(live, at.step, { judgment: judged, gate: at.gate, content: at.content })
  }
  return undefined
}

/** Names of the values in this answer that are declared secret. */
export function secretsIn(content: Pick<GateContent, 'accepts'>, answer: Answer): string[] {
  const specs = content.accepts.values
  if (specs === null || typeof specs !== 'object' || Array.isArray(specs)) return []
  return Object.keys(answer.values ?? {}).filter((name) => {
    const spec = specs[name]
    const isSpec = spec !== null && typeof spec === 'object' && !Array.isArray(spec)
    return isSpec && spec.secret === true
  })
}

function learn(
  live: LiveRun,
  step: Step,
  { secret, answer }: { secret: readonly string[]; answer: Answer },
): void {
  for (const name of secret) {
    live.redactor.add(`${step.id}.${name}`, String((answer.values ?? {})[name]))
  }
}

function withoutSecrets(answer: Answer, secret: readonly string[]): Answer {
  if (answer.values === undefined || secret.length === 0) return answer
  const values = Object.fromEntries(
    Object.entries(answer.values).map(([name, value]) => [
      name,
      secret.includes(name) ? '[secret]' : value,
    ]),
  )
  return { ...answer, values }
}

type Concluded = {
  judgment: Exclude<Judgment, { is: 'open' }>
  gate: OpenGate
  content: GateContent
}

/** Writes down what the gate came to; a confirmed step goes on to its attempt. */
export function conclude(
  live: LiveRun,
  step: Step,
  { judgment, gate, content }: Concluded,
): undefined {
  switch (judgment.is) {
    case 'confirmed':
      live.progress = { ...progressOf(live, step), confirmed: true }
      return
    case 'skipped':
      return skip(live, step, { by: 'operator', reason: judgment.reason })
    case 'rejected':
      finish(live, step, { gate, data: { status: 'failed', reason: judgment.reason } })
      return
    case 'accepted':
      accepted(live, step, { judgment, gate, content })
  }
}

function accepted(
  live: LiveRun,
  step: Step,
  at: { judgment: Extract<Accepted, { is: 'accepted' }>; gate: OpenGate; content: GateContent },
): void {
  const { judgment, gate, content } = at
  const secret = secretsIn(content, { values: judgment.outputs })
  const all = Object.entries(judgment.outputs)
  if (secret.length > 0) {
    live.secretOutputs.set(
      step.id,
      Object.fromEntries(all.filter(([name]) => secret.includes(name))),
    )
  }
  const plain = Object.fromEntries(all.filter(([name]) => !secret.includes(name)))
  const declared = declaredOutputs(live, step, judgment.outputs)
  if (!declared.ok) {
    finish(live, step, { gate, data: { status: 'failed', reason: declared.message } })
    return
  }
  const found = findingsOfAnswer(live, step, { judgment, content })
  const deviations = judgment.deviation === undefined ? [] : [`deviation: ${judgment.deviation}`]
  const notes = [...deviations, ...found.notes]
  finish(live, step, {
    gate,
    found,
    data: {
      status: 'succeeded',
      reason: judgment.reason,
      outputs: { ...plain, ...declared.outputs },
      ...(gate.gate === 'manual' ? { by: 'hand' as const } : {}),
      ...(secret.length === 0 ? {} : { secret_outputs: secret }),
      ...(notes.length === 0 ? {} : { notes }),
    },
  })
}

/** The words of the person are the outcome; what the kind does not name is a value by its own name. */
function findingsOfAnswer(
  live: LiveRun,
  step: Step,
  {
    judgment: { outputs, reason },
    content,
  }: { judgment: Extract<Accepted, { is: 'accepted' }>; content: GateContent },
): ReturnType<typeof findingsOf> {
  const data = { evidence: reason, ...outputs, values: outputs }
  const around = aroundOf(live, step)
  const outcome = { ended: 'completed' as const, data }
  return findingsOf(live, step, { ready: content.ready, outcome, around })
}

function declaredOutputs(
  live: LiveRun,
  step: Step,
  values: Record<string, Value>,
): { ok: true; outputs: Record<string, Value> } | { ok: false; message: string } {
  const outputs: Record<string, Value> = {}
  const around = aroundOf(live, step)
  const locals = { ...around.locals, ...values, values }
  for (const [name, cel] of Object.entries(step.body.outputs)) {
    const result = evaluateIn(cel, { ...around, locals })
    if (!result.ok) return { ok: false, message: `output ${name}: ${result.message}` }
    outputs[name] = live.redactor.maskValue(result.value as Value)
  }
  return { ok: true, outputs }
}

const NOTHING_FOUND: FindingsMade = { made: [], notes: [] }

type Finishing = {
  gate: OpenGate
  found?: FindingsMade
  data: {
    status: 'succeeded' | 'failed'
    reason: string
    outputs?: Record<string, Value>
    by?: 'hand'
    secret_outputs?: string[]
    notes?: string[]
  }
}

function finish(live: LiveRun, step: Step, { gate, found = NOTHING_FOUND, data }: Finishing): void {
  const waitedMs = live.ports.clock.now() - Date.parse(gate.openedAt)
  recordStep(live, step, {
    type: 'step.finished',
    attempt: stepState(live, step.id).attempts + 1,
    data: { ...data, reason: live.redactor.mask(data.reason), duration_ms: Math.max(0, waitedMs) },
  })
  live.progress = undefined
  recordFindings(live, step, found)
  show(live, step)
  showFindings(live, step, found)
}
