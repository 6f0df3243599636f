/** What is said of an incident after it was declared: its status, its severity, its times. */
import { HotwashError } from '../../errors.ts'
import type { EventDraft } from '../../incident/event.ts'
import { updateInWords } from '../../incident/describe-event.ts'
import { momentInWords } from '../../incident/duration.ts'
import { contradictionsIn } from '../../incident/metrics.ts'
import type { IncidentState } from '../../incident/state.ts'
import type { Journal, Published } from '../../ports/journal.ts'
import { checkSeverity, checkTitle } from './declare-incident.ts'
import { defined } from '../../incident/defined.ts'
import { isOver, pickIncident } from '../pick-incident.ts'
import { publishNow } from '../publish-now.ts'
import type { RecordWorld } from '../record-world.ts'
import { toldTimes, type UpdateData } from './told-times.ts'

export type UpdateRequest = {
  incident: string | undefined
  status: 'acknowledged' | 'mitigated' | undefined
  at: string | undefined
  title: string | undefined
  severity: string | undefined
  detectedAt: string | undefined
  impactStart: string | undefined
  source: string | undefined
  reason: string | undefined
}

export type Changed = {
  incident: string
  status: IncidentState['status']
  /** Times of which one cannot be right, now that this was said. */
  contradictions?: string[]
  record: Published
}
type Updated = Changed & { already: boolean; said: string }

export async function updateIncident(world: RecordWorld, request: UpdateRequest): Promise<Updated> {
  if (request.at !== undefined && request.status === undefined) {
    throw new HotwashError('USAGE', '--at says when a status was reached: it needs --status', {
      hint: 'other times are told with --detected-at and --impact-start; the end with hotwash resolve --at',
    })
  }
  const { title, severity, status, reason } = request
  const data = defined({
    status,
    title: title === undefined ? undefined : checkTitle(title),
    severity: severity === undefined ? undefined : checkSeverity(world, severity),
    ...toldTimes(request, world.clock.now()),
    reason,
  })
  if (saysNothing(data)) {
    throw new HotwashError('USAGE', 'nothing to update', {
      hint: 'give --status, --severity, --title, --detected-at or --impact-start',
    })
  }
  const id = pickToUpdate(world, request, data)
  const journal = world.store.open(id)
  const since = request.at === undefined ? reachedAt(journal.state(), status) : undefined
  if (since !== undefined) {
    // The time that was said first stays, unless another one is given.
    delete data.status
    if (saysNothing(data)) {
      const said = `is ${status} already, since ${momentInWords(since)}; --at TIME corrects that`
      const record = await publishNow(world, journal)
      return { incident: id, status: journal.state().status, already: true, said, record }
    }
  }
  const changed = await appendChange(world, journal, { type: 'incident.updated', data })
  return { ...changed, already: false, said: updateInWords(data) }
}

const saysNothing = (data: UpdateData): boolean =>
  Object.keys(data).every((key) => key === 'reason')

/**
 * Times are mostly learned when the incident is over: where only they are told, it need not be named.
 * A status is not reached then, it was reached at some time, which has to be said.
 */
function pickToUpdate({ store }: RecordWorld, request: UpdateRequest, data: UpdateData): string {
  const { status, at } = request
  const onlyTimes = data.title === undefined && data.severity === undefined
  const past = onlyTimes && (status === undefined || at !== undefined)
  const id = pickIncident(store, request.incident, { open: past ? 'or_over' : true })
  if (status === undefined || at !== undefined || !isOver(store, id)) return id
  if (reachedAt(store.stateOf(id), status) !== undefined) return id
  throw new HotwashError('USAGE', `incident ${id} is over: say when it was ${status}`, {
    hint: `hotwash update ${id} --status ${status} --at TIME`,
  })
}

const reachedAt = (state: IncidentState, status: UpdateRequest['status']): string | undefined =>
  status === undefined
    ? undefined
    : status === 'mitigated'
      ? state.mitigatedAt
      : state.acknowledgedAt

/** The end of every change: recorded, then committed. */
export async function appendChange(
  world: RecordWorld,
  journal: Journal,
  draft: EventDraft,
): Promise<Changed> {
  journal.append(draft)
  const { id, status } = journal.state()
  const contradictions = contradictionsIn(journal.events())
  return { incident: id, status, contradictions, record: await publishNow(world, journal) }
}
