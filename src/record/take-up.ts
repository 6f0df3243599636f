/**
 * A record that came by git is continued in this clone: it gets a journal here, with a log of its own
 * beside those that came. The journal appears complete or not at all. Later, what others pushed is
 * joined into the branch and taken into the journal; the clone where the incident was declared gets
 * what was recorded elsewhere in the same way.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Random } from '../ports/clock.ts'
import type { ProcessPort } from '../ports/process.ts'
import { withAppendLock } from './journal/append-lock.ts'
import { makeFolder, onDisk, refuseLinks, syncFolder, writeDurably } from './journal/disk.ts'
import { readObjects } from './git/objects.ts'
import { layOut } from './journal/lay-out.ts'
import { claimant, unlinkIfThere } from './journal/holder.ts'
import {
  checkedOutAt,
  findBranch,
  gitText,
  isAncestor,
  type IncidentBranch,
} from './git/incident-branch.ts'
import { moveRef, readRecordTree, type CommitContext } from './git/commits.ts'
import { union } from './git/push.ts'
import { isOfRecord, recordPath } from './names.ts'
import { isTakenUp } from './journal/others.ts'
import { takeIn, type RecordFiles } from './take-in.ts'
import { verifyIncident } from './verify/verify.ts'
import { verifyCommit } from './verify/commit.ts'

export type TakeUpContext = CommitContext & { random: Random; process: ProcessPort }

/** Makes the journal; `context.journal.dir` is where. Throws NOT_VERIFIED for a record that does not hold. */
export async function takeUp(context: TakeUpContext): Promise<void> {
  const { incident, dir } = context.journal
  const verified = await verifyIncident(context, incident, undefined)
  if (!verified.verified)
    throw new HotwashError(
      'NOT_VERIFIED',
      `the record of ${incident} is not continued here: ${verified.problems[0]?.message}`,
      { hint: `see all that is wrong: hotwash audit verify ${incident}` },
    )
  const branch = await findBranch(context, incident)
  const tip = branch.tip ?? branch.start
  const files = tip === undefined ? new Map<string, Buffer>() : await filesAt(context, tip)
  if (tip === undefined || ![...files.keys()].some((path) => path.startsWith('log/')))
    throw new HotwashError(
      'JOURNAL',
      `the record of ${incident} is on no branch that it could be continued on`,
      { hint: `fetch ${branch.name} or the default branch with its record first: git fetch` },
    )
  await refuseEdits(context, branch)
  if (branch.tip === undefined) await moveRef(context, { ref: branch.ref, to: tip, was: undefined })
  onDisk(dir, () => make(context, files))
}

/** What people wrote into a copy that is not the branch's would not be seen any more. */
async function refuseEdits(context: CommitContext, { name, ref }: IncidentBranch): Promise<void> {
  const { root } = context.repository
  const where = await checkedOutAt(context, ref)
  if (where?.path === root) return
  const folder = recordPath(context.journal.incident)
  const edited = await gitText(context, ['status', '--porcelain', '--', folder])
  if (edited === '') return
  throw new HotwashError('WAITING', `${folder} has changes here that are in no commit`, {
    hint: `the record goes on with what is on ${name}: commit them there, or put them aside: git stash -- ${folder}`,
  })
}

function make({ journal, random }: TakeUpContext, files: RecordFiles): void {
  const { incident, dir } = journal
  const parent = join(dir, '..')
  makeFolder(parent)
  refuseLinks(parent)
  // A name that is no incident's: nobody takes it for a journal.
  const building = join(parent, `.taking-up-${incident}.${random.hex(4)}`)
  try {
    layOut(building, random)
    writeDurably(join(building, 'local', 'taken-up'), Buffer.alloc(0))
    takeIn({ incident, dir: building }, files)
    syncFolder(building)
    renameSync(building, dir)
    syncFolder(parent)
  } catch (error) {
    rmSync(building, { recursive: true, force: true })
    // Another process here was first: its journal is as good.
    if (existsSync(join(dir, 'log'))) return
    throw error
  }
  sweep(parent, incident)
}

/** What a crash left of earlier attempts. */
function sweep(parent: string, incident: string): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(`.taking-up-${incident}.`)))
    rmSync(join(parent, name), { recursive: true, force: true })
}

