/**
 * Rollbacks that no drill has tried. Known again by `stepSource`: the same step with the same body and
 * rollback, whatever its inputs were. Only where there is something to look at: a repository that has
 * records, or that declares what a rehearsal may touch. Elsewhere, as in a bare checkout, that there
 * is no drill says nothing.
 */
import { stepSource } from '../engine/step-source.ts'
import { HotwashError, type Issue } from '../errors.ts'
import type { Store } from '../record/store.ts'
import { excerptOf, linesOf } from '../runbook/place.ts'
import type { Runbook, Step } from '../runbook/runbook.ts'
import { recordWorldOf } from './record-world-of.ts'
import type { World } from './world.ts'

/** Steps whose undo matters most: what they destroy, or what only a restore brings back. */
const needsDrill = ({ effect, rollback }: Step): boolean =>
  rollback !== undefined && (effect === 'destroy' || rollback.kind === 'restore')

export function neverRehearsed(world: World, runbook: Runbook): Issue[] {
  const steps = runbook.steps.filter(needsDrill)
  if (steps.length === 0 || world.repository === undefined) return []
  const { store } = recordWorldOf(world)
  const elsewhere = store.branches().size
  if (store.list().length + elsewhere === 0 && world.config.rehearsal === undefined) return []
  const tried = triedIn(store)
  const unseen =
    elsewhere === 0
      ? ''
      : `; ${elsewhere} incident${elsewhere === 1 ? ' is' : 's are'} only on branches and were not looked at`
  const lines = linesOf(runbook.text)
  return steps
    .filter((step) => !tried.has(stepSource(step)))
    .map(({ id, rollback, place }) => ({
      code: 'never-rehearsed',
      severity: 'warning',
      place,
      // The text of an included runbook is not at hand.
      ...(place.file === runbook.path ? { excerpt: excerptOf(lines, place) } : {}),
      message: `the rollback of step ${id} (${rollback?.kind}) was never rehearsed: no drill in the records here has undone it as it is written now${unseen}`,
      hint: `hotwash run ${runbook.path} --rehearse`,
    }))
}

/** What some drill has undone by its own rollback, whatever became of the rest of it. */
function triedIn(store: Store): Set<string> {
  const tried = new Set<string>()
  for (const id of store.list()) {
    for (const { undo } of undoneIn(store, id)) {
      if (undo?.status === 'succeeded' && undo.by === undefined && undo.source !== undefined) {
        tried.add(undo.source)
      }
    }
  }
  return tried
}

function undoneIn(store: Store, id: string) {
  try {
    const { drill, runs } = store.stateOf(id)
    const rehearsals = drill ? runs.filter(({ rehearsal }) => rehearsal) : []
    return rehearsals.flatMap(({ steps }) => [...steps.values()])
  } catch (error) {
    // A record that cannot be read proves nothing; `hotwash list` says what is wrong with it.
    if (error instanceof HotwashError) return []
    throw error
  }
}
