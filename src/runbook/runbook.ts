/** A parsed runbook: plain data. `parse` makes it; everything else trusts it. */
import type { Place } from '../errors.ts'
import type { Category } from '../incident/error-category.ts'
import type { Confidence } from '../incident/finding.ts'
import type { Value } from '../incident/value.ts'
import type { Cel, Template } from './deferred.ts'

export const EFFECTS = ['read', 'change', 'destroy'] as const
export type Effect = (typeof EFFECTS)[number]

export const ON_FAILURE = ['ask', 'stop', 'continue', 'rollback'] as const
export type OnFailure = (typeof ON_FAILURE)[number]

export type Retry = {
  /** Attempts after the first. */
  limit: number
  intervalMs: number
  /** Factor by which the interval grows; 1 keeps it. */
  backoff: number
  maxIntervalMs: number
  /** Retried only on these; undefined: on every failure. */
  exitCodes: readonly number[] | undefined
}

/** One kind key with what may stand beside it, as in a step, `rollback`, `check`, `verify`, `load`. */
export type Body = {
  kind: string
  /** What the kind's `params` parsed to, its BodySources already Bodies (or step ids, in `decide`). */
  params: unknown
  env: Readonly<Record<string, string | Template>>
  cwd: string | Template | undefined
  shell: 'bash' | 'sh' | 'python3' | undefined
  stdin: string | Template | undefined
  /** undefined: the kind's own default; null: without limit. */
  timeoutMs: number | null | undefined
  expect: Cel | undefined
  verify: Body | undefined
  retry: Retry | undefined
  outputs: Readonly<Record<string, Cel>>
  effect: Effect
  place: Place
}

/** A conclusion that a completed outcome may give. */
export type FindingRule = {
  /** undefined: always. */
  when: Cel | undefined
  says: string | Template
  category: Category
  confidence: Confidence
  hypothesis: string | undefined
}

/** Members run at the same time; or in order, once for each item; or are those of another runbook. */
export type GroupWay = 'together' | 'per_item' | 'included'

export type Within =
  | { decide: string; option: string; group?: undefined }
  | { group: string; decide?: undefined; option?: undefined }

/** Where a step stands in its text, and whose names its expressions mean. */
export type Origin = {
  /** The `runbook` step that includes its text, by the id it has in this run; '' for the runbook itself. */
  home: string
  /** The same without rounds: the key in `Runbook.includes`. */
  source: string
  /** Its id in its text. */
  local: string
  /** The rounds of `foreach` around it in the same text, outermost first. */
  rounds: readonly Round[]
}

type Round = {
  /** The id of the foreach in this run. */
  group: string
  /** 1-based. */
  number: number
  /** The name of the item. */
  as: string
  /** Ids of the steps of this round, by their ids in the text. */
  names: Readonly<Record<string, string>>
}

export type Step = {
  id: string
  name: string
  description: string | undefined
  refs: readonly string[]
  body: Body
  when: Cel | undefined
  effect: Effect
  confirm: string | Template | undefined
  check: Body | undefined
  rollback: Body | undefined
  idempotent: boolean
  onFailure: OnFailure
  observe: boolean
  findings: readonly FindingRule[]
  evidence: 'keep' | 'none'
  tty: boolean
  tags: readonly string[]
  /** The option of a `decide`, or the group, this step belongs to; nested ones give their nearest. */
  within: Within | undefined
  /** Set for a group: how its members, the steps after it, are walked. */
  group?: GroupWay
  /** Set where a group gives the step another id than its text does. */
  origin?: Origin
  always: boolean
  place: Place
}

export type InputSpec = {
  type: 'string' | 'integer' | 'number' | 'boolean'
  description: string | undefined
  required: boolean
  default: Value | undefined
  enum: readonly Value[] | undefined
  pattern: string | undefined
  minimum: number | undefined
  maximum: number | undefined
}

export type SecretSource =
  | { env: string }
  | { file: string | Template }
  | { env_file: string | Template; key: string | Template }
  | { command: readonly (string | Template)[] }

export type SecretSpec = {
  source: SecretSource
  optional: boolean | Template
  /** The step after which, and after whose undo, the secret is read again. */
  refreshedBy: string | undefined
  place: Place
}

/** Another runbook, included by a `runbook` step. */
export type Included = {
  runbook: Runbook
  /** The including step. */
  step: Step
}

/** A text that was included: found by `name` from the runbook at `from`. */
export type IncludedText = {
  name: string
  from: string
  path: string
  sha256: string
  text: string
}

export type Runbook = {
  name: string
  description: string | undefined
  owner: string | undefined
  severity: string | undefined
  inputs: Readonly<Record<string, InputSpec>>
  secrets: Readonly<Record<string, SecretSpec>>
  databases: Readonly<Record<string, { url: string | Template; place: Place }>>
  guard: readonly Body[]
  lock: string | Template | undefined
  /** In the order of the file; what is nested in a step follows it, each with `within`. */
  steps: readonly Step[]
  /** Its own, then those of included runbooks. */
  always: readonly Step[]
  /** By the id of the including step, also of those that included runbooks include. */
  includes: Readonly<Record<string, Included>>
  /** Each once. */
  texts: readonly IncludedText[]
  /** sha256 of the raw bytes. */
  sha256: string
  /** As the user named it, or relative to the repository. */
  path: string
  text: string
}
