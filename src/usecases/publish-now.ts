import { counted } from '../incident/counted.ts'
import type { Journal, Published } from '../ports/journal.ts'
import type { RecordWorld } from './record-world.ts'

/** A short command gives git this long; what is not committed then, the next command commits. */
const LIMIT_MS = 5_000

/** Commits what was appended. Never throws: what git could not do is in the answer. */
export async function publishNow(world: RecordWorld, journal: Journal): Promise<Published> {
  const { openPublisher } = await import('../record/git/publish.ts')
  const publisher = openPublisher({ ...world, journal })
  publisher.kick()
  return publisher.flush(LIMIT_MS)
}

/** What a person should know about git, in words; empty when all is committed. */
export function publishWarnings(record: Published): string[] {
  if (record.branch === undefined)
    return ['not in a git repository: the record is a folder of files, nothing is committed']
  return record.uncommitted > 0 ? [notCommitted(record)] : []
}

export function notCommitted({ uncommitted, paused }: Published): string {
  const events = `${counted(uncommitted, 'event')} not committed yet`
  return paused === undefined ? events : `${events}: ${paused}`
}
