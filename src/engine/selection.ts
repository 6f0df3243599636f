/** Which steps have a part in a run: --from, --until, --tags, --skip-tags, and the options of a `decide`. Pure. */
import type { RunState } from '../incident/state.ts'
import type { Runbook, Step } from '../runbook/runbook.ts'

export type Selection = Pick<RunState, 'from' | 'until' | 'tags' | 'skipTags' | 'steps'>
type LeftOut = { by: 'selection' | 'option'; reason: string }

/** Why a step has no part in this run, when it has none. */
export function leftOut(
  step: Step,
  { run, runbook }: { run: Selection; runbook: Runbook },
): LeftOut | undefined {
  if (step.always) return undefined
  const reason = outOfRange(step, run, runbook) ?? outOfTags(step, run, runbook)
  if (reason !== undefined) return { by: 'selection', reason }
  if (step.within === undefined) return undefined
  const decided = run.steps.get(step.within.decide)
  const chosen = decided?.status === 'succeeded' ? decided.outputs.choice : undefined
  if (chosen === step.within.option) return undefined
  const instead = typeof chosen === 'string' ? `chose ${chosen}` : 'chose nothing'
  return { by: 'option', reason: `${step.within.decide} ${instead}` }
}

function outOfRange(step: Step, run: Selection, runbook: Runbook): string | undefined {
  if (run.from === undefined && run.until === undefined) return undefined
  const at = (id: string) => runbook.steps.findIndex((other) => other.id === id)
  const place = at(step.id)
  if (run.from !== undefined && place < at(run.from)) return `before --from ${run.from}`
  const isAfter = run.until !== undefined && place > lastOf(runbook, run.until)
  return isAfter ? `after --until ${run.until}` : undefined
}

/** The steps nested in a `decide` belong to it. */
function lastOf(runbook: Runbook, id: string): number {
  const family = new Set([id])
  let last = -1
  for (const [index, step] of runbook.steps.entries()) {
    if (step.within !== undefined && family.has(step.within.decide)) family.add(step.id)
    if (family.has(step.id)) last = index
  }
  return last
}

/** A nested step has the tags of its `decide` too, and a `decide` is needed to reach what is in it. */
function outOfTags(step: Step, run: Selection, runbook: Runbook): string | undefined {
  const { tags, skipTags } = run
  if (tags === undefined && skipTags === undefined) return undefined
  const own = withOuter(step, runbook).flatMap((one) => one.tags)
  const refused = skipTags?.find((tag) => own.includes(tag))
  if (refused !== undefined) return `--skip-tags ${refused}`
  if (tags === undefined || tags.some((tag) => own.includes(tag))) return undefined
  const isOnTheWay = runbook.steps.some(
    (other) =>
      other.tags.some((tag) => tags.includes(tag)) &&
      withOuter(other, runbook).some((outer) => outer.id === step.id),
  )
  return isOnTheWay ? undefined : `not tagged ${tags.join(' or ')} (--tags)`
}

function withOuter(step: Step, runbook: Runbook): Step[] {
  const outer = runbook.steps.find((other) => other.id === step.within?.decide)
  return outer === undefined ? [step] : [step, ...withOuter(outer, runbook)]
}
