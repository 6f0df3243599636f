/** Events about the report and its actions: written, reviewed, published, checked. */
import { z } from 'zod'
import { evidence, sha256 } from './event-parts.ts'

/** What a person can decide about a report, in the order of its life. */
const REVIEW_ACTIONS = ['requested', 'approved', 'changes_requested', 'closed', 'reopened'] as const

export type ReviewAction = (typeof REVIEW_ACTIONS)[number]

export const reportEvents = {
  'postmortem.rendered': z.strictObject({
    path: z.string(),
    template: z.string(),
    /** Of the text as it came from the template, before it was merged with what people wrote. */
    sha256,
    /** That text, kept: the base of the next merge. Absent in records of the first version. */
    evidence: z.array(evidence).optional(),
    /** Of the text that was written, where people's words were merged in. */
    merged: sha256.optional(),
  }),
  /** A decision on the text of the report with this digest. */
  'postmortem.reviewed': z.strictObject({
    action: z.enum(REVIEW_ACTIONS),
    sha256,
    /**
     * Of that text without what the log says of its actions: a render that brings in nothing else
     * keeps the decision. Absent in older records, where any other text voids it.
     */
    content: sha256.optional(),
    reason: z.string().optional(),
    /** Of `closed`: how many approvals it took. */
    approvals: z.int().min(0).optional(),
  }),
  'postmortem.published': z.strictObject({
    template: z.string(),
    /** Of the report that it was made from. */
    source: sha256,
    files: z.array(z.strictObject({ path: z.string(), sha256, bytes: z.int().min(0) })).min(1),
    /** Why it was published before its review was finished. */
    forced: z.string().optional(),
  }),
  /** The report began as a document that was written elsewhere, kept as evidence. */
  'postmortem.imported': z.strictObject({
    file: z.string(),
    evidence: z.array(evidence),
    /** Timeline rows that were taken over, and those that found no place. */
    placed: z.int().min(0),
    unplaced: z.int().min(0),
  }),
  /** The `done_when` of an action was carried out: it is done when this passed. */
  'action.checked': z.strictObject({
    action: z.string(),
    status: z.enum(['passed', 'failed']),
    /** What was looked at, as it was rendered. */
    preview: z.string(),
    /** Of the `done_when` that was carried out: another one is not proven by it. */
    criterion: sha256.optional(),
    reason: z.string().optional(),
    duration_ms: z.int().min(0),
    exit_code: z.int().optional(),
    evidence: z.array(evidence).default([]),
  }),
  /** A person says that it is done, and how that is known. */
  'action.closed': z.strictObject({
    action: z.string(),
    evidence: z.string(),
    /** A report that was imported marked it as done: when it was is not known. */
    imported: z.literal(true).optional(),
  }),
  'action.synced': z.strictObject({
    action: z.string(),
    to: z.enum(['github', 'gitlab', 'json']),
    url: z.string().optional(),
    number: z.int().min(1).optional(),
    state: z.enum(['open', 'closed']),
  }),
} as const
