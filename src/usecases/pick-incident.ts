/** Which incident a command is about, when it may be left out. */
import { HotwashError } from '../errors.ts'
import { closest } from '../runbook/did-you-mean.ts'
import { noIncident } from '../record/git/branches.ts'
import { isOpen, type Standing } from '../record/standings.ts'
import type { Store } from '../record/store.ts'

/** Known here, and resolved or closed. */
export const isOver = (store: Store, id: string): boolean =>
  store.list().includes(id) && !isOpen(store.stateOf(id))

const NONE = 'there is no incident here yet'

/** Drills are none: nobody is hit, and no command may take one for the incident that is meant. */
export const openIncidents = (store: Store): string[] => openOnes(readableOnes(store), false)

export const openDrills = (store: Store): string[] => openOnes(readableOnes(store), true)

const openOnes = (standings: readonly Standing[], drill: boolean): string[] =>
  standings.filter((standing) => isOpen(standing) && standing.drill === drill).map(({ id }) => id)

/** One that cannot be read may be the open one. */
const readableOnes = (store: Store): Standing[] =>
  [...store.standings().values()].map((standing) => {
    if (standing instanceof HotwashError) throw standing
    return standing
  })

/** Those of which a part was typed, else the one that a typo is near to. */
function meantBy(typed: string, known: readonly string[]): string[] {
  const holding = known.filter((id) => typed.length > 2 && id.includes(typed))
  const near = closest(typed, known)
  return holding.length > 0 ? holding.slice(-3) : near === undefined ? [] : [near]
}

/**
 * The named one; else the only open one. Without `open` and where none is open, the newest; with
 * `or_over`, the newest that is no drill.
 */
export function pickIncident(
  store: Store,
  id: string | undefined,
  options: { open?: boolean | 'or_over' } = {},
): string {
  if (id !== undefined) {
    const known = store.list()
    if (known.includes(id)) return id
    throw noIncident(id, { branch: store.branches().get(id), meant: meantBy(id, known) })
  }
  const standings = readableOnes(store)
  const open = openOnes(standings, false)
  const [only, ...others] = open
  if (only === undefined) {
    const newest = standings.findLast(({ drill }) => options.open !== 'or_over' || !drill)?.id
    if (newest !== undefined && options.open !== true) return newest
    const elsewhere = [...store.branches().values()].at(-1)
    if (elsewhere !== undefined && options.open !== true) {
      throw new HotwashError('NO_INCIDENT', 'no incident is checked out here', {
        hint: `there are some on branches, e.g. ${elsewhere}: hotwash list`,
      })
    }
    const start = 'hotwash declare TITLE --severity SEV2, or hotwash run RUNBOOK'
    const none = options.open === true ? 'there is no open incident here' : NONE
    throw new HotwashError('NO_INCIDENT', none, {
      hint:
        newest === undefined
          ? start
          : `one that is over must be named: ${newest}; a new one: ${start}`,
    })
  }
  if (others.length === 0) return only
  throw severalOpen(open, 'are open')
}

export const severalOpen = (ids: readonly string[], what: string): HotwashError =>
  new HotwashError('NO_INCIDENT', `${ids.length} incidents ${what}: name one of them`, {
    hint: ids.join(', '),
  })
