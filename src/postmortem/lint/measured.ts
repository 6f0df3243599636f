/**
 * What the rules found in real public reports, each hit judged by reading it; and how many of the
 * faults that were planted in those reports they found. Measured again when a rule changes.
 */
import type { RuleId } from './rule-ids.ts'

/** Of which collections, and how many reports of each. */
export const CORPUS = {
  date: '2026-11',
  reports: 60,
  from: [
    ['ministryofjustice/cloud-platform, incident log', 30],
    ['dfds/postmortems', 12],
    ['jupyterhub/mybinder.org-deploy, incident reports', 9],
    ['kubernetes/test-infra, post-mortems', 3],
    ['PostHog/post-mortems', 3],
    ['Chia-Network/post-mortem', 3],
  ],
} as const satisfies { date: string; reports: number; from: readonly (readonly [string, number])[] }

/** Rules that are not named found nothing there. */
export const PRECISION: Partial<
  Record<RuleId, { hits: number; falseAlarms: number; note?: string }>
> = {
  'no-detection': { hits: 3, falseAlarms: 0 },
  'no-impact-numbers': {
    hits: 6,
    falseAlarms: 1,
    note: 'the length of a stall was given, which is a number of a kind',
  },
  'vague-action': {
    hits: 13,
    falseAlarms: 1,
    note: '“Investigate root cause of …” ends when the cause is known',
  },
  'duration-mismatch': {
    hits: 18,
    falseAlarms: 1,
    note: 'a time to repair where the report has no time of the repair',
  },
  'duration-not-in-timeline': { hits: 1, falseAlarms: 0 },
  'timeline-order': { hits: 4, falseAlarms: 0 },
  'date-typo': { hits: 4, falseAlarms: 0 },
  'moment-order': { hits: 1, falseAlarms: 0 },
  'moment-conflict': { hits: 4, falseAlarms: 0 },
}

/** One fault planted at a time, in a place where the report had none. */
export const RECALL = [
  { fault: 'a stated duration changed by 10 minutes', planted: 35, found: 31 },
  { fault: 'a duration said to be approximate changed by 10 minutes', planted: 2, found: 0 },
  { fault: 'the year of one time changed by one', planted: 23, found: 23 },
  { fault: 'the month of one time changed by one', planted: 21, found: 21 },
  { fault: 'the times of two neighboring rows swapped', planted: 38, found: 36 },
] as const
