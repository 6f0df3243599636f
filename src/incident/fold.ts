/**
 * State is the fold of the events and nothing else. `applyEvent` changes its own state, in constant
 * time per event, and accepts any order of valid events: several writers' logs are merged, and an
 * event about a run or a step that is not known (yet) changes nothing but the counters.
 */
import type { EventOf, EventType, IncidentEvent } from './event.ts'
import type { Finding } from './finding.ts'
import { applyGateEvent, applyStepEvent, applyUndoEvent } from './fold-step.ts'
import { pendingStep } from './pending-step.ts'
import type { IncidentState, RunState, RunStatus, StepState } from './state.ts'

export function emptyState(id: string): IncidentState {
  return {
    id,
    title: '',
    severity: '',
    status: 'open',
    declaredAt: '',
    declaredBy: '',
    detectedAt: undefined,
    impactStart: undefined,
    acknowledgedAt: undefined,
    mitigatedAt: undefined,
    resolvedAt: undefined,
    closedAt: undefined,
    drill: false,
    imported: false,
    declaredKnown: true,
    runs: [],
    findings: [],
    reported: undefined,
    reviews: 0,
    events: 0,
    lastClock: 0,
  }
}

export function foldEvents(id: string, events: Iterable<IncidentEvent>): IncidentState {
  const state = emptyState(id)
  for (const event of events) applyEvent(state, event)
  return state
}

const WRITES_REPORT: ReadonlySet<EventType> = new Set([
  'postmortem.rendered',
  'postmortem.imported',
])

export function applyEvent(state: IncidentState, event: IncidentEvent): void {
  state.events += 1
  state.lastClock = Math.max(state.lastClock, event.clock)
  if (event.type === 'run.started') return startRun(state, event)
  if (isIncidentEvent(event)) return applyIncidentEvent(state, event)
  if (event.type === 'finding.made') state.findings.push(findingOf(event))
  if (WRITES_REPORT.has(event.type)) state.reported = event.clock
  if (event.type === 'postmortem.reviewed') state.reviews += 1
  // Runs are few and the last one is nearly always meant.
  const run = state.runs.findLast((candidate) => candidate.id === event.run)
  if (run === undefined) return
  const step = event.step === undefined ? undefined : run.steps.get(event.step)
  step?.events.push(event.clock)
  applyRunEvent(run, event, step)
}

const findingOf = ({ run, step, clock, at, data }: EventOf<'finding.made'>): Finding => ({
  run,
  step,
  says: data.says,
  category: data.category,
  confidence: data.confidence,
  hypothesis: data.hypothesis,
  clock,
  at,
})

type OfIncident = Extract<EventType, `incident.${string}`>

const isIncidentEvent = (event: IncidentEvent): event is EventOf<OfIncident> & IncidentEvent =>
  event.type.startsWith('incident.')

function applyIncidentEvent(state: IncidentState, event: IncidentEvent): void {
  if (event.type === 'incident.declared') {
    state.title = event.data.title
    state.severity = event.data.severity
    state.imported = event.data.imported !== undefined
    state.status = state.imported ? 'resolved' : 'open'
    state.declaredAt = declaredAt(event)
    state.declaredKnown = !state.imported || event.data.effective_at !== undefined
    state.declaredBy = event.actor.name
    state.drill = event.data.drill === true
  } else if (event.type === 'incident.updated') {
    updateIncident(state, event)
  } else if (event.type === 'incident.resolved') {
    // A time that is corrected later does not open it again.
    if (state.status !== 'closed') state.status = 'resolved'
    state.resolvedAt = event.data.effective_at ?? event.at
  } else if (event.type === 'incident.closed') {
    state.status = 'closed'
    state.closedAt = event.at
  }
}

/** Of an import that says no time: the beginning of its day, to be listed by. */
const declaredAt = ({ at, data }: EventOf<'incident.declared'>): string => {
  if (data.effective_at !== undefined) return data.effective_at
  return data.imported?.day === undefined ? at : `${data.imported.day}T00:00:00.000Z`
}

/** Nobody waits any more at a gate that the run left behind. */
function closeGate(step: StepState): void {
  if (step.status === 'waiting') step.status = 'pending'
  step.gate = undefined
}

const ORDER: readonly IncidentState['status'][] = [
  'open',
  'acknowledged',
  'mitigated',
  'resolved',
  'closed',
]

function updateIncident(state: IncidentState, event: EventOf<'incident.updated'>): void {
  const { data } = event
  if (data.title !== undefined) state.title = data.title
  if (data.severity !== undefined) state.severity = data.severity
  if (data.detected_at !== undefined) state.detectedAt = data.detected_at
  if (data.impact_start !== undefined) state.impactStart = data.impact_start
  if (data.status === undefined) return
  // A time that is filled in later does not take an incident back.
  if (ORDER.indexOf(data.status) > ORDER.indexOf(state.status)) state.status = data.status
  const at = data.effective_at ?? event.at
  if (data.status === 'acknowledged') state.acknowledgedAt = at
  else state.mitigatedAt = at
}

