/** An incident as a person asks for it: `status` in a few lines, `show` in full. */
import { asSeen } from '../../incident/as-seen.ts'
import { durationInWords, momentInWords, timeOfDay } from '../../incident/duration.ts'
import { metrics } from '../../incident/metrics.ts'
import { momentsOf, type Moment } from '../../incident/moments.ts'
import type { IncidentState, RunState, StepState } from '../../incident/state.ts'
import { depthOf, roundInWords } from '../../incident/step-title.ts'
import { timeline, type TimelineRow } from '../../incident/timeline.ts'
import { visibleLine } from '../../incident/visible.ts'
import type { Journal } from '../../ports/journal.ts'
import { runLockHolder } from '../../record/journal/lock.ts'
import { drillLines, drillTimes, type DrillTimes } from './compare-drills.ts'
import { nextCommand } from '../next-command.ts'
import { pickIncident } from '../pick-incident.ts'
import type { RecordWorld } from '../record-world.ts'
import { stepReport, undoReport } from '../run/run-report.ts'

export type Shown = {
  state: IncidentState
  rows: TimelineRow[]
  journal: Journal
  /** The command to type now. */
  next: string | undefined
  /** Of a drill. */
  drill: DrillTimes | undefined
}

/** Without an id: the one open incident, else the newest. */
export function showIncident(world: RecordWorld, incident: string | undefined): Shown {
  const journal = world.store.open(pickIncident(world.store, incident))
  const alive = runLockHolder(journal.dir, world.process) !== undefined
  const state = asSeen(journal.state(), alive)
  return {
    state,
    // Reads every event again, which `status` has no need of.
    get rows() {
      return timeline(journal.events())
    },
    // Looks at every other incident, which `status` has no need of either.
    get drill() {
      return drillTimes(world.store, state)
    },
    journal,
    next: nextOf(state),
  }
}

/** Of a drill that is over, nothing: who reads this looks at it. */
function nextOf(state: IncidentState): string | undefined {
  const next = nextCommand(state)
  return state.drill && next === `hotwash show ${state.id}` ? undefined : next
}

/** As `run` and `resume` report them, without what is only known at their end. */
export const runsJson = ({ state }: Shown): Record<string, unknown>[] =>
  state.runs.map((run) => ({
    incident: state.id,
    run: run.id,
    runbook: { path: run.runbook.path, sha256: run.runbook.sha256 },
    status: run.status,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    steps: [...run.steps.values()].map(stepReport),
    undo: undoReport(run),
  }))

/** What was observed, and what was concluded with a confidence, oldest first. */
export const findingsJson = ({ state }: Shown): Record<string, unknown>[] =>
  state.findings.map(({ step, says, category, confidence, hypothesis, clock, at }) => ({
    step,
    says,
    category,
    confidence,
    hypothesis,
    clock,
    at,
  }))

/** Every statement about each time, oldest first: the last one holds. */
export const momentsJson = ({ journal }: Shown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(momentsOf(journal.events()))
      .filter(([, told]) => told.length > 0)
      .map(([name, told]) => [name, told.map(momentJson)]),
  )

const momentJson = ({ at, precision, source, told, event }: Moment): Record<string, unknown> => ({
  at,
  precision,
  source,
  told,
  clock: event.clock,
  by: event.actor.name || event.actor.email,
})

export const metricsJson = ({ journal }: Shown): Record<string, unknown>[] =>
  metrics(journal.events()).map(({ ms, range, inputs, ...metric }) => ({
    ...metric,
    ms,
    from_ms: range?.fromMs ?? ms,
    to_ms: range?.toMs ?? ms,
    inputs: inputs.map(({ moment, ...input }) => ({ moment, ...momentJson(input) })),
  }))

export const incidentJson = (state: IncidentState): Record<string, unknown> => ({
  id: state.id,
  title: state.title,
  severity: state.severity,
  status: state.status,
  drill: state.drill,
  imported: state.imported,
  declared_at: state.declaredKnown ? state.declaredAt : null,
  declared_by: state.declaredBy,
  detected_at: state.detectedAt,
  impact_start: state.impactStart,
  acknowledged_at: state.acknowledgedAt,
  mitigated_at: state.mitigatedAt,
  resolved_at: state.resolvedAt,
  closed_at: state.closedAt,
})

/** The last line says what to do. */
export function statusLines(
  {
    state,
    next,
    review,
  }: Pick<Shown, 'state' | 'next'> & { review?: { says: string } | undefined },
  nowMs: number,
): string[] {
  const run = state.runs.at(-1)
  return [
    `${state.id}  ${state.severity}  ${state.status.toUpperCase()}${state.drill ? '  DRILL' : ''}`,
    visibleLine(state.title),
    declaredLine(state, nowMs),
    ...(run === undefined ? ['no runbook was run yet'] : runLines(run, nowMs)),
    ...(review === undefined ? [] : [`post-mortem: ${review.says}`]),
    ...(next === undefined ? [] : [`next: ${next}`]),
  ]
}

