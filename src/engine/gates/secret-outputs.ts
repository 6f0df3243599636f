/**
 * Secret answers of `ask` steps are in memory only. A resumed run that reaches a step which needs
 * one asks again, without touching the record of the step that asked first.
 */
import type { Value } from '../../incident/value.ts'
import type { Step } from '../../runbook/runbook.ts'
import type { GateKind } from '../../steps/kind.ts'
import { secretsIn } from './answer-gate.ts'
import { ask, quit } from './ask.ts'
import { cardOf } from '../render/card.ts'
import { describeGate } from './gate-content.ts'
import type { LiveRun, Pause } from '../live-run.ts'
import { runState, stepState } from '../live-run.ts'
import { runSteps } from '../walk/run-steps.ts'
import { sourcesOf } from '../render/weak-secrets.ts'

export async function askAgainForSecrets(live: LiveRun, needing: Step): Promise<Pause | undefined> {
  for (const lost of lostFor(live, needing)) {
    const pause = await askAgain(live, lost)
    if (pause !== undefined) return pause
  }
  return undefined
}

export const needsSecretsAgain = (live: LiveRun, step: Step): boolean =>
  lostFor(live, step).length > 0

function lostFor(live: LiveRun, needing: Step): Step[] {
  const states = runState(live).steps
  const steps = runSteps(live.runbook, runState(live)).list.filter((step) => {
    const secret = states.get(step.id)?.secretOutputs ?? []
    return secret.length > 0 && !live.secretOutputs.has(step.id) && isSameText(step, needing)
  })
  if (steps.length === 0) return []
  const sources = sourcesOf(needing)
  return steps.filter((step) => {
    const name = `steps.${step.origin?.local ?? step.id}.`
    return sources.some((source) => source.includes(name))
  })
}

const isSameText = (a: Step, b: Step): boolean => (a.origin?.home ?? '') === (b.origin?.home ?? '')

async function askAgain(live: LiveRun, step: Step): Promise<Pause | undefined> {
  const described = describeGate(live, step, false)
  if (!described.ok) return quit('waiting', described.message)
  const { content } = described
  const kind = content.ready.kind as GateKind
  const names = stepState(live, step.id).secretOutputs
  const waiting = `secret values of step ${step.id} are not stored and are needed again`
  let values: Readonly<Record<string, unknown>> | undefined = live.answers[step.id]?.values
  let problem: string | undefined = waiting
  for (;;) {
    if (values !== undefined) {
      const now = new Date(live.ports.clock.now()).toISOString()
      const mine = { answer: { values: { ...values } }, by: live.journal.actor, at: now }
      const asked = { requester: live.journal.actor, teams: live.teams, nowMs: Date.parse(now) }
      const judged = kind.accept(content.ready.params, [mine], asked)
      if (judged.is === 'accepted') break
      problem = judged.is === 'refused' ? judged.why : waiting
    }
    if (!live.operator.interactive) return quit('waiting', `${problem}: ${names.join(', ')}`)
    const { gate, question, accepts } = content
    const card = cardOf(live, step, { ready: content.ready })
    const reply = await ask(live, { type: 'gate', card, gate, question, accepts, problem })
    if (reply === undefined || reply.do === 'quit') return quit('operator', waiting)
    values = reply.do === 'answer' ? reply.answer.values : undefined
  }
  const secret = secretsIn(content, { values: { ...values } })
  for (const name of secret) live.redactor.add(`${step.id}.${name}`, String(values[name]))
  const kept = Object.entries(values).filter(([name]) => secret.includes(name)) as [string, Value][]
  live.secretOutputs.set(step.id, Object.fromEntries(kept))
  return undefined
}
