/**
 * What a plan cannot know: the outputs and the end of steps that it does not run. Whoever asks for
 * them is told so, by the step's id, and is never called failed for it.
 */
import { aroundOf, type Around } from '../../engine/render/around.ts'
import { runState, stepState, type LiveRun } from '../../engine/live-run.ts'
import type { StepStatus } from '../../incident/state.ts'
import { mentions } from '../../runbook/expressions/expression.ts'
import type { Cel } from '../../runbook/deferred.ts'
import type { Step } from '../../runbook/runbook.ts'
import type { Scope } from '../../runbook/expressions/scope.ts'

export const OVER: ReadonlySet<StepStatus> = new Set<StepStatus>(['succeeded', 'skipped', 'failed'])

/** `asked`: the steps that were asked for so far, although the plan has not run them. */
export type PlannedAround = Around & { asked: ReadonlySet<string> }

type Steps = Scope['steps']

/** As it is in a run, but that steps which were not run have neither outputs nor a status. */
export function plannedAround(live: LiveRun, step: Step): PlannedAround {
  const around = aroundOf(live, step)
  const asked = new Set<string>()
  const steps = new Proxy(around.scope.steps, {
    get(target, local) {
      if (typeof local !== 'string' || !Object.hasOwn(target, local)) return undefined
      const id = around.stepNames.idOf(local)
      return isOver(live, id) ? target[local] : notRun(() => asked.add(id))
    },
  })
  return { ...around, scope: { ...around.scope, steps }, asked }
}

/** Without a status, an expression that needs it fails, unless its other half decides. */
const notRun = (tell: () => void): Steps[string] => {
  const known: Pick<Steps[string], 'outputs'> = {
    get outputs() {
      tell()
      return {}
    },
  }
  return known as Steps[string]
}

const isOver = (live: LiveRun, id: string): boolean => OVER.has(stepState(live, id).status)

/** The steps that an expression names and that the plan has not run. */
export function unknownIn(live: LiveRun, step: Step, { source }: Cel): string[] {
  const { stepNames } = aroundOf(live, step)
  const read = mentions(source)
  const named = read.ok ? read.mentions.map(({ path }) => path) : []
  const ids = named.flatMap(([root, id]) =>
    root === 'steps' && id !== undefined ? [stepNames.idOf(id)] : [],
  )
  const { steps } = runState(live)
  return [...new Set(ids)].filter((id) => steps.has(id) && !isOver(live, id))
}

/** `what`: "whether it runs", "what it does". */
export function notKnown(what: string, ids: Iterable<string>): string {
  const names = [...ids]
  const steps = `step${names.length === 1 ? '' : 's'} ${names.join(', ')}`
  return `not known in a plan: ${what} depends on ${steps}, which a plan does not run`
}
