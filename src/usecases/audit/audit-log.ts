/** `audit log`: every event, where it stands in its log, and the commit that brought it into git. */
import { describeEvent } from '../../incident/describe-event.ts'
import type { EventType } from '../../incident/event.ts'
import type { Journal } from '../../ports/journal.ts'
import { damageWarnings } from '../damage.ts'
import { pickIncident } from '../pick-incident.ts'
import type { RecordWorld } from '../record-world.ts'

type AuditRow = {
  clock: number
  seq: number
  at: string
  type: EventType
  actor: string
  host: string
  step?: string
  text: string
  /** null: not committed (yet), or an intent that has no commit of its own. */
  commit: string | null
}

export type AuditLog = { incident: string; events: AuditRow[]; warnings: string[] }

export async function auditLog(world: RecordWorld, asked: string | undefined): Promise<AuditLog> {
  const incident = pickIncident(world.store, asked)
  const journal = world.store.open(incident)
  const commitOf = await commitsOfEvents(world, journal)
  const events = journal.events().map((event) => ({
    clock: event.clock,
    seq: event.seq,
    at: event.at,
    type: event.type,
    actor: event.actor.name,
    host: event.actor.host,
    ...(event.step === undefined ? {} : { step: event.step }),
    text: describeEvent(event),
    commit: commitOf(event) ?? null,
  }))
  const warnings = [...damageWarnings(journal), ...(await chainWarnings(journal))]
  return { incident, events, warnings }
}

/** The events are shown all the same: what was changed is best seen next to the rest. */
async function chainWarnings({ dir, incident }: Journal): Promise<string[]> {
  const { isChained } = await import('../../record/verify/folder.ts')
  return isChained(dir, incident)
    ? []
    : [`this record does not verify: hotwash audit verify ${incident}`]
}

async function commitsOfEvents(world: RecordWorld, journal: { dir: string; incident: string }) {
  const { repository } = world
  if (repository === undefined) return () => undefined
  const { findBranch } = await import('../../record/git/incident-branch.ts')
  const { eventCommits } = await import('../../record/git/event-commits.ts')
  const branch = await findBranch({ ...world, repository }, journal.incident)
  const tip = branch.tip === undefined ? branch.remoteRef : branch.ref
  const known = branch.tip ?? branch.remoteTip
  return known === undefined
    ? () => undefined
    : eventCommits({ ...world, repository }, journal, tip)
}

export const auditLines = ({ events }: Pick<AuditLog, 'events'>): string =>
  events
    .map(({ clock, at, commit, actor, text }) =>
      [
        String(clock).padStart(5),
        at,
        (commit ?? '-').slice(0, 12).padEnd(12),
        `${actor}:`,
        text,
      ].join('  '),
    )
    .join('\n')
