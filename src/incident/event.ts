/**
 * The closed union of what can be recorded. One event is one line of JSON in a log.
 * Source of every field's meaning; docs and `audit verify` use these schemas.
 */
import { z } from 'zod'
import { CATEGORIES } from './error-category.ts'
import {
  answer,
  check,
  ending,
  evidence,
  GATES,
  group,
  precision,
  runbook,
  runStep,
  sha256,
  time,
  TOLD_TIMES,
  value,
  values,
} from './event-parts.ts'
import { CONFIDENCES } from './finding.ts'
import { FORMAT } from './format.ts'
import { reportEvents } from './report-events.ts'

/** SEV1 to SEV5 unless hotwash.yaml names its own. */
export const severity = z.string().min(1).max(40)

const data = {
  'incident.declared': z.strictObject({
    title: z.string(),
    severity,
    runbook: z.string().optional(),
    /** Declared by a rehearsal. */
    drill: z.literal(true).optional(),
    /**
     * It was over long ago and its report was imported: when this was recorded says nothing of when
     * it was declared. `day`: the one that the report is about.
     */
    imported: z.strictObject({ day: z.iso.date().optional() }).optional(),
    /** When it was declared, as an imported report says; absent: not known. */
    effective_at: time.optional(),
    precision: precision.optional(),
    source: z.string().optional(),
  }),
  'incident.updated': z.strictObject({
    status: z.enum(['acknowledged', 'mitigated']).optional(),
    title: z.string().optional(),
    severity: severity.optional(),
    detected_at: time.optional(),
    impact_start: time.optional(),
    /** When the change happened, if not now. */
    effective_at: time.optional(),
    /** How well each of the times above is known; absent: to the second. */
    precisions: z.partialRecord(z.enum(TOLD_TIMES), precision).optional(),
    /** Where the times are known from: "pager", "load balancer log". */
    source: z.string().optional(),
    reason: z.string().optional(),
  }),
  'incident.resolved': z.strictObject({
    effective_at: time.optional(),
    precision: precision.optional(),
    source: z.string().optional(),
    reason: z.string().optional(),
  }),
  'incident.closed': z.strictObject({ reason: z.string().optional() }),
  'note.added': z.strictObject({
    text: z.string(),
    effective_at: time.optional(),
    precision: precision.optional(),
    /** Where it is known from: a chat, a file that was imported. */
    source: z.string().optional(),
    step: z.string().optional(),
    /** Who did or said it, where a person tells what somebody else did; as it was written. */
    by: z.string().min(1).max(200).optional(),
    /** The mark of the note that this one corrects, as it is cited: `e12`, `e12b`. */
    corrects: z
      .string()
      .regex(/^e\d+[a-z]?\d*$/)
      .optional(),
  }),
  'command.recorded': z.strictObject({
    argv: z.array(z.string()).min(1),
    duration_ms: z.int().min(0),
    exit_code: z.int().optional(),
    signal: z.string().optional(),
    evidence: z.array(evidence).default([]),
  }),
  'run.started': z.strictObject({
    runbook,
    inputs: values,
    guided: z.boolean(),
    /** Whether the operator passed --yes. */
    yes: z.boolean(),
    from: z.string().optional(),
    until: z.string().optional(),
    tags: z.array(z.string()).optional(),
    skip_tags: z.array(z.string()).optional(),
    /** Forward, then everything is undone, against declared targets only. */
    rehearsal: z.literal(true).optional(),
    /** All step ids in order, `always` last. */
    steps: z.array(runStep),
  }),
  'run.paused': z.strictObject({
    why: z.enum(['operator', 'waiting', 'hangup', 'unknown_step', 'failed_step']),
    reason: z.string(),
  }),
  'run.resumed': z.strictObject({
    runbook,
    guided: z.boolean(),
    yes: z.boolean(),
    /** When the runbook was edited and the operator took the new text: its steps, `always` last. */
    steps: z.array(runStep).optional(),
  }),
  'run.finished': z.strictObject({
    status: z.enum(['succeeded', 'failed', 'rolled_back', 'stopped']),
    reason: z.string().optional(),
  }),
  'input.changed': z.strictObject({ name: z.string(), value, was: value }),
  'step.started': z.strictObject({
    kind: z.string(),
    name: z.string(),
    effect: z.enum(['read', 'change', 'destroy']),
    /** What the step is about to do, rendered, masked. */
    preview: z.string(),
    /** sha256 of the preview. */
    digest: sha256,
    timeout_ms: z.int().min(1).nullable(),
    /** Present when the step can be undone: what the undo would do, rendered before the step runs. */
    undo: z
      .strictObject({
        kind: z.string(),
        preview: z.string(),
        /** sha256 of the step and its rollback as written: by it a drill is known to have tried this one. */
        source: sha256.optional(),
      })
      .optional(),
    observe: z.boolean().optional(),
    /** Its members are steps of their own; it is at work until its step.finished. */
    group: group.optional(),
  }),
  'step.finished': z.strictObject({
    ...ending,
    outputs: values.default({}),
    /** Names of outputs that are secret: masked, never stored. */
    secret_outputs: z.array(z.string()).optional(),
    by: z.literal('hand').optional(),
    /** The engine tries again by itself after this many ms. */
    retry_in_ms: z.int().min(0).optional(),
    /** It was cut short, by a signal to hotwash or by the operator: it did not fail by itself. */
    interrupted: z.literal(true).optional(),
  }),
  'step.skipped': z.strictObject({
    reason: z.string(),
    by: z.enum(['when', 'check', 'option', 'group', 'selection', 'operator']),
  }),
  'step.settled': z.strictObject({
    as: z.enum(['done', 'not_done']),
    how: z.enum(['check', 'hand']),
    evidence: z.string().optional(),
    /** The undo of the step was unknown, not the step itself. */
    undo: z.boolean().optional(),
  }),
  'gate.opened': z.strictObject({
    gate: z.enum(GATES),
    question: z.string(),
    /** sha256 of all that the answer is about; an approval holds for this content only. */
    digest: sha256,
    /** What an answer may hold, for `answer` in another terminal: options, value names and types, who may approve. */
    accepts: values,
    expires_at: time.optional(),
  }),
  'gate.answered': z.strictObject({
    gate: z.enum(GATES),
    digest: sha256,
    answer,
    secret_values: z.array(z.string()).optional(),
  }),
  'undo.started': z.strictObject({ kind: z.string(), preview: z.string(), digest: sha256 }),
  'undo.finished': z.strictObject({
    ...ending,
    by: z.literal('hand').optional(),
    skipped: z.string().optional(),
  }),
  /** A decision in the failure or undo menu. */
  'rollback.requested': z.strictObject({
    reason: z.string(),
    to: z.string().optional(),
    /** The way forward of a rehearsal succeeded: to be undone is what was asked for. */
    rehearsal: z.literal(true).optional(),
  }),
  'finding.made': z.strictObject({
    says: z.string(),
    checks: z.array(check).optional(),
    category: z.enum(CATEGORIES).optional(),
    /** Absent: an observation, not a conclusion. */
    confidence: z.enum(CONFIDENCES).optional(),
    /** The claim it argues for or against; findings with the same words are about the same one. */
    hypothesis: z.string().optional(),
  }),
  ...reportEvents,
  'log.recovered': z.strictObject({
    log: z.string(),
    at_byte: z.int().min(0),
    quarantined_bytes: z.int().min(1),
    file: z.string(),
  }),
} as const

