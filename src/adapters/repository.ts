/**
 * Where we are, as git sees it. Starting git costs more than all the rest of a short command, so
 * the plain case is read from the folders: a `.git` directory of our own user, with nothing in its
 * configuration or the environment that moves the work tree. All else is asked of git.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { GitPort, Repository } from '../ports/git.ts'

/** undefined: not in a repository. Throws JOURNAL where git refuses to look. */
export async function findRepository(
  git: GitPort,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Repository | undefined> {
  return plainRepository(cwd, env) ?? (await askGit(git, cwd))
}

function plainRepository(
  cwd: string,
  env: Readonly<Record<string, string>>,
): Repository | undefined {
  if (Object.keys(env).some((name) => /^GIT_(DIR|WORK_TREE|COMMON_DIR|CEILING)/.test(name)))
    return undefined
  for (let folder = realpathSync(cwd); ; folder = dirname(folder)) {
    const gitDir = join(folder, '.git')
    const found = statSync(gitDir, { throwIfNoEntry: false })
    if (found !== undefined)
      return isPlain(gitDir, found) ? { root: folder, commonDir: gitDir } : undefined
    if (looksBare(folder) || folder === dirname(folder)) return undefined
  }
}

/** Git refuses a repository of another user (`safe.directory`): then it shall say so itself. */
function isPlain(gitDir: string, found: { isDirectory(): boolean; uid: number }): boolean {
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false
  if (statSync(dirname(gitDir)).uid !== found.uid) return false
  if (statSync(join(gitDir, 'HEAD'), { throwIfNoEntry: false }) === undefined) return false
  const config = readFileSync(join(gitDir, 'config'), 'utf8')
  return !/worktree|bare\s*=\s*true|include/i.test(config)
}

const looksBare = (folder: string): boolean =>
  ['HEAD', 'objects', 'refs'].every(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined,
  )

async function askGit(git: GitPort, cwd: string): Promise<Repository | undefined> {
  const common = await git.raw(cwd, ['rev-parse', '--git-common-dir', '--is-inside-work-tree'])
  if (!common.ok) {
    if (/not a git repository/i.test(common.stderr)) return undefined
    throw refused(common.stderr, cwd)
  }
  const [commonDir = '', isInside] = common.stdout.trim().split('\n')
  if (isInside !== 'true') throw noWorkTree(cwd)
  const top = await git.raw(cwd, ['rev-parse', '--show-toplevel'])
  if (!top.ok) throw refused(top.stderr, cwd)
  return { root: top.stdout.trim(), commonDir: realpathSync(resolve(cwd, commonDir)) }
}

function refused(stderr: string, cwd: string): HotwashError {
  const dubious = /dubious ownership in repository at '(.*)'/.exec(stderr)
  return new HotwashError('JOURNAL', `git cannot open this repository: ${firstLine(stderr)}`, {
    hint:
      dubious === null
        ? 'hotwash keeps its journal in the git folder; make git work here first'
        : `it belongs to another user; if you trust it: git config --global --add safe.directory '${dubious[1] ?? cwd}'`,
  })
}

function noWorkTree(cwd: string): HotwashError {
  return new HotwashError('JOURNAL', `${cwd} is a git folder without a work tree`, {
    hint: 'start hotwash in a clone or a work tree of it: git worktree add ../work; cd ../work',
  })
}

const firstLine = (text: string): string =>
  text
    .trim()
    .replace(/^fatal: /, '')
    .split('\n')[0] ?? ''
