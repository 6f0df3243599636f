/** What events are made of: shapes that several of them share, or that are long. */
import { z } from 'zod'

export const time = z.iso.datetime({ precision: 3 })
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
export const value: z.ZodType = z.json()
export const values = z.record(z.string(), value)

/** `exact`: to the second; `minute`: as a person read it off a clock; `about`: an estimate. */
export const precision = z.enum(['exact', 'minute', 'about'])

/** The times that an `incident.updated` can tell, by its field. */
export const TOLD_TIMES = ['detected_at', 'impact_start', 'effective_at'] as const

/** A digest of something kept under evidence/, with what it is. */
export const evidence = z.strictObject({
  label: z.string(),
  sha256,
  bytes: z.int().min(0),
  /** Bytes that the cap left out; absent when everything was kept. */
  left_out_bytes: z.int().min(1).optional(),
})

export const check = z.strictObject({
  name: z.string(),
  status: z.enum(['passed', 'failed', 'not_checked']),
  seen: z.string(),
  wanted: z.string(),
})

/** What a step or an undo came to. */
export const ending = {
  status: z.enum(['succeeded', 'failed', 'unknown']),
  reason: z.string().optional(),
  duration_ms: z.int().min(0),
  exit_code: z.int().optional(),
  signal: z.string().optional(),
  checks: z.array(check).optional(),
  evidence: z.array(evidence).default([]),
  /** What was seen besides outputs: e.g. the size of a dump, or a warning about a leftover process. */
  notes: z.array(z.string()).optional(),
}

export const runStep = z.strictObject({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  always: z.boolean(),
  /** The group it is a member of. */
  within: z.string().optional(),
})

export const runbook = z.strictObject({
  name: z.string(),
  path: z.string(),
  sha256,
  /** Runbooks that it includes: found by `name` from the one at `from`. */
  includes: z
    .array(z.strictObject({ name: z.string(), from: z.string(), path: z.string(), sha256 }))
    .optional(),
})

/** A group of steps begins: what it works on, which its members and their undo see. */
export const group = z.strictObject({
  /** Of a `parallel`: how many at a time. */
  limit: z.int().min(1).optional(),
  /** Of a `foreach`. */
  items: z.array(value).optional(),
  /** The steps of all its rounds, which are not in the list of the run. */
  members: z.array(runStep).optional(),
  /** Of an included runbook. */
  inputs: values.optional(),
})

export const GATES = ['manual', 'ask', 'decide', 'approve', 'confirm'] as const

export const answer = z.strictObject({
  confirm: z.boolean().optional(),
  choose: z.string().optional(),
  values: values.optional(),
  done: z.boolean().optional(),
  evidence: z.string().optional(),
  approve: z.boolean().optional(),
  break_glass: z.boolean().optional(),
  reason: z.string().optional(),
  skip: z.string().optional(),
})
