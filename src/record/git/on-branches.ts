/**
 * What the logs of incidents that are only on branches say of their title, severity and status. Nothing
 * is checked out or verified: one `git grep` finds the few lines that tell, however long the logs are.
 */
import type { IncidentEvent } from '../../incident/event.ts'
import { foldEvents } from '../../incident/fold.ts'
import type { IncidentState } from '../../incident/state.ts'
import { decodeLine } from '../journal/codec.ts'
import { recordPath } from '../names.ts'
import type { RecordGit } from './incident-branch.ts'

/** The settings of a user's own grep are not for us. */
const HOW = ['-F', '-a', '-z', '--no-color', '--no-line-number', '--no-column', '--no-textconv']
const LIMIT_MS = 5_000

/** `refs`: by id. Those that git cannot read are left out. */
export async function statesOnBranches(
  { git, repository }: Pick<RecordGit, 'git' | 'repository'>,
  refs: ReadonlyMap<string, string>,
): Promise<Map<string, IncidentState>> {
  if (refs.size === 0) return new Map()
  const logs = [...refs.keys()].map((id) => `${recordPath(id)}/log`)
  const args = ['grep', ...HOW, '-e', '"type":"incident.', ...refs.values(), '--', ...logs]
  // A partial clone is not completed over the network for a list.
  const env = { GIT_NO_LAZY_FETCH: '1' }
  const found = await git.raw(repository.root, args, { env, timeoutMs: LIMIT_MS })
  const lines = found.ok ? found.stdout.split('\n') : []
  return new Map(
    [...refs].flatMap(([id, ref]) => {
      const prefix = `${ref}:${recordPath(id)}/log/`
      const events = lines.filter((line) => line.startsWith(prefix)).flatMap(eventOf)
      const state = foldEvents(
        id,
        events.sort((a, b) => a.clock - b.clock),
      )
      return state.declaredAt === '' ? [] : [[id, state] as const]
    }),
  )
}

function eventOf(line: string): IncidentEvent[] {
  try {
    const decoded = decodeLine(line.slice(line.indexOf('\0') + 1))
    return decoded.ok ? [decoded.event] : []
  } catch {
    // Of a later version: it hides no other one.
    return []
  }
}
