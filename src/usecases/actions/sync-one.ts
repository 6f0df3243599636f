/**
 * What to do about the issue of one action, and doing it. The log says which issue it is; where the
 * log does not know, the mark in the issue's body does, so that a lost event makes no second issue.
 * An issue whose state people changed since hotwash left it is left to them.
 */
import { defined } from '../../incident/defined.ts'
import type { AgedAction } from '../../postmortem/actions/aged-actions.ts'
import { blockOf, markOf, readBlock, sameText } from './trackers/issue-text.ts'
import type { IssueChange, Tracker, TrackerIssue } from './trackers/tracker.ts'

type Did = 'created' | 'updated' | 'closed' | 'reopened' | 'unchanged' | 'left' | 'none'

export type SyncedAction = {
  id: string
  title: string
  /** With --plan: what would be done. */
  did: Did
  number?: number
  url?: string
  state?: 'open' | 'closed'
  /** Why it was left. */
  reason?: string
}

export type SyncOne = {
  tracker: Tracker
  action: AgedAction
  /** Of the last event about it. */
  known: number | undefined
  plan: boolean
}

export const syncOne = async ({ tracker, action, known, plan }: SyncOne): Promise<SyncedAction> => {
  const about = { id: action.id, title: action.title }
  const wanted = action.status === 'open' ? 'open' : 'closed'
  const issue = await issueOf(tracker, action, known)
  if (issue === undefined) {
    if (wanted === 'closed')
      return { ...about, did: 'none', reason: `${action.status}, and there is no issue` }
    if (plan) return { ...about, did: 'created' }
    const body = blockOf(action, 'open')
    const made = await tracker.create({ title: action.title, body, due: action.due })
    return { ...about, did: 'created', ...placeOf(made) }
  }
  const { did, change, reason } = changeOf(action, { issue, wanted })
  const done = change === undefined || plan ? issue : await tracker.update(issue.number, change)
  return { ...about, did, ...placeOf(done), ...defined({ reason }) }
}

const placeOf = ({ number, url, state }: TrackerIssue) => ({ number, url, state })

const issueOf = async (
  tracker: Tracker,
  action: AgedAction,
  known: number | undefined,
): Promise<TrackerIssue | undefined> => {
  const named = known === undefined ? undefined : await tracker.get(known)
  // A repository may have been replaced by another one of its name.
  if (named !== undefined && (known === undefined || named.body.includes(markOf(action))))
    return named
  const [found] = await tracker.find(markOf(action))
  return found ?? named
}

type Planned = { did: Did; change?: IssueChange; reason?: string }

const changeOf = (
  action: AgedAction,
  { issue, wanted }: { issue: TrackerIssue; wanted: 'open' | 'closed' },
): Planned => {
  const block = readBlock(issue.body, action)
  if (block === undefined)
    return issue.state === wanted
      ? { did: 'unchanged' }
      : { did: 'left', reason: 'people took the text of hotwash out of it' }
  const body = block.withBlock(blockOf(action, wanted))
  const words = sameText(body, issue.body) ? {} : { body }
  if (issue.state === wanted)
    return 'body' in words ? { did: 'updated', change: words } : { did: 'unchanged' }
  if (block.left === wanted) {
    const reason =
      wanted === 'closed'
        ? 'people opened it again; its action is done'
        : 'people closed it; its action is not proven: hotwash actions check, or actions close'
    return { did: 'left', reason }
  }
  const notPlanned = action.status === 'declined'
  return {
    did: wanted === 'closed' ? 'closed' : 'reopened',
    change: { ...words, state: wanted, ...(notPlanned ? { notPlanned } : {}) },
  }
}
