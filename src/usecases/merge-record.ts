/**
 * `close --merge`: the one thing in hotwash that moves HEAD, and only in a clean work tree. Where it
 * cannot, it says why and names the git command; the pull request is the usual way in.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordWorld } from './record-world.ts'

export type Merged =
  | { merged: true; branch: string; into: string; commit: string }
  | { merged: false; why: string; command: string | undefined }

const BUSY = [
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'BISECT_START',
  'rebase-merge',
  'rebase-apply',
]

export async function mergeRecord(world: RecordWorld, incident: string): Promise<Merged> {
  const { repository, git } = world
  if (repository === undefined) return not('not in a git repository')
  const { findBranch } = await import('../record/git/incident-branch.ts')
  const branch = await findBranch({ ...world, repository }, incident)
  if (branch.tip === undefined) return not(`there is no branch ${branch.name}`)
  const into = await defaultBranch(world)
  if (into === undefined)
    return not('there is no local default branch (main, master, or default_branch of hotwash.yaml)')
  const command = `git switch ${into} && git merge --no-ff ${branch.name}`
  const why = await whyNot(world)
  if (why !== undefined) return not(why, command)

  const { committerEnv } = await import('../record/git/identity.ts')
  const env = committerEnv(world.actor)
  const run = (...args: string[]) => git.raw(repository.root, args, { env })
  const before = await run('symbolic-ref', '--quiet', '--short', 'HEAD')
  const switched = await run('switch', '--no-guess', into)
  if (!switched.ok) return not(inWords(switched.stderr), command)
  const merged = await run(
    'merge',
    '--no-ff',
    '--no-edit',
    '-m',
    `Merge ${branch.name}`,
    branch.name,
  )
  if (!merged.ok) {
    await run('merge', '--abort')
    if (before.ok) await run('switch', '--no-guess', before.stdout.trim())
    return not(`it does not merge by itself: ${inWords(merged.stderr)}`, command)
  }
  const head = await run('rev-parse', 'HEAD')
  return { merged: true, branch: branch.name, into, commit: head.ok ? head.stdout.trim() : '' }
}

const not = (why: string, command?: string): Merged => ({ merged: false, why, command })

/** Which files are in the way is on the indented lines behind the first. */
function inWords(stderr: string): string {
  const files = stderr.split('\n').filter((line) => line.startsWith('\t'))
  const first = firstLine(stderr).replace(/^error: /, '')
  return [first, ...files.slice(0, 3).map((line) => line.trim())].join(' ')
}

const firstLine = (text: string): string => text.split('\n')[0] || 'git refused'

async function defaultBranch({ git, root, config }: RecordWorld): Promise<string | undefined> {
  const remoteHead = `refs/remotes/${config.remote}/HEAD`
  const named = await git.raw(root, ['symbolic-ref', '--quiet', '--short', remoteHead])
  const fromRemote = named.ok ? named.stdout.trim().slice(config.remote.length + 1) : undefined
  const names =
    config.default_branch === undefined ? [fromRemote, 'main', 'master'] : [config.default_branch]
  for (const name of names) {
    if (name === undefined) continue
    const found = await git.raw(root, ['rev-parse', '--quiet', '--verify', `refs/heads/${name}`])
    if (found.ok) return name
  }
  return undefined
}

async function whyNot({ git, root }: RecordWorld): Promise<string | undefined> {
  const gitDir = await git.raw(root, ['rev-parse', '--absolute-git-dir'])
  if (!gitDir.ok) return firstLine(gitDir.stderr)
  const busy = BUSY.find((name) => existsSync(join(gitDir.stdout.trim(), name)))
  if (busy !== undefined) return `git is in the middle of something here (${busy})`
  const head = await git.raw(root, ['symbolic-ref', '--quiet', 'HEAD'])
  if (!head.ok) return 'HEAD is detached'
  // Untracked files do not matter: git refuses by itself to write over one.
  const status = await git.raw(root, ['status', '--porcelain', '--untracked-files=no'])
  if (!status.ok) return firstLine(status.stderr)
  const changed = status.stdout.split('\n').filter((line) => line !== '')
  return changed.length === 0
    ? undefined
    : `the work tree is not clean (${changed.length} changed: ${changed[0]?.slice(3)}${changed.length > 1 ? ', …' : ''})`
}
