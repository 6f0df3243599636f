/** The life of an incident after it was declared: updated, resolved, closed. */
import { HotwashError } from '../errors.ts'
import type { EventDraft } from '../incident/event.ts'
import { updateInWords } from '../incident/describe-event.ts'
import { momentInWords } from '../incident/duration.ts'
import type { IncidentState } from '../incident/state.ts'
import type { Journal, Published } from '../ports/journal.ts'
import { checkSeverity, checkTitle } from './declare-incident.ts'
import { pickIncident } from './pick-incident.ts'
import { publishNow } from './publish-now.ts'
import { readTime } from './read-time.ts'
import type { RecordWorld } from './record-world.ts'

export type UpdateRequest = {
  incident: string | undefined
  status: 'acknowledged' | 'mitigated' | undefined
  at: string | undefined
  title: string | undefined
  severity: string | undefined
  detectedAt: string | undefined
  impactStart: string | undefined
  reason: string | undefined
}

export type Changed = { incident: string; status: IncidentState['status']; record: Published }
type Updated = Changed & { already: boolean; said: string }

export async function updateIncident(world: RecordWorld, request: UpdateRequest): Promise<Updated> {
  const now = world.clock.now()
  const time = (text: string | undefined, flag: string) =>
    text === undefined ? undefined : readTime(text, flag, now)
  if (request.at !== undefined && request.status === undefined) {
    throw new HotwashError('USAGE', '--at says when a status was reached: it needs --status')
  }
  const data = defined({
    status: request.status,
    effective_at: time(request.at, '--at'),
    title: request.title === undefined ? undefined : checkTitle(request.title),
    severity: request.severity === undefined ? undefined : checkSeverity(world, request.severity),
    detected_at: time(request.detectedAt, '--detected-at'),
    impact_start: time(request.impactStart, '--impact-start'),
    reason: request.reason,
  })
  if (Object.keys(data).every((key) => key === 'reason')) {
    throw new HotwashError('USAGE', 'nothing to update', {
      hint: 'give --status, --severity, --title, --detected-at or --impact-start',
    })
  }
  const journal = world.store.open(pickIncident(world.store, request.incident, { open: true }))
  const since = request.at === undefined ? reachedAt(journal.state(), request.status) : undefined
  if (since !== undefined) {
    // The time that was said first stays, unless another one is given.
    delete data.status
    if (Object.keys(data).every((key) => key === 'reason')) {
      const { id, status } = journal.state()
      const said = `is ${request.status} already, since ${momentInWords(since)}; --at TIME corrects that`
      return { incident: id, status, already: true, said, record: await publishNow(world, journal) }
    }
  }
  const changed = await append(world, journal, { type: 'incident.updated', data })
  return { ...changed, already: false, said: updateInWords(data) }
}

const reachedAt = (state: IncidentState, status: UpdateRequest['status']): string | undefined =>
  status === undefined
    ? undefined
    : status === 'mitigated'
      ? state.mitigatedAt
      : state.acknowledgedAt

/** Resolving twice changes nothing and is no error. */
export async function resolveIncident(
  world: RecordWorld,
  request: { incident: string | undefined; at: string | undefined; reason: string | undefined },
): Promise<Changed & { already: boolean; unfinished: string | undefined }> {
  const at = request.at === undefined ? undefined : readTime(request.at, '--at', world.clock.now())
  const journal = world.store.open(pickIncident(world.store, request.incident))
  const state = journal.state()
  const unfinished = unfinishedRun(state)
  if (state.status === 'resolved' || state.status === 'closed') {
    const record = await publishNow(world, journal)
    return { incident: state.id, status: state.status, record, already: true, unfinished }
  }
  const data = defined({ effective_at: at, reason: request.reason })
  const changed = await append(world, journal, { type: 'incident.resolved', data })
  return { ...changed, already: false, unfinished }
}

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
  const changed = await append(world, journal, {
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

const ENDED = new Set(['succeeded', 'failed', 'rolled_back', 'stopped'])

/** The status of the newest run that has not ended. */
const unfinishedRun = (state: IncidentState): string | undefined =>
  state.runs.findLast((run) => !ENDED.has(run.status))?.status

async function append(world: RecordWorld, journal: Journal, draft: EventDraft): Promise<Changed> {
  journal.append(draft)
  const { id, status } = journal.state()
  return { incident: id, status, record: await publishNow(world, journal) }
}

/** Without the keys that are undefined: the log holds what was said, nothing else. */
const defined = <T extends object>(data: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
