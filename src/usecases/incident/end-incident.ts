/** The end of an incident: resolved, which can be corrected, and closed. */
import { HotwashError } from '../../errors.ts'
import type { Precision } from '../../incident/event.ts'
import { momentInWords } from '../../incident/duration.ts'
import { momentsOf, type Moment } from '../../incident/moments.ts'
import { hasEnded } from '../../incident/run-ended.ts'
import type { IncidentState } from '../../incident/state.ts'
import { defined } from '../../incident/defined.ts'
import { nextForReport } from '../next-command.ts'
import { pickIncident } from '../pick-incident.ts'
import { publishNow } from '../publish-now.ts'
import { readSource, readTime } from './read-time.ts'
import type { RecordWorld } from '../record-world.ts'
import { needsTime } from './told-times.ts'
import { appendChange, type Changed, type UpdateRequest } from './update-incident.ts'

export type Resolved = Changed & {
  already: boolean
  unfinished: string | undefined
  /** The command to type now. */
  next: string
  /** It was resolved before, and the time of that was corrected. */
  corrected: { from: string; to: string } | undefined
}

/** Resolving twice changes nothing and is no error; with another time it corrects the first. */
export async function resolveIncident(
  world: RecordWorld,
  request: Pick<UpdateRequest, 'incident' | 'at' | 'source' | 'reason'>,
): Promise<Resolved> {
  const { at, source } = request
  if (at === undefined && source !== undefined) throw needsTime()
  const told = at === undefined ? undefined : readTime(at, '--at', world.clock.now())
  const data = defined({
    effective_at: told?.at,
    precision: told?.precision === 'exact' ? undefined : told?.precision,
    source: source === undefined ? undefined : readSource(source),
    reason: request.reason,
  })
  const journal = world.store.open(pickIncident(world.store, request.incident))
  const state = journal.state()
  const unfinished = unfinishedRun(state)
  const was = momentsOf(journal.events()).resolved.at(-1)
  if (was !== undefined && (told === undefined || isSame(was, { ...told, source: data.source }))) {
    const record = await publishNow(world, journal)
    const { id: incident, status } = state
    const next = nextForReport(state)
    return { incident, status, next, record, already: true, unfinished, corrected: undefined }
  }
  const changed = await appendChange(world, journal, { type: 'incident.resolved', data })
  const corrected =
    was === undefined || told === undefined
      ? undefined
      : { from: momentInWords(was.at, was.precision), to: momentInWords(told.at, told.precision) }
  const next = nextForReport(journal.state())
  return { ...changed, next, already: false, unfinished, corrected }
}

const isSame = (
  was: Moment,
  told: { at: string; precision: Precision; source?: string | undefined },
): boolean => was.at === told.at && was.precision === told.precision && was.source === told.source

export async function closeIncident(
  world: RecordWorld,
  request: { incident: string | undefined; reason: string | undefined },
): Promise<Changed & { already: boolean }> {
  const journal = world.store.open(pickIncident(world.store, request.incident))
  const state = journal.state()
  if (state.status === 'closed') {
    const record = await publishNow(world, journal)
    return { incident: state.id, status: state.status, record, already: true }
  }
  refuseUnfinished(state)
  const changed = await appendChange(world, journal, {
    type: 'incident.closed',
    data: defined({ reason: request.reason }),
  })
  return { ...changed, already: false }
}

function refuseUnfinished(state: IncidentState): void {
  const run = unfinishedRun(state)
  if (run !== undefined) {
    throw new HotwashError('RUN_UNFINISHED', `incident ${state.id} has a run that is ${run}`, {
      hint: `go on with: hotwash resume ${state.id}   or undo it with: hotwash rollback ${state.id}`,
    })
  }
  if (state.status === 'resolved') return
  throw new HotwashError('WAITING', `incident ${state.id} is ${state.status}, not resolved`, {
    hint: `first: hotwash resolve ${state.id}`,
  })
}

/** The status of the newest run that has not ended. */
const unfinishedRun = (state: IncidentState): string | undefined =>
  state.runs.findLast((run) => !hasEnded(run))?.status
