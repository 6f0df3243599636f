/**
 * Commits the record in a work tree where its branch is checked out: the commits are the same that
 * are made in the background, and then the files and index entries of the record, and no others,
 * follow the branch. What else is staged or changed there stays as it is.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { RecordTree } from './commit-queue.ts'
import { isPrefix } from './objects.ts'
import { GIT_ATTRIBUTES } from './commit-stream.ts'
import type { CommitContext } from './commits.ts'
import { makeCommits, moveRef, readRecordTree, readStanding } from './commits.ts'
import { gitText } from './incident-branch.ts'
import { isOfRecord, recordPath } from '../names.ts'

const isOurs = (path: string): boolean => isOfRecord(path) || path === '.gitattributes'

/** How many commits were made. */
export async function syncWorktree(context: CommitContext, where: string): Promise<number> {
  await refuseLockedIndex(context, where)
  let made = 0
  for (;;) {
    const standing = await readStanding(context)
    if (standing.problem !== undefined) throw refused(standing.problem)
    refuseChangedCopies(context, where, standing.tree)
    if (standing.pending.length === 0) break
    const commits = await makeCommits(context, standing)
    const { ref, tip } = standing.branch
    if (await moveRef(context, { ref, to: commits.commit, was: tip })) made += commits.made
  }
  await follow(context, where)
  return made
}

const refused = (why: string): HotwashError =>
  new HotwashError('JOURNAL', `the record cannot be committed here: ${why}`, {
    hint: 'the journal itself is complete; sync again afterwards',
  })

async function refuseLockedIndex(context: CommitContext, where: string): Promise<void> {
  const path = await gitText(context, ['rev-parse', '--git-path', 'index.lock'], { cwd: where })
  if (existsSync(resolve(where, path.trim()))) throw refused('another git command holds index.lock')
}

/** A copy that is not what was recorded is evidence of something: it is not written over. */
function refuseChangedCopies(context: CommitContext, where: string, tree: RecordTree): void {
  const folder = recordPath(context.journal.incident)
  for (const [path, blob] of tree) {
    const copy = join(where, folder, path)
    if (!isOurs(path) || lstatSync(copy, { throwIfNoEntry: false }) === undefined) continue
    const bytes = readFileSync(copy)
    const live = join(context.journal.dir, path)
    const later =
      path.startsWith('log/') && existsSync(live) && readFileSync(live).indexOf(bytes) === 0
    if ((bytes.length === blob.bytes && isPrefix(bytes, blob)) || later) continue
    throw new HotwashError('NOT_VERIFIED', `${folder}/${path} differs from what was recorded`, {
      hint: `look at it, then: git checkout -- ${folder}/${path}`,
    })
  }
}

/** Brings files and index entries of the record, in this work tree, to what the branch has now. */
async function follow(context: CommitContext, where: string): Promise<void> {
  const { branch } = await readStanding(context)
  if (branch.tip === undefined) return
  const folder = recordPath(context.journal.incident)
  const tree = await readRecordTree(context, branch.tip)
  const ours = [...tree].filter(([path]) => isOurs(path))
  for (const [path, blob] of ours) {
    const copy = join(where, folder, path)
    // Of another clone, and not taken in: git brought the copy, and it stays.
    if (path !== '.gitattributes' && !existsSync(join(context.journal.dir, path))) continue
    const bytes = bytesOf(context, path).subarray(0, blob.bytes)
    if (existsSync(copy) && readFileSync(copy).equals(bytes)) continue
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(`${copy}.hotwash`, bytes)
    renameSync(`${copy}.hotwash`, copy)
  }
  const compare = ['diff-index', '--cached', '--quiet', branch.tip, '--', folder]
  // Entries that are right already keep what the index knows of their files.
  if ((await context.git.raw(where, compare)).ok) return
  const lines = ours.map(([path, { blob }]) => `100644 ${blob}\t${folder}/${path}\n`).join('')
  await gitText(context, ['update-index', '--add', '--index-info'], { cwd: where, stdin: lines })
}

function bytesOf(context: CommitContext, path: string): Buffer {
  return path === '.gitattributes'
    ? Buffer.from(GIT_ATTRIBUTES)
    : readFileSync(join(context.journal.dir, path))
}
