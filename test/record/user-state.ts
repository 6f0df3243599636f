/** Everything of a repository that belongs to its user, byte for byte. */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Place } from './place.ts'

const GIT_FILES =
  /^\.git\/(HEAD|ORIG_HEAD|index|index\.lock|MERGE_\w+|REBASE_HEAD|BISECT_\w+|CHERRY_PICK_HEAD|rebase-merge\/.*|rebase-apply\/.*|info\/.*|hooks\/.*|config|worktrees\/.*)$/

export function userState(place: Place): Record<string, string> {
  const state: Record<string, string> = {}
  for (const path of files(place.root)) {
    const name = relative(place.root, path)
    if (name.startsWith('.git/') && !GIT_FILES.test(name)) continue
    // Git itself writes the index's time stamps when the user looks; we never do.
    state[name] = lstatSync(path).isSymbolicLink()
      ? readlinkSync(path)
      : createHash('sha256').update(readFileSync(path)).digest('hex')
  }
  const refs = place.sh(
    'git for-each-ref --format="%(refname) %(objectname)" refs/heads refs/stash refs/tags',
  )
  for (const line of refs.split('\n')) {
    const [ref = '', id = ''] = line.split(' ')
    if (ref !== '' && !ref.includes('/incident/')) state[ref] = id
  }
  state['stash'] = place.sh('git stash list')
  return state
}

function files(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name === 'objects' || entry.name === 'hotwash' || entry.name === 'logs') return []
    return entry.isDirectory() ? files(path) : [path]
  })
}
