/** `hotwash status` where several incidents are open: what stands first of each, and what to type. */
import { counted } from '../../incident/counted.ts'
import { damageWarnings } from '../damage.ts'
import type { RecordWorld } from '../record-world.ts'
import { incidentJson, showIncident, statusLines, type Shown } from './show-incident.ts'

const MOST = 5

type OpenStatus = { json: Record<string, unknown>; text: string; warnings: string[] }

export function openStatus(world: RecordWorld, open: readonly string[]): OpenStatus {
  const all = open.map((id) => showIncident(world, id))
  const older = open.length - MOST
  const blocks = all.slice(-MOST).map((one) => statusLines(one, world.clock.now()).join('\n'))
  const more = older > 0 ? `, ${older} of them older: hotwash list` : ''
  return {
    json: { incidents: all.map(statusJson) },
    text: [...blocks, `${counted(open.length, 'incident')} are open${more}`].join('\n\n'),
    warnings: all.flatMap(({ journal }) => damageWarnings(journal)),
  }
}

export const statusJson = ({ state, next }: Shown): Record<string, unknown> => {
  const run = state.runs.at(-1)
  return {
    incident: incidentJson(state),
    ...(run === undefined
      ? {}
      : { run: { id: run.id, status: run.status, runbook: run.runbook, reason: run.reason } }),
    next,
  }
}
