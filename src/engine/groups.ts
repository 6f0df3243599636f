/** The begin and the end of a group: what it works on is recorded once, and its members are counted. */
import type { EventData } from '../incident/event.ts'
import type { StepState } from '../incident/state.ts'
import { readGiven } from '../runbook/parse/included-inputs.ts'
import { renderTree } from '../runbook/expressions/interpolate.ts'
import type { Value } from '../incident/value.ts'
import type { Step } from '../runbook/runbook.ts'
import type { Cel } from '../runbook/deferred.ts'
import type { Outcome } from '../steps/kind.ts'
import { aroundIncluded, aroundOf, type Around } from './render/around.ts'
import { failBefore } from './attempt/attempt.ts'
import { cardOf, renderStep } from './render/card.ts'
import { judge, outputsOf, type Judged } from './attempt/ending.ts'
import { findingsOf, recordFindings, showFindings } from './attempt/findings.ts'
import { forgetProgress, runState, stepState, type LiveRun } from './live-run.ts'
import { recordStep, show } from './record-step.ts'
import type { Ready } from './render/render-body.ts'
import { declared, roundsOf } from './walk/run-steps.ts'
import { evaluateIn } from './render/scope-of.ts'
import type { Work } from './attempt/step-context.ts'

type Group = NonNullable<EventData['step.started']['group']>
type Begun = { ok: true; group: Group } | { ok: false; message: string }

export function startGroup(live: LiveRun, step: Step, attempt: number): void {
  const rendering = renderStep(live, step)
  if (!rendering.ok) return failBefore(live, step, { attempt, reason: rendering.message })
  // A group that is begun again goes on with what it was begun with.
  const begun: Begun =
    stepState(live, step.id).group === undefined ? begin(live, step) : { ok: true, group: {} }
  if (!begun.ok) return failBefore(live, step, { attempt, reason: begun.message })
  const { ready } = rendering
  const { kind } = step.body
  const { name, effect } = step
  const { preview, digest } = ready
  const data = { kind, name, effect, preview, digest, timeout_ms: null, group: begun.group }
  recordStep(live, step, { attempt, type: 'step.started', data })
  forgetProgress(live, step)
  const card = { ...cardOf(live, step, { ready }), attempt }
  live.operator.show({ type: 'started', card, undo: false })
}

function begin(live: LiveRun, step: Step): Begun {
  if (step.group === 'together') return beginTogether(live, step)
  return step.group === 'per_item' ? beginRounds(live, step) : beginIncluded(live, step)
}

const refused = (message: string): Begun => ({ ok: false, message })

function beginTogether(live: LiveRun, step: Step): Begun {
  const { limit } = step.body.params as { limit: number }
  const rendered = renderTree({ limit }, aroundOf(live, step))
  return rendered.ok ? { ok: true, group: { limit: rendered.value.limit } } : rendered
}

const MAX_ITEMS = 1_000
const MAX_BYTES = 65_536
const MAX_STEPS = 5_000

function beginRounds(live: LiveRun, step: Step): Begun {
  const list = itemsNow(live, step)
  if (!list.ok) return list
  const { items } = list
  const rounds = roundsOf(live.runbook, runState(live), { foreach: step, count: items.length })
  if (rounds.length > MAX_STEPS) {
    return refused(`${rounds.length} steps in all rounds; at most ${MAX_STEPS} are accepted`)
  }
  return { ok: true, group: { items: [...items], members: declared(rounds, step) } }
}

/** The list as it is now; it is recorded when the group begins, and not asked for again. */
export function itemsNow(
  live: LiveRun,
  step: Step,
): { ok: true; items: readonly Value[] } | { ok: false; message: string } {
  const asked = (step.body.params as { in: Cel }).in
  const result = evaluateIn(asked, aroundOf(live, step))
  const no = (message: string) => ({ ok: false as const, message: live.redactor.mask(message) })
  if (!result.ok) return no(`in: ${result.message}`)
  const value = result.value as Value
  if (!Array.isArray(value)) {
    return no(`in: "${asked.source}" is ${JSON.stringify(value)}, where a list is needed`)
  }
  if (value.length > MAX_ITEMS) {
    return no(`in: ${value.length} items; at most ${MAX_ITEMS} are accepted`)
  }
  const text = JSON.stringify(value)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BYTES) return no(`in: ${bytes} bytes of items; at most ${MAX_BYTES} are kept`)
  const secret = live.redactor.finds(text)
  if (secret === undefined) return { ok: true, items: value }
  return no(`in: an item holds the secret ${secret}; items are recorded`)
}

