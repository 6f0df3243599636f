/**
 * What has become of a report's actions: what people planned, in its head, with what the log says of
 * each. Done is what its last check proved, or what a person closed after the last check that failed.
 */
import { defined } from '../../incident/defined.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import { sha256 } from '../../runbook/digest.ts'
import type { Action, FrontMatter } from '../front-matter/schema.ts'

export type ActionState = {
  id: string
  title: string
  type: Action['type']
  owner: string | undefined
  priority: Action['priority'] | undefined
  /** `2026-12-01`. */
  due: string | undefined
  tracker: string | undefined
  /** A sentence, or a step body that `actions check` carries out. */
  done_when: Action['done_when'] | undefined
  /** Why it will not be done. */
  declined: string | undefined
  status: 'open' | 'done' | 'declined'
  /** How it is known to be done. */
  done_by?: 'check' | 'hand'
  /** Since when; absent: not known, as an imported report says that it is done and not when. */
  done_at?: string
  /** Of the event that says so: to cite it. */
  clock?: number
  /** The issue that `actions sync` keeps, the last one named. */
  url?: string
  /** What the last check came to, passed or not. */
  checked?: { at: string; clock: number; status: 'passed' | 'failed'; reason: string | undefined }
}

/** What the log says. A check that passes and a person who closes are kept apart: see `judged`. */
type Proof = Pick<ActionState, 'url' | 'checked'> & {
  passed?: Since & { criterion: string | undefined }
  closed?: Partial<Since> & { clock: number }
}
type Since = { at: string; clock: number }

/** Whether there is something to carry out, and not a sentence or nothing. */
export const isRunnable = (doneWhen: Action['done_when']): boolean =>
  typeof doneWhen === 'object' && doneWhen !== null

/** Of a `done_when`, whatever the order of its keys. */
export const criterionOf = (doneWhen: Exclude<Action['done_when'], null | undefined>): string =>
  sha256(JSON.stringify(sorted(doneWhen)))

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}

/** In the order of the head. `events` in the order of the journal. */
export const actionsOf = (
  head: Pick<FrontMatter, 'actions'> | undefined,
  events: readonly IncidentEvent[],
): ActionState[] => {
  const about = Map.groupBy(events, actionOf)
  return (head?.actions ?? []).map((action) => ({
    id: action.id,
    title: action.title,
    type: action.type,
    owner: action.owner ?? undefined,
    priority: action.priority ?? undefined,
    due: action.due ?? undefined,
    tracker: action.tracker ?? undefined,
    done_when: action.done_when ?? undefined,
    declined: action.declined ?? undefined,
    ...judged(action, (about.get(action.id) ?? []).reduce<Proof>(after, {})),
  }))
}

const judged = (
  action: Action,
  proof: Proof,
): Partial<ActionState> & Pick<ActionState, 'status'> => {
  const { url, checked, closed } = proof
  const kept = defined({ url, checked })
  if (typeof action.declined === 'string') return { ...kept, status: 'declined' }
  const passed = proves(action, proof.passed) ? proof.passed : undefined
  const since = passed ?? closed
  if (since === undefined) return { ...kept, status: 'open' }
  const done_by = passed === undefined ? 'hand' : 'check'
  const done_at = defined({ done_at: since.at })
  return { ...kept, status: 'done', done_by, ...done_at, clock: since.clock }
}

/** Whoever changes `done_when` after it passed has to prove the new one. */
const proves = ({ done_when }: Action, passed: Proof['passed']): boolean =>
  passed !== undefined &&
  (passed.criterion === undefined ||
    (done_when !== null && done_when !== undefined && passed.criterion === criterionOf(done_when)))

const actionOf = (event: IncidentEvent): string | undefined =>
  event.type === 'action.checked' ||
  event.type === 'action.closed' ||
  event.type === 'action.synced'
    ? event.data.action
    : undefined

const after = (was: Proof, event: IncidentEvent): Proof => {
  const { at, clock } = event
  if (event.type === 'action.synced')
    return event.data.url === undefined ? was : { ...was, url: event.data.url }
  if (event.type === 'action.closed') {
    const since = event.data.imported === true ? { clock } : { at, clock }
    return { ...was, closed: was.closed ?? since }
  }
  if (event.type !== 'action.checked') return was
  const { status, reason, criterion } = event.data
  const { url } = was
  const checked = { at, clock, status, reason }
  if (status === 'failed') return { ...defined({ url }), checked }
  // What was proven once stays proven since then, however often it is looked at.
  const same = was.passed?.criterion === criterion ? was.passed : undefined
  return { ...was, checked, passed: same ?? { at, clock, criterion } }
}
