/**
 * What the rules found in real public reports, each hit judged by reading it; and how many of the
 * faults that were planted in those reports they found. Measured again when a rule changes.
 */
import type { RuleId } from './rule-ids.ts'

/** Which the rules were tuned on: of which collections, and how many reports of each. */
export const CORPUS = {
  date: '2026-11',
  reports: 70,
  from: [
    ['ministryofjustice/cloud-platform, incident log', 30],
    ['dfds/postmortems', 16],
    ['jupyterhub/mybinder.org-deploy, incident reports', 12],
    ['kubernetes/test-infra, post-mortems', 4],
    ['PostHog/post-mortems', 4],
    ['Chia-Network/post-mortem', 4],
  ],
} as const satisfies { date: string; reports: number; from: readonly (readonly [string, number])[] }

/** Rules that are not named found nothing there. */
export const PRECISION: Partial<
  Record<RuleId, { hits: number; falseAlarms: number; note?: string }>
> = {
  'no-detection': { hits: 3, falseAlarms: 0 },
  'no-impact-numbers': {
    hits: 7,
    falseAlarms: 1,
    note: 'that it was one node is a number of a kind',
  },
  'vague-action': {
    hits: 15,
    falseAlarms: 1,
    note: '“Investigate root cause of …” ends when the cause is known',
  },
  'action-owner': {
    hits: 17,
    falseAlarms: 0,
    note: '16 of them notes on lists; links were left out when they were retyped, so that some may have had a ticket',
  },
  'action-due': { hits: 1, falseAlarms: 0 },
  'action-tracker': { hits: 1, falseAlarms: 0 },
  'duration-mismatch': {
    hits: 18,
    falseAlarms: 1,
    note: 'a time to repair where the report has no time of the repair',
  },
  'duration-not-in-timeline': { hits: 3, falseAlarms: 0 },
  'timeline-order': { hits: 4, falseAlarms: 0 },
  'date-typo': { hits: 4, falseAlarms: 0 },
  'moment-order': { hits: 1, falseAlarms: 0 },
  'moment-conflict': { hits: 4, falseAlarms: 0 },
  'be-careful': { hits: 2, falseAlarms: 0 },
}

/** Of the hits of errors, those in the collection with the most of them. */
export const MOST_ERRORS = { from: CORPUS.from[0][0], hits: 29 } as const

/** Reports that no rule was tuned on: read last, when all rules were done. */
export const HELD_OUT: Readonly<
  Record<'reports' | 'hits' | 'falseAlarms' | 'errorHits' | 'since', number>
> = { reports: 10, hits: 7, falseAlarms: 1, errorHits: 0, since: 2 }

/**
 * Reports that nobody had read when they were linted, each hit judged by reading it. `first`: with the
 * rules as they were; they were mended for these afterwards. `later`: read after that.
 */
export const UNSEEN = {
  first: {
    reports: 61,
    whole: 40,
    sources:
      'Rust, 2i2c, TorBox, Wire, Flutter, COG-UK, mybinder, Cosmos, PyPI, Chia, four other networks of blockchains, five of single people or teams, twelve exercises of students, nine status pages, four universities',
    mended: { errorHits: 5, falseAlarms: 0 },
  },
  later: { reports: 18 },
} as const

type Unseen = { hits: number; falseAlarms: number; debatable?: number; note?: string }

/** At first sight, in both; rules that are not named found nothing there. */
export const UNSEEN_PRECISION: Partial<Record<RuleId, Unseen>> = {
  'no-timeline': {
    hits: 8,
    falseAlarms: 3,
    debatable: 1,
    note: 'timelines by the day or counted from a start; read since',
  },
  'no-detection': { hits: 6, falseAlarms: 3, note: 'other words for it, known since' },
  'no-impact-numbers': {
    hits: 12,
    falseAlarms: 6,
    debatable: 2,
    note: 'numbers of other things, mostly known since',
  },
  'action-owner': {
    hits: 13,
    falseAlarms: 3,
    debatable: 2,
    note: '12 of them notes; actions that were done, tickets by reference, known since',
  },
  'vague-action': { hits: 4, falseAlarms: 0, debatable: 1 },
  'duration-not-in-timeline': { hits: 1, falseAlarms: 0 },
  'weekday-mismatch': { hits: 1, falseAlarms: 0 },
  'zone-mismatch': {
    hits: 3,
    falseAlarms: 2,
    note: 'two ranges in two zones, read since; a warning until more is known',
  },
  'human-error': { hits: 1, falseAlarms: 0 },
  careless: { hits: 2, falseAlarms: 0, debatable: 1 },
}

/** One fault at a time, planted in the first unseen reports; `first` with the rules as they were. */
export const UNSEEN_RECALL = [
  { fault: 'the times of two neighboring rows swapped', planted: 74, first: 56, found: 66 },
  { fault: 'the year of one date changed by one', planted: 47, first: 22, found: 35 },
  { fault: 'the month of one date changed by one', planted: 46, first: 22, found: 35 },
  { fault: 'the day of one date changed by ten', planted: 47, first: 16, found: 25 },
  { fault: 'a stated duration made wrong', planted: 20, first: 7, found: 11 },
  { fault: 'a wrong weekday beside a date', planted: 10, first: 9, found: 10 },
  { fault: 'a wrong time in a second zone beside a time', planted: 10, first: 9, found: 10 },
  { fault: 'a moment after its end, or in another year', planted: 3, first: 1, found: 3 },
  { fault: 'the total of a table', planted: 2, first: 2, found: 2 },
] as const

/** Slips that the authors had made themselves, as far as reading showed them. */
export const OWN_SLIPS = { seen: 16, first: 1, found: 5 } as const

/** What these look at (a head, a mark, a waiver of hotwash, or its log) no public report has. */
export const NOT_MEASURABLE: readonly RuleId[] = [
  'head-invalid',
  'to-write-left',
  'no-prevent-action',
  'no-urgent-action',
  'action-done-when',
  'action-not-in-head',
  'head-vs-log',
  'metric-vs-log',
  'timeline-vs-log',
  'citation-undefined',
  'citation-unknown-event',
  'citation-disagrees',
  'uncited',
  'waiver-reason',
  'waiver-unused',
]

/** One fault planted at a time, in a place where the report had none. */
export const TUNED_ON = CORPUS.reports - HELD_OUT.reports
export const RECALL = [
  { fault: 'a stated duration changed by 10 minutes', planted: 35, found: 30 },
  { fault: 'a duration said to be approximate changed by 10 minutes', planted: 2, found: 0 },
  { fault: 'the year of one time changed by one', planted: 23, found: 22 },
  { fault: 'the month of one time changed by one', planted: 21, found: 21 },
  { fault: 'the times of two neighboring rows swapped', planted: 38, found: 37 },
] as const

/** Reports made up for this, in the shapes of many teams, each without a fault; then with one. */
export const MADE_UP = {
  reports: 30,
  falseAlarms: 0,
  planted: 51,
  found: 49,
  first: { falseAlarms: 7, found: 44 },
}
