/**
 * The record over all commits that lead to one: every version of a log is a byte-prefix of the last
 * one and never shorter than the one before it, over merges too; evidence and runbooks never change;
 * nothing is removed. Blob ids are compared, not contents: git's name of the first n bytes of the
 * log says whether a version is exactly those.
 */
import type { GitObjects } from '../git/objects.ts'
import { readObjects } from '../git/objects.ts'
import { gitText } from '../git/incident-branch.ts'
import { changesIn, commitsTouching, type Change, type HistoryContext } from './changes.ts'
import { logChanges, type TipLog } from './log-history.ts'
import { writerOf } from '../names.ts'
import { eventWords } from './event-words.ts'
import type { Problem } from './problem.ts'

export type HistoryReport = {
  problems: Problem[]
  notes: string[]
  commits: number
  unsigned: number
  /** By writer, what of its log has commits. */
  grown: ReadonlyMap<string, Grown>
}

/** How many commits with one event each are there, and how many the log asks for. */
export type Grown = { own: number; wanted: number }

/** By writer, how many events of the log get a commit of their own. */
type Committed = ReadonlyMap<string, number>

export async function historyOf(
  context: HistoryContext,
  from: { incident: string; commit: string; logs: readonly TipLog[]; committed: Committed },
): Promise<HistoryReport> {
  const commits = await commitsTouching(context, from)
  const changes = await changesIn(context, commits, from.incident)
  const touching = [...new Set(changes.map(({ commit }) => commit))]
  const objects = await readObjects(context, touching)
  const nameOf = (commit: string): string => commitWords(commit, objects.get(commit))
  const problems = [
    ...fileChanges(changes, nameOf),
    ...(await logChanges(context, changes, { logs: from.logs, nameOf })),
  ]
  const told = commitHeaders(objects, touching, from.logs)
  const notes = await shallowNote(context)
  return {
    problems: [...problems, ...told.problems],
    notes,
    commits: touching.length,
    unsigned: told.unsigned,
    grown: grownOf(from, told.events),
  }
}

/** Whom to ask: the author as git has it, and when it was written. */
function commitWords(commit: string, object: Buffer | undefined): string {
  const author = /^author (.*) <[^>\n]*> (\d{1,12}) [-+]\d+$/m.exec(object?.toString('utf8') ?? '')
  const by =
    author === null
      ? ''
      : ` (${author[1]}, ${new Date(Number(author[2]) * 1000).toISOString().slice(0, 16)}Z)`
  return `commit ${commit.slice(0, 12)}${by}`
}

function fileChanges(changes: readonly Change[], nameOf: (commit: string) => string): Problem[] {
  const problems: Problem[] = []
  const said = new Set<string>()
  for (const { commit, status, path, newMode } of changes) {
    const writer = writerOf(path)
    // A merge has a change for each parent.
    const key = `${commit} ${status} ${path}`
    if (said.has(key)) continue
    said.add(key)
    if (status === 'D') {
      problems.push({
        code: 'removed',
        writer,
        path,
        message: `${nameOf(commit)} removes ${path}`,
      })
    } else if (!newMode.startsWith('100')) {
      problems.push({
        code: 'link',
        writer,
        path,
        message: `${nameOf(commit)} makes ${path} something else than a file`,
      })
    } else if (status !== 'A' && !path.startsWith('log/')) {
      problems.push({
        code: 'digest',
        writer,
        path,
        message: `${nameOf(commit)} changes ${path}`,
      })
    }
  }
  return problems
}

/** Signatures, and what each commit says of its event, from the commits themselves. */
function commitHeaders(
  objects: GitObjects,
  commits: readonly string[],
  logs: readonly TipLog[],
): { unsigned: number; events: Set<string>; problems: Problem[] } {
  const problems: Problem[] = []
  const events = new Set<string>()
  let unsigned = 0
  for (const commit of commits) {
    const text = objects.get(commit)?.toString('utf8') ?? ''
    const head = text.slice(0, text.indexOf('\n\n'))
    if (!/^gpgsig/m.test(head)) unsigned += 1
    const event = /^Event: (\S+)#(\d+)$/m.exec(text)
    const digest = /^Log-Digest: sha256:([0-9a-f]{64})$/m.exec(text)?.[1]
    if (event === null || digest === undefined) continue
    const [, writer = '', seq] = event
    events.add(`${writer}#${seq}`)
    const report = logs.find((log) => log.report.writer === writer)?.report
    const known = report?.digests[Number(seq)]
    if (known === undefined || known === digest) continue
    const named = { writer, seq: Number(seq), clock: report?.clocks[Number(seq)] }
    const message = `commit ${commit.slice(0, 12)} says another digest of ${eventWords(named)} than the log has`
    problems.push({ code: 'commit_message', writer, seq: Number(seq), message })
  }
  return { unsigned, events, problems }
}

async function shallowNote(context: HistoryContext): Promise<string[]> {
  const answer = await gitText(context, ['rev-parse', '--is-shallow-repository'])
  return answer.trim() === 'true'
    ? ['the clone is shallow: older commits could not be looked at (git fetch --unshallow)']
    : []
}

function grownOf(
  { logs, committed }: { logs: readonly TipLog[]; committed: Committed },
  told: ReadonlySet<string>,
): Map<string, Grown> {
  return new Map(
    logs.map(({ report: { writer } }) => {
      const own = [...told].filter((name) => name.startsWith(`${writer}#`)).length
      return [writer, { own, wanted: committed.get(writer) ?? 0 }]
    }),
  )
}

/**
 * One commit per event is what shows that each version grew out of the one before. They need not
 * lead to each tip: what was squashed into main is still whole on the incident's branch.
 */
export function squashNotes(tips: readonly ReadonlyMap<string, Grown>[]): string[] {
  const writers = new Set(tips.flatMap((grown) => [...grown.keys()]))
  return [...writers].flatMap((writer) => {
    const seen = tips.flatMap((grown) => grown.get(writer) ?? [])
    const own = Math.max(...seen.map((grown) => grown.own))
    const wanted = Math.max(...seen.map((grown) => grown.wanted))
    return own >= wanted
      ? []
      : [
          `${writer}: ${own} of the ${wanted} commits in which its log grew are here (a squash merge?): its chain holds; that no later version rewrote all of it is not shown`,
        ]
  })
}
