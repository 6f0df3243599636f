/** Evaluating over the values that a step sees, see around.ts. */
import { evaluateExpression, seenValues } from '../../runbook/expressions/expression.ts'
import type { Cel, CelType, Names } from '../../runbook/deferred.ts'
import { globalNames } from '../../runbook/expressions/names.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import type { Scope } from '../../runbook/expressions/scope.ts'

export type Evaluated = { ok: true; value: unknown } | { ok: false; message: string }

/** `names` types the locals; a local without a name there is unchecked. */
export function evaluateIn(
  cel: Cel,
  at: { scope: Scope; runbook: Runbook; locals: Record<string, unknown>; names?: Names },
): Evaluated {
  const declared = typeof cel.scope === 'object' && !('outcomeOf' in cel.scope) ? cel.scope : NONE
  const named = [at.names ?? NONE, declared] as const
  const names = namesFor(globalNames(at.runbook), named, Object.keys(at.locals))
  return evaluateExpression(cel.source, names, { ...at.scope, ...at.locals })
}

const NONE: Names = {}

/** By the names of the runbook, of the kind, and of the locals: few differ in a run, and each has as many as steps. */
const namesMade = new WeakMap<Names, WeakMap<Names, WeakMap<Names, Map<string, Names>>>>()

function namesFor(
  globals: Names,
  [own, declared]: readonly [Names, Names],
  locals: string[],
): Names {
  const ofGlobals = entry(namesMade, globals, () => new WeakMap())
  const ofOwn = entry(ofGlobals, own, () => new WeakMap())
  const ofDeclared = entry(ofOwn, declared, () => new Map<string, Names>())
  return entry(ofDeclared, locals.join(' '), () => {
    const unnamed: Record<string, CelType> = {}
    for (const name of locals) unnamed[name] = 'dyn'
    return { ...globals, ...unnamed, ...own, ...declared }
  })
}

function entry<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const there = map.get(key)
  if (there !== undefined) return there
  const made = make()
  map.set(key, made)
  return made
}

/** A condition must be a bool; anything else is a mistake that quotes expression and values. */
export function isTrue(
  cel: Cel,
  at: Parameters<typeof evaluateIn>[1],
): { ok: true; value: boolean; seen: string } | { ok: false; message: string } {
  const result = evaluateIn(cel, at)
  if (!result.ok) return result
  const seen = seenValues(cel.source, { ...at.scope, ...at.locals })
  if (typeof result.value === 'boolean') return { ok: true, value: result.value, seen }
  const was = JSON.stringify(result.value)
  return { ok: false, message: `"${cel.source}" is ${was}, where true or false is needed` }
}
