/**
 * Where an incident's postmortem.md is, and how it is read and replaced there:
 *   branch    on the incident branch, by plumbing; nobody's work tree is touched
 *   worktree  where the branch is checked out, the file in that work tree, left for `sync` or people
 *   folder    beside the log: without a repository, or where the record came by git, e.g. in a fresh
 *             clone of the branch it was merged into
 */
import { isUtf8 } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { blobId } from '../../record/git/objects.ts'
import { commitFile, readFileOnBranch } from '../../record/git/commit-file.ts'
import { makeFolder, onDisk, refuseLinks, writeDurably } from '../../record/journal/disk.ts'
import { checkedOutAt, findBranch, type IncidentBranch } from '../../record/git/incident-branch.ts'
import type { RecordWorld } from '../record-world.ts'

export type ReportPlace = {
  kind: 'branch' | 'worktree' | 'folder'
  /** Relative to the repository's root, or to the folder where hotwash was started. */
  path: string
  /** Absolute, where it is a file that people can open. */
  file: string | undefined
  branch: string | undefined
  /** What git knows it by: `refs/heads/…` of the branch, or HEAD. */
  ref: string | undefined
  /** undefined: no report yet. */
  read(): Promise<string | undefined>
  /** False: somebody changed the file since `was` was read, and nothing was written. */
  write(report: { text: string; was: string | undefined; message: string }): Promise<boolean>
}

/** `reading`: also where nothing can be written now. `name`: of another file beside the report. */
export const placeOfReport = async (
  world: RecordWorld,
  journal: Journal,
  { reading = false, name = 'postmortem.md' }: { reading?: boolean; name?: string } = {},
): Promise<ReportPlace> => {
  const folder = world.store.recordPath(journal.incident)
  const path = `${folder}/${name}`
  const { repository, root } = world
  if (repository === undefined) return inFolder({ kind: 'folder', root, path })
  const git = { ...world, repository }
  const branch = await findBranch(git, journal.incident)
  const beside = (): ReportPlace => inFolder({ kind: 'folder', root, path, ref: 'HEAD' })
  const worktree = branch.tip === undefined ? undefined : await checkedOutAt(git, branch.ref)
  const cameByGit = journal.dir === join(root, folder)
  if (cameByGit && worktree?.path !== root) return beside()
  if (branch.tip === undefined) {
    if (reading) return beside()
    throw noBranch(journal.incident)
  }
  if (worktree?.busy === true && !reading) throw busy(branch.name)
  // Git goes on listing a linked work tree whose folder was deleted.
  if (worktree === undefined || worktree.busy || !existsSync(worktree.path))
    return onBranch(world, { path, branch, repository })
  return inFolder({ kind: 'worktree', root: worktree.path, path, branch, ref: branch.ref })
}

/** It lies in the work tree, and has no journal on this machine: it can be read, and nothing recorded. */
export const cameByGit = ({ repository, root, store }: RecordWorld, journal: Journal): boolean =>
  repository !== undefined && journal.dir === join(root, store.recordPath(journal.incident))

const noBranch = (incident: string): HotwashError =>
  new HotwashError('JOURNAL', `incident ${incident} has no branch yet to put its report on`, {
    hint: `make it with: hotwash sync ${incident}`,
  })

const busy = (branch: string): HotwashError =>
  new HotwashError('WAITING', `${branch} is in the middle of a rebase or a bisect`, {
    hint: 'finish it (git rebase --continue, git bisect reset) and try again',
  })

type Folder = {
  kind: 'worktree' | 'folder'
  root: string
  path: string
  branch?: IncidentBranch
  ref?: string
}

const inFolder = ({ kind, root, path, branch, ref }: Folder): ReportPlace => {
  const file = join(root, path)
  const read = async (): Promise<string | undefined> => {
    if (!existsSync(file)) return undefined
    const bytes = readFileSync(file)
    if (!isUtf8(bytes)) throw notUtf8(path)
    return bytes.toString('utf8')
  }
  return {
    kind,
    path,
    file,
    branch: branch?.name,
    ref,
    read,
    async write({ text, was }) {
      const names = path.split('/')
      refuseLinks(root, ...names.map((_, depth) => names.slice(0, depth + 1).join('/')))
      if ((await read()) !== was) return false
      onDisk(file, () => {
        makeFolder(join(file, '..'))
        writeDurably(file, Buffer.from(text))
      })
      return true
    },
  }
}

/** Written back as UTF-8, such bytes would be lost. */
const notUtf8 = (path: string): HotwashError =>
  new HotwashError('INVALID_REPORT', `${path} is not text in UTF-8`, {
    hint: 'save it as UTF-8 in your editor; nothing was changed',
  })

type OnBranch = {
  path: string
  branch: IncidentBranch
  repository: NonNullable<RecordWorld['repository']>
}

const onBranch = (
  { git, actor }: RecordWorld,
  { path, branch, repository }: OnBranch,
): ReportPlace => {
  const where = { git, repository }
  const { name, ref } = branch
  return {
    kind: 'branch',
    path,
    file: undefined,
    branch: name,
    ref,
    async read() {
      const there = await readFileOnBranch(where, ref, path)
      if (there === undefined || !there.text.includes('\uFFFD')) return there?.text
      // The mark of what could not be read may also be what somebody wrote.
      const { text, blob } = there
      if (blobId(Buffer.from(text), blob.length) !== blob) throw notUtf8(path)
      return text
    },
    async write({ text, was, message }) {
      const there = await readFileOnBranch(where, ref, path)
      if (there?.text !== was) return false
      const replaces = there?.blob
      const done = await commitFile({ ...where, ref, path, text, replaces, message, actor })
      return done.is === 'committed'
    },
  }
}
