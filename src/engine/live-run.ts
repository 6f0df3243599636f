/** The run that this process drives: what its parts share. Plain data and ports. */
import type { RunState, StepState } from '../incident/state.ts'
import type { Database } from '../ports/database.ts'
import type { CookieJar } from '../ports/http.ts'
import type { Journal } from '../ports/journal.ts'
import type { Operator, Signals } from '../ports/operator.ts'
import type { Ports } from '../ports/ports.ts'
import type { Redactor } from '../redact/redactor.ts'
import type { Value } from '../incident/value.ts'
import type { Runbook, Step } from '../runbook/runbook.ts'
import type { KindTable } from '../steps/kind.ts'
import type { Interrupts } from './interrupts.ts'
import { noProgress, type PauseWhy, type Progress } from './walk/action.ts'
import type { Targets } from './rehearsal-targets.ts'

/** What --answers holds for one step. */
export type StepAnswer = {
  confirm?: boolean | undefined
  choose?: string | undefined
  values?: Readonly<Record<string, Value>> | undefined
  done?: boolean | undefined
  evidence?: string | undefined
  skip?: string | undefined
  settle?: 'done' | 'not_done' | undefined
}
export type Answers = Readonly<Record<string, StepAnswer>>

/** Declared secrets, resolved. Values never leave memory but through the env and stdin of steps. */
export type Secrets = {
  /** Of the runbook, or of one that it includes, by its key in `Runbook.includes`. */
  values(source?: string): Readonly<Record<string, string>>
  /** Reads again what names this step in `refreshed_by`; says what could not be read. */
  refresh(step: Pick<Step, 'id' | 'origin'>): Promise<readonly string[]>
  /** Absolute paths that secrets are read from. */
  files: readonly string[]
  /** Names of environment variables that secrets are read from: commands do not inherit them. */
  variables: readonly string[]
}

export type LiveRun = {
  ports: Ports
  operator: Operator
  signals: Signals
  redactor: Redactor
  kinds: KindTable
  root: string
  teams: Readonly<Record<string, readonly string[]>>
  /** Whether this incident is known here, and resolved or closed. */
  isOver(incident: string): boolean
  journal: Journal
  /** Something was appended: commit it in the background. */
  kick(): void
  runbook: Runbook
  id: string
  secrets: Secrets
  answers: Answers
  guided: boolean
  yes: boolean
  interrupts: Interrupts
  /** Attempts that run at the same time, by step. */
  active: Map<string, Promise<void>>
  progress: Progress | undefined
  /** Secret answers of `ask` steps, by step: never stored, asked again on resume. */
  secretOutputs: Map<string, Record<string, Value>>
  /** The attempt at which the present series of automatic retries began, by step. */
  seriesStart: Map<string, number>
  jars: Map<string, CookieJar>
  databases: Map<string, Database>
  /** Of a rehearsal: what it may touch. */
  targets?: Targets | undefined
}

/** A reason to let the run rest. */
export type Pause = { pause: PauseWhy; reason: string }

export function runState(live: LiveRun): RunState {
  const run = live.journal.state().runs.findLast((candidate) => candidate.id === live.id)
  if (run === undefined) throw new Error(`run ${live.id} is not in the record`)
  return run
}

/** What this process knows of the next turn of this step. */
export const progressOf = (live: LiveRun, step: { id: string }): Progress =>
  live.progress?.step === step.id ? live.progress : noProgress(step.id)

/** Nothing of another step is forgotten. */
export function forgetProgress(live: LiveRun, step: { id: string }): void {
  if (live.progress?.step === step.id) live.progress = undefined
}

export function stepState(live: LiveRun, id: string): StepState {
  const step = runState(live).steps.get(id)
  if (step === undefined) throw new Error(`step ${id} is not in run ${live.id}`)
  return step
}