export type EventType = keyof typeof data
export const EVENT_TYPES = Object.keys(data) as EventType[]

const envelope = {
  v: z.literal(FORMAT),
  seq: z.int().min(0),
  /** Lamport clock over all logs of the incident. */
  clock: z.int().min(0),
  at: time,
  mono_ms: z.number(),
  boot: z.string(),
  incident: z.string(),
  run: z.string().optional(),
  step: z.string().optional(),
  attempt: z.int().min(1).optional(),
  actor: z.strictObject({ name: z.string(), email: z.string(), host: z.string() }),
  tool: z.string(),
  /** sha256 of the previous line's raw bytes including its newline; zeros for the first. */
  prev: sha256,
}

export const event = z.discriminatedUnion(
  'type',
  EVENT_TYPES.map((type) =>
    z.strictObject({ ...envelope, type: z.literal(type), data: data[type] }),
  ) as unknown as [
    z.ZodObject<{ type: z.ZodLiteral<EventType> }>,
    ...z.ZodObject<{ type: z.ZodLiteral<EventType> }>[],
  ],
)

export type EventData = { [T in EventType]: z.output<(typeof data)[T]> }
type Envelope = { [K in keyof typeof envelope]: z.output<(typeof envelope)[K]> }

export type EventOf<T extends EventType> = Omit<Envelope, 'run' | 'step' | 'attempt'> & {
  run?: string
  step?: string
  attempt?: number
  type: T
  data: EventData[T]
}
export type IncidentEvent = { [T in EventType]: EventOf<T> }[EventType]

/** What a caller hands to the journal, which adds the rest. */
export type EventDraft = {
  [T in EventType]: {
    type: T
    run?: string
    step?: string
    attempt?: number
    data: z.input<(typeof data)[T]>
  }
}[EventType]

export type Actor = Envelope['actor']
export type Evidence = z.output<typeof evidence>
export type Check = z.output<typeof check>
export type Answer = z.output<typeof answer>
export type Gate = (typeof GATES)[number]
export type Precision = z.output<typeof precision>
