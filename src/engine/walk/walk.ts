/**
 * The walk through steps and groups of steps: which is the next one, and what to do with it. Pure.
 *
 *   in order     the first step that is not over is the current one; a failure that is not to be
 *                passed over ends the list, and with it the group, whose own `on_failure` then counts.
 *   together     1. what has no known end (after a crash) is settled, one by one;
 *                2. as long as none has failed for good and there is room, the next one is walked to
 *                   its attempt (`when`, `check`), and attempted while the others are at work;
 *                3. nobody is asked, and nothing is given up, before all that is at work has ended.
 *
 * A member whose group ended without it is skipped.
 */
import type { RunState, StepState } from '../../incident/state.ts'
import type { Runbook, Step } from '../../runbook/runbook.ts'
import { noProgress, type Action, type Mode, type Progress } from './action.ts'
import { stepFailed } from './run-reason.ts'
import type { StepNode } from './run-steps.ts'
import { leftOut } from './selection.ts'

/** `over`: go on with the next one; `busy`: wait for what is at work; `ended`: this failure ends the list. */
export type Walked = Action | 'over' | 'busy' | { ended: StepState }

type Around = {
  run: RunState
  runbook: Runbook
  mode: Mode
  /** Members of a group around run at the same time. */
  together: boolean
  /** A group around was confirmed for all that is in it. */
  covered: boolean
}

export const NOT_IN_A_GROUP = { together: false, covered: false } as const

export function walk(nodes: readonly StepNode[], around: Around): Walked {
  for (const node of nodes) {
    const walked = walkNode(node, around)
    if (walked !== 'over') return walked
  }
  return 'over'
}

function walkNode(node: StepNode, around: Around): Walked {
  const { step, members } = node
  const state = around.run.steps.get(step.id)
  if (state === undefined) return 'over'
  if (step.group === undefined) return walkStep(step, state, around)
  if (state.status !== 'running') {
    const walked = walkStep(step, state, around)
    return walked === 'over' ? skipRest(node, around) : walked
  }
  const inside = { ...around, covered: around.covered || step.confirm !== undefined }
  const walked =
    step.group === 'together'
      ? walkTogether(node, state, { ...inside, together: true })
      : walk(members, inside)
  if (walked === 'over') return { do: 'finish_group', step, reason: failedIn(members, around) }
  if (typeof walked === 'string' || 'do' in walked) return walked
  return { do: 'finish_group', step, reason: stepFailed(walked.ended) }
}

/** Of `always` steps: a failure does not stop the others, but the group has failed. */
function failedIn(members: readonly StepNode[], { run }: Around): string | undefined {
  const failed = members
    .filter(({ step }) => step.onFailure !== 'continue')
    .map(({ step }) => run.steps.get(step.id))
    .find((state) => state?.status === 'failed')
  return failed && stepFailed(failed)
}

function skipRest({ members }: StepNode, around: Around): Walked {
  for (const member of members) {
    const { step } = member
    const status = around.run.steps.get(step.id)?.status
    if (status === 'pending' || status === 'waiting') {
      const left = leftOut(step, around) ?? { by: 'group', reason: 'its group is over' }
      return { do: 'skip', step, ...left }
    }
    const walked = skipRest(member, around)
    if (walked !== 'over') return walked
  }
  return 'over'
}

/** They ask somebody, or give the group up. */
const NEEDS_QUIET: ReadonlySet<Action['do']> = new Set<Action['do']>([
  'settle',
  'ask_failure',
  'request_rollback',
  'open_gate',
  'await_gate',
])

function walkTogether({ members }: StepNode, { group }: StepState, around: Around): Walked {
  const room = (group?.limit ?? 1) - members.filter(({ step }) => isAtWork(step, around)).length
  const found = members.map((member) => ({ member, walked: walkNode(member, around) }))
  const isBusy = found.some(({ walked }) => walked === 'busy')
  const actions = found.flatMap(({ member, walked }) =>
    typeof walked === 'object' && 'do' in walked ? [{ member, action: walked }] : [],
  )
  const quiet = actions.map(({ action }) => action).filter(({ do: what }) => NEEDS_QUIET.has(what))
  const settle = quiet.find((action) => action.do === 'settle')
  const ended = found
    .map(({ walked }) => walked)
    .find((walked) => typeof walked === 'object' && 'ended' in walked)
  if (quiet.length > 0 || ended !== undefined) {
    if (isBusy) return 'busy'
    return settle ?? quiet[0] ?? cutShort(members, around) ?? ended ?? 'over'
  }
  const ready = actions.find(({ member }) => room > 0 || isAtWork(member.step, around))
  if (ready !== undefined) return ready.action
  return isBusy ? 'busy' : 'over'
}

