/**
 * Puts one file on a branch by plumbing: objects, a tree in an index of our own, commit-tree, and
 * update-ref with the expected old value. HEAD, the user's index and the work tree are not looked
 * at. A moved tip is normal (the record is committed there, too): it is read again, and the file
 * is replaced only while it is still the one the caller has seen.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Actor } from '../incident/event.ts'
import type { GitPort, GitResult, Repository } from '../ports/git.ts'

export type FileOnBranch = { blob: string; text: string }

export type FileCommit = {
  git: GitPort
  repository: Repository
  /** Without `refs/heads/`; it must exist. */
  branch: string
  /** Relative to the repository's root. */
  path: string
  text: string
  /** The blob that is replaced; undefined: no file is there yet. */
  replaces: string | undefined
  message: string
  actor: Actor
}

/** `changed`: somebody else wrote the file meanwhile, and nothing was done. */
export type FileCommitted = { is: 'committed'; commit: string } | { is: 'changed' }

const ATTEMPTS = 8

export const commitFile = async (file: FileCommit): Promise<FileCommitted> => {
  const run = lineOfGit(file)
  const blob = await run(['hash-object', '-w', '--no-filters', '--stdin'], { stdin: file.text })
  for (let attempt = 1; ; attempt += 1) {
    const tip = await run(['rev-parse', '--verify', `refs/heads/${file.branch}^{commit}`])
    const there = await blobAt(file, tip, file.path)
    if (there === blob) return { is: 'committed', commit: tip }
    if (there !== file.replaces) return { is: 'changed' }
    const tree = await treeWith(file, { tip, blob })
    const commit = await run(['commit-tree', tree, '-p', tip, '-F', '-'], {
      stdin: file.message,
      env: identity(file.actor),
    })
    const moved = await file.git.raw(file.repository.commonDir, [
      'update-ref',
      '-m',
      'hotwash: post-mortem',
      `refs/heads/${file.branch}`,
      commit,
      tip,
    ])
    if (moved.ok) return { is: 'committed', commit }
    if (attempt === ATTEMPTS) throw gitFailed('update-ref', moved)
  }
}

type Run = (
  args: readonly string[],
  options?: { stdin?: string; env?: Record<string, string> },
) => Promise<string>

const gitIn =
  ({ git, repository }: Where): Run =>
  async (args, options = {}) => {
    const result = await git.raw(repository.commonDir, args, options)
    if (!result.ok) throw gitFailed(args[0] ?? 'git', result)
    return result.stdout
  }

/** For answers that are one name: an object, a tree. */
const lineOfGit = (where: Where): Run => {
  const run = gitIn(where)
  return async (args, options) => (await run(args, options)).trim()
}

const gitFailed = (what: string, result: GitResult): HotwashError =>
  new HotwashError(
    'JOURNAL',
    `git ${what} failed: ${result.ok ? '' : result.stderr.split('\n')[0]}`,
    { hint: 'nothing was changed on the branch; try again' },
  )

/** The tree of the tip with our blob in it, by an index that only we know. */
const treeWith = async (file: FileCommit, at: { tip: string; blob: string }): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'hotwash-index-'))
  const env = { GIT_INDEX_FILE: join(folder, 'index') }
  const run = lineOfGit(file)
  // A split or sparse index would leave files of its own in the user's git folder.
  const plain = ['-c', 'core.splitIndex=false', '-c', 'index.sparse=false']
  try {
    await run([...plain, 'read-tree', at.tip], { env })
    const entry = `100644,${at.blob},${file.path}`
    await run([...plain, 'update-index', '--add', '--cacheinfo', entry], { env })
    return await run([...plain, 'write-tree'], { env })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const identity = ({ name, email }: Actor): Record<string, string> => {
  const who = { name: name || email || 'hotwash', email: email || 'hotwash@localhost' }
  return {
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  }
}

type Where = Pick<FileCommit, 'git' | 'repository'>

const blobAt = async (where: Where, commit: string, path: string): Promise<string | undefined> => {
  const listed = await where.git.raw(where.repository.commonDir, [
    'ls-tree',
    '--full-tree',
    commit,
    path,
  ])
  return listed.ok ? /^100\d{3} blob ([0-9a-f]+)\t/.exec(listed.stdout)?.[1] : undefined
}

/** undefined: the branch, or the file on it, is not there. */
export const readFileOnBranch = async (
  where: Where,
  branch: string,
  path: string,
): Promise<FileOnBranch | undefined> => {
  const blob = await blobAt(where, `refs/heads/${branch}`, path)
  if (blob === undefined) return undefined
  return { blob, text: await gitIn(where)(['cat-file', 'blob', blob]) }
}
