/** Which incident `resume` goes on with when none is named. */
import { HotwashError } from '../../errors.ts'
import { asSeen } from '../../incident/as-seen.ts'
import { hasEnded } from '../../incident/run-ended.ts'
import { runLockHolder } from '../../record/journal/lock.ts'
import type { Store } from '../../record/store.ts'
import { openDrills, openIncidents, pickIncident, severalOpen } from '../pick-incident.ts'
import type { World } from '../world.ts'

/** The named one, or the only one with a run to go on with. */
export function pickUnfinished(world: World, store: Store, id: string | undefined): string {
  if (id !== undefined) return pickIncident(store, id)
  const open = openIncidents(store)
  // A drill that rests is gone on with only where there is nothing more urgent.
  const among = open.length > 0 ? open : openDrills(store)
  const [only, ...others] = resumable(world, store, among)
  if (others.length > 0) throw severalOpen([only ?? '', ...others], 'have a run to resume')
  if (only === undefined) {
    if (open.length < 2) return pickIncident(store, undefined)
    const message = `none of the ${open.length} open incidents has a run to resume`
    throw new HotwashError('NO_INCIDENT', message, { hint: 'hotwash status shows how they stand' })
  }
  if (among.length > 1) {
    const text = `resumes ${only}, the only one with a run to go on with`
    world.operator.show({ type: 'say', level: 'info', text })
  }
  return only
}

/** Those that rest; else those that somebody is at work on, to be told who. */
function resumable(world: World, store: Store, ids: readonly string[]): string[] {
  const alive = new Set<string>()
  const unfinished = ids.filter((id) => {
    const journal = store.open(id)
    const isAlive = runLockHolder(journal.dir, world.ports.process) !== undefined
    if (isAlive) alive.add(id)
    const run = asSeen(journal.state(), isAlive).runs.at(-1)
    return run !== undefined && !hasEnded(run)
  })
  const resting = unfinished.filter((id) => !alive.has(id))
  return resting.length > 0 ? resting : unfinished
}
