/**
 * What `postmortem export --format json` gives: the contract, from which its JSON Schema is made.
 * Fields are only ever added; `version` rises when one changes its meaning.
 */
import { z } from 'zod'
import { CATEGORIES } from '../../incident/error-category.ts'
import { EVENT_TYPES } from '../../incident/event.ts'
import { check, precision, sha256, time, value, values } from '../../incident/event-parts.ts'
import { CONFIDENCES } from '../../incident/finding.ts'
import { MOMENTS, type MomentName } from '../../incident/moments.ts'
import { ACTION_TYPES, PRIORITIES } from '../../postmortem/front-matter/action-words.ts'
import { frontMatterSchema } from '../../postmortem/front-matter/schema.ts'

const mark = z
  .string()
  .regex(/^e\d+[a-z]?\d*$/)
  .describe('the event, as reports cite it')
const clock = z.int().min(0).describe('of the event that says so')

const moment = z.strictObject({
  at: time,
  precision,
  source: z.string().optional().describe('where it is known from, as a person said'),
  told: z.boolean().describe('a person gave the time; else it is when it was recorded'),
  clock,
  by: z.string(),
})

const momentName = z.enum(Object.keys(MOMENTS) as MomentName[])

const metric = z.strictObject({
  id: z.string(),
  name: z.string(),
  formula: z.string(),
  n: z.int().min(0),
  ms: z.number().optional().describe('absent: not known, and `says` tells why'),
  from_ms: z.number().optional(),
  to_ms: z.number().optional(),
  says: z.string(),
  why: z.enum(['drill', 'missing', 'contradiction']).optional(),
  inputs: z.array(moment.extend({ moment: momentName })),
})

const row = z.strictObject({
  clock,
  at: time,
  precision: precision.optional(),
  source: z.string().optional(),
  recorded_at: time.optional(),
  type: z.enum(EVENT_TYPES),
  actor: z.string(),
  told_by: z.string().optional(),
  step: z.string().optional(),
  text: z.string(),
  corrected: z.array(z.strictObject({ clock, text: z.string() })).optional(),
})

const step = z.strictObject({
  id: z.string(),
  kind: z.string(),
  within: z.string().optional(),
  items: z.array(value).optional(),
  status: z.string(),
  by: z.literal('hand').optional(),
  attempts: z.int().min(0),
  started_at: time.optional(),
  ended_at: time.optional(),
  duration_ms: z.int().min(0).optional(),
  exit_code: z.int().optional(),
  reason: z.string().optional(),
  outputs: values.optional(),
  checks: z.array(check).optional(),
  notes: z.array(z.string()).optional(),
  evidence: z.array(sha256),
})

const run = z.strictObject({
  incident: z.string(),
  run: z.string(),
  runbook: z.strictObject({ path: z.string(), sha256 }),
  status: z.string(),
  started_at: time,
  ended_at: time.optional(),
  steps: z.array(step),
  undo: z.array(
    z.strictObject({
      step: z.string(),
      status: z.string(),
      exit_code: z.int().optional(),
      reason: z.string().optional(),
    }),
  ),
})

const finding = z.strictObject({
  step: z.string().optional(),
  says: z.string(),
  category: z.enum(CATEGORIES).optional(),
  confidence: z.enum(CONFIDENCES).optional().describe('absent: an observation'),
  hypothesis: z.string().optional(),
  clock,
  at: time,
})

const action = z.strictObject({
  id: z.string(),
  title: z.string(),
  type: z.enum(ACTION_TYPES),
  owner: z.string().optional(),
  priority: z.enum(PRIORITIES).optional(),
  due: z.string().optional(),
  tracker: z.string().optional(),
  done_when: value.optional(),
  declined: z.string().optional(),
  status: z.enum(['open', 'done', 'declined']),
  done_by: z.enum(['check', 'hand']).optional(),
  done_at: time.optional(),
  clock: clock.optional(),
  url: z.string().optional(),
  checked: z
    .strictObject({
      at: time,
      clock,
      status: z.enum(['passed', 'failed']),
      reason: z.string().optional(),
    })
    .optional(),
})

const { shape: head } = frontMatterSchema

export const exportSchema = z.strictObject({
  version: z.literal(1),
  tool: z.string(),
  incident: z.strictObject({
    id: z.string(),
    title: z.string(),
    severity: z.string(),
    status: z.string(),
    drill: z.boolean(),
    imported: z.boolean().describe('begun from a report that was written elsewhere'),
    declared_at: time,
    declared_by: z.string(),
    detected_at: time.optional(),
    impact_start: time.optional(),
    acknowledged_at: time.optional(),
    mitigated_at: time.optional(),
    resolved_at: time.optional(),
    closed_at: time.optional(),
  }),
  moments: z
    .partialRecord(momentName, z.array(moment).min(1))
    .describe('every statement about each time, oldest first: the last one holds'),
  metrics: z.array(metric),
  timeline: z.array(row),
  runs: z.array(run),
  findings: z.array(finding),
  deviations: z.array(
    z.strictObject({ mark, what: z.string(), says: z.string().describe('Markdown') }),
  ),
  actions: z.array(action),
  people: z
    .strictObject({
      detection_source: head.detection_source,
      services: head.services,
      environment: head.environment,
      roles: head.roles,
      impact: head.impact,
      trigger: head.trigger,
      contributing_factors: head.contributing_factors,
      hypotheses: head.hypotheses,
      went_well: head.went_well,
      went_wrong: head.went_wrong,
      lucky: head.lucky,
      surprising: head.surprising,
    })
    .nullable()
    .describe(
      'what people wrote in the head of the report; null: no report, or a head with errors',
    ),
  citations: z
    .array(
      z.strictObject({
        mark,
        clock,
        at: time,
        type: z.enum(EVENT_TYPES),
        run: z.string().optional(),
        step: z.string().optional(),
        attempt: z.int().min(1).optional(),
        actor: z.string(),
        cited: z.boolean().describe('by the report as it is now'),
      }),
    )
    .describe('what a mark of the report stands for; every event has one'),
})

export type ExportedData = z.output<typeof exportSchema>

/** Open, other than ours: what a later version adds must not break who reads it. */
export const exportJsonSchema = (): Record<string, unknown> => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://hotwash.example/postmortem-export.schema.json',
  title: 'what hotwash postmortem export --format json gives',
  ...z.toJSONSchema(exportSchema, {
    target: 'draft-7',
    io: 'output',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  }),
})
