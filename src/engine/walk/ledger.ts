/** What there is to undo, last in first out. Pure. */
import type { RunState, StepState } from '../../incident/state.ts'

export type LedgerEntry = StepState & { undo: NonNullable<StepState['undo']> }

/**
 * Every step with a durable start and an undo, the latest first: failed, timed-out and unknown ones
 * too, also when settled as not done, since half done is possible. `to` keeps the steps from it on.
 */
export function ledger(run: RunState, to?: string): LedgerEntry[] {
  const ids = [...run.steps.keys()]
  const first = to === undefined ? 0 : Math.max(0, ids.indexOf(to))
  return [...run.steps.values()]
    .slice(first)
    .filter((step): step is LedgerEntry => step.undo !== undefined && !step.always)
    .sort((a, b) => b.undo.order - a.undo.order)
}

export const isUndone = (entry: LedgerEntry): boolean =>
  entry.undo.status === 'succeeded' || entry.undo.status === 'skipped'

export const leftToUndo = (run: RunState): LedgerEntry[] =>
  ledger(run, run.rollback?.to).filter((entry) => !isUndone(entry))
