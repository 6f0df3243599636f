/**
 * Pushing the incident's branch: never forced. Where the remote has more, both histories are joined
 * by a merge commit: each log has one writer, so that of two versions one is the beginning of the
 * other, and the longer one is the whole.
 */
import type { CommitContext } from './commits.ts'
import { moveRef, readRecordTree } from './commits.ts'
import type { RecordTree } from './commit-queue.ts'
import { committerEnv } from './identity.ts'
import type { IncidentBranch } from './incident-branch.ts'
import { checkedOutAt, commitsOf, GitTrouble, gitText } from './incident-branch.ts'
import { unlinkIfThere } from '../journal/holder.ts'
import { isOfRecord, recordPath } from '../names.ts'

/** With something to read, git goes by the process port, which does not wait for an ssh that stays. */
const REMOTE_CALL = { stdin: '', timeoutMs: 60_000 }
const ATTEMPTS = 3

/** Why it did not work, in words; undefined when the remote has everything. */
export async function push(
  context: CommitContext,
  branch: IncidentBranch,
): Promise<string | undefined> {
  let tip = branch.tip
  for (let attempt = 1; tip !== undefined; attempt += 1) {
    const pushed = await pushOnce(context, { tip, name: branch.name })
    if (pushed.is === 'done') return undefined
    if (pushed.is === 'failed') return pushed.why
    if (attempt === ATTEMPTS) return `${context.config.remote} was ahead ${ATTEMPTS} times`
    const joined = await join(context, { ...branch, tip })
    if (typeof joined === 'string') return joined
    tip = joined.tip
  }
  return undefined
}

async function pushOnce(
  context: CommitContext,
  { tip, name }: { tip: string; name: string },
): Promise<{ is: 'done' | 'rejected' } | { is: 'failed'; why: string }> {
  const { remote } = context.config
  const credentials = await globalCredentials(context)
  const args = ['push', '--no-verify', '--receive-pack=git-receive-pack']
  const result = await context.git.raw(
    context.repository.root,
    [...credentials, ...args, remote, `${tip}:refs/heads/${name}`],
    REMOTE_CALL,
  )
  if (result.ok) return { is: 'done' }
  if (/fetch first|non-fast-forward|stale info|cannot lock ref/.test(result.stderr))
    return { is: 'rejected' }
  const lines = result.stderr.split('\n')
  const why = lines.find((line) => /fatal|error|rejected|denied/i.test(line))
  return { is: 'failed', why: why ?? 'git push failed' }
}

/** A repository may name a program as its credential helper; the user's own helpers stay. */
async function globalCredentials(context: CommitContext): Promise<string[]> {
  const args = ['config', '--global', '--get-all', 'credential.helper']
  const result = await context.git.raw(context.repository.root, args)
  const helpers = result.ok ? result.stdout.split('\n').filter((line) => line !== '') : []
  return ['', ...helpers].flatMap((helper) => ['-c', `credential.helper=${helper}`])
}

/** Fetches the remote's branch and joins it with ours; the new tip, or why not. */
async function join(
  context: CommitContext,
  branch: IncidentBranch & { tip: string },
): Promise<{ tip: string } | string> {
  const credentials = await globalCredentials(context)
  const refspec = `refs/heads/${branch.name}:${branch.remoteRef}`
  const args = ['fetch', '--no-tags', '--no-recurse-submodules', '--upload-pack=git-upload-pack']
  const fetched = await context.git.raw(
    context.repository.root,
    [...credentials, ...args, context.config.remote, refspec],
    REMOTE_CALL,
  )
  if (!fetched.ok) return `git fetch failed: ${fetched.stderr.split('\n')[0]}`
  const theirs = (await commitsOf(context, [branch.remoteRef])).get(branch.remoteRef)
  if (theirs === undefined)
    return `${context.config.remote} rejected the branch, but does not have it`
  const where = await checkedOutAt(context, branch.ref)
  if (where !== undefined)
    return `the remote is ahead and the branch is checked out in ${where.path}: git pull there`
  const tip = await union(context, { ours: branch.tip, theirs })
  if (typeof tip !== 'object') return tip
  const moved = await moveRef(context, { ref: branch.ref, to: tip.tip, was: branch.tip })
  return moved ? tip : 'the branch moved meanwhile'
}

/** The commit that joins both histories; or what does not let them be joined. */
export async function union(
  context: CommitContext,
  { ours, theirs }: { ours: string; theirs: string },
): Promise<{ tip: string } | string> {
  const [mine, other] = [await readRecordTree(context, ours), await readRecordTree(context, theirs)]
  const files = await unionOfRecords(context, mine, other)
  if (typeof files === 'string') return files
  const tree = await mergedTree(context, { ours, theirs, files })
  if (typeof tree === 'string') return tree
  const subject = 'record: joined with the one at the remote'
  const message = `${subject}\n\nIncident: ${context.journal.incident}\n`
  const date = `${Math.floor(context.clock.now() / 1000)} +0000`
  const args = ['commit-tree', tree.tree, '-p', ours, '-p', theirs, '-m', message]
  const env = committerEnv(context.journal.actor, date)
  return { tip: (await gitText(context, args, { env })).trim() }
}

/** Path to blob of the joined log/, evidence/ and runbooks/; or which log has two versions. */
async function unionOfRecords(
  context: CommitContext,
  mine: RecordTree,
  other: RecordTree,
): Promise<Map<string, string> | string> {
  const files = new Map<string, string>()
  for (const path of new Set([...mine.keys(), ...other.keys()])) {
    if (!isOfRecord(path)) continue
    const [a, b] = [mine.get(path), other.get(path)]
    const longer = a === undefined || (b !== undefined && b.bytes > a.bytes) ? b : a
    if (longer === undefined) continue
    if (a !== undefined && b !== undefined && a.blob !== b.blob) {
      const shorter = longer === a ? b : a
      const continued = await isContinued(context, shorter.blob, longer.blob)
      if (!path.startsWith('log/') || !continued)
        return `${path} differs at the remote: run hotwash audit verify`
    }
    files.set(path, longer.blob)
  }
  return files
}

async function isContinued(context: CommitContext, short: string, long: string): Promise<boolean> {
  const read = (blob: string): Promise<string> => gitText(context, ['cat-file', 'blob', blob])
  return (await read(long)).startsWith(await read(short))
}

/** What is not the record (postmortem.md, the rest of the repository) is merged by git. */
async function mergedTree(
  context: CommitContext,
  { ours, theirs, files }: { ours: string; theirs: string; files: Map<string, string> },
): Promise<{ tree: string } | string> {
  const args = ['merge-tree', '--write-tree', '--no-messages', '-z', ours, theirs]
  const result = await context.git.raw(context.repository.root, args)
  const folder = recordPath(context.journal.incident)
  const merged = result.ok ? result.stdout : undefined
  if (merged === undefined) {
    return 'the branch at the remote has other changes that conflict (postmortem.md?): merge them by hand'
  }
  const tree = merged.split('\0')[0] ?? ''
  const index = `${context.repository.commonDir}/hotwash/${context.journal.incident}/local/index-${process.pid}`
  const env = { GIT_INDEX_FILE: index }
  try {
    await gitText(context, ['read-tree', tree], { env })
    const lines = [...files].map(([path, blob]) => `100644 ${blob}\t${folder}/${path}\n`).join('')
    await gitText(context, ['update-index', '--add', '--index-info'], { env, stdin: lines })
    return { tree: (await gitText(context, ['write-tree'], { env })).trim() }
  } catch (error) {
    if (error instanceof GitTrouble) return error.message
    throw error
  } finally {
    unlinkIfThere(index)
  }
}
