/** The branch of an incident: its name, its tip, where it starts, and who has it checked out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GitPort, Repository } from '../../ports/git.ts'

export type RecordGit = {
  git: GitPort
  repository: Repository
  config: { default_branch: string | undefined; remote: string; push: boolean }
}

export type IncidentBranch = {
  /** Short name; `incident/<id>` unless a branch named `incident` is in the way. */
  name: string
  ref: string
  tip: string | undefined
  /** Tip of the same branch at the remote, as last seen. */
  remoteRef: string
  remoteTip: string | undefined
  /** Where the branch starts when it has no tip; undefined: as a root commit. */
  start: string | undefined
  /** Tip of the default branch. */
  base: string | undefined
  /** Why the branch cannot be started; undefined when it can. */
  problem: string | undefined
}

export async function findBranch(from: RecordGit, incident: string): Promise<IncidentBranch> {
  const { default_branch: configured, remote } = from.config
  const [plain, prefixed] = [`incident/${incident}`, `hotwash/incident/${incident}`]
  const heads = (name: string): string => `refs/heads/${name}`
  const remotes = (name: string): string => `refs/remotes/${remote}/${name}`
  const starts =
    configured === undefined
      ? [remotes('HEAD'), heads('main'), heads('master')]
      : [heads(configured), remotes(configured)]
  const names = [heads('incident'), remotes(plain), remotes(prefixed), 'HEAD', ...starts]
  const tips = await commitsOf(from, [heads(plain), heads(prefixed), ...names])
  const inTheWay =
    tips.get(heads('incident')) !== undefined || tips.get(heads(prefixed)) !== undefined
  const name = inTheWay ? prefixed : plain
  const start = starts.map((ref) => tips.get(ref)).find((tip) => tip !== undefined)
  const unborn = tips.get('HEAD') === undefined
  return {
    name,
    ref: heads(name),
    tip: tips.get(heads(name)),
    remoteRef: remotes(name),
    remoteTip: tips.get(remotes(name)),
    start: tips.get(remotes(name)) ?? start,
    base: start,
    problem: start !== undefined || unborn ? undefined : noDefaultBranch(configured),
  }
}

const noDefaultBranch = (configured: string | undefined): string =>
  configured === undefined
    ? 'no default branch found (origin/HEAD, main, master): set default_branch in hotwash.yaml'
    : `default_branch ${configured} of hotwash.yaml does not exist`

/** Full names of refs to commits; those that do not exist are left out. */
export async function commitsOf(
  { git, repository }: Pick<RecordGit, 'git' | 'repository'>,
  refs: readonly string[],
): Promise<Map<string, string>> {
  const asked = refs.map((ref) => `${ref}^{commit}\n`).join('')
  const result = await git.raw(repository.root, ['cat-file', '--batch-check=%(objectname)'], {
    stdin: asked,
  })
  if (!result.ok) throw new GitTrouble(result.stderr)
  const answers = result.stdout.split('\n')
  const found = refs.map((ref, n) => [ref, answers[n] ?? ''] as const)
  return new Map(found.filter(([, answer]) => /^[0-9a-f]{40,64}$/.test(answer)))
}

/** Git could not do something. It never fails an incident: it is shown and tried again. */
export class GitTrouble extends Error {
  override readonly name = 'GitTrouble'
}

/** stdout of a git command that must work. */
export async function gitText(
  { git, repository }: Pick<RecordGit, 'git' | 'repository'>,
  args: readonly string[],
  options: { stdin?: string | Uint8Array; env?: Record<string, string>; cwd?: string } = {},
): Promise<string> {
  const { cwd, ...rest } = options
  const result = await git.raw(cwd ?? repository.root, args, rest)
  if (result.ok) return result.stdout
  throw new GitTrouble(result.stderr.split('\n')[0] ?? 'git failed')
}

export async function isAncestor(context: RecordGit, commit: string, of: string): Promise<boolean> {
  const args = ['--no-replace-objects', 'merge-base', '--is-ancestor', commit, of]
  return (await context.git.raw(context.repository.root, args)).ok
}

/** `busy`: a rebase or bisect of the branch is going on, and `path` is the git folder of that work tree. */
export type CheckedOut = { path: string; busy: boolean }

/** The work tree that has this branch checked out, or is in the middle of rebasing or bisecting it. */
export async function checkedOutAt(from: RecordGit, ref: string): Promise<CheckedOut | undefined> {
  const listed = await gitText(from, ['worktree', 'list', '--porcelain'])
  for (const block of listed.split('\n\n')) {
    const path = /^worktree (.*)$/m.exec(block)?.[1]
    if (path !== undefined && block.split('\n').includes(`branch ${ref}`))
      return { path, busy: false }
  }
  const path = busyAt(from.repository.commonDir, ref)
  return path === undefined ? undefined : { path, busy: true }
}

/** A rebase detaches HEAD and writes the branch at its end; whatever we add meanwhile would be lost. */
function busyAt(commonDir: string, ref: string): string | undefined {
  const linked = join(commonDir, 'worktrees')
  const folders = existsSync(linked) ? readdirSync(linked).map((name) => join(linked, name)) : []
  return [commonDir, ...folders].find((folder) =>
    ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].some((name) => {
      const path = join(folder, name)
      const branch = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
      return branch === ref || `refs/heads/${branch}` === ref
    }),
  )
}