function beginIncluded(live: LiveRun, step: Step): Begun {
  const { inputs = {} } = step.body.params as { inputs?: Record<string, Value> }
  const rendered = renderTree({ inputs }, aroundOf(live, step))
  if (!rendered.ok) return rendered
  const { runbook } = aroundIncluded(live, step)
  const read = readGiven(runbook, rendered.value.inputs)
  if (!read.ok) return read
  for (const [name, value] of Object.entries(read.inputs)) {
    const secret = live.redactor.finds(JSON.stringify(value))
    if (secret === undefined) continue
    return refused(`input ${name} holds the secret ${secret}; inputs are recorded`)
  }
  return { ok: true, group: { inputs: read.inputs } }
}

/** `reason`: why it failed; else `expect` and `verify` say whether it did. */
export async function finishGroup(
  live: LiveRun,
  step: Step,
  reason: string | undefined,
): Promise<void> {
  const state = stepState(live, step.id)
  const rendering = renderStep(live, step)
  const data = countsOf(live, step)
  const outcome: Outcome = { ended: 'completed', data, evidence: [] }
  const work = workOf(live, step, state)
  const judged = await judgeGroup(live, { reason, rendering, outcome, work })
  // Cut short in its `verify`: the next one to resume looks again.
  if (live.interrupts.stop !== undefined && reason === undefined) return
  const ready = rendering.ok ? rendering.ready : undefined
  const ended = withOutputs(live, step, { ready, judged, outcome, work })
  const found = ready
    ? findingsOf(live, step, { ready, outcome, around: work.around })
    : { made: [], notes: [] }
  const said = state.group?.items?.length === 0 ? ['there are no items: nothing was run'] : []
  const noted = [...said, ...found.notes]
  const notes = noted.length === 0 ? {} : { notes: noted }
  const durationMs = live.ports.clock.now() - Date.parse(state.startedAt ?? '')
  recordStep(live, step, {
    attempt: Math.max(1, state.attempts),
    type: 'step.finished',
    data: { ...ended, duration_ms: Math.max(0, durationMs || 0), ...notes },
  })
  forgetProgress(live, step)
  recordFindings(live, step, found)
  show(live, step)
  showFindings(live, step, found)
}

const workOf = (live: LiveRun, step: Step, state: StepState): Work => ({
  step: step.id,
  attempt: Math.max(1, state.attempts),
  tty: false,
  signal: live.interrupts.signal,
  around: aroundOf(live, step),
  started: () => {},
})

type Counts = { succeeded: number; failed: number; skipped: number }

function countsOf(live: LiveRun, step: Step): Counts {
  const members = [...runState(live).steps.values()].filter(({ within }) => within === step.id)
  const count = (status: StepState['status']): number =>
    members.filter((member) => member.status === status).length
  return { succeeded: count('succeeded'), failed: count('failed'), skipped: count('skipped') }
}

type Judging = {
  reason: string | undefined
  rendering: ReturnType<typeof renderStep>
  outcome: Outcome
  work: Work
}

async function judgeGroup(
  live: LiveRun,
  { reason, rendering, outcome, work }: Judging,
): Promise<Judged> {
  if (reason !== undefined) return { status: 'failed', reason: live.redactor.mask(reason) }
  if (!rendering.ok) return { status: 'failed', reason: live.redactor.mask(rendering.message) }
  return judge(live, rendering.ready, { outcome, work })
}

type Finished = { ready: Ready | undefined; judged: Judged; outcome: Outcome; work: Work }

/** Counts are told however it ended. */
function withOutputs(
  live: LiveRun,
  step: Step,
  { ready, judged, outcome, work }: Finished,
): Judged & { outputs: Record<string, Value> } {
  if (ready === undefined || judged.status !== 'succeeded') {
    return { ...judged, outputs: outcome.data }
  }
  const around: Around =
    step.group === 'included' ? aroundIncluded(live, step) : aroundOf(live, step)
  const computed = outputsOf(live, { ready, step, outcome, work: { ...work, around } })
  if (computed.ok) return { ...judged, outputs: computed.outputs }
  return { status: 'failed', reason: computed.message, outputs: outcome.data }
}
