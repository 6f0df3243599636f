/**
 * The steps of a run: those of the runbook, with the steps of every `foreach` that was begun once for
 * each of its items, under ids of their own; as a list, and as the tree in which they are walked. Pure.
 */
import { defined } from '../../incident/defined.ts'
import type { RunStep } from '../../incident/pending-step.ts'
import type { RunState } from '../../incident/state.ts'
import type { Value } from '../../incident/value.ts'
import type { Runbook, Step } from '../../runbook/runbook.ts'

/** A step, and the members of its group in the order of the text; what a `decide` holds stands beside it. */
export type StepNode = { step: Step; members: StepNode[] }

export type RunSteps = {
  /** As in a runbook: nested ones follow. */
  list: readonly Step[]
  forward: readonly StepNode[]
  always: readonly StepNode[]
  byId: ReadonlyMap<string, Step>
}

type Written = Pick<Runbook, 'steps' | 'always'>
type Run = Pick<RunState, 'steps'>

/** A fold makes a new map of steps when it declares some, and at no other time. */
const made = new WeakMap<RunState['steps'], { runbook: Written; steps: RunSteps }>()

export function runSteps(runbook: Written, run: Run): RunSteps {
  const known = made.get(run.steps)
  if (known?.runbook === runbook) return known.steps
  const list = withRounds([...runbook.steps, ...runbook.always], run)
  const steps = {
    list,
    forward: treeOf(list.filter((step) => !step.always)),
    always: treeOf(list.filter((step) => step.always)),
    byId: new Map(list.map((step) => [step.id, step])),
  }
  made.set(run.steps, { runbook, steps })
  return steps
}

export const stepOf = (runbook: Written, run: Run, id: string): Step | undefined =>
  runSteps(runbook, run).byId.get(id)

function treeOf(list: readonly Step[]): StepNode[] {
  const nodes = new Map<string, StepNode>()
  const roots: StepNode[] = []
  for (const step of list) {
    const node = { step, members: [] }
    nodes.set(step.id, node)
    const group = groupOf(step, nodes)
    ;(group === undefined ? roots : group.members).push(node)
  }
  return roots
}

/** The nearest group around it; a decision in between is none. */
function groupOf({ within }: Step, nodes: ReadonlyMap<string, StepNode>): StepNode | undefined {
  if (within === undefined) return undefined
  if (within.group !== undefined) return nodes.get(within.group)
  const decide = nodes.get(within.decide)
  return decide === undefined ? undefined : groupOf(decide.step, nodes)
}

/** What is around a step, also for an always step of an included runbook, which is no member of it. */
const outerOf = ({ within, origin }: Step): string | undefined =>
  within?.group ?? within?.decide ?? (origin?.home === '' ? undefined : origin?.home)

/** Outer ones first: what is in a round may hold rounds again. `asWritten` is left as it is. */
function withRounds(written: readonly Step[], run: Run, asWritten?: string): Step[] {
  let steps = [...written]
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at] as Step
    if (step.id === asWritten) continue
    if (step.group === 'per_item') steps = replaced(steps, step, itemsOf(run, step.id))
  }
  return steps
}

export const itemsOf = (run: Run, id: string): readonly Value[] =>
  (run.steps.get(id)?.group?.items ?? []) as Value[]

/** Steps that are written once in a `foreach`, in the order of the list. */
function writtenIn(steps: readonly Step[], foreach: Step): Step[] {
  const family = new Set([foreach.id])
  return steps.filter((step) => {
    const outer = outerOf(step)
    if (outer === undefined || !family.has(outer)) return false
    family.add(step.id)
    return true
  })
}

function replaced(steps: Step[], foreach: Step, items: readonly Value[]): Step[] {
  const written = writtenIn(steps, foreach)
  if (written.length === 0) return steps
  const rounds = items.flatMap((_, index) => roundOf(written, foreach, index + 1))
  const gone = new Set(written)
  const atEnd = written.find((step) => step.always !== foreach.always)
  return steps.flatMap((step) => {
    if (step === foreach) return [step, ...rounds.filter(({ always }) => always === step.always)]
    if (step === atEnd) return rounds.filter(({ always }) => always !== foreach.always)
    return gone.has(step) ? [] : [step]
  })
}

const homeOf = ({ origin }: Step): string => origin?.home ?? ''

/** The steps of one round of a `foreach`, before rounds in it are begun. */
function roundOf(written: readonly Step[], foreach: Step, number: number): Step[] {
  const ids = new Map<string, string>()
  const own = written.filter((step) => homeOf(step) === homeOf(foreach))
  for (const { id } of own) ids.set(id, `${id}.${number}`)
  // Of included runbooks: the id of the including step, in this round, stands before their own.
  for (const step of written.filter((one) => !own.includes(one))) {
    const home = homeOf(step)
    ids.set(step.id, `${ids.get(home) ?? home}.${step.id.slice(home.length + 1)}`)
  }
  const names = Object.fromEntries(
    own.map((step) => [step.origin?.local ?? step.id, ids.get(step.id) as string]),
  )
  const { as } = foreach.body.params as { as: string }
  const round = { group: foreach.id, number, as, names }
  return written.map((step): Step => {
    const { home = '', source = '', local = step.id, rounds = [] } = step.origin ?? {}
    const isOwn = home === homeOf(foreach)
    return {
      ...step,
      id: ids.get(step.id) as string,
      within: renamed(step.within, ids),
      origin: {
        home: isOwn ? home : (ids.get(home) ?? home),
        source,
        local,
        rounds: isOwn ? [...rounds, round] : rounds,
      },
    }
  })
}

function renamed(within: Step['within'], ids: ReadonlyMap<string, string>): Step['within'] {
  if (within === undefined) return undefined
  const of = (id: string): string => ids.get(id) ?? id
  if (within.group !== undefined) return { group: of(within.group) }
  return { ...within, decide: of(within.decide) }
}

/** As the record lists them, each with the group that it is a member of. */
export function declared(steps: readonly Step[], foreach?: Step): RunStep[] {
  const byId = new Map(
    [...steps, ...(foreach === undefined ? [] : [foreach])].map((s) => [s.id, s]),
  )
  return steps.map((step) => {
    const within = nearestGroup(step, byId)
    const { id, name, always, body } = step
    return { id, kind: body.kind, name, always, ...defined({ within }) }
  })
}

function nearestGroup({ within }: Step, byId: ReadonlyMap<string, Step>): string | undefined {
  if (within === undefined) return undefined
  if (within.group !== undefined) return within.group
  const decide = byId.get(within.decide)
  return decide && nearestGroup(decide, byId)
}

/** The steps of all rounds of a `foreach` that is about to begin. */
export function roundsOf(
  runbook: Written,
  run: Run,
  { foreach, count }: { foreach: Step; count: number },
): Step[] {
  const steps = withRounds([...runbook.steps, ...runbook.always], run, foreach.id)
  const written = writtenIn(steps, foreach)
  return Array.from({ length: count }, (_, index) => roundOf(written, foreach, index + 1)).flat()
}
