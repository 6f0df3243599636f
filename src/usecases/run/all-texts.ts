/**
 * A runbook and all that it includes, each with the inputs that are known before step 1: guards,
 * secrets, locks and rehearsals are about all of them. `parse` has seen to it that what these need
 * does not come from a step.
 */
import { HotwashError } from '../../errors.ts'
import { givenInputs, readGiven } from '../../runbook/parse/included-inputs.ts'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import { scopeBeforeRun } from '../../runbook/expressions/scope.ts'
import type { Value } from '../../incident/value.ts'
import type { Included, Runbook } from '../../runbook/runbook.ts'

type Inputs = Readonly<Record<string, Value>>

export type OneText = {
  /** Key in `Runbook.includes`; '' for the runbook itself. */
  source: string
  runbook: Runbook
  inputs: Inputs
}

/** Throws INVALID_INPUT where an included runbook is given what it does not accept. */
export function allTexts(runbook: Runbook, inputs: Inputs): OneText[] {
  const texts = new Map<string, OneText>([['', { source: '', runbook, inputs }]])
  for (const [source, included] of Object.entries(runbook.includes)) {
    const outer = texts.get(included.step.origin?.source ?? '')
    if (outer === undefined) throw new Error(`nothing includes ${source}`)
    const known = knownInputs(included, outer)
    texts.set(source, { source, runbook: included.runbook, inputs: known })
  }
  return [...texts.values()]
}

/** Without what only a step, or a round, will tell. */
function knownInputs({ runbook, step }: Included, outer: OneText): Inputs {
  const scope = scopeBeforeRun(outer.inputs)
  const late = new Set<string>()
  const given: Record<string, Value> = {}
  for (const [name, value] of Object.entries(givenInputs(step))) {
    const rendered = renderTree({ value }, { scope, runbook: outer.runbook })
    if (rendered.ok) given[name] = rendered.value.value
    else late.add(name)
  }
  const only = Object.keys(runbook.inputs).filter((name) => !late.has(name))
  const read = readGiven(runbook, given, only)
  if (read.ok) return read.inputs
  const { file, line, column } = step.place
  throw new HotwashError(
    'INVALID_INPUT',
    `${file}:${line}:${column}: step ${step.id} includes ${runbook.path}: ${read.message}`,
  )
}
