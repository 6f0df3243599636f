/**
 * Gates: steps, and confirmations of steps, that wait for a person. The question is recorded with
 * the digest of its content, and answers count only for that content; when it has changed, the gate
 * is opened anew and earlier answers are void. An answer comes from the prompt, from --answers, or
 * from another terminal through the journal; with nobody to ask the run waits without a process.
 */
import { defined } from '../../incident/defined.ts'
import type { OpenGate } from '../../incident/state.ts'
import type { Question } from '../../ports/operator.ts'
import type { Step } from '../../runbook/runbook.ts'
import { answerGate, conclude, givenAnswers, judgeGate } from './answer-gate.ts'
import { addNote, ask, quit, type ReplyTo } from './ask.ts'
import { doneByHand } from './ask-operator.ts'
import { failBefore } from '../attempt/attempt.ts'
import { cardOf } from '../render/card.ts'
import { editInput } from './edit-input.ts'
import { describeGate, type GateContent } from './gate-content.ts'
import type { Answer } from '../../incident/event.ts'
import type { LiveRun, Pause, StepAnswer } from '../live-run.ts'
import { progressOf, stepState } from '../live-run.ts'
import { recordStep, requestRollback } from '../record-step.ts'

export async function openGate(live: LiveRun, step: Step, confirm: boolean): Promise<void> {
  const described = describeGate(live, step, confirm)
  if (!described.ok) return failBefore(live, step, { reason: described.message })
  recordOpening(live, step, described.content)
}

function recordOpening(live: LiveRun, step: Step, content: GateContent): void {
  const { gate, question, accepts, digest, expiresInMs } = content
  const expiry =
    expiresInMs === undefined
      ? {}
      : { expires_at: new Date(live.ports.clock.now() + expiresInMs).toISOString() }
  const data = { gate, question, accepts, digest, ...expiry }
  recordStep(live, step, { type: 'gate.opened', data })
}

export async function awaitGate(
  live: LiveRun,
  step: Step,
  confirm: boolean,
): Promise<Pause | undefined> {
  let problem: string | undefined
  let file = answerOf(live.answers[step.id], confirm)
  while (live.interrupts.stop === undefined) {
    const described = describeGate(live, step, confirm)
    if (!described.ok) {
      failBefore(live, step, { reason: described.message })
      return undefined
    }
    const { content } = described
    const { gate } = stepState(live, step.id)
    // An answer with secret values concludes at once: they are not in the record to be read again.
    if (gate === undefined) return undefined
    if (gate.digest !== content.digest) recordOpening(live, step, content)
    const open = stepState(live, step.id).gate ?? gate
    const judgment = judgeGate(live, { step, content, gate: open })
    if (judgment.is !== 'open') return conclude(live, step, { judgment, gate: open, content })
    if (file !== undefined) {
      problem = answerGate(live, { step, content, gate: open }, file)
      file = undefined
      continue
    }
    if (!live.operator.interactive) {
      return quit('waiting', waitingFor(step, content, problem ?? judgment.missing))
    }
    const asked = await askAtGate(live, step, { content, open, problem })
    if (asked === 'left') return undefined
    if (typeof asked === 'object' && 'pause' in asked) return asked
    problem = asked?.problem
  }
  return undefined
}

function waitingFor(step: Step, content: GateContent, missing: string | undefined): string {
  const what = {
    confirm: 'a confirmation: --yes, or {confirm: true} in --answers',
    approve: 'an approval',
    manual: 'a person to do it',
    ask: 'values',
    decide: 'a decision',
  }[content.gate]
  return `step ${step.id} waits for ${what}${missing === undefined ? '' : ` (${missing})`}`
}

/** The part of an entry of --answers that is an answer to this gate. */
function answerOf(given: StepAnswer | undefined, confirm: boolean): Answer | undefined {
  if (given === undefined) return undefined
  if (given.skip !== undefined) return { skip: given.skip }
  if (confirm) return given.confirm === undefined ? undefined : { confirm: given.confirm }
  const { choose, values, done, evidence } = given
  const answer: Answer = defined({ choose, values: values && { ...values }, done, evidence })
  return Object.keys(answer).length === 0 ? undefined : answer
}

type At = { content: GateContent; open: OpenGate; problem: string | undefined }
/** `left`: the step is no longer at this gate. */
type Asked = 'left' | Pause | { problem: string | undefined } | undefined

async function askAtGate(live: LiveRun, step: Step, at: At): Promise<Asked> {
  const elsewhere = new AbortController()
  const before = givenAnswers(live, at.open).length
  const stopWatching = live.journal.watch(() => {
    const now = stepState(live, step.id).gate
    const answered = now?.digest !== at.open.digest || givenAnswers(live, now).length > before
    if (answered) elsewhere.abort(new Error('answered elsewhere'))
  })
  const expiry = at.open.expires_at
  const expires =
    expiry === undefined
      ? elsewhere.signal
      : AbortSignal.any([elsewhere.signal, timeoutAt(live, expiry)])
  try {
    const reply = await ask(live, questionOf(live, step, at), expires)
    return reply === undefined ? undefined : obey(live, step, { reply, at })
  } finally {
    stopWatching()
  }
}

const timeoutAt = (live: LiveRun, expiresAt: string): AbortSignal =>
  AbortSignal.timeout(Math.max(0, Date.parse(expiresAt) - live.ports.clock.now()))

type AtGateQuestion = Extract<Question, { type: 'step' | 'gate' }>

function questionOf(live: LiveRun, step: Step, { content, problem }: At): AtGateQuestion {
  const card = cardOf(live, step, { ready: content.ready })
  if (content.gate === 'confirm') {
    const { target, step: preview } = content.accepts as { target: string; step: string }
    const typeToConfirm = step.effect === 'destroy' ? target : undefined
    return { type: 'step', card: { ...card, preview }, confirm: content.question, typeToConfirm }
  }
  const { gate, question, accepts } = content
  return { type: 'gate', card, gate, question, accepts, problem }
}

function obey(
  live: LiveRun,
  step: Step,
  { reply, at }: { reply: ReplyTo<'step' | 'gate'>; at: At },
): Asked {
  const about = { step, content: at.content, gate: at.open }
  switch (reply.do) {
    case 'answer':
      return { problem: answerGate(live, about, reply.answer) }
    case 'run':
      live.progress = { ...progressOf(live, step), asked: true }
      return { problem: answerGate(live, about, { confirm: true }) }
    case 'skip':
      return { problem: answerGate(live, about, { skip: reply.reason }) }
    case 'by_hand':
      doneByHand(live, step, reply.evidence)
      return 'left'
    case 'edit':
      editInput(live, reply.input, reply.value)
      return undefined
    case 'note':
      addNote(live, step.id, reply.text)
      return undefined
    case 'rollback':
      requestRollback(live, reply.reason)
      return 'left'
    case 'quit':
      return quit('operator', `the operator quit while step ${step.id} waits`)
  }
}
