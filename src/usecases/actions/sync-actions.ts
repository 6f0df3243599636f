/**
 * `actions sync`: keeps an issue for each action, or hands the list over as JSON. What was done is
 * recorded action by action, so that trouble in the middle loses nothing of it.
 */
import { HotwashError } from '../../errors.ts'
import type { EventOf } from '../../incident/event.ts'
import type { Journal } from '../../ports/journal.ts'
import { agedActions, type AgedAction } from '../../postmortem/actions/aged-actions.ts'
import { pickIncident } from '../pick-incident.ts'
import { openForReport } from '../take-up.ts'
import { publishNow, publishWarnings } from '../publish-now.ts'
import { reportActions } from './report-actions.ts'
import { syncOne, type SyncedAction } from './sync-one.ts'
import { TrackerTrouble } from './trackers/ask-tracker.ts'
import { openTracker, type TrackerWorld } from './trackers/open-tracker.ts'
import type { TrackerName } from './trackers/tracker.ts'

export type SyncRequest = {
  incident: string | undefined
  to: TrackerName | 'json'
  plan: boolean
  tokenFile: string | undefined
}

export type Synced = {
  incident: string
  to: SyncRequest['to']
  /** Where the issues are; null: the list is the answer. */
  where: string | null
  actions: (SyncedAction | AgedAction)[]
  /** False: nothing was to be done, only told. */
  recorded: boolean
  /** Why it ended early, or did not do all. */
  trouble?: { message: string; hint?: string | undefined }
  warnings: string[]
}

export async function syncActions(world: TrackerWorld, request: SyncRequest): Promise<Synced> {
  const { to, plan, tokenFile } = request
  const recorded = !plan && to !== 'json'
  const { journal } = recorded
    ? await openForReport(world, request.incident)
    : { journal: world.store.open(pickIncident(world.store, request.incident)) }
  const { actions } = await reportActions(world, journal)
  const { id, title, severity, declaredAt, resolvedAt } = journal.state()
  const aged = agedActions([{ id, title, severity, declaredAt, resolvedAt, actions }], {
    now: world.clock.now(),
    severities: world.config.severities,
  })
  const about = { incident: id, to }
  if (to === 'json') return { ...about, where: null, actions: aged, recorded: false, warnings: [] }
  const tracker = openTracker(world, { to, tokenFile })
  const done: SyncedAction[] = []
  let trouble: Synced['trouble']
  for (const action of masked(world, aged)) {
    const last = lastSynced(journal, action.id, to)
    try {
      const synced = await syncOne({ tracker, action, known: last?.data.number, plan })
      done.push(synced)
      if (recorded) record(journal, { synced, last, to })
    } catch (error) {
      if (!(error instanceof TrackerTrouble)) throw error
      const message = world.redactor.mask(`${action.id}: ${error.message}`)
      trouble ??= { message, hint: error.hint }
      if (error.rest) break
    }
  }
  const warnings = [...(recorded ? publishWarnings(await publishNow(world, journal)) : [])]
  const result = { ...about, where: tracker.where, actions: done, recorded, warnings }
  return trouble === undefined ? result : { ...result, trouble }
}

/** A tracker is a sink like any other. */
const masked = ({ redactor }: TrackerWorld, actions: readonly AgedAction[]): AgedAction[] =>
  actions.map((action) => redactor.maskValue(action))

type SyncEvent = EventOf<'action.synced'>

const lastSynced = (journal: Journal, action: string, to: string): SyncEvent | undefined =>
  journal
    .events()
    .findLast(
      (event): event is SyncEvent =>
        event.type === 'action.synced' && event.data.action === action && event.data.to === to,
    )

/** Only what the log does not know yet. */
const record = (
  journal: Journal,
  { synced, last, to }: { synced: SyncedAction; last: SyncEvent | undefined; to: TrackerName },
): void => {
  const { id, number, url, state } = synced
  if (number === undefined || url === undefined || state === undefined) return
  const same = last?.data.number === number && last.data.url === url && last.data.state === state
  if (same && (synced.did === 'unchanged' || synced.did === 'left')) return
  journal.append({ type: 'action.synced', data: { action: id, to, url, number, state } })
}

/** What a person is told, and what the command ends with. */
export const troubleError = (trouble: NonNullable<Synced['trouble']>): HotwashError =>
  new HotwashError(
    'TRACKER',
    trouble.message,
    trouble.hint === undefined ? {} : { hint: trouble.hint },
  )
