/** What went wrong with a body, for those that count errors: category, words and place, and no values. */
import { categoryOf } from '../incident/error-category.ts'
import { plainShape } from './error-shape.ts'
import type { ActionKind, OutcomeError, Probed } from './kind.ts'

export function errorOf(
  kind: ActionKind,
  { probed, params, expectation }: { probed: Probed; params: never; expectation: string },
): OutcomeError {
  const { outcome } = probed
  const signs = kind.signsOf?.(params, outcome) ?? {}
  const isUnmet = probed.is === 'unmet'
  // The reason of an expectation that does not hold quotes values; of anything else, it is a message.
  const words = signs.text ?? (isUnmet ? '' : (outcome.reason ?? probed.reason))
  const category = signs.category ?? categoryOf({ ...signs, text: words })
  const isTelling = !isUnmet || category !== 'unknown' || (signs.status ?? 0) >= 400
  const expected = `not so: ${expectation}`
  const shape = isTelling ? words : [words, expected].filter(Boolean).join('; ')
  return { category, shape: plainShape(shape), context: signs.context ?? {} }
}
