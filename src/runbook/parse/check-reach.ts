/** Whether a step may use another one, as far as groups around them are concerned. */
import type { KnownStep, Parsing } from './parsing.ts'

/** Why it may not; undefined: it may. `order` is the place of the step that asks. */
export function outOfReach(
  parsing: Parsing,
  target: KnownStep,
  order: number | undefined,
): string | undefined {
  const from = [...parsing.known.values()].find((step) => step.order === order)
  if (from === undefined) return undefined
  const above = outers(parsing, from)
  const around = outers(parsing, target)
  const own = around.find((step) => above.includes(step))
  const wayOf = (step: KnownStep | undefined) =>
    step?.kind === undefined ? undefined : parsing.kinds[step.kind]?.members
  if (target !== from && above.includes(target) && wayOf(target) !== undefined) {
    return `${target.id} has not ended yet here: this is one of its steps`
  }
  const each = around.find((step) => !above.includes(step) && wayOf(step) === 'per_item')
  if (each !== undefined && each !== target) {
    return `step "${target.id}" runs once for each item of ${each.id}, and has no values outside it; its rounds are counted in steps.${each.id}.outputs`
  }
  if (own === undefined || wayOf(own) !== 'together' || own === target || own === from) {
    return undefined
  }
  return `step "${target.id}" runs at the same time, in ${own.id}`
}

/** Itself, then what is around it, innermost first. */
function outers(parsing: Parsing, step: KnownStep): KnownStep[] {
  const outer = step.outer === undefined ? undefined : parsing.known.get(step.outer)
  return outer === undefined ? [step] : [step, ...outers(parsing, outer)]
}
