/**
 * Commits in the background. A step never waits for git, and git failing never fails an incident: it
 * is tried again and shown. One round of work runs at a time:
 *   idle → (kick) → short wait → is the branch checked out? → commit what is pending → push → idle
 * The wait grows with what a round costs, so that a long log does not take the machine from the steps.
 */
import type { Clock } from '../ports/clock.ts'
import type { Repository } from '../ports/git.ts'
import type { Journal, Published, Publisher } from '../ports/journal.ts'
import type { CommitContext, Standing } from './commits.ts'
import { makeCommits, moveRef, readStanding } from './commits.ts'
import type { CheckedOut, RecordGit } from './incident-branch.ts'
import { checkedOutAt, GitTrouble } from './incident-branch.ts'
import { push } from './push.ts'

export type PublisherOptions = Omit<RecordGit, 'repository'> & {
  repository: Repository | undefined
  journal: Journal
  clock: Clock
}

const FIRST_WAIT_MS = 30
const LONGEST_WAIT_MS = 30_000
/** A round may take this part of the time; a lock of somebody else's git is gone soon. */
const SHARE = 0.1
const ATTEMPTS = 6
const RETRY_MS = 50

const NOWHERE: Published = {
  branch: undefined,
  commit: undefined,
  uncommitted: 0,
  unpushed: 0,
  paused: undefined,
}

export function openPublisher(options: PublisherOptions): Publisher {
  const { repository } = options
  if (repository === undefined) return { kick() {}, flush: () => Promise.resolve(NOWHERE) }
  return backgroundPublisher({ ...options, repository })
}

function backgroundPublisher(context: CommitContext): Publisher {
  let published: Published = NOWHERE
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  const asked = { again: false }
  let lastRoundMs = 0

  const rounds = async (): Promise<void> => {
    while (asked.again) {
      const began = performance.now()
      asked.again = false
      published = await publishOnce(context)
      lastRoundMs = performance.now() - began
    }
    working = undefined
  }
  const work = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    asked.again = true
    return (working ??= rounds())
  }
  return {
    kick() {
      if (timer !== undefined) return
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, lastRoundMs / SHARE))
      timer = setTimeout(() => void work(), waitMs)
      timer.unref()
    },
    async flush(limitMs) {
      let limit: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        limit = setTimeout(resolve, limitMs)
      })
      await Promise.race([work(), late])
      clearTimeout(limit)
      return published
    },
  }
}

/** Commits all that is pending and pushes it. What went wrong is in the result; it never throws. */
export async function publishOnce(context: CommitContext): Promise<Published> {
  const committed = await commitAll(context)
  if (committed.branch === undefined) return committed
  const pushed = context.config.push ? await pushAll(context) : undefined
  const unpushed = await countUnpushed(context, committed.branch).catch(() => 0)
  return { ...committed, unpushed, paused: committed.paused ?? pushed }
}

async function commitAll(context: CommitContext): Promise<Published> {
  let seen: Standing | undefined
  for (let attempt = 1; ; attempt += 1) {
    try {
      const standing = await readStanding(context)
      seen = standing
      if (standing.pending.length === 0 || standing.problem !== undefined)
        return standingOf(standing)
      const where = await checkedOutAt(context, standing.branch.ref)
      if (where !== undefined) return standingOf(standing, checkedOut(standing, where))
      const { commit, made } = await makeCommits(context, standing)
      const { ref, tip } = standing.branch
      // The ref moved: somebody committed meanwhile. That is normal, and costs another look.
      const moved = await moveRef(context, { ref, to: commit, was: tip })
      if (moved && made === standing.pending.length) {
        return standingOf({ ...standing, pending: [], branch: { ...standing.branch, tip: commit } })
      }
      if (moved) attempt = 0
      else if (attempt >= ATTEMPTS) return standingOf(standing, 'the branch keeps moving')
    } catch (error) {
      if (attempt >= ATTEMPTS) return standingOf(seen, inWords(error))
      await context.clock.sleep(RETRY_MS * 2 ** attempt)
    }
  }
}

const checkedOut = ({ branch }: Standing, { path, busy }: CheckedOut): string =>
  busy
    ? `${branch.name} is being rebased or bisected (${path}): finish that first`
    : `${branch.name} is checked out in ${path}: run "hotwash sync" to commit there`

const inWords = (error: unknown): string =>
  error instanceof GitTrouble ? `git: ${error.message}` : `git: ${(error as Error).message}`

function standingOf(standing: Standing | undefined, paused?: string): Published {
  if (standing === undefined) return { ...NOWHERE, paused }
  const { branch, pending, problem } = standing
  return {
    branch: branch.name,
    commit: branch.tip,
    uncommitted: pending.length,
    unpushed: 0,
    paused: paused ?? problem,
  }
}

async function pushAll(context: CommitContext): Promise<string | undefined> {
  try {
    const { branch } = await readStanding(context)
    if (branch.tip === undefined || branch.tip === branch.remoteTip) return undefined
    const problem = await push(context, branch)
    return problem === undefined ? undefined : `not pushed: ${problem}`
  } catch (error) {
    return `not pushed: ${inWords(error)}`
  }
}

/** Commits that no branch of the remote has, as last seen. 0 without a remote. */
async function countUnpushed(context: CommitContext, name: string): Promise<number> {
  const { git, repository, config } = context
  const url = await git.raw(repository.root, ['config', '--get', `remote.${config.remote}.url`])
  if (!url.ok) return 0
  const args = ['rev-list', '--count', `refs/heads/${name}`, '--not', `--remotes=${config.remote}`]
  const counted = await git.raw(repository.root, args)
  return counted.ok ? Number(counted.stdout.trim()) : 0
}
