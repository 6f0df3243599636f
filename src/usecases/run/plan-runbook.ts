/**
 * `run --plan`: every step rendered, those whose effect is `read` really run so that later conditions
 * have data, nothing else. It declares no incident and leaves nothing behind.
 */
import { attemptStep } from '../../engine/attempt/attempt.ts'
import { cardOf } from '../../engine/render/card.ts'
import { draftJournal } from '../../engine/draft-journal.ts'
import { runState, stepState, type LiveRun } from '../../engine/live-run.ts'
import { finishGroup, itemsNow, startGroup } from '../../engine/groups.ts'
import { runSteps, type StepNode } from '../../engine/walk/run-steps.ts'
import type { StepState } from '../../incident/state.ts'
import { leftOut } from '../../engine/walk/selection.ts'
import { askCheck } from '../../engine/attempt/probe.ts'
import { recordStep } from '../../engine/record-step.ts'
import { isTrue } from '../../engine/render/scope-of.ts'
import { renderBody, type Rendering } from '../../engine/render/render-body.ts'
import type { StepCard, Update } from '../../ports/operator.ts'
import type { Cel } from '../../runbook/deferred.ts'
import type { Step } from '../../runbook/runbook.ts'
import { openLive } from './open-live.ts'
import { notKnown, OVER, plannedAround, unknownIn, type PlannedAround } from './plan-unknown.ts'
import { ready, selectionOf, type Prepared } from './prepare-run.ts'
import { stepReport, undoReport, type RunReport } from './run-report.ts'
import { keptRunbook, stepList } from './start-run.ts'
import type { World } from '../world.ts'

const RUN = 'plan'

export async function planRunbook(world: World, prepared: Prepared): Promise<RunReport> {
  const { runbook, inputs, answers, request } = prepared
  const secrets = await ready(world, prepared)
  const journal = draftJournal({ ...world, clock: world.ports.clock })
  // Steps that are planned must not ask: the plan is shown instead of their progress.
  const found: Update[] = []
  const show = (update: Update): void => {
    if (update.type === 'finding') found.push(update)
  }
  const quiet: World = { ...world, operator: { ...world.operator, interactive: false, show } }
  const live = openLive(quiet, { journal, runbook, run: RUN, secrets, answers, yes: true })
  try {
    journal.append({
      type: 'run.started',
      run: RUN,
      data: {
        runbook: keptRunbook(journal, runbook),
        inputs: { ...inputs },
        guided: false,
        yes: true,
        ...selectionOf(request),
        steps: stepList(runbook),
      },
    })
    const { forward, always } = runSteps(runbook, runState(live))
    const tell = (update: Update): void => world.operator.show(update)
    const walk: Walk = { live, tell, found, leftOut: false, reasons: new Map() }
    await planAll(walk, [...forward, ...always])
    return reportOf(walk, prepared.warnings)
  } finally {
    live.interrupts.close()
    journal.close()
  }
}

/** Written down as the plan goes on. */
type Walk = {
  live: LiveRun
  tell: (update: Update) => void
  /** Findings of the step that is really run. */
  found: Update[]
  /** Whether a step that acts was left out: what is read after it is as it was before. */
  leftOut: boolean
  /** Why steps were not run, or not judged. */
  reasons: Map<string, string>
}

/** In the order of the run; the steps of a group that was begun follow it. */
async function planAll(walk: Walk, nodes: readonly StepNode[]): Promise<void> {
  const { live } = walk
  for (const { step } of nodes) {
    if (live.interrupts.stop !== undefined) return
    // Of an included runbook: what stands at its end, when it is not known how often it runs.
    if (!runState(live).steps.has(step.id)) continue
    const planned = await planStep(walk, step)
    walk.tell(planned)
    // A later one would judge logins that were never made, or a fix that was never applied.
    if (!walk.leftOut) for (const finding of walk.found) walk.tell(finding)
    walk.found.length = 0
    if (planned.ran === 'not_run') walk.reasons.set(step.id, planned.result)
    const isBegun = step.group !== undefined && stepState(live, step.id).status === 'running'
    const isLeftOut = planned.ran === 'not_run' && !isBegun
    walk.leftOut ||= isLeftOut && step.effect !== 'read'
    if (step.group === undefined) continue
    const { members } = nodeOf(live, step)
    await planAll(walk, members)
    const states = members.map((member) => stepState(live, member.step.id).status)
    const isOver = states.every((status) => OVER.has(status))
    if (isOver && stepState(live, step.id).status === 'running') {
      await finishGroup(live, step, undefined)
    }
  }
}

/** As it is by now: a `foreach` that was begun has its rounds. */
function nodeOf(live: LiveRun, step: Step): StepNode {
  const { forward, always } = runSteps(live.runbook, runState(live))
  const all = (nodes: readonly StepNode[]): StepNode[] =>
    nodes.flatMap((node) => [node, ...all(node.members)])
  return all([...forward, ...always]).find((node) => node.step.id === step.id) as StepNode
}

type Planned = Extract<Update, { type: 'planned' }>

