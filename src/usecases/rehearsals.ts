/**
 * Which drills have undone a step by its own rollback, whatever became of the rest of them. Known
 * again by the digest of the step and its rollback as written, whatever its inputs were.
 */
import { HotwashError } from '../errors.ts'
import type { RunState } from '../incident/state.ts'
import type { Rehearsal } from '../postmortem/view/recovery.ts'
import type { Store } from '../record/store.ts'

export function rehearsals(store: Store): Map<string, Rehearsal[]> {
  const tried = new Map<string, Rehearsal[]>()
  for (const incident of drillsIn(store)) {
    for (const run of runsOf(store, incident)) {
      for (const { undo } of run.steps.values()) {
        if (undo?.status !== 'succeeded' || undo.by !== undefined || undo.source === undefined)
          continue
        const known = tried.get(undo.source) ?? []
        tried.set(undo.source, [...known, { incident, at: run.startedAt, tookMs: undo.durationMs }])
      }
    }
  }
  return tried
}

/** A rehearsal counts in a drill alone. */
export const drillsIn = (store: Store): string[] =>
  [...store.standings()].flatMap(([id, standing]) =>
    'drill' in standing && standing.drill ? [id] : [],
  )

function runsOf(store: Store, id: string): readonly RunState[] {
  try {
    return store.stateOf(id).runs.filter(({ rehearsal }) => rehearsal)
  } catch (error) {
    // A record that cannot be read proves nothing; `hotwash list` says what is wrong with it.
    if (error instanceof HotwashError) return []
    throw error
  }
}
