/** Texts that git compares or merges as plain files, in or out of a repository. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { GitPort } from '../../ports/git.ts'
import { GitTrouble } from './incident-branch.ts'

/** With markers and the base between them (`--diff3`) where both sides changed the same. */
export const mergeFile = (
  git: GitPort,
  texts: { base: string; yours: string; theirs: string },
): Promise<string> =>
  withFiles(texts, async (folder) => {
    const args = ['merge-file', '-p', '--diff3', 'yours', 'base', 'theirs']
    // The exit code counts the conflicts, up to 127; what is above is a failure.
    return readGit(git, { folder, args, worked: (code) => code <= 127 })
  })

/** As `git diff` prints it, from `a/PATH` to `b/PATH`; empty when they are equal. */
export const unifiedDiff = (
  git: GitPort,
  { path, before, after, color }: { path: string; before: string; after: string; color: boolean },
): Promise<string> =>
  withFiles({ [`a/${path}`]: before, [`b/${path}`]: after }, (folder) => {
    const how = [`--color=${color ? 'always' : 'never'}`, '--no-ext-diff', '--no-textconv']
    const args = ['diff', '--no-index', '--no-prefix', ...how, '--', `a/${path}`, `b/${path}`]
    return readGit(git, { folder, args, worked: (code) => code <= 1 })
  })

const withFiles = async <T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'hotwash-merge-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text, { mode: 0o600 })
    }
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Call = { folder: string; args: readonly string[]; worked: (exitCode: number) => boolean }

const readGit = async (git: GitPort, { folder, args, worked }: Call): Promise<string> => {
  const pieces: Uint8Array[] = []
  const result = await git.raw(folder, args, {
    onStdout: (bytes) => pieces.push(Uint8Array.from(bytes)),
  })
  if (!result.ok && !(result.exitCode !== undefined && worked(result.exitCode)))
    throw new GitTrouble(result.stderr.split('\n')[0] || `git ${args[0]} failed`)
  return Buffer.concat(pieces).toString('utf8')
}
