/**
 * Puts pending events on the incident's branch. The tip is read; objects are made by one
 * `git fast-import`, which moves no ref; then the ref is moved if it is still what was read. When it
 * is not, somebody committed meanwhile (people own postmortem.md): all is read again. Only log/,
 * evidence/, runbooks/ and .gitattributes of the one incident are ever replaced.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Actor } from '../../incident/event.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Pending, RecordTree } from './commit-queue.ts'
import { blobId } from './objects.ts'
import { pendingCommits } from './commit-queue.ts'
import { commitStream } from './commit-stream.ts'
import type { IncidentBranch, RecordGit } from './incident-branch.ts'
import { commitsOf, findBranch, GitTrouble, gitText } from './incident-branch.ts'
import { logPath, recordPath } from '../names.ts'

export type CommitContext = RecordGit & {
  journal: { incident: string; dir: string; actor: Actor }
  clock: Clock
}

/** What the branch has and what it lacks. */
export type Standing = {
  branch: IncidentBranch
  tree: RecordTree
  pending: Pending[]
  problem: string | undefined
}

/** One stream holds whole logs, so that its size is bounded, not the number of its commits alone. */
const STREAM_LIMIT_BYTES = 32 << 20
const STREAM_LIMIT_COMMITS = 200

/** What was read of the branch, or written to it by us; `moveRef` finds out when it is no longer so. */
export type KnownTip = Pick<Standing, 'branch' | 'tree'>

export async function readStanding(context: CommitContext, known?: KnownTip): Promise<Standing> {
  const { branch, tree } = known ?? (await readTip(context))
  const queue = pendingCommits(context.journal.dir, tree)
  const problem = branch.tip === undefined ? branch.problem : undefined
  return queue.ok
    ? { branch, tree, pending: queue.pending, problem }
    : { branch, tree, pending: [], problem: queue.problem }
}

async function readTip(context: CommitContext): Promise<KnownTip> {
  const branch = await findBranch(context, context.journal.incident)
  const tip = branch.tip ?? branch.start
  return { branch, tree: tip === undefined ? new Map() : await readRecordTree(context, tip) }
}

/** The tip after these commits, without asking git for it. */
export function afterCommits(
  { branch, tree, pending }: Standing,
  { commit, made }: { commit: string; made: number },
): KnownTip {
  const files = new Map(tree)
  // Only whether they are there counts; what they hold is in their names.
  const there = { blob: '', bytes: 0 }
  const done = pending.slice(0, made)
  for (const name of ['.gitattributes', ...done.flatMap((one) => one.files)])
    if (!files.has(name)) files.set(name, there)
  // Of each log as it is at the tip alone: naming a long one costs as much as committing it.
  for (const [writer, { log, end }] of new Map(done.map((one) => [one.writer, one])))
    files.set(logPath(writer), { blob: blobId(log.subarray(0, end), commit.length), bytes: end })
  return { branch: { ...branch, tip: commit }, tree: files }
}

export async function readRecordTree(
  from: Pick<CommitContext, 'git' | 'repository'> & { journal: { incident: string } },
  commit: string,
): Promise<RecordTree> {
  const folder = `${recordPath(from.journal.incident)}/`
  const listed = await gitText(from, [
    'ls-tree',
    '-r',
    '-l',
    '-z',
    '--full-tree',
    commit,
    '--',
    folder,
  ])
  const files = new Map<string, { blob: string; bytes: number }>()
  for (const entry of listed.split('\0')) {
    const match = /^\d+ blob ([0-9a-f]+) +(\S+)\t(.*)$/s.exec(entry)
    if (match === null) continue
    const [, blob = '', bytes, path = ''] = match
    // Git says BAD for the size of a damaged object.
    files.set(path.slice(folder.length), { blob, bytes: Number(bytes) || 0 })
  }
  return files
}

/** Makes commits of as many pending events as fit in one stream; nothing points to them yet. */
export async function makeCommits(
  context: CommitContext,
  { branch, tree, pending }: Standing,
): Promise<{ commit: string; made: number }> {
  const some = pending.slice(0, fitting(pending))
  const { journal, clock } = context
  const stdin = commitStream({
    pending: some,
    parent: branch.tip ?? branch.start,
    incident: journal.incident,
    committedAtMs: clock.now(),
    committer: journal.actor,
    withAttributes: !tree.has('.gitattributes'),
    read: (file) => readFileSync(join(journal.dir, file)),
  })
  const out = await gitText(
    context,
    ['-c', 'core.compression=1', 'fast-import', '--quiet', '--done', '--date-format=raw'],
    {
      stdin,
    },
  )
  const commit = out.trim()
  if (!/^[0-9a-f]{40,64}$/.test(commit))
    throw new GitTrouble(`fast-import said ${commit.slice(0, 80)}`)
  return { commit, made: some.length }
}

function fitting(pending: readonly Pending[]): number {
  let bytes = 0
  const over = pending.findIndex((one, n) => {
    bytes += one.end
    return n > 0 && (bytes > STREAM_LIMIT_BYTES || n >= STREAM_LIMIT_COMMITS)
  })
  return over === -1 ? pending.length : over
}

/** False: the ref is no longer what was read. */
export async function moveRef(
  from: RecordGit,
  move: { ref: string; to: string; was: string | undefined },
): Promise<boolean> {
  const was = move.was ?? '0'.repeat(move.to.length)
  const args = ['update-ref', '-m', 'hotwash: record', '--stdin']
  // By stdin, because simple-git waits 50 ms after a command that prints nothing.
  const stdin = `update ${move.ref} ${move.to} ${was}\n`
  const result = await from.git.raw(from.repository.root, args, { stdin })
  if (result.ok) return true
  const now = (await commitsOf(from, [move.ref])).get(move.ref)
  if (now !== move.was) return false
  throw new GitTrouble(result.stderr.split('\n')[0] ?? 'the branch cannot be moved')
}
