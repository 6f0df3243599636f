/** The values that `${{ }}` and CEL see at this moment of the run. */
import { evaluateExpression, seenValues } from '../runbook/expression.ts'
import type { Cel, CelType, Names } from '../runbook/fields.ts'
import { globalNames } from '../runbook/names.ts'
import type { Runbook } from '../runbook/runbook.ts'
import type { Scope } from '../runbook/scope.ts'
import type { LiveRun } from './live-run.ts'
import { runState, stepState } from './live-run.ts'

export function scopeOf(live: LiveRun): Scope {
  const run = runState(live)
  const steps: Record<string, Scope['steps'][string]> = {}
  for (const step of run.steps.values()) {
    const secret = live.secretOutputs.get(step.id)
    const outputs = secret === undefined ? step.outputs : { ...step.outputs, ...secret }
    steps[step.id] = { status: step.status, outputs }
  }
  return { ...fixedScope(live), inputs: run.inputs, steps }
}

/** What the undo of a step sees: inputs and outputs as they were when the step began. */
export function undoScopeOf(live: LiveRun, id: string): Scope {
  const { undo } = stepState(live, id)
  if (undo === undefined) throw new Error(`step ${id} has no undo`)
  const steps: Record<string, Scope['steps'][string]> = {}
  for (const step of runState(live).steps.values()) {
    const secret = live.secretOutputs.get(step.id)
    const before = undo.scope.outputs[step.id]
    const outputs = before === undefined ? {} : { ...before, ...secret }
    steps[step.id] = { status: before === undefined ? 'pending' : step.status, outputs }
  }
  return { ...fixedScope(live), inputs: undo.scope.inputs, steps }
}

const fixedScope = (live: LiveRun): Pick<Scope, 'secrets' | 'incident' | 'run'> => ({
  secrets: live.secrets.values(),
  incident: { id: live.journal.incident },
  run: { id: live.id },
})

export type Evaluated = { ok: true; value: unknown } | { ok: false; message: string }

/** `names` types the locals; a local without a name there is unchecked. */
export function evaluateIn(
  cel: Cel,
  at: { scope: Scope; runbook: Runbook; locals: Record<string, unknown>; names?: Names },
): Evaluated {
  const unnamed: Record<string, CelType> = {}
  for (const name of Object.keys(at.locals)) unnamed[name] = 'dyn'
  const declared = typeof cel.scope === 'object' && !('outcomeOf' in cel.scope) ? cel.scope : {}
  const names = { ...globalNames(at.runbook), ...unnamed, ...at.names, ...declared }
  return evaluateExpression(cel.source, names, { ...at.scope, ...at.locals })
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
