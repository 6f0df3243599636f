/**
 * Rollbacks that no drill has tried. Known again by `stepSource`: the same step with the same body and
 * rollback, whatever its inputs were. Only where there is something to look at: a repository that has
 * records, or that declares what a rehearsal may touch. Elsewhere, as in a bare checkout, that there
 * is no drill says nothing. A runbook that is shipped with hotwash lies in every repository: without
 * a declaration it counts where it was run, and not before.
 */
import { basename } from 'node:path'
import { stepSource } from '../../engine/render/step-source.ts'
import type { Issue } from '../../errors.ts'
import type { Store } from '../../record/store.ts'
import { excerptOf, linesOf } from '../../runbook/yaml/place.ts'
import type { Runbook, Step } from '../../runbook/runbook.ts'
import { recordWorldOf } from '../record-world-of.ts'
import { rehearsals } from '../rehearsals.ts'
import { EXTENSION, isShipped } from '../runbook/runbook-file.ts'
import type { World } from '../world.ts'

/** Steps whose undo matters most: what they destroy, or what only a restore brings back. */
const needsDrill = ({ effect, rollback }: Step): boolean =>
  rollback !== undefined && (effect === 'destroy' || rollback.kind === 'restore')

/** `file`: where the text of the runbook lies. */
export function neverRehearsed(world: World, runbook: Runbook, file: string): Issue[] {
  const steps = runbook.steps.filter(needsDrill)
  if (steps.length === 0 || world.repository === undefined) return []
  const { store } = recordWorldOf(world)
  const elsewhere = store.branches().size
  if (store.list().length + elsewhere === 0 && world.config.rehearsal === undefined) return []
  const isDeclared = world.config.rehearsal !== undefined
  if (!isDeclared && isShipped(world, file) && !wasRun(world, store, file)) return []
  const tried = rehearsals(store)
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

/** By its name: newer releases ship other texts of it. Where hotwash itself is made, records are samples. */
function wasRun({ root, packageRoot }: World, store: Store, file: string): boolean {
  if (root === packageRoot) return false
  return [...store.standings().values()].some(
    (standing) =>
      'runbooks' in standing && standing.runbooks.some((path) => nameOf(path) === nameOf(file)),
  )
}

const nameOf = (path: string): string => basename(path).replace(EXTENSION, '')