async function filesAt(context: CommitContext, commit: string): Promise<Map<string, Buffer>> {
  const tree = [...(await readRecordTree(context, commit))].filter(([path]) => isOfRecord(path))
  const objects = await readObjects(
    context,
    tree.map(([, { blob }]) => blob),
  )
  return new Map(
    tree.map(([path, { blob }]) => {
      const bytes = objects.get(blob)
      if (bytes === undefined)
        throw new HotwashError('NOT_VERIFIED', `${path} is missing in git (${blob})`, {
          hint: 'git fsck tells what is damaged; fetch it again',
        })
      return [path, bytes]
    }),
  )
}

/**
 * Joins what was fetched or merged here since, and takes it in. What could not be, in words; where
 * the record was taken up, one that does not hold throws: it is all that is known of it here.
 */
export async function catchUp(context: TakeUpContext): Promise<string[]> {
  const { incident } = context.journal
  const told: string[] = []
  let branch = await findBranch(context, incident)
  for (const upstream of [branch.remoteTip, branch.base]) {
    if (branch.tip === undefined || upstream === undefined) continue
    const why = await joinIn(context, { ...branch, tip: branch.tip }, upstream)
    if (why !== undefined) told.push(why)
    branch = await findBranch(context, incident)
  }
  if (branch.tip === undefined) return told
  const files = await newFiles(context, branch.tip)
  if (files.size === 0) return told
  try {
    locked(context, () => takeIn(context.journal, files))
  } catch (error) {
    if (!isNotVerified(error) || isTakenUp(context.journal.dir)) throw error
    told.push(error.message)
  }
  return told
}

const isNotVerified = (error: unknown): error is HotwashError =>
  error instanceof HotwashError && error.code === 'NOT_VERIFIED'

/** What the journal has whole is not read again. */
async function newFiles(context: CommitContext, tip: string): Promise<RecordFiles> {
  const tree = await readRecordTree(context, tip)
  const { dir } = context.journal
  const isNew = ([path, { bytes }]: [string, { bytes: number }]): boolean =>
    isOfRecord(path) && bytes > (statSync(join(dir, path), { throwIfNoEntry: false })?.size ?? -1)
  if (![...tree].some(isNew)) return new Map()
  const files = await filesAt(context, tip)
  return new Map([...files].filter(([path, bytes]) => isNew([path, { bytes: bytes.length }])))
}

async function joinIn(
  context: TakeUpContext,
  branch: IncidentBranch & { tip: string },
  theirs: string,
): Promise<string | undefined> {
  const { tip, ref, name } = branch
  const { incident } = context.journal
  if (await isAncestor(context, theirs, tip)) return undefined
  // The default branch moves on for many reasons; only what it has of this record counts.
  if (theirs !== branch.remoteTip && !(await hasMore(context, { tip, theirs }))) return undefined
  const { problems } = await verifyCommit(context, { incident, commit: theirs })
  if (problems[0] !== undefined) {
    const why = `what others recorded of ${incident} is not taken in: ${problems[0].message}`
    if (!isTakenUp(context.journal.dir)) return why
    throw new HotwashError('NOT_VERIFIED', why, {
      hint: `see all that is wrong: hotwash audit verify ${incident}`,
    })
  }
  const where = await checkedOutAt(context, ref)
  if (where !== undefined)
    return `others recorded more, and ${name} is checked out in ${where.path}: git pull there`
  const ahead = await isAncestor(context, tip, theirs)
  const joined = ahead ? { tip: theirs } : await union(context, { ours: tip, theirs })
  if (typeof joined === 'string') return joined
  const moved = await moveRef(context, { ref, to: joined.tip, was: tip })
  return moved ? undefined : `${name} moved meanwhile: run it again`
}

async function hasMore(
  context: CommitContext,
  { tip, theirs }: { tip: string; theirs: string },
): Promise<boolean> {
  const ours = await readRecordTree(context, tip)
  const other = await readRecordTree(context, theirs)
  return [...other].some(
    ([path, { bytes }]) => isOfRecord(path) && bytes > (ours.get(path)?.bytes ?? -1),
  )
}

function locked(context: TakeUpContext, act: () => void): void {
  const { dir, actor } = context.journal
  const local = join(dir, 'local')
  onDisk(dir, () => {
    const by = claimant(local, { ...context, host: actor.host, who: actor.name })
    try {
      withAppendLock(dir, by, act)
    } finally {
      unlinkIfThere(by.claim)
    }
  })
}
