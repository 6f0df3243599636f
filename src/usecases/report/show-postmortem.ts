import { HotwashError } from '../../errors.ts'
import { sha256 } from '../../runbook/digest.ts'
import { orGitTrouble } from './report-trouble.ts'
import { pickIncident } from '../pick-incident.ts'
import type { RecordWorld } from '../record-world.ts'
import { placeOfReport } from './report-place.ts'

export type Shown = {
  incident: string
  path: string
  branch: string | null
  sha256: string
  text: string
}

/** The report as it is now, with what people wrote. */
export const showPostmortem = async (
  world: RecordWorld,
  request: { incident: string | undefined },
): Promise<Shown> => {
  const journal = world.store.open(pickIncident(world.store, request.incident))
  return orGitTrouble(async () => {
    const place = await placeOfReport(world, journal)
    const text = await place.read()
    if (text === undefined) throw noReport(journal.incident)
    const { path, branch = null } = place
    return { incident: journal.incident, path, branch, sha256: sha256(text), text }
  })
}

export const noReport = (incident: string): HotwashError =>
  new HotwashError('NO_INCIDENT', `incident ${incident} has no post-mortem yet`, {
    hint: `write it from the record with: hotwash postmortem draft ${incident}`,
  })
