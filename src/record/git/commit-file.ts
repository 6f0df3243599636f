/**
 * Puts one file on a branch by plumbing: objects, a tree in an index of our own, commit-tree, and
 * update-ref with the expected old value. HEAD, the user's index and the work tree are not looked
 * at. A moved tip is normal (the record is committed there, too): it is read again, and the file
 * is replaced only while it is still the one the caller has seen.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../../incident/event.ts'
import { committerEnv } from './identity.ts'
import { commitsOf, GitTrouble, gitText, type RecordGit } from './incident-branch.ts'

type Where = Pick<RecordGit, 'git' | 'repository'>

export type FileOnBranch = { blob: string; text: string }

export type FileCommit = Where & {
  /** `refs/heads/…`; it must exist. */
  ref: string
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

/** Throws GitTrouble where git cannot; then the branch is as it was. */
export const commitFile = async (file: FileCommit): Promise<FileCommitted> => {
  const blob = await name(file, ['hash-object', '-w', '--no-filters', '--stdin'], {
    stdin: file.text,
  })
  for (let attempt = 1; ; attempt += 1) {
    const tip = (await commitsOf(file, [file.ref])).get(file.ref)
    if (tip === undefined) throw new GitTrouble(`${file.ref} does not exist`)
    const there = await blobAt(file, tip, file.path)
    if (there === blob) return { is: 'committed', commit: tip }
    if (there !== file.replaces) return { is: 'changed' }
    const commit = await commitOn(file, { tip, blob })
    const args = ['update-ref', '-m', 'hotwash: post-mortem', file.ref, commit, tip]
    const moved = await file.git.raw(file.repository.root, args)
    if (moved.ok) return { is: 'committed', commit }
    if (attempt === ATTEMPTS)
      throw new GitTrouble(moved.stderr.split('\n')[0] ?? 'update-ref failed')
  }
}

/** For answers that are one object's name. */
const name = async (where: Where, ...call: Call): Promise<string> =>
  (await gitText(where, ...call)).trim()

type Call = [args: readonly string[], options?: { stdin?: string; env?: Record<string, string> }]

/** A commit whose tree is that of the tip with our blob in it, by an index that only we know. */
const commitOn = async (file: FileCommit, at: { tip: string; blob: string }): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'hotwash-index-'))
  const env = { GIT_INDEX_FILE: join(folder, 'index') }
  // A split or sparse index would leave files of its own in the user's git folder.
  const plain = ['-c', 'core.splitIndex=false', '-c', 'index.sparse=false']
  try {
    await gitText(file, [...plain, 'read-tree', at.tip], { env })
    const entry = `100644,${at.blob},${file.path}`
    await gitText(file, [...plain, 'update-index', '--add', '--cacheinfo', entry], { env })
    const tree = await name(file, [...plain, 'write-tree'], { env })
    return await name(file, ['commit-tree', tree, '-p', at.tip, '-F', '-'], {
      stdin: file.message,
      env: committerEnv(file.actor),
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const blobAt = async (where: Where, commit: string, path: string): Promise<string | undefined> => {
  const listed = await gitText(where, ['ls-tree', '--full-tree', commit, '--', path])
  return /^100\d{3} blob ([0-9a-f]+)\t/.exec(listed)?.[1]
}

/** undefined: the branch, or the file on it, is not there. */
export const readFileOnBranch = async (
  where: Where,
  ref: string,
  path: string,
): Promise<FileOnBranch | undefined> => {
  const tip = (await commitsOf(where, [ref])).get(ref)
  const blob = tip === undefined ? undefined : await blobAt(where, tip, path)
  if (blob === undefined) return undefined
  return { blob, text: await gitText(where, ['cat-file', 'blob', blob]) }
}