function startRun(state: IncidentState, event: EventOf<'run.started'>): void {
  if (event.run === undefined) return
  const { data } = event
  state.runs.push({
    id: event.run,
    runbook: data.runbook,
    status: 'running',
    reason: undefined,
    guided: data.guided,
    yes: data.yes,
    startedAt: event.at,
    endedAt: undefined,
    inputs: data.inputs as RunState['inputs'],
    from: data.from,
    until: data.until,
    tags: data.tags,
    skipTags: data.skip_tags,
    steps: new Map(data.steps.map((step) => [step.id, pendingStep(step)])),
    rehearsal: data.rehearsal === true,
    rollback: undefined,
  })
}

/** What a run is called after a pause, by the cause of the pause. */
const PAUSED: Record<EventOf<'run.paused'>['data']['why'], RunStatus> = {
  operator: 'paused',
  hangup: 'paused',
  failed_step: 'paused',
  waiting: 'waiting',
  unknown_step: 'unknown',
}

function applyRunEvent(run: RunState, event: IncidentEvent, step: StepState | undefined): void {
  if (event.type === 'run.paused') {
    run.status = PAUSED[event.data.why]
    run.reason = event.data.reason
  } else if (event.type === 'run.resumed') {
    resumeRun(run, event)
  } else if (event.type === 'run.finished') {
    run.status = event.data.status
    run.reason = event.data.reason
    run.endedAt = event.at
    run.rollback = undefined
    for (const one of run.steps.values()) closeGate(one)
  } else if (event.type === 'rollback.requested') {
    requestRollback(run, event)
  } else if (event.type === 'input.changed') {
    run.inputs = { ...run.inputs, [event.data.name]: event.data.value as RunState['inputs'][''] }
    voidApprovals(run)
  } else if (step !== undefined) {
    applyStepEvent(run, step, event)
    applyGateEvent(run, step, event)
    applyUndoEvent(step, event)
  }
}

function resumeRun(run: RunState, event: EventOf<'run.resumed'>): void {
  run.status = 'running'
  run.reason = undefined
  run.endedAt = undefined
  run.runbook = event.data.runbook
  run.guided = event.data.guided
  run.yes = event.data.yes
  if (event.data.steps !== undefined) takeNewSteps(run, event.data.steps)
  // Nothing of this run was alive when it was resumed: what had no end is unknown.
  for (const step of run.steps.values()) {
    // A group only waits for its members.
    if (step.status === 'running' && step.group === undefined) step.status = 'unknown'
    if (step.undo?.status === 'running') step.undo.status = 'unknown'
    if (step.interrupted === 'now') step.interrupted = 'earlier'
  }
}

/** Steps that the new text has no more stay, first, when something happened in them. */
function takeNewSteps(run: RunState, steps: readonly Parameters<typeof pendingStep>[0][]): void {
  const ids = new Set(steps.map((step) => step.id))
  const gone = [...run.steps].filter(([id, step]) => !ids.has(id) && step.status !== 'pending')
  const now = steps.map((step): [string, StepState] => {
    const known = run.steps.get(step.id)
    return [step.id, known === undefined ? pendingStep(step) : Object.assign(known, step)]
  })
  run.steps = new Map([...gone, ...now])
}

function requestRollback(run: RunState, event: EventOf<'rollback.requested'>): void {
  const { reason, to, rehearsal } = event.data
  run.rollback = { reason, to, rehearsal: rehearsal === true }
  // `always` belongs to the end of a run, and the rollback brings a new one.
  for (const step of run.steps.values()) {
    if (step.always) step.status = 'pending'
    if (step.undo?.status === 'failed') step.undo.status = 'pending'
  }
}

/** An approval is for what was shown: with another input it is asked for again, unless all it covered is over. */
function voidApprovals(run: RunState): void {
  let approval: StepState | undefined
  for (const step of run.steps.values()) {
    if (GATE_KINDS.has(step.kind)) {
      approval = step.kind === 'approve' && step.status === 'succeeded' ? step : undefined
    } else if (approval !== undefined && !step.always && !OVER.has(step.status)) {
      approval.status = 'pending'
      approval = undefined
    }
  }
}

const GATE_KINDS: ReadonlySet<string> = new Set(['manual', 'ask', 'decide', 'approve'])
const OVER: ReadonlySet<StepState['status']> = new Set(['succeeded', 'skipped', 'rolled_back'])
