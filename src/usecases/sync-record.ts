/** `hotwash sync`: everything recorded is committed, and pushed where that is configured. */
import type { Journal, Published } from '../ports/journal.ts'
import type { RecordWorld } from './record-world.ts'

/** A person waits for it and sees it: longer than a background round may take. */
const LIMIT_MS = 120_000

/** Also where the branch is checked out; there it commits just the record's paths. */
export async function syncRecord(world: RecordWorld, journal: Journal): Promise<Published> {
  const { openPublisher } = await import('../record/git/publish.ts')
  const { repository } = world
  if (repository !== undefined) {
    const context = { ...world, repository, journal }
    const { checkedOutAt, findBranch } = await import('../record/git/incident-branch.ts')
    const { ref, tip } = await findBranch(context, journal.incident)
    const where = tip === undefined ? undefined : await checkedOutAt(context, ref)
    if (where !== undefined && !where.busy) {
      const { syncWorktree } = await import('../record/git/sync-worktree.ts')
      await syncWorktree(context, where.path)
    }
  }
  return openPublisher({ ...world, journal }).flush(LIMIT_MS)
}
