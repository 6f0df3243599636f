/** Which incident a command is about, when it may be left out. */
import { HotwashError } from '../errors.ts'
import type { IncidentState } from '../incident/state.ts'
import type { Store } from '../record/store.ts'

const isOpen = (state: IncidentState): boolean =>
  state.status !== 'resolved' && state.status !== 'closed'

export const openIncidents = (store: Store): string[] =>
  store.list().filter((id) => isOpen(store.open(id).state()))

/**
 * The named one; else the only open one. Without `open`, an incident that is over will do where it is
 * the only one there is.
 */
export function pickIncident(
  store: Store,
  id: string | undefined,
  options: { open?: boolean } = {},
): string {
  if (id !== undefined) {
    if (store.list().includes(id)) return id
    const hint = 'hotwash list shows the incidents of this repository'
    throw new HotwashError('NO_INCIDENT', `there is no incident ${id} here`, { hint })
  }
  const open = openIncidents(store)
  const all = open.length > 0 || options.open === true ? open : store.list()
  const [only, ...others] = all
  if (only === undefined) {
    throw new HotwashError('NO_INCIDENT', 'there is no open incident here', {
      hint: 'hotwash declare TITLE --severity SEV2, or hotwash run RUNBOOK',
    })
  }
  if (others.length === 0) return only
  const what = open.length > 0 ? 'incidents are open' : 'incidents are here'
  throw new HotwashError('NO_INCIDENT', `${all.length} ${what}: name one of them`, {
    hint: all.join(', '),
  })
}
