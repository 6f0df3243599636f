/** The sentences for events about the report and its actions. */
import type { EventData } from './event.ts'
import type { reportEvents, ReviewAction } from './report-events.ts'
import type { Told } from './told.ts'

const REVIEWED = {
  requested: 'submitted for review',
  approved: 'approved',
  changes_requested: 'sent back for changes',
  closed: 'review closed',
  reopened: 'review opened again',
} as const satisfies Record<ReviewAction, string>

type Teller = { [T in keyof typeof reportEvents]: (data: EventData[T]) => Told }

export const TELL_OF_REPORT: Teller = {
  'postmortem.rendered': (data) => ({
    subject: 'post-mortem',
    what: `written to ${data.path} with template ${data.template}`,
  }),
  'postmortem.reviewed': (data) => ({
    subject: 'post-mortem',
    what: REVIEWED[data.action],
    why: data.reason,
  }),
  'postmortem.published': (data) => ({
    subject: 'post-mortem',
    what: `published${data.forced === undefined ? '' : ' before its review was finished'} with template ${data.template}: ${data.files.map(({ path }) => path).join(', ')}`,
    why: data.forced,
  }),
  'postmortem.imported': (data) => ({
    subject: 'post-mortem',
    what: `imported from ${data.file}`,
    more: `${data.placed} timeline rows were taken over, ${data.unplaced} found no place.`,
  }),
  'action.checked': (data) => ({
    subject: `action ${data.action}`,
    what: data.status === 'passed' ? 'is done: its check passed' : 'is not done: its check failed',
    why: data.reason ?? data.preview,
  }),
  'action.closed': (data) => ({
    subject: `action ${data.action}`,
    what: data.imported === true ? 'is done, not known since when' : 'is done, says a person',
    why: data.evidence,
  }),
  'action.synced': (data) => ({
    subject: `action ${data.action}`,
    what: `is ${data.state} in ${data.to}`,
    why: data.url,
  }),
}
