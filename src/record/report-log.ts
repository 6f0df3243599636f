/**
 * What may be recorded in a clone that took a record up: what is about the report and its actions.
 * Runs stay where their journal is, because what they hold (secrets, locks, processes) is there.
 */
import type { EventType } from '../incident/event.ts'

const ABOUT_REPORT: ReadonlySet<EventType> = new Set<EventType>([
  'note.added',
  'postmortem.rendered',
  'postmortem.reviewed',
  'postmortem.published',
  'action.checked',
  'action.closed',
  'action.synced',
  'log.recovered',
])

export const isAboutReport = (type: EventType): boolean => ABOUT_REPORT.has(type)
