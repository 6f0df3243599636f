/** `postmortem actions`: the actions of one incident, the worst first. */
import { agedActions } from '../../postmortem/actions/aged-actions.ts'
import { pickIncident } from '../pick-incident.ts'
import type { RecordWorld } from '../record-world.ts'
import { ageBy, wanted, type ActionList, type ListRequest } from './list-actions.ts'
import { reportActions } from './report-actions.ts'

/** The problems of its head are an error here. */
export async function incidentActions(
  world: RecordWorld,
  { incident, ...request }: ListRequest & { incident: string | undefined },
): Promise<ActionList & { incident: string }> {
  const journal = world.store.open(pickIncident(world.store, incident))
  const { actions } = await reportActions(world, journal)
  const { id, title, severity, declaredAt, resolvedAt } = journal.state()
  const all = agedActions([{ id, title, severity, declaredAt, resolvedAt, actions }], ageBy(world))
  const chosen = all.filter((action) => wanted(action, request))
  return { incident: id, actions: chosen, of: all.length, warnings: [] }
}