const declaredLine = (state: IncidentState, nowMs: number): string => {
  const { declaredAt, resolvedAt, imported, declaredKnown } = state
  const by = visibleLine(state.declaredBy)
  if (!declaredKnown) return `imported by ${by}; when it was declared is not known`
  const untilMs = resolvedAt === undefined ? nowMs : Date.parse(resolvedAt)
  const isOver = resolvedAt !== undefined
  const how = howLong(untilMs - Date.parse(declaredAt), isOver)
  const declared = `declared ${momentInWords(declaredAt)}`
  if (!imported) return `${declared} by ${by}, ${how}`
  return `${declared}, ${isOver ? how : 'over'}; imported by ${by}`
}

/** Of two machines with two clocks the difference may be less than nothing. */
function howLong(ms: number, isOver: boolean): string {
  const words = durationInWords(Math.abs(ms))
  if (ms >= 0) return `${isOver ? 'resolved after' : 'open for'} ${words}`
  return `${isOver ? `resolved ${words} before that` : `${words} ahead of the clock here`}: two clocks differ`
}

const AT_WORK: ReadonlySet<string> = new Set(['running', 'waiting', 'unknown', 'failed'])

/** The step itself rather than the group around it. */
const stepNow = (steps: readonly StepState[]): StepState | undefined =>
  steps.find(({ status, group }) => group === undefined && AT_WORK.has(status)) ??
  steps.find(({ status }) => AT_WORK.has(status))

function runLines(run: RunState, nowMs: number): string[] {
  const steps = [...run.steps.values()]
  const count = (wanted: string): number => steps.filter(({ status }) => status === wanted).length
  const [failed, undone] = [count('failed'), count('rolled_back')]
  const now = run.status === 'succeeded' ? undefined : stepNow(steps)
  return [
    `run ${run.id} of ${visibleLine(run.runbook.name)}: ${run.status.toUpperCase().replace('_', ' ')}, ` +
      `${count('succeeded')} of ${steps.length} steps succeeded` +
      (failed === 0 ? '' : `, ${failed} failed`) +
      (undone === 0 ? '' : `, ${undone} undone`) +
      (run.reason === undefined ? '' : ` (${visibleLine(run.reason)})`),
    ...(now === undefined ? [] : [stepNowLine(now, nowMs)]),
  ]
}

function stepNowLine({ id, status, startedAt, reason }: StepState, nowMs: number): string {
  const since =
    status === 'running' && startedAt !== undefined
      ? ` for ${durationInWords(Math.max(0, nowMs - Date.parse(startedAt)))}`
      : ''
  return `step ${id}: ${status.toUpperCase()}${since}${reason === undefined ? '' : `: ${visibleLine(reason)}`}`
}

export function showLines(shown: Shown, nowMs: number, review?: { says: string }): string[] {
  const { state, rows, next, drill } = shown
  const head = statusLines({ state, next: undefined, review }, nowMs)
  return [
    ...head,
    ...state.runs.flatMap((run) => [
      '',
      `Run ${run.id}: ${visibleLine(run.runbook.name)}, ${run.status.replace('_', ' ')}`,
      ...stepTable(run),
    ]),
    ...(drill === undefined ? [] : ['', ...drillLines(drill)]),
    '',
    'Timeline (UTC)',
    ...rows.map(
      (row) =>
        `  ${row.at.slice(0, 10)} ${clockOf(row)}  ${visibleLine(row.actor)}: ${visibleLine(row.text)}`,
    ),
    ...(next === undefined ? [] : ['', `next: ${next}`]),
  ]
}

/** As wide as a time to the second. */
const clockOf = ({ at, precision }: TimelineRow): string =>
  precision === undefined
    ? timeOfDay(at)
    : `${precision === 'about' ? '~' : ''}${at.slice(11, 16)}`.padEnd(8)

function stepTable(run: RunState): string[] {
  const idOf = ({ id }: StepState): string => '  '.repeat(depthOf(run, id)) + id
  const steps = [...run.steps.values()]
  const width = Math.max(0, ...steps.map((step) => idOf(step).length))
  return steps.map((step) => {
    const took = step.durationMs === undefined ? '' : durationInWords(step.durationMs)
    const round = roundInWords(run, step.id) ?? ''
    const how = [round, step.by === 'hand' ? 'by hand' : '', took, step.reason ?? '']
    const facts = how
      .filter((fact) => fact !== '')
      .map(visibleLine)
      .join(', ')
    return `  ${idOf(step).padEnd(width)}  ${step.status.replace('_', ' ').padEnd(11)}  ${facts}`.trimEnd()
  })
}
