/**
 * Incidents that are only on a branch, e.g. in a fresh clone of what others pushed. Read from the
 * folders of git and not asked of it, because every listing looks.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { isIncidentId } from '../names.ts'

/** By id, the branch as `git switch` takes it; one at a remote is made here by that. */
export const incidentBranches = (commonDir: string): Map<string, string> =>
  new Map([...incidentRefs(commonDir)].map(([id, ref]) => [id, ref.replace(ROOT, '')]))

const ROOT = /^refs\/(?:heads|remotes\/[^/]+)\//

/** The full names; of one here and at a remote that at the remote, as it was last fetched. */
export function incidentRefs(commonDir: string): Map<string, string> {
  const found = new Map<string, string>()
  const add = (ref: string): void => {
    const id = /^(?:hotwash\/)?incident\/([^/]+)$/.exec(ref.replace(ROOT, ''))?.[1]
    if (id !== undefined && ROOT.test(ref) && isIncidentId(id)) found.set(id, ref)
  }
  const remotes = namesIn(join(commonDir, 'refs', 'remotes')).map((name) => `refs/remotes/${name}`)
  for (const root of ['refs/heads', ...remotes]) {
    for (const folder of [`${root}/incident`, `${root}/hotwash/incident`]) {
      for (const name of namesIn(join(commonDir, folder))) add(`${folder}/${name}`)
    }
  }
  for (const line of packedRefs(commonDir)) add(line.slice(line.indexOf(' ') + 1))
  return found
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function packedRefs(commonDir: string): string[] {
  try {
    return readFileSync(join(commonDir, 'packed-refs'), 'utf8').split('\n')
  } catch {
    return []
  }
}

export function noIncident(
  id: string,
  { branch, meant = [] }: { branch: string | undefined; meant?: readonly string[] },
): HotwashError {
  const guess = meant.length === 0 ? '' : `did you mean ${meant.join(', or ')}? `
  return branch === undefined
    ? new HotwashError('NO_INCIDENT', `there is no incident ${id} here`, {
        hint: `${guess}hotwash list shows the incidents of this repository`,
      })
    : new HotwashError('NO_INCIDENT', `incident ${id} is on branch ${branch}, not checked out`, {
        hint: `to read it: git switch ${branch}; without: hotwash audit verify ${id}`,
      })
}
