/** How old actions are, and the worst first: what is overdue, then by priority, severity and age. */
import { isRunnable, type ActionState } from './action-state.ts'

import { PRIORITIES } from '../front-matter/action-words.ts'

export type IncidentActions = {
  id: string
  title: string
  severity: string
  declaredAt: string
  resolvedAt: string | undefined
  actions: readonly ActionState[]
}

export type AgedAction = ActionState & {
  incident: string
  incident_title: string
  severity: string
  /** When the incident was over, else when it was declared: reports do not say when an action was written. */
  since: string
  /** Whole days from then until it was done, or until now. */
  days_open: number
  /** Whole days since it was due; undefined: not due yet, without a date, or no longer open. */
  days_overdue: number | undefined
  /** How it can be known to be done: `check` can be carried out, `person` is a sentence, `nothing` says it. */
  proof: 'check' | 'person' | 'nothing'
}

const DAY_MS = 86_400_000

export const agedActions = (
  incidents: readonly IncidentActions[],
  { now, severities }: { now: number; severities: readonly string[] },
): AgedAction[] => {
  const aged = incidents.flatMap((incident) =>
    incident.actions.map((action) => agedAction(action, incident, now)),
  )
  const order = aged.map((action): [AgedAction, number[]] => [action, badness(action, severities)])
  return order
    .toSorted(([a, left], [b, right]) => compared(left, right) || byName(a, b))
    .map(([action]) => action)
}

const agedAction = (action: ActionState, incident: IncidentActions, now: number): AgedAction => {
  const since = incident.resolvedAt ?? incident.declaredAt
  // Of one that was done nobody knows when, no day is counted.
  const end = action.status === 'done' ? Date.parse(since) : now
  const until = action.done_at === undefined ? end : Date.parse(action.done_at)
  return {
    ...action,
    incident: incident.id,
    incident_title: incident.title,
    severity: incident.severity,
    since,
    days_open: Math.max(0, Math.floor((until - Date.parse(since)) / DAY_MS)),
    days_overdue: overdue(action, now),
    proof: isRunnable(action.done_when)
      ? 'check'
      : typeof action.done_when === 'string'
        ? 'person'
        : 'nothing',
  }
}

/** A date is over when its day is, in UTC. */
const overdue = ({ status, due }: ActionState, now: number): number | undefined => {
  if (status !== 'open' || due === undefined) return undefined
  const days = Math.floor((now - Date.parse(`${due}T00:00:00Z`)) / DAY_MS)
  return days > 0 ? days : undefined
}

const STATUSES = ['open', 'done', 'declined'] as const

/** Smaller is worse. Who gave no priority is asked after those who did. */
const badness = (action: AgedAction, severities: readonly string[]): number[] => [
  STATUSES.indexOf(action.status),
  action.days_overdue === undefined ? 1 : 0,
  rank(PRIORITIES, action.priority ?? undefined),
  rank(severities, action.severity),
  -(action.days_overdue ?? 0),
  -action.days_open,
]

const rank = (all: readonly string[], one: string | undefined): number => {
  const at = one === undefined ? -1 : all.indexOf(one)
  return at === -1 ? all.length : at
}

const compared = (a: readonly number[], b: readonly number[]): number => {
  const differs = a.findIndex((value, at) => value !== b[at])
  return differs === -1 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0)
}

const byName = (a: AgedAction, b: AgedAction): number =>
  a.incident === b.incident ? (a.id < b.id ? -1 : 1) : a.incident < b.incident ? -1 : 1
