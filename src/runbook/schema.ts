/** The fields of a runbook, of a step and of a step body. Kinds bring their own parameters. */
import { z } from 'zod'
import { CATEGORIES } from '../incident/error-category.ts'
import { CONFIDENCES } from '../incident/finding.ts'
import { body, cel, duration, flag, text } from './fields.ts'
import { EFFECTS, ON_FAILURE } from './runbook.ts'

export const FORMAT = 1

/** So that CEL can name it: `steps.fix`, `inputs.port`. */
export const STEP_ID = /^[a-z][a-z0-9_]{0,63}$/
export const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/** The reserved words of the CEL specification, and what JavaScript keeps for every object. */
export const RESERVED: ReadonlySet<string> = new Set(
  `as break const continue else false for function if import in let loop package namespace null
   return true var void while constructor`.split(/\s+/),
)

const line = (max: number) => z.string().min(1).max(max)
const name = line(200)
const markdown = line(20_000)

const scalar = z.union([text(), z.number().transform(String), z.boolean().transform(String)])

const retry = z.strictObject({
  limit: z.int().min(1).max(1_000).describe('attempts after the first'),
  interval: duration().default(1_000).describe('pause before the next attempt; 1s unless stated'),
  backoff: z.number().min(1).max(10).default(1).describe('factor by which the interval grows'),
  max_interval: duration().optional().describe('the interval grows no further'),
  exit_codes: z
    .array(z.int().min(0).max(255))
    .min(1)
    .optional()
    .describe('repeat only on these; on every failure unless stated'),
})

/** Beside a kind key, in a step and in every nested body. */
export const bodyFields = {
  env: z
    .record(z.string(), scalar)
    .optional()
    .describe('environment variables of the command; the way for values into a script'),
  cwd: text().optional().describe('where commands run; the repository unless stated'),
  shell: z
    .enum(['bash', 'sh', 'python3'])
    .optional()
    .describe('runs the script; bash unless stated'),
  stdin: text().optional().describe('what the command reads; nothing unless stated'),
  timeout: duration().optional().describe('such as 30s; 2m for most kinds unless stated'),
  expect: cel('body').optional().describe('CEL over the outcome: what counts as success'),
  verify: body()
    .optional()
    .describe('a probe after the step; its failure is the failure of the step'),
  retry: retry.optional().describe('repeats the body when it fails'),
  outputs: z
    .record(z.string(), cel('body'))
    .optional()
    .describe('CEL over the outcome, by name; later steps use steps.ID.outputs.NAME'),
  effect: z.enum(EFFECTS).optional().describe('what it does to the world; by kind unless stated'),
}

const MAX_FINDINGS = 20

const finding = z.strictObject({
  when: cel('body').optional().describe('CEL over the outcome; always unless stated'),
  says: text(z.string().min(1)).describe('what is concluded; ${{ }} sees the outcome'),
  category: z.enum(CATEGORIES).optional().describe('unknown unless stated'),
  confidence: z
    .enum(CONFIDENCES)
    .optional()
    .describe('likely unless stated; rejected: the outcome is evidence against the hypothesis'),
  hypothesis: line(300)
    .optional()
    .describe('the claim it argues for or against; the same words are the same claim'),
})
export type FindingFields = z.output<typeof finding>

export const stepFields = {
  id: z.string().describe('unique: lower case letters, digits and _; the address of the step'),
  name: name.optional().describe('what the operator reads'),
  description: markdown.optional().describe('Markdown shown to the operator'),
  refs: z.array(line(500)).max(50).optional().describe('references to requirements or tickets'),
  when: cel('none').optional().describe('CEL; false skips the step'),
  confirm: text(z.string().min(1)).optional().describe('ask before running, with this text'),
  check: body().optional().describe('a probe that says the effect is already there'),
  rollback: body().optional().describe('what undoes the step'),
  idempotent: z.boolean().optional().describe('may run again after an interruption without asking'),
  on_failure: z.enum(ON_FAILURE).optional().describe('ask unless stated'),
  observe: z.boolean().optional().describe('a diagnosis: what is seen never fails the step'),
  finding: z
    .union([finding, z.array(finding).min(1).max(MAX_FINDINGS)])
    .optional()
    .describe('what the outcome says, one or a list; judged on every completed outcome'),
  evidence: z.enum(['keep', 'none']).optional().describe('none: the output is not kept'),
  tty: z.boolean().optional().describe('hand the terminal to the command; no output is captured'),
  tags: z.array(line(60)).max(50).optional(),
  ...bodyFields,
}

const value = z.union([z.string(), z.number(), z.boolean()])

export const inputSpec = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean']),
  description: line(1_000).optional().describe('what the operator reads'),
  required: z.boolean().optional().describe('no value, no run; true where there is no default'),
  default: value.optional().describe('taken where the command line gives none'),
  enum: z.array(value).min(1).max(200).optional().describe('the values that are accepted'),
  pattern: line(1_000).optional().describe('a regular expression'),
  minimum: z.number().optional().describe('of a number'),
  maximum: z.number().optional().describe('of a number'),
})

const argv = z.array(text()).min(1).max(200)

export const secretSpec = z.strictObject({
  env: z
    .string()
    .regex(NAME, { error: 'not the name of a variable' })
    .optional()
    .describe('a variable of the environment'),
  file: text().optional().describe('a file that holds it and nothing else'),
  env_file: text().optional().describe('a file of NAME=value lines, of mode 0600; with `key`'),
  key: text(line(200)).optional().describe('the name in env_file'),
  command: argv.optional().describe('prints the secret; no shell'),
  optional: flag().optional().describe('may be missing'),
  refreshed_by: z.string().optional().describe('read again after this step and after its undo'),
})

export const databaseSpec = z.strictObject({
  url: text().describe('postgres://… or sqlite:FILE; from a secret, where it holds a password'),
})

export const defaults = z.strictObject({
  timeout: duration().optional().describe('for steps whose kind has no limit of its own beyond 2m'),
  on_failure: z.enum(ON_FAILURE).optional().describe('of steps that state none'),
})

export const runbookFields = {
  hotwash: z.literal(FORMAT).describe('version of the format'),
  name: name.describe('what it is for, as the title of an incident'),
  description: markdown.optional().describe('Markdown'),
  owner: name.optional().describe('the team that keeps it true'),
  severity: line(40).optional().describe('of the incident that a run declares, such as SEV2'),
  inputs: z
    .record(z.string(), inputSpec)
    .optional()
    .describe('what a run may be given: -i NAME=VALUE'),
  secrets: z.record(z.string(), secretSpec).optional().describe('where secrets come from'),
  databases: z.record(z.string(), databaseSpec).optional().describe('by the names that steps use'),
  guard: z.array(body()).max(20).optional().describe('must hold before the first step'),
  lock: text(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/))
    .optional()
    .describe('one run at a time on this machine holds it'),
  defaults: defaults.optional().describe('of all steps'),
  steps: z.array(z.unknown()).min(1).max(2_000).describe('one after the other'),
  always: z.array(z.unknown()).max(100).optional().describe('steps at the end, whatever happened'),
}
