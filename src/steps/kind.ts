/**
 * The contract of a step kind: one value per file in `kinds/`, one line in `registry.ts`.
 * Schema, docs, completion, lint, plan mode and the conformance test follow from the table.
 */
import type { z } from 'zod'
import type { Category, ErrorSigns } from '../incident/error-category.ts'
import type { Answer, Check, Gate } from '../incident/event.ts'
import type { CookieJar } from '../ports/http.ts'
import type { Database } from '../ports/database.ts'
import type { ChildIdentity } from '../ports/process.ts'
import type { Ports } from '../ports/ports.ts'
import type { Spooled } from '../ports/journal.ts'
import type { Cel, Names } from '../runbook/deferred.ts'
import type { Rendered } from '../runbook/fields.ts'
import type { Value } from '../incident/value.ts'
import type { Body, Effect, GroupWay } from '../runbook/runbook.ts'
import type { ErrorContext } from './error-tally.ts'

type Common<P extends z.ZodType> = {
  /** The YAML key. */
  kind: string
  /** One line for docs and completion. */
  summary: string
  /** Built from the vocabulary of runbook/fields.ts. */
  params: P
  /** YAML of one step without its id; parsed by the conformance test and shown in the docs. */
  example: string
  /** The default effect, from the unrendered parameters. */
  effect: Effect | ((params: z.output<P>) => Effect)
  /** Names that `${{ }}` and CEL inside the parameters may use besides the global ones; rendered by the kind. */
  locals?: Names
  /** What `expect` and `outputs` see. */
  outcome: Names
  /** What its lists and maps hold, in the words of who writes a condition; for the docs. */
  shapes?: Readonly<Record<string, string>>
  /** CEL over the outcome that is recorded as outputs when the step declares none of that name. */
  defaultOutputs: Readonly<Record<string, string>>
  /** null: without limit. */
  timeoutMs: number | null
  /** Doing it twice does no harm: a step of it is idempotent unless it says otherwise. */
  repeatable?: true
  /** What it would do, for plan mode, the screen and the log. Calls no port. */
  plan(params: Rendered<z.output<P>>, look: PlanLook): string
  /** The host, database or folder it works on, which an operator types to confirm destruction. */
  target?(params: Rendered<z.output<P>>, look: PlanLook): string
}

export type ActionKind<P extends z.ZodType = z.ZodType> = Common<P> & {
  type: 'action'
  /** CEL over the outcome: what counts as success unless the step says otherwise. */
  expect: string
  run(params: Rendered<z.output<P>>, context: StepContext): Promise<Outcome>
  /** Of an outcome that is not as expected: its words, and where it was seen. Absent: its reason tells. */
  signsOf?(params: Rendered<z.output<P>>, outcome: Outcome): OutcomeSigns
}

/** `category`: where the kind knows it, whatever the words are. */
export type OutcomeSigns = ErrorSigns & { category?: Category; context?: ErrorContext }

export type GateKind<P extends z.ZodType = z.ZodType> = Common<P> & {
  type: 'gate'
  gate: Gate
  /** What a person reads, and what an answer may hold. */
  question(
    params: Rendered<z.output<P>>,
    look: PlanLook,
  ): { question: string; accepts: Record<string, Value>; expiresInMs?: number }
  /** Whether this answer fits; `outputs` become the step's. */
  accept(params: Rendered<z.output<P>>, answers: readonly GateAnswer[], who: Asked): Accepted
}

/** Its members are steps of their own, which the engine walks; see engine/walk/. */
export type GroupKind<P extends z.ZodType = z.ZodType> = Common<P> & {
  type: 'group'
  members: GroupWay
}

export type Kind<P extends z.ZodType = z.ZodType> = ActionKind<P> | GateKind<P> | GroupKind<P>
/** Kinds by name. Their parameters differ, so that the table holds them with `any` erased once, in registry.ts. */
export type KindTable = Readonly<Record<string, Kind>>

export type GateAnswer = { answer: Answer; by: { name: string; email: string }; at: string }
/** Who asks, and who is in the teams of hotwash.yaml: what an approval is judged by. */
export type Asked = {
  requester: { name: string; email: string }
  teams: Readonly<Record<string, readonly string[]>>
  nowMs: number
}

export type Accepted =
  | { is: 'accepted'; outputs: Record<string, Value>; reason: string; deviation?: string }
  /** More answers are needed (an approval with count 2). */
  | { is: 'open'; missing: string }
  /** The answer does not fit: it is not recorded, and the person is told. */
  | { is: 'refused'; why: string }
  /** A person said no: the step fails. */
  | { is: 'rejected'; reason: string }

