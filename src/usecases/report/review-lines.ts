/** A review in words: for the terminal, in one line for `status`, and as a checklist in Markdown. */
import { momentInWords } from '../../incident/duration.ts'
import type { Approval, Decision, Review } from '../../incident/review.ts'
import { visibleLine } from '../../incident/visible.ts'
import { text as markdown } from '../../postmortem/view/markdown.ts'
import type { Reviewed } from './review-postmortem.ts'

const SHOWN_REASONS = 10

const STATUS = {
  draft: 'draft',
  in_review: 'in review',
  reviewed: 'reviewed',
  closed: 'closed',
} as const satisfies Record<Review['status'], string>

const by = ({ by: { name, email }, at }: Decision): string =>
  `${visibleLine(name || email)}, ${momentInWords(at)}`

/** `in review, 1 approval missing, asked for by Jon Example`. */
export const reviewStatus = ({
  status,
  missing,
  requested,
  changes,
  closed,
  edited,
}: Review): string =>
  [
    STATUS[status],
    ...(changes === undefined ? [] : [`changes wanted by ${visibleLine(changes.by.name)}`]),
    ...(status === 'in_review'
      ? [`${missing} ${missing === 1 ? 'approval' : 'approvals'} missing`]
      : []),
    ...(status === 'in_review' && requested !== undefined
      ? [`asked for by ${visibleLine(requested.by.name)}`]
      : []),
    ...(edited && closed !== undefined ? ['EDITED SINCE IT WAS CLOSED'] : []),
    ...(edited && closed === undefined ? ['edited since it was asked for'] : []),
  ].join(', ')

export const reviewLines = (reviewed: Reviewed): string[] => {
  const { path, branch, review, criteria } = reviewed
  return [
    branch === null ? path : `${path} on branch ${branch}`,
    `review: ${reviewStatus(review)}`,
    ...(review.requested === undefined ? [] : [`  asked for by ${by(review.requested)}`]),
    ...review.approvals.map((approval) => `  ${approvalLine(approval)}`),
    ...(review.changes === undefined
      ? []
      : [`  CHANGES WANTED by ${by(review.changes)}: ${visibleLine(review.changes.reason ?? '')}`]),
    ...(review.closed === undefined ? [] : [`  closed by ${by(review.closed)}`]),
    '',
    'To be closed, it needs that',
    ...criteria.flatMap(({ says, met, optional, reasons }) => [
      `  ${met ? 'yes' : optional ? 'no (not required)' : 'NO '}  ${says}`,
      ...reasons.slice(0, SHOWN_REASONS).map((reason) => `         ${visibleLine(reason)}`),
      ...(reasons.length > SHOWN_REASONS
        ? [`         and ${reasons.length - SHOWN_REASONS} more`]
        : []),
    ]),
    '',
    `next: ${nextStep(reviewed)}`,
  ]
}

const approvalLine = (approval: Approval): string =>
  approval.holds
    ? `approved by ${by(approval)}`
    : `VOID: approved by ${by(approval)}, but ${approval.why}`

/** The command that brings it forward. */
const nextStep = ({ incident, incident_status: status, review, criteria }: Reviewed): string => {
  const command = `hotwash postmortem review ${incident}`
  if (review.closed !== undefined)
    return review.edited
      ? `${command} --reopen REASON`
      : `${status === 'closed' ? '' : `hotwash close ${incident} --merge; `}for outsiders: hotwash postmortem publish ${incident}`
  const own = criteria.filter(({ id, met, optional }) => id !== 'approvals' && !met && !optional)
  if (own.length > 0)
    return own.every(({ id }) => id === 'times')
      ? `hotwash update ${incident}, with the times that are missing`
      : `hotwash postmortem edit ${incident}`
  if (review.status === 'draft') return `${command} --request`
  return review.status === 'reviewed' ? `${command} --close` : `somebody else: ${command} --approve`
}

/** What no program can judge. */
const FOR_READERS = [
  'Somebody who was not there understands the summary',
  'The causes are conditions and decisions in the system, and no person is one of them',
  'The actions would have prevented this, or shown it sooner, or made it shorter',
  'Nothing in it is a secret or names a customer',
]

/** Markdown for the description of a pull request. */
export const reviewChecklist = ({ incident, sha256, review, criteria }: Reviewed): string =>
  [
    `### Review of the post-mortem of ${markdown(incident)}`,
    '',
    `Status: ${reviewStatus(review)}. Text: \`${sha256.slice(0, 12)}\`. An approval holds for this text only: \`hotwash postmortem review ${incident} --approve\`.`,
    '',
    ...criteria.flatMap(({ says, met, optional, reasons }) => [
      `- [${met ? 'x' : ' '}] ${capital(says)}${optional ? ' (not required)' : ''}`,
      ...reasons.slice(0, SHOWN_REASONS).map((reason) => `  - ${markdown(reason)}`),
      ...(reasons.length > SHOWN_REASONS ? [`  - and ${reasons.length - SHOWN_REASONS} more`] : []),
    ]),
    '',
    'For readers:',
    '',
    ...FOR_READERS.map((question) => `- [ ] ${question}`),
  ].join('\n')

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1)
