/**
 * What the steps of a run were for: some look, some change what is broken, some prove that it is
 * mended. By what they did and when, since a runbook does not say it.
 */
import type { EventOf, IncidentEvent } from '../../incident/event.ts'
import type { RunState, StepState } from '../../incident/state.ts'
import { isType, type Material } from './material.ts'

type Started = IncidentEvent & EventOf<'step.started'>

export type Attempted = { step: StepState; started: Started; events: readonly IncidentEvent[] }

export type Purposes = {
  /** Before anything was changed. */
  looks: Attempted[]
  /** What was tried to mend it. */
  fixes: Attempted[]
  /** All that changed something, what was only made to be looked at and taken away again, too. */
  changing: Attempted[]
  /** What was looked at since. */
  proofs: Attempted[]
}

/** They act, and what they act on is not what is broken. */
const LOOKING: ReadonlySet<string> = new Set(['login', 'load', 'health', 'snapshot', 'logs'])
const ASIDE: ReadonlySet<string> = new Set(['backup', 'notify', 'wait'])
const ASKING: ReadonlySet<string> = new Set(['ask', 'decide', 'approve'])

export const purposes = (material: Material, run: RunState): Purposes => {
  const all = [...run.steps.values()].flatMap((step): Attempted[] => {
    const events = material.eventsOfStep(run, step)
    const started = events.find((event): event is Started => isType(event, 'step.started'))
    // A group does nothing itself: its steps tell what they did.
    if (started === undefined || started.data.group !== undefined) return []
    return ASIDE.has(step.kind) || ASKING.has(step.kind) ? [] : [{ step, started, events }]
  })
  const inOrder = all.sort((a, b) => a.started.clock - b.started.clock)
  const changing = inOrder.filter(({ step, started }) => mends(step, started))
  const tidying = tidyingOf(changing)
  const [earliest] = changing
  // A request after something else was changed does what a user does: it shows what became of it.
  const isTrying = ({ step }: Attempted): boolean =>
    step.kind === 'http' && earliest?.step.kind !== 'http'
  const fixes = changing.filter((one) => !isTrying(one) && !tidying.has(one))
  const first = fixes[0]?.started.clock ?? Infinity
  const asFix = new Set(fixes)
  const others = inOrder.filter((one) => !asFix.has(one) && !tidying.has(one))
  return {
    changing,
    fixes,
    looks: others.filter(({ started }) => started.clock < first),
    proofs: others.filter(({ started }) => started.clock > first),
  }
}

/** Statements that the undo of an earlier step holds as well: they take away what that step made. */
const tidyingOf = (changing: readonly Attempted[]): Set<Attempted> => {
  const undone = new Set(
    changing.flatMap(({ step: { kind, undo } }) =>
      kind === 'http' && undo !== undefined ? [statementOf(undo.preview)] : [],
    ),
  )
  return new Set(
    changing.filter(
      ({ step, started }) => step.kind === 'sql' && undone.has(statementOf(started.data.preview)),
    ),
  )
}

/** Without its values and the place where it runs. */
const statementOf = (preview: string): string => preview.split('\n', 1)[0] ?? ''

/** It was to change what is broken: more than a look, a backup or a message. */
export const mends = ({ kind }: StepState, { data }: Started): boolean =>
  data.effect !== 'read' && data.observe !== true && !LOOKING.has(kind) && !ASIDE.has(kind)

/** Whether an event is of a step that was to mend what is broken. */
export const isFixIn = (material: Material): ((event: IncidentEvent) => boolean) => {
  const fixes = new Set(
    material.state.runs.flatMap((run) =>
      purposes(material, run).fixes.flatMap(({ events }) => events),
    ),
  )
  return (event) => fixes.has(event) && !event.type.startsWith('gate.')
}
