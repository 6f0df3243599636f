/**
 * The review of a report, folded from its decisions: draft → in review → reviewed → closed. What is
 * approved is a text, by its digest: an edit voids the approval, and asking for changes takes the
 * report back to a draft until somebody asks for a review again. Only a render that tells nothing new
 * but what became of the actions keeps it. An approval comes from others than those who asked for the
 * review of this text: they stand for it. Who typed which word is not in the log, so that it is not
 * judged.
 */
import { defined } from './defined.ts'
import { isSamePerson } from './approval.ts'
import type { EventOf, IncidentEvent } from './event.ts'
import type { ReviewAction } from './report-events.ts'

type ReviewStatus = 'draft' | 'in_review' | 'reviewed' | 'closed'

type Person = { name: string; email: string }

export type Decision = {
  action: ReviewAction
  by: Person
  at: string
  /** Of the event, to cite it. */
  clock: number
  /** The text that it was about. */
  sha256: string
  /** Of that text without what the log says of its actions; absent in older records. */
  content?: string | undefined
  reason?: string | undefined
}

/** The last approval of each person; `why` it does not count (any more). */
export type Approval = Decision & ({ holds: true } | { holds: false; why: string })

export type Review = {
  status: ReviewStatus
  requested: Decision | undefined
  approvals: Approval[]
  /** How many approvals are missing. */
  missing: number
  /** What somebody wants changed, as long as nobody asked for a review again. */
  changes: Decision | undefined
  closed: Decision | undefined
  /** The text is another one than the one that was closed, or submitted. */
  edited: boolean
}

export type ReviewedText = {
  /** Of the report as it is now; undefined: there is none. */
  sha256: string | undefined
  /** Of it without what the log says of its actions, where its bytes are those of a render. */
  content?: string | undefined
  /** How many approvals it takes. */
  needed: number
}

/** Digest of the report as it was written by this event. */
export const renderedBy = (event: IncidentEvent): string | undefined =>
  event.type === 'postmortem.rendered' ? (event.data.merged ?? event.data.sha256) : undefined

const isOf = (decision: Decision, { sha256, content }: Omit<ReviewedText, 'needed'>): boolean =>
  decision.sha256 === sha256 || (content !== undefined && decision.content === content)

export const decisionsOf = (events: readonly IncidentEvent[]): Decision[] =>
  events.flatMap((event) => (event.type === 'postmortem.reviewed' ? [decisionOf(event)] : []))

export const decisionOf = ({
  data,
  actor,
  at,
  clock,
}: Pick<EventOf<'postmortem.reviewed'>, 'data' | 'actor' | 'at' | 'clock'>): Decision => ({
  action: data.action,
  by: { name: actor.name, email: actor.email },
  at,
  clock,
  sha256: data.sha256,
  ...defined({ content: data.content, reason: data.reason }),
})

/** `decisions` in the order of the journal. */
export const reviewOf = (
  decisions: readonly Decision[],
  { needed, ...text }: ReviewedText,
): Review => {
  const reopened = decisions.findLastIndex(({ action }) => action === 'reopened')
  const round = decisions.slice(reopened + 1)
  const last = (action: ReviewAction): Decision | undefined =>
    round.findLast((decision) => decision.action === action)
  const [requested, closed] = [last('requested'), last('closed')]
  const changes = openChanges(round)
  const approvals = approvalsOf(decisions, { round, requested, text })
  const given = approvals.filter(({ holds }) => holds).length
  const missing = Math.max(0, needed - given)
  const about = closed ?? requested
  return {
    status: closed
      ? 'closed'
      : requested === undefined || changes !== undefined
        ? 'draft'
        : missing === 0
          ? 'reviewed'
          : 'in_review',
    requested,
    approvals,
    missing,
    changes,
    closed,
    edited: about !== undefined && !isOf(about, text),
  }
}

/** A new request answers it, and so does the one who asked, by approving. */
const openChanges = (round: readonly Decision[]): Decision | undefined => {
  let open: Decision[] = []
  for (const decision of round) {
    if (decision.action === 'requested') open = []
    if (decision.action === 'approved')
      open = open.filter(({ by }) => !isSamePerson(by, decision.by))
    if (decision.action === 'changes_requested') open.push(decision)
  }
  return open.at(-1)
}

type Judged = {
  round: readonly Decision[]
  requested: Decision | undefined
  text: Omit<ReviewedText, 'needed'>
}

const approvalsOf = (decisions: readonly Decision[], judged: Judged): Approval[] => {
  const approvals = decisions.filter(({ action }) => action === 'approved')
  const latest = approvals.filter(
    (one, index) => !approvals.slice(index + 1).some(({ by }) => isSamePerson(by, one.by)),
  )
  return latest.map((approval) => {
    const why = whyVoid(approval, judged)
    return why === undefined ? { ...approval, holds: true } : { ...approval, holds: false, why }
  })
}

const whyVoid = (approval: Decision, { round, requested, text }: Judged): string | undefined => {
  if (!round.includes(approval)) return 'the review was opened again since'
  if (!isOf(approval, text)) return 'the text was changed since'
  if (asksFor(approval.by, { round, requested, text }))
    return 'it comes from the one who asked for the review'
  const changed = round.findLast(
    ({ action, by }) => action === 'changes_requested' && isSamePerson(by, approval.by),
  )
  return changed !== undefined && round.indexOf(changed) > round.indexOf(approval)
    ? 'they asked for changes since'
    : undefined
}

/** Whoever asked last, and everybody who asked for a review of this very text. */
const asksFor = (person: Person, { round, requested, text }: Judged): boolean =>
  round.some(
    (decision) =>
      decision.action === 'requested' &&
      (decision === requested || isOf(decision, text)) &&
      isSamePerson(decision.by, person),
  )

/** Why this person cannot approve the text as it is now; undefined: they can. */
export const whyNotApprove = (
  decisions: readonly Decision[],
  person: Person,
  text: ReviewedText,
): string | undefined => {
  const { status, requested } = reviewOf(decisions, text)
  if (status === 'closed') return 'the review is closed'
  if (requested === undefined) return 'nobody asked for a review of it yet'
  const round = decisions.slice(decisions.findLastIndex(({ action }) => action === 'reopened') + 1)
  return asksFor(person, { round, requested, text })
    ? `${person.name} asked for the review: the approval has to come from others`
    : undefined
}