/** What a plan may look at: no ports. */
export type PlanLook = {
  /** What the body was declared to do; absent: it only reads. */
  effect?: Effect
  cwd: string
  env: Readonly<Record<string, string>>
  shell: Body['shell']
  /** host/database of a declared database, without user and password. */
  databaseLabel(name: string): string
  /** Nested bodies, in words. */
  planOf(body: Body): string
  /** What a nested body works on; '' where that is not known yet. */
  targetOf(body: Body): string
  source(cel: Cel): string
}

export type EvidenceDraft =
  | { label: string; text: string }
  /** Already masked bytes in a file that the engine takes over and removes. */
  | { label: string; spool: Spooled }

export type Outcome = {
  /**
   * completed: carried out; `data` is judged by `expect`.
   * failed: could not be carried out, without effect (refused connection, missing program, refused dump).
   * timed_out: ended at its limit, and its whole tree with it.
   * aborted: ended because the operator said so.
   * unknown: it may or may not have had its effect (a request that was sent and never answered).
   */
  ended: 'completed' | 'failed' | 'timed_out' | 'aborted' | 'unknown'
  /** Why, when not completed. */
  reason?: string
  data: Record<string, Value>
  checks?: Check[]
  evidence: EvidenceDraft[]
  exitCode?: number
  signal?: string
  notes?: string[]
}

/** Sink of a child's output: masks, bounds, spools, and shows lines live. */
export type OutputSink = {
  write(bytes: Uint8Array, stream: 'stdout' | 'stderr'): void
  /** Closes; `text` is the last of it, masked: what conditions and outputs see. */
  end(): Promise<{ stdout: Spooled & { text: string }; stderr: Spooled & { text: string } }>
}

export type Probed = {
  /** met: its expectation holds; unmet: it was carried out and does not; error: it could not be asked. */
  is: 'met' | 'unmet' | 'error'
  reason: string
  outcome: Outcome
}

/** A nested body, rendered once, to be carried out many times and judged by its `expect` each time. */
export type Prepared = {
  body: Body
  /** What it would do, masked. */
  plan: string
  /** What it works on: host, database or folder. */
  target: string
  /** Bounded by the body's own `timeout`, else by that of `prepare`. Its output is not shown live. */
  once(signal: AbortSignal): Promise<Probed>
  /** Of one that was not met: no value that it saw is in it. */
  errorOf(probed: Probed): OutcomeError
}

/** `shape`: the words of an error without what differs from one to the next. */
export type OutcomeError = { category: Category; shape: string; context: ErrorContext }

export type StepContext = PlanLook & {
  ports: Ports
  /** Fires at the limit and when the operator ends the step; its reason says which (see engine/attempt/end-reason.ts). */
  signal: AbortSignal
  incident: string
  /** Of the incident, SEV1 to SEV5. */
  severity: string
  run: string
  step: string
  attempt: number
  /** The repository's root, or the folder where hotwash was started. */
  root: string
  stdin: string | undefined
  tty: boolean
  openSink(): OutputSink
  /** Tells the engine which child works for this step, so that a later resume can find it. */
  started(child: ChildIdentity): void
  /** One live line, masked by the callee. */
  say(line: string): void
  /** What the step found, of which every line stays in sight; masked by the callee. */
  tell(text: string): void
  mask(text: string): string
  /** Masks a value that was learned during the step, e.g. a session token, from now on in every sink. */
  learnSecret(name: string, value: string): void
  database(name: string): Database
  /** Cookie jars of the run, by name. */
  jar(name: string): CookieJar
  /** Files that a declared secret is read from: their content is never digested plainly. */
  secretFiles: readonly string[]
  /** Digest keyed per incident with a key that stays out of git: for content that could be guessed. */
  keyedDigest(content: string | Uint8Array): string
  render<T>(value: T, locals: Record<string, unknown>): Rendered<T>
  /** Evaluates a condition; an error is a message that quotes expression and values. */
  evaluate(
    cel: Cel,
    locals: Record<string, unknown>,
  ): { ok: true; value: unknown } | { ok: false; message: string }
  /** Runs a nested body once and judges it by its `expect`. */
  probe(
    body: Body,
    options: { locals?: Record<string, unknown>; signal?: AbortSignal },
  ): Promise<Probed>
  /** For kinds that carry out a body many times, and then often; `timeoutMs` where it states none. */
  prepare(
    body: Body,
    options: { locals?: Record<string, unknown>; timeoutMs: number },
  ): { ok: true; prepared: Prepared } | { ok: false; reason: string }
  /** Whether this incident is known here, and resolved or closed. */
  isOver(incident: string): boolean
  /** Outputs of earlier steps, e.g. the file and digest of a backup. */
  outputsOf(step: string): Readonly<Record<string, Value>> | undefined
  /** The step only observes (`observe: true`): nothing beyond looking may be done. */
  observe: boolean
  /** A snapshot's data, taken by an earlier step, from its evidence. */
  evidenceOf(step: string, label: string): Promise<string | undefined>
}