function isAtWork(step: Step, { run, mode }: Around): boolean {
  if (step.group !== undefined) return run.steps.get(step.id)?.status === 'running'
  return mode.active?.has(step.id) === true
}

/** Before a group is given up, the groups in it that are in the middle are. */
function cutShort(members: readonly StepNode[], around: Around): Action | undefined {
  for (const { step, members: inner } of members) {
    const action = cutShort(inner, around)
    if (action !== undefined) return action
    if (step.group === undefined || !isAtWork(step, around)) continue
    return { do: 'finish_group', step, reason: 'cut short: another step of its group failed' }
  }
  return undefined
}

function walkStep(step: Step, state: StepState, around: Around): Walked {
  if (around.mode.active?.has(step.id) === true) return 'busy'
  switch (state.status) {
    case 'succeeded':
    case 'skipped':
    case 'rolled_back':
      return 'over'
    case 'pending':
      return beforeAttempt(step, state, around)
    case 'waiting':
      return whenWaiting(step, state, around)
    case 'running':
    case 'unknown':
      return { do: 'settle', step, undo: false, interrupted: state.endedAt === undefined }
    case 'failed':
      return afterFailure(step, state, around)
  }
}

function beforeAttempt(step: Step, state: StepState, around: Around): Action {
  const { mode } = around
  const left = leftOut(step, around)
  if (left !== undefined) return { do: 'skip', step, ...left }
  const progress = progressOf(step, mode)
  if (step.when !== undefined && !progress.when) return { do: 'evaluate_when', step }
  if (mode.isGate(step.body.kind)) return { do: 'open_gate', step, confirm: false }
  if (step.check !== undefined && !progress.checked) return { do: 'probe_check', step }
  if (needsConfirmation(step, around) && !mode.yes && !progress.confirmed) {
    return { do: 'open_gate', step, confirm: true }
  }
  const ask = mode.guided && mode.interactive && !step.always && !around.together
  if (ask && !progress.asked && !progress.confirmed) return { do: 'ask_step', step }
  return attemptOf(step, state, around)
}

function whenWaiting(step: Step, state: StepState, around: Around): Action {
  const confirm = state.gate?.gate === 'confirm'
  const done = confirm && (around.mode.yes || progressOf(step, around.mode).confirmed)
  if (done) return beforeAttempt(step, state, around)
  return { do: 'await_gate', step, confirm }
}

function afterFailure(step: Step, state: StepState, around: Around): Walked {
  const isHarmless = step.idempotent || step.effect === 'read'
  const again = progressOf(step, around.mode).again
  if (again || (state.interrupted === 'earlier' && isHarmless)) {
    return beforeAttempt(step, state, around)
  }
  if (state.retryInMs !== undefined) {
    // Its pause must not keep the others waiting: it is part of its attempts.
    if (around.together) return attemptOf(step, state, around)
    return { do: 'wait_retry', step, delayMs: state.retryInMs }
  }
  if (step.always) return 'over'
  switch (step.onFailure) {
    case 'continue':
      return 'over'
    case 'stop':
      return { ended: state }
    case 'rollback':
      return { do: 'request_rollback', reason: stepFailed(state) }
    case 'ask':
      return around.mode.interactive ? { do: 'ask_failure', step, state } : { ended: state }
  }
}

const progressOf = (step: Step, mode: Mode): Progress =>
  mode.progress?.step === step.id ? mode.progress : noProgress(step.id)

/** A group asks only if it says so, and then for all that is in it. */
function needsConfirmation(step: Step, around: Around): boolean {
  if (around.covered) return false
  return step.confirm !== undefined || (step.effect === 'destroy' && step.group === undefined)
}

function attemptOf(step: Step, state: StepState, around: Around): Action {
  const attempt = state.attempts + 1
  if (step.group !== undefined) return { do: 'start_group', step, attempt }
  return { do: 'attempt', step, attempt, ...(around.together ? { together: true } : {}) }
}
