/** What run, resume, rollback, answer and approve report: the JSON that json.md of the docs names. */
import { defined } from '../../incident/defined.ts'
import { isUndone, ledger } from '../../engine/walk/ledger.ts'
import { ERRORS, EXIT, type ErrorCode } from '../../errors.ts'
import type { Check } from '../../incident/event.ts'
import type { RunState, RunStatus, StepState, StepStatus } from '../../incident/state.ts'
import type { Journal, Published } from '../../ports/journal.ts'
import type { Value } from '../../incident/value.ts'
import { nextCommand } from '../next-command.ts'
import { notCommitted } from '../publish-now.ts'
import type { SimilarJson } from '../catalog/similar-lines.ts'

export type StepReport = {
  id: string
  kind: string
  /** The group it is a member of. */
  within?: string
  /** Of a `foreach` that was begun: its rounds are about these, in this order. */
  items?: readonly unknown[]
  status: StepStatus
  by?: 'hand'
  attempts: number
  started_at?: string
  ended_at?: string
  duration_ms?: number
  exit_code?: number
  reason?: string
  outputs?: Readonly<Record<string, Value>>
  checks?: readonly Check[]
  /** What it said of itself besides. */
  notes?: readonly string[]
  evidence: string[]
}

export type UndoReport = {
  step: string
  status: 'succeeded' | 'failed' | 'unknown' | 'pending' | 'already_undone'
  exit_code?: number
  reason?: string
}

export type RunReport = {
  incident: string
  run: string
  runbook: { path: string; sha256: string }
  status: RunStatus
  steps: StepReport[]
  undo: UndoReport[]
  record: {
    branch: string | null
    commit: string | null
    events: number
    journal: string
    uncommitted: number
    paused?: string
  }
  next?: string
  /** Of a run that declared its incident: earlier ones like it. */
  similar?: SimilarJson[]
  /** The rest is the envelope's. */
  exit_code: number
  warnings: string[]
  /** Those of the warnings that lint has, for who wants them shorter; not in the JSON by itself. */
  lint?: Lint
  error?: { code: ErrorCode; message: string; hint?: string }
}

/** `runbook` as it was named on the command line. */
type Lint = { warnings: readonly string[]; runbook: string }

export type Reported = {
  journal: Pick<Journal, 'incident' | 'dir' | 'state'>
  /** As seen: a run without a live process is not `running`. */
  run: RunState
  published: Published
  warnings?: readonly string[]
  lint?: Lint
  stop?: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | undefined
  /** A `hotwash rollback`: to be rolled back is what was asked for. */
  rollback?: { undoneBefore: ReadonlySet<string>; to?: string | undefined }
}

export function runReport(reported: Reported): RunReport {
  const { run, journal, published } = reported
  const { incident } = journal
  const code = codeOf(reported)
  const next = nextCommand(journal.state(), run)
  const paused = published.paused === undefined ? {} : { paused: published.paused }
  return {
    incident,
    run: run.id,
    runbook: { path: run.runbook.path, sha256: run.runbook.sha256 },
    status: run.status,
    steps: [...run.steps.values()].map(stepReport),
    undo: undoReport(run, reported.rollback?.undoneBefore),
    record: {
      branch: published.branch ?? null,
      commit: published.commit ?? null,
      events: journal.state().events,
      journal: journal.dir,
      uncommitted: published.uncommitted,
      ...paused,
    },
    ...defined({ next }),
    exit_code: code === undefined ? EXIT.done : EXIT[ERRORS[code].exit],
    warnings: [
      ...(reported.warnings ?? []),
      ...(run.status === 'stopped' && code === undefined ? [run.reason ?? 'stopped'] : []),
      ...recordWarnings(published),
    ],
    ...defined({ lint: reported.lint, error: code && errorOf(code, run, next) }),
  }
}

/** undefined: exit 0. */
function codeOf({ run, stop, rollback }: Reported): ErrorCode | undefined {
  if (stop === 'SIGINT') return 'INTERRUPTED'
  if (stop === 'SIGTERM') return 'TERMINATED'
  switch (run.status) {
    case 'succeeded':
      return undefined
    case 'rolled_back':
      return rollback === undefined ? 'STEP_FAILED' : undefined
    case 'stopped':
      return isUndoneTo(run, rollback?.to) ? undefined : 'STEP_FAILED'
    case 'failed':
      return 'STEP_FAILED'
    case 'running':
    case 'waiting':
    case 'paused':
    case 'unknown':
      return 'WAITING'
  }
}

/** `hotwash rollback --to`: the run stops where it was asked to. */
const isUndoneTo = (run: RunState, to: string | undefined): boolean =>
  to !== undefined && ledger(run, to).every(isUndone)

function errorOf(code: ErrorCode, run: RunState, next: string | undefined) {
  const message = run.reason ?? ERRORS[code].says
  return { code, message, ...defined({ hint: next }) }
}

function recordWarnings(published: Published): string[] {
  const { branch, uncommitted, paused } = published
  if (branch === undefined) return []
  if (uncommitted > 0) return [notCommitted(published)]
  return paused === undefined ? [] : [paused]
}

export const stepReport = (step: StepState): StepReport => ({
  id: step.id,
  kind: step.kind,
  ...defined({ within: step.within, items: step.group?.items }),
  status: step.status,
  ...defined({ by: step.by }),
  attempts: step.attempts,
  ...defined({
    started_at: step.startedAt,
    ended_at: step.endedAt,
    duration_ms: step.durationMs,
    exit_code: step.exitCode,
    reason: step.reason,
    outputs: Object.keys(step.outputs).length === 0 ? undefined : step.outputs,
    checks: step.checks.length === 0 ? undefined : step.checks,
    notes: step.notes?.length ? step.notes : undefined,
  }),
  evidence: step.evidence.map((item) => item.sha256),
})

export function undoReport(run: RunState, undoneBefore?: ReadonlySet<string>): UndoReport[] {
  return ledger(run).map(({ id, undo }) => ({
    step: id,
    status: undoneBefore?.has(id) === true ? 'already_undone' : undoStatus(undo.status),
    ...defined({ exit_code: undo.exitCode, reason: reasonOf(undo) }),
  }))
}

function undoStatus(status: NonNullable<StepState['undo']>['status']): UndoReport['status'] {
  if (status === 'running') return 'unknown'
  // What the operator left out is not undone, and must not look as if it were.
  return status === 'skipped' ? 'failed' : status
}

const reasonOf = (undo: NonNullable<StepState['undo']>): string | undefined =>
  undo.status === 'skipped' ? `left out by the operator: ${undo.reason ?? ''}` : undo.reason
