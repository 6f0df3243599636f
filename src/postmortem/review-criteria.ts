/** What a report has to be before its review can be closed, judged from its text and the log. */
import type { Issue } from '../errors.ts'
import { contradictionsIn } from '../incident/metrics.ts'
import { MOMENTS, momentsOf, type MomentName } from '../incident/moments.ts'
import type { Review } from '../incident/review.ts'
import { actionsOf } from './actions/action-state.ts'
import type { FrontMatter } from './front-matter/schema.ts'
import type { Finding } from './lint/finding.ts'
import type { LintRecord } from './lint/rule.ts'

export const CRITERIA = ['head', 'to_write', 'lint', 'approvals', 'actions', 'times'] as const
export type CriterionId = (typeof CRITERIA)[number]

export type Criterion = {
  id: CriterionId
  says: string
  met: boolean
  /** Why it is not met, one sentence each, with the line of the report where there is one. */
  reasons: string[]
  /** Not needed for closing, as hotwash.yaml says. */
  optional: boolean
}

export type CriteriaSource = {
  /** undefined: there is none, or it has errors. */
  head: FrontMatter | undefined
  issues: readonly Issue[]
  findings: readonly Finding[]
  record: LintRecord
  review: Review
  required: readonly CriterionId[]
}

const TO_WRITE: ReadonlySet<string> = new Set(['to-write-left', 'says-nothing'])
/** Rules that say what another criterion says. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([...TO_WRITE, 'head-invalid'])

const SAYS: Record<CriterionId, string> = {
  head: 'the head says what it has to in the form it has to',
  to_write: 'nothing is left to write',
  lint: 'lint finds no other error',
  approvals: 'enough people approved this text',
  actions: 'every action has an owner and a date, or is declined with the reason',
  times: 'the times are known, or it is said why nobody can know them',
}

const REASONS: Record<CriterionId, (source: CriteriaSource) => string[]> = {
  head: ({ head, issues }) =>
    head === undefined && issues.length === 0
      ? ['the report has no head']
      : issues.map(({ place, message }) => `line ${place.line}: ${message}`),
  lint: ({ findings }) =>
    findings
      .filter(({ rule, severity }) => severity === 'error' && !TOLD_ELSEWHERE.has(rule))
      .map(({ line, rule, message }) => `line ${line}: ${message} (${rule})`),
  to_write: ({ findings }) =>
    findings
      .filter(({ rule }) => TO_WRITE.has(rule))
      .map(({ line, message }) => `line ${line}: ${message}`),
  approvals: ({ review }) => [
    ...(review.changes === undefined
      ? []
      : [`${review.changes.by.name} asked for changes: ${review.changes.reason ?? 'no reason'}`]),
    ...(review.requested === undefined ? ['nobody asked for a review yet'] : []),
    ...(review.missing === 0
      ? []
      : [
          `${review.missing} more ${review.missing === 1 ? 'approval is' : 'approvals are'} needed`,
        ]),
  ],
  actions: ({ head, record }) => actionReasons(head, record),
  times: ({ head, record }) => timeReasons(head, record),
}

export const criteriaOf = (source: CriteriaSource): Criterion[] =>
  CRITERIA.map((id) => {
    const reasons = REASONS[id](source)
    const optional = !source.required.includes(id)
    return { id, says: SAYS[id], met: reasons.length === 0, reasons, optional }
  })

const actionReasons = (head: FrontMatter | undefined, { events, state }: LintRecord): string[] => {
  const actions = actionsOf(head, events)
  if (actions.length === 0 && !state.drill) return ['the head names no action']
  return actions
    .filter(({ status }) => status === 'open')
    .flatMap(({ id, owner, due }) => {
      const missing = [
        ...(owner === undefined ? ['no owner'] : []),
        ...(due === undefined ? ['no date'] : []),
      ]
      return missing.length === 0 ? [] : [`action ${id} has ${missing.join(' and ')}`]
    })
}

const TIMES = ['impact_start', 'detected', 'mitigated', 'resolved'] as const

const COMMAND: Record<(typeof TIMES)[number], string> = {
  impact_start: 'hotwash update --impact-start TIME',
  detected: 'hotwash update --detected-at TIME',
  mitigated: 'hotwash update --status mitigated --at TIME',
  resolved: 'hotwash resolve --at TIME',
}

/** A drill hits nobody: there is no impact whose start could be told. */
const timeReasons = (head: FrontMatter | undefined, { events, state }: LintRecord): string[] => {
  if (state.drill) return []
  const moments = momentsOf(events)
  const unknown: Partial<Record<MomentName, string>> = head?.unknown_times ?? {}
  const missing = TIMES.filter(
    (name) => moments[name].length === 0 && unknown[name] === undefined,
  ).map(
    (name) => `no ${MOMENTS[name]}: ${COMMAND[name]}, or unknown_times: {${name}: why} in the head`,
  )
  return [...missing, ...contradictionsIn(events)]
}
