/** Which steps have a part in a run: --from, --until, --tags, --skip-tags, and the options of a `decide`. Pure. */
import type { RunState } from '../../incident/state.ts'
import type { Runbook, Step } from '../../runbook/runbook.ts'

export type Selection = Pick<RunState, 'from' | 'until' | 'tags' | 'skipTags' | 'steps'>
type LeftOut = { by: 'selection' | 'option' | 'group'; reason: string }
type Around = { run: Selection; runbook: Pick<Runbook, 'steps'> }

/** Why a step has no part in this run, when it has none. */
export function leftOut(step: Step, { run, runbook }: Around): LeftOut | undefined {
  if (step.always) return outOfGroup(step, run)
  const reason = outOfRange(step, run, runbook) ?? outOfTags(step, run, runbook)
  if (reason !== undefined) return { by: 'selection', reason }
  return outOfOption(step, run) ?? outOfGroup(step, run)
}

function outOfOption({ within }: Step, run: Selection): LeftOut | undefined {
  if (within?.decide === undefined) return undefined
  const decided = run.steps.get(within.decide)
  const chosen = decided?.status === 'succeeded' ? decided.outputs.choice : undefined
  if (chosen === within.option) return undefined
  const instead = typeof chosen === 'string' ? `chose ${chosen}` : 'chose nothing'
  return { by: 'option', reason: `${within.decide} ${instead}` }
}

/** A member is reached while its group is at work. */
function outOfGroup(step: Step, run: Selection): LeftOut | undefined {
  const { within, origin } = step
  if (within === undefined && origin !== undefined) return notIncluded(origin.home, run)
  const group = within?.group === undefined ? undefined : run.steps.get(within.group)
  if (group === undefined) return undefined
  const how = group.by === 'hand' ? 'was done by hand' : GROUP_WORDS[group.status]
  return how === undefined ? undefined : { by: 'group', reason: `${group.id} ${how}` }
}

/** An always step of a runbook that was included: it comes at the end, if that one was begun. */
function notIncluded(home: string, run: Selection): LeftOut | undefined {
  const group = run.steps.get(home)
  if (group === undefined || group.group !== undefined) return undefined
  return { by: 'group', reason: `${home} did not run` }
}

const GROUP_WORDS: Readonly<Record<string, string>> = {
  succeeded: 'ended without it',
  failed: 'failed before it',
  skipped: 'was skipped',
}

/** A group is needed to reach what is in it, and what is in it belongs to it. */
function outOfRange(
  step: Step,
  run: Selection,
  runbook: Pick<Runbook, 'steps'>,
): string | undefined {
  if (run.from === undefined && run.until === undefined) return undefined
  const { steps } = runbook
  const at = (id: string) => steps.findIndex((other) => other.id === id)
  const place = at(writtenId(step))
  const reach = step.group === undefined ? place : lastOf(steps, writtenId(step))
  if (run.from !== undefined && reach < at(run.from)) return `before --from ${run.from}`
  const isAfter = run.until !== undefined && place > lastOf(steps, run.until)
  return isAfter ? `after --until ${run.until}` : undefined
}

/** Rounds of a `foreach` are selected by what is written once for all of them. */
export const writtenId = ({ id, origin }: Step): string =>
  origin === undefined
    ? id
    : origin.source === ''
      ? origin.local
      : `${origin.source}.${origin.local}`

const outerOf = ({ within }: Step): string | undefined => within?.group ?? within?.decide

/** What is nested in a step belongs to it. */
function lastOf(steps: readonly Step[], id: string): number {
  const family = new Set([id])
  let last = -1
  for (const [index, step] of steps.entries()) {
    const outer = outerOf(step)
    if (outer !== undefined && family.has(outer)) family.add(step.id)
    if (family.has(step.id)) last = index
  }
  return last
}

/** A nested step has the tags of what is around it too, and that is needed to reach it. */
function outOfTags(
  step: Step,
  run: Selection,
  runbook: Pick<Runbook, 'steps'>,
): string | undefined {
  const { tags, skipTags } = run
  if (tags === undefined && skipTags === undefined) return undefined
  const id = writtenId(step)
  const written = runbook.steps.find((other) => other.id === id) ?? step
  const own = withOuter(written, runbook).flatMap((one) => one.tags)
  const refused = skipTags?.find((tag) => own.includes(tag))
  if (refused !== undefined) return `--skip-tags ${refused}`
  if (tags === undefined || tags.some((tag) => own.includes(tag))) return undefined
  const isOnTheWay = runbook.steps.some(
    (other) =>
      other.tags.some((tag) => tags.includes(tag)) &&
      withOuter(other, runbook).some((outer) => outer.id === id),
  )
  return isOnTheWay ? undefined : `not tagged ${tags.join(' or ')} (--tags)`
}

function withOuter(step: Step, runbook: Pick<Runbook, 'steps'>): Step[] {
  const id = outerOf(step)
  const outer = id === undefined ? undefined : runbook.steps.find((other) => other.id === id)
  return outer === undefined ? [step] : [step, ...withOuter(outer, runbook)]
}
