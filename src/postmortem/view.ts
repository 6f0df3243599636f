/**
 * The one view model of every report: events in, escaped Markdown out, nothing else looked at, no
 * clock. Templates compute nothing; whatever they print is made here. Same events, same bytes.
 */
import type { EventType, IncidentEvent } from '../incident/event.ts'
import { shellQuoted } from '../incident/shell-quoted.ts'
import type { IncidentState, RunState } from '../incident/state.ts'
import type { FrontMatter } from './front-matter/schema.ts'
import { comparisons, type Comparison } from './view/comparisons.ts'
import { checkTables, type CheckTable } from './view/checks.ts'
import { createCitations, type CommitOf } from './view/citations.ts'
import { deviationCount, deviations, type Deviation } from './view/deviations.ts'
import { failures, type Failure } from './view/failures.ts'
import { frontMatter } from './view/front-matter.ts'
import { conclusions, type Conclusions } from './view/hypotheses.ts'
import { backups, evidenceRows, type BackupRow, type EvidenceRow } from './view/kept.ts'
import { code, NOTHING, say, text, type Markdown } from './view/markdown.ts'
import { indexEvents, type Material } from './view/material.ts'
import { peopleView, type People } from './view/people.ts'
import { isFixIn } from './view/attempted.ts'
import { chapters, type Chapter } from './view/chapters.ts'
import { diagnosis, type Diagnosis } from './view/diagnosis.ts'
import {
  messageRows,
  responderRows,
  severityRows,
  type MessageRow,
  type ResponderRow,
  type SeverityRow,
} from './view/history.ts'
import { knownTimes, type KnownTimes } from './view/known-times.ts'
import { playbook, type Playbook } from './view/playbook.ts'
import { recovery, type Recovery, type RehearsalsOf } from './view/recovery.ts'
import { unknowns } from './view/unknowns.ts'
import { longestRows, waitRows, type LongestRow, type WaitRow } from './view/waits.ts'
import { changes, stepRows, type ChangeRow, type StepRow } from './view/steps.ts'
import {
  endOfRun,
  leadup,
  nameOfRun,
  outcomeOfRun,
  toldRows,
  type TimelineRow,
} from './view/story.ts'
import { metricRows, summaryFacts, type Fact, type MetricRow } from './view/summary.ts'
import { undone, type Undone } from './view/undone.ts'

type RunView = {
  name: Markdown
  outcome: Markdown
  /** Without the numbers of what failed. */
  ended: Markdown
  /** Something was changed, and the run succeeded. */
  mended: boolean
  runbook: Markdown
  /** What runs it again. */
  again: Markdown
  /** What takes back what is still in place; empty where nothing is. */
  take_back: Markdown
  steps: StepRow[]
  checks: CheckTable[]
  failures: Failure[]
  /** Those that printed something. */
  failure_outputs: Failure[]
  changes: ChangeRow[]
  comparisons: Comparison[]
  undone: Undone | null
} & Diagnosis &
  Recovery &
  Playbook

/** Every leaf is Markdown that is safe where it stands, a number, a boolean or null; never undefined. */
export type ViewModel = Conclusions &
  KnownTimes & {
    /** A rehearsal: nobody was hit. */
    drill: boolean
    front_matter: Markdown
    title: Markdown
    incident: Markdown
    tool: Markdown
    basis: Markdown
    facts: Fact[]
    impact_known: boolean
    /** What says it, as long as it is not known. */
    impact_command: Markdown
    detection_known: boolean
    detection_command: Markdown
    deviations_told: Markdown
    severity: Markdown
    severities: SeverityRow[]
    /** More than one: it changed. */
    severity_changed: boolean
    responders: ResponderRow[]
    messages: MessageRow[]
    waits: WaitRow[]
    longest: LongestRow[]
    /** The timeline under what was going on; the same rows. */
    chapters: Chapter[]
    /** What happened before the impact began, or before it was declared where that is not known. */
    leadup: TimelineRow[]
    /** What the record does not say, with what closes it. */
    unknowns: Markdown[]
    outcomes: Markdown[]
    deviations: Deviation[]
    metrics: MetricRow[]
    runs: RunView[]
    backups: BackupRow[]
    /** From the head of the present report. */
    people: People
    timeline: TimelineRow[]
    evidence: EvidenceRow[]
    footnotes: Markdown[]
  }

export type ViewSource = {
  events: readonly IncidentEvent[]
  /** The fold of the events, as seen (a run without a live holder is unknown). */
  state: IncidentState
  /** The head of the report as people left it; absent at the first draft. */
  people?: FrontMatter | undefined
  /** Marks that people cite in what they added to the report. */
  alsoCited?: ReadonlySet<string> | undefined
  commitOf?: CommitOf | undefined
  readEvidence: (sha256: string) => string | undefined
  /** Text of a runbook kept in the record; without it, limits are told as far as the log has them. */
  readRunbook?: ((sha256: string) => string | undefined) | undefined
  /** Drills that tried an undo; without it, whether one was rehearsed is not known. */
  rehearsalsOf?: RehearsalsOf | undefined
  tool: string
  template: string
}

