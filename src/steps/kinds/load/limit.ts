/** Whether a limit holds, part by part, and whether it still can. */
import type { Check } from '../../../incident/event.ts'
import { Cel } from '../../../runbook/deferred.ts'
import { conjunctsOf, surely, type Bounds } from '../../../runbook/expressions/surely.ts'
import { seenValues } from '../../../runbook/expressions/expression.ts'
import type { Value } from '../../../incident/value.ts'
import type { StepContext } from '../../kind.ts'

/** Without a limit nothing ends a load early, and this is what counts as success. */
export const NO_ERRORS = new Cel('errors == 0', 'own')

/** True when no request that is still missing could make the limit hold again. */
export const isSurelyBroken = (limit: Cel, bounds: Bounds): boolean =>
  surely(limit.source, bounds) === false

/** One check for each part that is joined by `&&`. */
export function checksOf(
  limit: Cel,
  { data, context }: { data: Record<string, Value>; context: StepContext },
): Check[] {
  return conjunctsOf(limit.source).map((source): Check => {
    const judged = context.evaluate(new Cel(source, limit.scope), data)
    const seen = judged.ok ? seenValues(source, data) : judged.message
    const holds = judged.ok && judged.value === true
    return { name: source, status: holds ? 'passed' : 'failed', seen, wanted: source }
  })
}
