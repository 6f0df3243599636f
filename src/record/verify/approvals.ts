/**
 * Approvals, judged again from the record: when a step that asks for one went on, what had been
 * answered to the gate that was open, for its digest and in time, has to suffice. Who is in a team
 * is in hotwash.yaml and not in the record: of a team only the number of people is proven.
 */
import type { ApprovalRule, Judged } from '../../incident/approval.ts'
import { isInTime, isSameEmail, judgeApproval } from '../../incident/approval.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import type { GivenAnswer, IncidentState, OpenGate, StepState } from '../../incident/state.ts'

/** What a reviewer should know of this event; asked before it is applied to the state. */
export function approvalOf(
  state: IncidentState,
  event: IncidentEvent,
): { problem?: string; note?: string } {
  const end = endOf(event)
  if (end === undefined || event.step === undefined) return {}
  const run = state.runs.findLast(({ id }) => id === event.run)
  const step = run?.steps.get(event.step)
  if (step === undefined || (step.kind !== 'approve' && step.gate?.gate !== 'approve')) return {}
  if (end !== 'went_on') return { note: `deviation: approval ${step.id} was ${end}` }
  const { gate } = step
  if (gate === undefined)
    return { problem: `step ${step.id} went on, and no approval was asked for` }
  const judged = judgedOf(step, gate)
  if (judged.is !== 'accepted') {
    return { problem: `step ${step.id} went on without its approval: ${whyNot(judged)}` }
  }
  return judged.deviation === undefined ? {} : { note: `deviation: ${judged.deviation}` }
}

/** How the event ends an approval so that the run goes on; undefined: it does not. */
function endOf(event: IncidentEvent): 'went_on' | 'skipped' | 'settled by hand' | undefined {
  if (event.type === 'step.skipped') return event.data.by === 'operator' ? 'skipped' : undefined
  if (event.type === 'step.settled') return event.data.as === 'done' ? 'settled by hand' : undefined
  if (event.type !== 'step.finished' || event.data.status !== 'succeeded') return undefined
  return event.data.by === 'hand' ? 'settled by hand' : 'went_on'
}

/** The best that the answers came to: one from another laptop may have come in after the end. */
function judgedOf(step: StepState, gate: OpenGate): Judged {
  const rule = ruleOf(gate)
  if (rule === undefined) return { is: 'refused', why: 'the gate does not say what it accepts' }
  const mine = step.answers.filter(
    ({ digest, clock }) => digest === gate.digest && clock > gate.clock,
  )
  const given = mine.filter((answer) => isInTime(answer, gate))
  const judgments = given.map((_, n) => judge(rule, gate, given.slice(0, n + 1)))
  return (
    judgments.find(({ is }) => is === 'accepted') ??
    judgments.at(-1) ??
    (mine.length > 0
      ? { is: 'refused', why: `it was answered after ${gate.expires_at}` }
      : otherContent(step, rule))
  )
}

function otherContent(step: StepState, rule: ApprovalRule): Judged {
  const why = 'what was approved is not what the gate that was opened last shows'
  return step.answers.length > 0
    ? { is: 'refused', why }
    : { is: 'open', missing: `nobody of ${rule.by.join(', ')} answered` }
}

const judge = (rule: ApprovalRule, gate: OpenGate, given: readonly GivenAnswer[]): Judged =>
  judgeApproval(rule, given, {
    requester: gate.by,
    isMeantBy: (name, email) => !name.includes('@') || isSameEmail(name, email),
  })

function whyNot(judged: Exclude<Judged, { is: 'accepted' }>): string {
  if (judged.is === 'open') return `missing ${judged.missing}`
  return judged.is === 'refused' ? judged.why : judged.reason
}

function ruleOf({ accepts }: OpenGate): ApprovalRule | undefined {
  const { by, count, reason } = accepts
  const isList = Array.isArray(by) && by.every((name) => typeof name === 'string')
  if (!isList || typeof count !== 'number') return undefined
  return { by, count, reason: reason === 'required' ? 'required' : 'optional' }
}