export const buildView = (source: ViewSource): ViewModel => {
  const events = source.events.filter(({ type }) => !AFTERWARDS.has(type))
  const material: Material = {
    state: asReported(source.state),
    events,
    ofActions: source.events.filter(({ type }) => type.startsWith('action.')),
    // Marks count all events: a note is cited as `note --corrects` names it.
    citations: createCitations(source.events, source.commitOf),
    readEvidence: source.readEvidence,
    ...indexEvents(events),
  }
  const { state } = source
  const found = deviations(material)
  const told = toldRows(material)
  const unknown = source.people?.unknown_times ?? {}
  const concluded = conclusions(material, source.people?.hypotheses ?? [])
  const severities = severityRows(material)
  const view = {
    front_matter: frontMatter(material, source),
    title: text(state.title),
    incident: code(state.id),
    impact_command: code(`hotwash update ${state.id} --impact-start TIME`),
    detection_command: code(`hotwash update ${state.id} --detected-at TIME`),
    tool: text(source.tool),
    basis: basis(events),
    facts: summaryFacts(material, unknown),
    deviations_told: deviationCount(found),
    severity: text(state.severity),
    severities,
    severity_changed: severities.length > 1,
    drill: state.drill,
    impact_known: (state.impactStart ?? unknown.impact_start) !== undefined,
    detection_known: (state.detectedAt ?? unknown.detected) !== undefined,
    outcomes: state.runs.map((run) => outcomeOfRun(material, run)),
    deviations: found,
    metrics: metricRows(material),
    ...knownTimes(material),
    ...concluded,
    responders: responderRows(material),
    messages: messageRows(material),
    waits: waitRows(material),
    longest: longestRows(material),
    unknowns: unknowns(material, source.people, concluded.causes.length),
    runs: state.runs.map((run) => runView(material, run, source)),
    backups: backups(material),
    people: peopleView(material, source.people),
    timeline: told.map(({ row }) => row),
    chapters: chapters(told, isFixIn(material)),
    leadup: leadup(material, told),
    evidence: evidenceRows(material),
  }
  if (source.alsoCited !== undefined) material.citations.citedByPeople(source.alsoCited)
  // Last: only what was cited above has a footnote.
  return { ...view, footnotes: material.citations.footnotes() }
}

/**
 * What is done with the report, and after it. A report that told of its own rendering would differ each
 * time it is rendered; one that told of its approval, of the end of its record or, in its timeline, of
 * actions done months later would no longer be what was approved.
 */
const AFTERWARDS: ReadonlySet<EventType> = new Set([
  'postmortem.rendered',
  'postmortem.reviewed',
  'postmortem.published',
  'incident.closed',
  'action.checked',
  'action.closed',
  'action.synced',
])

/** Only what is resolved can be closed. */
const asReported = (state: IncidentState): IncidentState =>
  state.status === 'closed' ? { ...state, status: 'resolved' } : state

const basis = (events: readonly IncidentEvent[]): Markdown => {
  const last = events.at(-1)
  if (last === undefined) return say`no events`
  return events.length === 1
    ? say`1 event`
    : say`${events.length} events, up to event ${last.clock}`
}

const takeBack = ({ state }: Material, run: RunState): Markdown => {
  const isLeft = [...run.steps.values()].some(({ undo }) => undo?.status === 'pending')
  return isLeft && run === state.runs.at(-1) ? code(`hotwash rollback ${state.id}`) : NOTHING
}

const runView = (
  material: Material,
  run: RunState,
  { rehearsalsOf, readRunbook }: ViewSource,
): RunView => {
  const failed = failures(material, run)
  const diagnosed = diagnosis(material, run)
  return {
    name: nameOfRun(material, run),
    outcome: outcomeOfRun(material, run),
    ended: endOfRun(material, run),
    mended: run.status === 'succeeded' && diagnosed.fixes.length > 0,
    runbook: say`${code(run.runbook.path)}, exact text kept as ${code(`runbooks/${run.runbook.sha256}.yaml`)}`,
    again: code(`hotwash run ${shellQuoted([run.runbook.path])}`),
    take_back: takeBack(material, run),
    steps: stepRows(material, run),
    checks: checkTables(material, run),
    failures: failed,
    failure_outputs: failed.filter(({ excerpts }) => excerpts.length > 0),
    changes: changes(material, run),
    comparisons: comparisons(material, run),
    undone: undone(material, run) ?? null,
    ...diagnosed,
    ...recovery(material, run, rehearsalsOf),
    ...playbook(material, run, readRunbook),
  }
}
