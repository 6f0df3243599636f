/**
 * `run --plan`: every step rendered, those whose effect is `read` really run so that later conditions
 * have data, nothing else. It declares no incident and leaves nothing behind.
 */
import { aroundOf } from '../engine/around.ts'
import { attemptStep } from '../engine/attempt.ts'
import { cardOf, renderStep } from '../engine/card.ts'
import { draftJournal } from '../engine/draft-journal.ts'
import { runState, stepState, type LiveRun } from '../engine/live-run.ts'
import { finishGroup, itemsNow, startGroup } from '../engine/groups.ts'
import { runSteps, type StepNode } from '../engine/run-steps.ts'
import type { StepState, StepStatus } from '../incident/state.ts'
import { leftOut } from '../engine/selection.ts'
import { probeUntilMet } from '../engine/probe.ts'
import { recordStep } from '../engine/record-step.ts'
import { isTrue } from '../engine/scope-of.ts'
import type { Update } from '../ports/operator.ts'
import { mentions } from '../runbook/expression.ts'
import type { Step } from '../runbook/runbook.ts'
import { openLive } from './open-live.ts'
import { ready, selectionOf, type Prepared } from './prepare-run.ts'
import { stepReport, undoReport, type RunReport } from './run-report.ts'
import { keptRunbook, stepList } from './start-run.ts'
import type { World } from './world.ts'

const RUN = 'plan'

export async function planRunbook(world: World, prepared: Prepared): Promise<RunReport> {
  const { runbook, inputs, answers, request } = prepared
  const secrets = await ready(world, prepared)
  const journal = draftJournal({ ...world, clock: world.ports.clock })
  // Steps that are planned must not ask: the plan is shown instead of their progress.
  const quiet: World = { ...world, operator: { ...world.operator, interactive: false, show() {} } }
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
    await planAll(live, [...forward, ...always], (planned) => world.operator.show(planned))
    return reportOf(live, prepared.warnings)
  } finally {
    live.interrupts.close()
    journal.close()
  }
}

/** In the order of the run; the steps of a group that was begun follow it. */
async function planAll(
  live: LiveRun,
  nodes: readonly StepNode[],
  tell: (planned: Planned) => void,
): Promise<void> {
  for (const { step } of nodes) {
    if (live.interrupts.stop !== undefined) return
    // Of an included runbook: what stands at its end, when it is not known how often it runs.
    if (!runState(live).steps.has(step.id)) continue
    tell(await planStep(live, step))
    if (step.group === undefined) continue
    const { members } = nodeOf(live, step)
    await planAll(live, members, tell)
    const states = members.map((member) => stepState(live, member.step.id).status)
    const isOver = states.every((status) => OVER.has(status))
    if (isOver && stepState(live, step.id).status === 'running') {
      await finishGroup(live, step, undefined)
    }
  }
}

const OVER: ReadonlySet<StepStatus> = new Set<StepStatus>(['succeeded', 'skipped', 'failed'])

/** As it is by now: a `foreach` that was begun has its rounds. */
function nodeOf(live: LiveRun, step: Step): StepNode {
  const { forward, always } = runSteps(live.runbook, runState(live))
  const all = (nodes: readonly StepNode[]): StepNode[] =>
    nodes.flatMap((node) => [node, ...all(node.members)])
  return all([...forward, ...always]).find((node) => node.step.id === step.id) as StepNode
}

type Planned = Extract<Update, { type: 'planned' }>

async function planStep(live: LiveRun, step: Step): Promise<Planned> {
  const card = cardOf(live, step)
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
    const held = isTrue(step.when, aroundOf(live, step))
    if (!held.ok) return planned('not_run', `when is not known yet: ${held.message}`)
    if (!held.value) return planned('skipped', `"${step.when.source}" is false`)
  }
  const rendering = renderStep(live, step)
  if (!rendering.ok) return planned('not_run', `not known yet: ${rendering.message}`)
  if (rendering.ready.kind.type === 'gate') return planned('not_run', 'waits for a person')
  if (step.check?.effect === 'read') {
    const probed = await check(live, step)
    if (probed?.is === 'met') return planned('skipped', `already done: ${probed.reason}`)
  }
  if (step.group !== undefined) return planned('not_run', beginPlanned(live, step))
  if (step.effect !== 'read') return planned('not_run', 'would run')
  const open = unknownInExpect(live, step)
  await attemptStep(live, { ...step, tty: false, observe: step.observe || open.length > 0 }, 1)
  const { status, reason } = stepState(live, step.id)
  if (open.length > 0 && status === 'succeeded') {
    return planned('read', `not judged: its expect asks for ${open.join(', ')}, not run by a plan`)
  }
  return planned('read', reason === undefined ? status : `${status}: ${reason}`)
}

/** Steps that its expectation asks for, and that have not run: it cannot fail for that. */
function unknownInExpect(live: LiveRun, step: Step): string[] {
  const { steps } = runState(live)
  const read = mentions(step.body.expect?.source ?? 'true')
  const named = read.ok ? read.mentions.map(({ path }) => path) : []
  const ids = named.flatMap(([root, id]) => (root === 'steps' && id !== undefined ? [id] : []))
  return [...new Set(ids)].filter((id) => steps.has(id) && !OVER.has(stepState(live, id).status))
}

/** What is known of a group: the steps that it would run are planned after it. */
function beginPlanned(live: LiveRun, step: Step): string {
  const list = step.group === 'per_item' ? itemsNow(live, step) : undefined
  if (list?.ok === false)
    return `for each item of a list that is known at run time: ${list.message}`
  startGroup(live, step, 1)
  const { status, reason } = stepState(live, step.id)
  if (status === 'failed') return `not known yet: ${reason ?? ''}`
  if (list === undefined) return 'would run the steps below'
  return list.items.length === 0
    ? 'would run nothing: there are no items'
    : `would run the steps below, for: ${list.items.map((item) => JSON.stringify(item)).join(', ')}`
}

function check(live: LiveRun, step: Step) {
  if (step.check === undefined) return undefined
  return probeUntilMet(live, step.check, {
    step: step.id,
    attempt: 1,
    tty: false,
    signal: live.interrupts.signal,
    around: { ...aroundOf(live, step), inherit: step.body },
    started: () => {},
  })
}

function reportOf(live: LiveRun, warnings: readonly string[]): RunReport {
  const run = runState(live)
  const { path, sha256 } = run.runbook
  return {
    incident: RUN,
    run: RUN,
    runbook: { path, sha256 },
    status: 'succeeded',
    steps: [...run.steps.values()].map((step) => ({
      ...stepReport(asPlanned(step)),
      evidence: [],
    })),
    undo: undoReport(run),
    record: { branch: null, commit: null, events: 0, journal: '', uncommitted: 0 },
    exit_code: 0,
    warnings: [...warnings],
  }
}

/** A group that holds what is not run is not over. */
const asPlanned = (step: StepState): StepState =>
  step.status === 'running' ? { ...step, status: 'pending' } : step
