/**
 * Commits in the background. A step never waits for git, and git failing never fails an incident: it
 * is tried again and shown. One round of work runs at a time:
 *   idle → (kick) → short wait → is the branch checked out? → commit what is pending → idle
 * The wait grows with what a round costs, so that a long log does not take the machine from the steps.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../ports/clock.ts'
import type { Repository } from '../../ports/git.ts'
import type { Journal, Published, Publisher } from '../../ports/journal.ts'
import { pendingCommits } from './commit-queue.ts'
import type { CommitContext, KnownTip, Standing } from './commits.ts'
import { afterCommits, makeCommits, moveRef, readStanding } from './commits.ts'
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
const FIRST_PUSH_WAIT_MS = 5_000
const LONGEST_PUSH_WAIT_MS = 300_000
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
  let committed: Published | undefined
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  const memory: Memory = { tip: undefined }
  const asked = { again: false }
  const pusher = backgroundPush(context)
  let lastRoundMs = 0

  const rounds = async (): Promise<void> => {
    while (asked.again) {
      const began = performance.now()
      asked.again = false
      committed = await commitAll(context, memory)
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
      timer = setTimeout(() => void work().then(() => pusher.start('when due')), waitMs)
      timer.unref()
    },
    async flush(limitMs) {
      let limit: NodeJS.Timeout | undefined
      const late = new Promise<'late'>((resolve) => {
        limit = setTimeout(() => resolve('late'), limitMs)
      })
      const all = work().then(() => pusher.start('now'))
      const ended = await Promise.race([all, late])
      clearTimeout(limit)
      if (committed === undefined) return stillAtWork(context, limitMs)
      const unpushed = await countUnpushed(context, committed.branch)
      const slow = ended === 'late' ? `git did not end within ${limitMs / 1000} s` : undefined
      return { ...committed, unpushed, paused: committed.paused ?? pusher.problem() ?? slow }
    },
  }
}

/**
 * Pushing has a course of its own, because a network may hang for longer than any commit may wait.
 * After a failure it is tried again later and later, or at once when somebody waits for it.
 */
function backgroundPush(context: CommitContext) {
  let running: Promise<void> | undefined
  let problem: string | undefined
  let failures = 0
  let notBefore = 0
  const asked = { again: false }
  const rounds = async (): Promise<void> => {
    while (asked.again) {
      asked.again = false
      problem = await pushAll(context)
      failures = problem === undefined ? 0 : failures + 1
      const waitMs = Math.min(LONGEST_PUSH_WAIT_MS, FIRST_PUSH_WAIT_MS * 2 ** failures)
      notBefore = failures === 0 ? 0 : context.clock.mono() + waitMs
    }
    running = undefined
  }
  return {
    problem: () => problem,
    async start(when: 'now' | 'when due'): Promise<void> {
      if (!context.config.push) return
      if (when === 'when due' && context.clock.mono() < notBefore) return
      asked.again = true
      await (running ??= rounds())
    },
  }
}

/** Git did not come to an end in time: nothing is known to be committed. */
function stillAtWork({ journal }: CommitContext, limitMs: number): Published {
  const queue = pendingCommits(journal.dir, new Map())
  return {
    ...NOWHERE,
    branch: `incident/${journal.incident}`,
    uncommitted: queue.ok ? queue.pending.length : 0,
    paused: `git did not answer within ${limitMs / 1000} s`,
  }
}

/** The tip as we left it, so that a round need not ask git for it. */
type Memory = { tip: KnownTip | undefined }

/** Commits all that is pending. What went wrong is in the result; it never throws. */
async function commitAll(context: CommitContext, memory: Memory): Promise<Published> {
  let seen: Standing | undefined
  for (let attempt = 1; ; attempt += 1) {
    try {
      const standing = await readStanding(context, memory.tip)
      seen = standing
      memory.tip = undefined
      if (standing.pending.length === 0 || standing.problem !== undefined) {
        return standingOf(standing)
      }
      const where = await checkedOutAt(context, standing.branch.ref)
      if (where !== undefined) return standingOf(standing, checkedOut(standing, where))
      const commits = await makeCommits(context, standing)
      const { ref, tip } = standing.branch
      // The ref moved: somebody committed meanwhile. That is normal, and costs another look.
      if (await moveRef(context, { ref, to: commits.commit, was: tip })) {
        memory.tip = afterCommits(standing, commits)
        attempt = 0
        if (commits.made < standing.pending.length) continue
        return standingOf({ ...standing, ...memory.tip, pending: [] })
      }
      if (attempt >= ATTEMPTS) return standingOf(standing, 'the branch keeps moving')
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
async function countUnpushed(context: CommitContext, name: string | undefined): Promise<number> {
  const { git, repository, config } = context
  if (name === undefined || !hasRemote(repository.commonDir, config.remote)) return 0
  const args = ['rev-list', '--count', `refs/heads/${name}`, '--not', `--remotes=${config.remote}`]
  const counted = await git.raw(repository.root, args)
  return counted.ok ? Number(counted.stdout.trim()) : 0
}

/** Read from the file: every round asks, and starting git costs more than all the rest of it. */
function hasRemote(commonDir: string, remote: string): boolean {
  const path = join(commonDir, 'config')
  return existsSync(path) && readFileSync(path, 'utf8').includes(`[remote "${remote}"]`)
}
