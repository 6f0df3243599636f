/**
 * What the expressions of a step mean at this moment: the names are those of the text it is written
 * in, the values those of the run. A step of an included runbook sees that one's inputs, secrets and
 * steps; a step in a round of a `foreach` sees the item, and the steps of its own round.
 */
import type { StepState, StepStatus } from '../../incident/state.ts'
import { ownSteps } from '../../runbook/expressions/names.ts'
import type { Value } from '../../incident/value.ts'
import type { Origin, Runbook, Step } from '../../runbook/runbook.ts'
import type { Scope } from '../../runbook/expressions/scope.ts'
import type { LiveRun } from '../live-run.ts'
import { runState, stepState } from '../live-run.ts'
import { itemsOf } from '../walk/run-steps.ts'

export type Around = {
  scope: Scope
  runbook: Runbook
  locals: Record<string, unknown>
  stepNames: StepNames
}

/** For kinds that name a step outright, as it is called in their own text. */
export type StepNames = {
  /** The step that includes this text; '' for the runbook itself. */
  home: string
  idOf(local: string): string
}

const HERE: Origin = { home: '', source: '', local: '', rounds: [] }

export const aroundOf = (live: LiveRun, { origin }: Pick<Step, 'origin'>): Around =>
  aroundIn(live, origin ?? HERE, { runbook: live.runbook })

/** What an included runbook sees as a whole, for the outputs of the step that includes it. */
export function aroundIncluded(live: LiveRun, step: Step): Around {
  const { source = '', local = step.id } = step.origin ?? {}
  const key = source === '' ? local : `${source}.${local}`
  const origin = { home: step.id, source: key, local: '', rounds: [] }
  return aroundIn(live, origin, { runbook: live.runbook })
}

/** What the undo of a step sees: inputs and outputs as they were when the step began. */
export function undoAroundOf(live: LiveRun, id: string, then: { step: Step; runbook: Runbook }) {
  const { undo } = stepState(live, id)
  if (undo === undefined) throw new Error(`step ${id} has no undo`)
  const { runbook } = then
  return aroundIn(live, then.step.origin ?? HERE, { runbook, before: undo.scope })
}

type Before = NonNullable<StepState['undo']>['scope']
type Read = { runbook: Runbook; before?: Before }

function aroundIn(live: LiveRun, origin: Origin, read: Read): Around {
  const { home, source, rounds } = origin
  const run = runState(live)
  const runbook = source === '' ? read.runbook : includedIn(read.runbook, source)
  const inputs =
    home === ''
      ? (read.before?.inputs ?? run.inputs)
      : ((run.steps.get(home)?.group?.inputs ?? {}) as Scope['inputs'])
  const locals = rounds.map(({ group, number, as }) => [as, itemsOf(run, group)[number - 1]])
  return {
    runbook,
    stepNames: { home, idOf: (local) => idIn(origin, local) },
    locals: Object.fromEntries(locals) as Around['locals'],
    scope: {
      inputs,
      secrets: live.secrets.values(source),
      incident: { id: live.journal.incident },
      run: { id: live.id },
      steps: read.before
        ? stepsBefore(live, { origin, runbook }, read.before)
        : stepsNow(live, { origin, runbook }),
    },
  }
}

export function includedIn(runbook: Runbook, source: string): Runbook {
  const included = runbook.includes[source]
  if (included === undefined) throw new Error(`${runbook.path} includes nothing at ${source}`)
  return included.runbook
}

type Named = { origin: Origin; runbook: Runbook }

/** The id that a step of this text has in the run, by its id in the text. */
function idIn({ home, rounds }: Origin, local: string): string {
  const round = rounds.findLast(({ names }) => Object.hasOwn(names, local))
  return round?.names[local] ?? (home === '' ? local : `${home}.${local}`)
}

type Steps = Record<string, Scope['steps'][string]>

/** Steps are many and every step asks for them: they are made once for each text, and look themselves up. */
const made = new WeakMap<LiveRun, { states: object; byPlace: Map<string, Steps> }>()

function stepsNow(live: LiveRun, named: Named): Steps {
  const states = runState(live).steps
  let known = made.get(live)
  if (known?.states !== states) known = { states, byPlace: new Map() }
  made.set(live, known)
  const { home, rounds } = named.origin
  const place = [home, ...rounds.map(({ group, number }) => `${group}.${number}`)].join(' ')
  const there = known.byPlace.get(place)
  if (there !== undefined) return there
  const steps: Steps = {}
  for (const { id: local } of ownSteps(named.runbook)) {
    const state = states.get(idIn(named.origin, local))
    if (state !== undefined) steps[local] = lookingUp(live, state)
  }
  // Of a long list each round is asked for while it is at work, and not again.
  if (known.byPlace.size > MAX_PLACES) known.byPlace.clear()
  known.byPlace.set(place, steps)
  return steps
}

const MAX_PLACES = 100

const lookingUp = (live: LiveRun, state: StepState) => ({
  get status(): StepStatus {
    return state.status
  },
  get outputs(): Readonly<Record<string, Value>> {
    const secret = live.secretOutputs.get(state.id)
    return secret === undefined ? state.outputs : { ...state.outputs, ...secret }
  },
})

function stepsBefore(live: LiveRun, { origin, runbook }: Named, before: Before): Steps {
  const states = runState(live).steps
  const steps: Steps = {}
  for (const { id: local } of ownSteps(runbook)) {
    const state = states.get(idIn(origin, local))
    if (state === undefined) continue
    const was = before.outputs[state.id]
    const outputs = was === undefined ? {} : { ...was, ...live.secretOutputs.get(state.id) }
    steps[local] = { status: was === undefined ? 'pending' : state.status, outputs }
  }
  return steps
}
