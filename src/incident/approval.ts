/**
 * What the answers to an approval come to: by others than the one who asks, enough of them, in time.
 * The engine judges them to go on, and `audit verify` judges them again from the record.
 */
import type { Answer } from './event.ts'

export type ApprovalRule = {
  by: readonly string[]
  count: number
  reason: 'required' | 'optional'
}
type Person = { name: string; email: string }
type Given = { answer: Answer; by: Person }
export type Askers = {
  requester: Person
  /** Whether an address is meant by a name of the rule: a team, or the address itself. */
  isMeantBy: (name: string, email: string) => boolean
}

export type Judged =
  | { is: 'accepted'; approvedBy: string[]; reason: string; deviation?: string }
  | { is: 'open'; missing: string }
  | { is: 'refused'; why: string }
  | { is: 'rejected'; reason: string }

/** The last answer is the one that is judged; the ones before it count with it. */
export function judgeApproval(rule: ApprovalRule, answers: readonly Given[], who: Askers): Judged {
  const last = answers.at(-1)
  if (last === undefined) return { is: 'open', missing: missing(rule, 0) }
  const { answer, by } = last
  const reason = answer.reason?.trim() ?? ''
  if (answer.break_glass === true) return brokenGlass(rule, by, reason)
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
    approvedBy: [...approvers.keys()],
    reason: `approved by ${names}${reason === '' ? '' : `: ${reason}`}`,
  }
}

function brokenGlass(rule: ApprovalRule, by: Person, reason: string): Judged {
  if (reason === '') return { is: 'refused', why: '--break-glass needs a --reason' }
  return {
    is: 'accepted',
    approvedBy: [],
    reason: `broke the glass: ${reason}`,
    deviation: `${by.name} went on without the approval of ${rule.by.join(', ')}: ${reason}`,
  }
}

const missing = (rule: ApprovalRule, given: number): string =>
  `${rule.count - given} of ${rule.count} approvals by ${rule.by.join(', ')}`

const mayApprove = (rule: ApprovalRule, email: string, { isMeantBy }: Askers): boolean =>
  rule.by.some((name) => isMeantBy(name, email))

export const isSameEmail = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** A second key or a second address does not make a second person: either mark is enough. */
export const isSamePerson = (a: Person, b: Person): boolean =>
  isSameEmail(a.email, b.email) || a.name.toLowerCase() === b.name.toLowerCase()

/** By the clock of the one who answered, who was shown the same end. */
export const isInTime = (
  { at }: { at: string },
  gate: { expires_at?: string | undefined },
): boolean => gate.expires_at === undefined || Date.parse(at) < Date.parse(gate.expires_at)
