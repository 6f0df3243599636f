/** An approval by others than the one who asks, for exactly what is shown, in time. */
import { z } from 'zod'
import { duration, integer, text } from '../../runbook/fields.ts'
import type { Accepted, Asked, GateAnswer, GateKind } from '../kind.ts'

const params = z.strictObject({
  by: z
    .array(text(z.string().min(1)))
    .min(1)
    .describe('teams of hotwash.yaml, or e-mail addresses'),
  count: integer({ min: 1, max: 20 }).default(1).describe('how many different people'),
  expires: duration().optional().describe('how long the question stays open'),
  reason: z.enum(['required', 'optional']).default('optional'),
})

export const approve: GateKind<typeof params> = {
  type: 'gate',
  gate: 'approve',
  kind: 'approve',
  summary: 'waits for the approval of others, for exactly the steps up to the next gate',
  params,
  example: `approve: {by: [identity-oncall], count: 1, expires: 30m, reason: required}`,
  effect: 'read',
  outcome: { approved_by: 'list' },
  defaultOutputs: {},
  timeoutMs: null,
  plan: ({ by, count }) =>
    `waits for ${count} approval${count === 1 ? '' : 's'} by ${by.join(', ')}`,
  question: ({ by, count, expires, reason }) => ({
    question: `${count} approval${count === 1 ? '' : 's'} by ${by.join(', ')} needed`,
    accepts: { approve: 'boolean', by, count, reason },
    ...(expires === undefined ? {} : { expiresInMs: expires }),
  }),
  accept,
}

type Rule = { by: string[]; count: number; reason: 'required' | 'optional' }

function accept(rule: Rule, answers: readonly GateAnswer[], who: Asked): Accepted {
  const last = answers.at(-1)
  if (last === undefined) return { is: 'open', missing: missing(rule, 0) }
  const { answer, by } = last
  const reason = answer.reason?.trim() ?? ''
  if (answer.break_glass === true) {
    if (reason === '') return { is: 'refused', why: '--break-glass needs a --reason' }
    return {
      is: 'accepted',
      outputs: { approved_by: [] },
      reason: `broke the glass: ${reason}`,
      deviation: `${by.name} went on without the approval of ${rule.by.join(', ')}: ${reason}`,
    }
  }
  if (answer.approve === undefined) return { is: 'refused', why: 'approve or reject' }
  if (!mayApprove(rule, by.email, who)) {
    const why = `${by.name} <${by.email}> is not in ${rule.by.join(', ')} (teams in hotwash.yaml)`
    return { is: 'refused', why }
  }
  if (isSamePerson(by, who.requester)) {
    return { is: 'refused', why: `${by.name} asked for this: the approval has to come from others` }
  }
  if (rule.reason === 'required' && reason === '') return { is: 'refused', why: 'say the reason' }
  if (!answer.approve) return { is: 'rejected', reason: `${by.name} rejected it: ${reason}` }
  const approvers = new Map(
    answers
      .filter(({ answer: one, by: each }) => {
        const counts = one.approve === true && mayApprove(rule, each.email, who)
        return counts && !isSamePerson(each, who.requester)
      })
      .map(({ by: each }) => [each.email.toLowerCase(), each.name]),
  )
  if (approvers.size < rule.count) return { is: 'open', missing: missing(rule, approvers.size) }
  const names = [...approvers.values()].join(', ')
  return {
    is: 'accepted',
    outputs: { approved_by: [...approvers.keys()] },
    reason: `approved by ${names}${reason === '' ? '' : `: ${reason}`}`,
  }
}

const missing = (rule: Rule, given: number): string =>
  `${rule.count - given} of ${rule.count} approvals by ${rule.by.join(', ')}`

const mayApprove = (rule: Rule, email: string, who: Asked): boolean =>
  rule.by.some((name) => {
    const members = who.teams[name] ?? [name]
    return members.some((member) => member.toLowerCase() === email.toLowerCase())
  })

/** A second key or a second address does not make a second person: either mark is enough. */
const isSamePerson = (a: Asked['requester'], b: Asked['requester']): boolean =>
  a.email.toLowerCase() === b.email.toLowerCase() || a.name.toLowerCase() === b.name.toLowerCase()
