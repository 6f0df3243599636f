/** What each commit that leads to one changed in the record, as git tells it. */
import type { CommitContext } from '../git/commits.ts'
import { gitText } from '../git/incident-branch.ts'
import { isOfRecord, recordPath } from '../names.ts'

export type HistoryContext = Pick<CommitContext, 'git' | 'repository'>

export type Change = {
  commit: string
  oldMode: string
  newMode: string
  was: string
  is: string
  status: string
  path: string
}

const GUARD = '--no-replace-objects'

/** The newest first. */
export async function commitsTouching(
  context: HistoryContext,
  { incident, commit }: { incident: string; commit: string },
): Promise<string[]> {
  const folder = recordPath(incident)
  // --parents keeps every merge: one that throws away a side is the same as its other side.
  const args = [
    GUARD,
    'rev-list',
    '--topo-order',
    '--full-history',
    '--parents',
    commit,
    '--',
    folder,
  ]
  const listed = await gitText(context, args)
  return listed.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')[0] as string]))
}

export async function changesIn(
  context: HistoryContext,
  commits: string[],
  incident: string,
): Promise<Change[]> {
  if (commits.length === 0) return []
  const folder = recordPath(incident)
  const args = [
    GUARD,
    'diff-tree',
    '--stdin',
    '-m',
    '-r',
    '--root',
    '--raw',
    '--no-abbrev',
    '--no-renames',
  ]
  const stdin = commits.map((commit) => `${commit}\n`).join('')
  const output = await gitText(context, [...args, '--', folder], { stdin })
  const changes: Change[] = []
  let commit = ''
  for (const line of output.split('\n')) {
    if (!line.startsWith(':')) {
      commit = line.split(' ')[0] || commit
      continue
    }
    const match = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) (\w+)\t"?(.*?)"?$/.exec(line)
    if (match === null) continue
    const [, oldMode = '', newMode = '', was = '', is = '', status = '', path = ''] = match
    changes.push({ commit, oldMode, newMode, was, is, status, path: path.slice(folder.length + 1) })
  }
  return changes.filter(({ path }) => isOfRecord(path))
}