async function planStep(walk: Walk, step: Step): Promise<Planned> {
  const { live } = walk
  const around = plannedAround(live, step)
  const rendering = renderBody(live, step.body, around)
  const card = cardIn(live, step, rendering)
  const planned = (ran: Planned['ran'], result: string): Planned => {
    const said = live.redactor.mask(result)
    if (ran === 'skipped') {
      recordStep(live, step, { type: 'step.skipped', data: { reason: said, by: 'when' } })
    }
    return { type: 'planned', card, ran, result: said }
  }
  const left = leftOut(step, { run: runState(live), runbook: live.runbook })
  // Nobody has chosen yet, so that every option is shown.
  if (left?.by === 'selection' || left?.by === 'group') return planned('skipped', left.reason)
  if (step.when !== undefined) {
    const its = plannedAround(live, step)
    const held = isTrue(step.when, its)
    if (!held.ok) return planned('not_run', whyNot(held.message, 'whether it runs', its))
    if (!held.value) return planned('skipped', `"${step.when.source}" is false`)
  }
  if (!rendering.ok) {
    return planned('not_run', whyNot(rendering.message, 'what it does', around))
  }
  if (rendering.ready.kind.type === 'gate') return planned('not_run', 'waits for a person')
  if (step.check?.effect === 'read') {
    const probed = await askCheck(live, step, step.check)
    if (probed.is === 'met') return planned('skipped', `already done: ${probed.reason}`)
  }
  if (step.group !== undefined) return planned('not_run', beginPlanned(live, step))
  if (step.effect !== 'read') return planned('not_run', 'would run')
  return planned('read', await look(walk, step))
}

const LEFT_OUT = ' as things are now, without the steps above that a plan does not run'

/** Runs a step that only reads, and says what came of it. */
async function look(walk: Walk, step: Step): Promise<string> {
  const { live, reasons, found } = walk
  const { expect } = step.body
  const open = expect === undefined ? [] : unknownIn(live, step, expect)
  await attemptStep(live, { ...step, tty: false, observe: step.observe || open.length > 0 }, 1)
  const { status, reason, observed } = stepState(live, step.id)
  if (open.length > 0 && status === 'succeeded') {
    const why = notKnown('whether it holds', open)
    reasons.set(step.id, why)
    return why
  }
  if (status === 'succeeded' && observed && step.observe) {
    return found.length > 0 && !walk.leftOut ? 'observed' : `observed: ${observationOf(live, step)}`
  }
  const when = status === 'failed' && walk.leftOut ? LEFT_OUT : ''
  return `${status}${when}${reason === undefined ? '' : `: ${reason}`}`
}

/** In the words of the record, which begin with the name of the step. */
function observationOf(live: LiveRun, { id, name }: Step): string {
  const { findings } = live.journal.state()
  const says = findings.findLast(
    ({ step, confidence }) => step === id && confidence === undefined,
  )?.says
  const own = `${name}: `
  return says?.startsWith(own) === true ? says.slice(own.length) : (says ?? '')
}

const whyNot = (message: string, what: string, { asked }: PlannedAround): string =>
  asked.size === 0 ? `not known yet: ${message}` : notKnown(what, asked)

/** What it cannot render yet is left out: the result says why. */
function cardIn(live: LiveRun, step: Step, rendering: Rendering): StepCard {
  const around = plannedAround(live, step)
  const undo = step.rollback && renderBody(live, step.rollback, { ...around, inherit: step.body })
  const said = undo?.ok === false ? { undo: whyNot(undo.message, 'it', around) } : {}
  const card = cardOf(live, step, { ...(rendering.ok ? { ready: rendering.ready } : {}), ...said })
  return rendering.ok ? card : { ...card, preview: '' }
}

/** What is known of a group: the steps that it would run are planned after it. */
function beginPlanned(live: LiveRun, step: Step): string {
  if (step.group === 'per_item') {
    const open = unknownIn(live, step, (step.body.params as { in: Cel }).in)
    if (open.length > 0) return notKnown('how often it runs', open)
  }
  const list = step.group === 'per_item' ? itemsNow(live, step) : undefined
  if (list?.ok === false) return `not known yet: ${list.message}`
  startGroup(live, step, 1)
  const { status, reason } = stepState(live, step.id)
  if (status === 'failed') return `not known yet: ${reason ?? ''}`
  if (list === undefined) return 'would run the steps below'
  return list.items.length === 0
    ? 'would run nothing: there are no items'
    : `would run the steps below, for: ${list.items.map((item) => JSON.stringify(item)).join(', ')}`
}

function reportOf({ live, reasons }: Walk, warnings: readonly string[]): RunReport {
  const run = runState(live)
  const { path, sha256 } = run.runbook
  return {
    incident: RUN,
    run: RUN,
    runbook: { path, sha256 },
    status: 'succeeded',
    steps: [...run.steps.values()].map((step) => ({
      ...stepReport(asPlanned(step, reasons.get(step.id))),
      evidence: [],
    })),
    undo: undoReport(run),
    record: { branch: null, commit: null, events: 0, journal: '', uncommitted: 0 },
    exit_code: 0,
    warnings: [...warnings],
  }
}

/** A group that holds what is not run is not over. */
function asPlanned(step: StepState, reason: string | undefined): StepState {
  const seen: StepState = step.status === 'running' ? { ...step, status: 'pending' } : step
  return reason === undefined ? seen : { ...seen, reason }
}
