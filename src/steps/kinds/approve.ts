/** An approval by others than the one who asks, for exactly what is shown, in time. */
import { defined } from '../../incident/defined.ts'
import { z } from 'zod'
import type { ApprovalRule } from '../../incident/approval.ts'
import { isSameEmail, judgeApproval } from '../../incident/approval.ts'
import { duration, integer, text } from '../../runbook/fields.ts'
import type { Accepted, Asked, GateAnswer, GateKind } from '../kind.ts'

const params = z.strictObject({
  by: z
    .array(text(z.string().min(1)))
    .min(1)
    .describe('teams of hotwash.yaml, or e-mail addresses'),
  count: integer({ min: 1, max: 20 }).default(1).describe('how many different people'),
  expires: duration().optional().describe('how long the question stays open'),
  reason: z
    .enum(['required', 'optional'])
    .default('optional')
    .describe('whether who approves must say why; optional unless stated'),
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
  shapes: {
    approved_by: `e-mail addresses`,
  },
  defaultOutputs: {},
  timeoutMs: null,
  plan: ({ by, count }) =>
    `waits for ${count} approval${count === 1 ? '' : 's'} by ${by.join(', ')}`,
  question: ({ by, count, expires, reason }) => ({
    question: `${count} approval${count === 1 ? '' : 's'} by ${by.join(', ')} needed`,
    accepts: { approve: 'boolean', by, count, reason },
    ...defined({ expiresInMs: expires }),
  }),
  accept,
}

function accept(
  rule: ApprovalRule,
  answers: readonly GateAnswer[],
  { requester, teams }: Asked,
): Accepted {
  const judged = judgeApproval(rule, answers, {
    requester,
    isMeantBy: (name, email) =>
      (teams[name] ?? [name]).some((member) => isSameEmail(member, email)),
  })
  if (judged.is !== 'accepted') return judged
  const { approvedBy, ...rest } = judged
  return { ...rest, outputs: { approved_by: approvedBy } }
}
