/**
 * The record over all commits that lead to one: every version of a log is a byte-prefix of the last
 * one and never shorter than the one before it, over merges too; evidence and runbooks never change;
 * nothing is removed. Blob ids are compared, not contents: git's name of the first n bytes of the
 * log says whether a version is exactly those.
 */
import type { CommitContext } from './commits.ts'
import { blobId } from './commit-queue.ts'
import { blobSizes, readObjects } from './git-blobs.ts'
import { gitText } from './incident-branch.ts'
import { recordPath } from './names.ts'
import type { ReadLog } from './verify-meaning.ts'
import type { Problem } from './verify-report.ts'

export type HistoryContext = Pick<CommitContext, 'git' | 'repository'>

export type HistoryReport = {
  problems: Problem[]
  notes: string[]
  unsigned: number
  commits: number
}

export type TipLog = ReadLog & { path: string; bytes: Buffer }

type Change = {
  commit: string
  oldMode: string
  newMode: string
  was: string
  is: string
  status: string
  path: string
}

/** By writer, how many events of the log get a commit of their own. */
type Committed = ReadonlyMap<string, number>

export async function historyOf(
  context: HistoryContext,
  from: { incident: string; commit: string; logs: readonly TipLog[]; committed: Committed },
): Promise<HistoryReport> {
  const commits = await commitsTouching(context, from)
  const changes = await changesIn(context, commits, from.incident)
  const touching = [...new Set(changes.map(({ commit }) => commit))]
  const problems = [...fileChanges(changes), ...(await logChanges(context, changes, from.logs))]
  const told = await commitHeaders(context, touching, from.logs)
  const notes = [...(await shallowNote(context)), ...squashNote(from, told.events)]
  return {
    problems: [...problems, ...told.problems],
    notes,
    unsigned: told.unsigned,
    commits: touching.length,
  }
}

const GUARD = '--no-replace-objects'

async function commitsTouching(
  context: HistoryContext,
  { incident, commit }: { incident: string; commit: string },
): Promise<string[]> {
  const folder = recordPath(incident)
  // --parents keeps every merge: one that throws away a side is the same as its other side.
  const args = [GUARD, 'rev-list', '--full-history', '--parents', commit, '--', folder]
  const listed = await gitText(context, args)
  return listed.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')[0] as string]))
}

async function changesIn(
  context: HistoryContext,
  commits: string[],
  incident: string,
): Promise<Change[]> {
  if (commits.length === 0) return []
  const folder = recordPath(incident)
  const args = [
    GUARD,
    'diff-tree',
    '--stdin',
    '-m',
    '-r',
    '--root',
    '--raw',
    '--no-abbrev',
    '--no-renames',
  ]
  const stdin = commits.map((commit) => `${commit}\n`).join('')
  const output = await gitText(context, [...args, '--', folder], { stdin })
  const changes: Change[] = []
  let commit = ''
  for (const line of output.split('\n')) {
    if (!line.startsWith(':')) {
      commit = line.split(' ')[0] || commit
      continue
    }
    const match = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) (\w+)\t"?(.*?)"?$/.exec(line)
    if (match === null) continue
    const [, oldMode = '', newMode = '', was = '', is = '', status = '', path = ''] = match
    changes.push({ commit, oldMode, newMode, was, is, status, path: path.slice(folder.length + 1) })
  }
  return changes.filter(({ path }) => /^(log|evidence|runbooks)\//.test(path))
}

const short = (commit: string): string => commit.slice(0, 12)
const writerOf = (path: string): string =>
  path.startsWith('log/') ? path.slice(4).replace(/\.jsonl$/, '') : ''

function fileChanges(changes: readonly Change[]): Problem[] {
  const problems: Problem[] = []
  for (const { commit, status, path, newMode } of changes) {
    const writer = writerOf(path)
    if (status === 'D') {
      problems.push({
        code: 'removed',
        writer,
        path,
        message: `commit ${short(commit)} removes ${path}`,
      })
    } else if (!newMode.startsWith('100')) {
      problems.push({
        code: 'link',
        writer,
        path,
        message: `commit ${short(commit)} makes ${path} something else than a file`,
      })
    } else if (status !== 'A' && !path.startsWith('log/')) {
      problems.push({
        code: 'digest',
        writer,
        path,
        message: `commit ${short(commit)} changes ${path}`,
      })
    }
  }
  return problems
}

async function logChanges(
  context: HistoryContext,
  changes: readonly Change[],
  logs: readonly TipLog[],
): Promise<Problem[]> {
  const logChanges = changes.filter(({ path, status }) => path.startsWith('log/') && status !== 'D')
  const ids = new Set(
    logChanges.flatMap(({ was, is }) => [was, is]).filter((id) => !/^0+$/.test(id)),
  )
  const sizes = await blobSizes(context, [...ids])
  const checked = new Map<string, boolean>()
  const problems: Problem[] = []
  for (const change of logChanges) {
    const { commit, path, was, is } = change
    const writer = writerOf(path)
    const log = logs.find((candidate) => candidate.path === path)
    // Removed later: said already.
    if (log === undefined) continue
    const [before, now] = [/^0+$/.test(was) ? 0 : sizes.get(was), sizes.get(is)]
    if (now === undefined || before === undefined) {
      const message = `commit ${short(commit)}: git cannot read its version of ${path}; restore it from another clone`
      problems.push({ code: 'object', writer, path, message })
      continue
    }
    const key = `${path} ${is}`
    const isPrefix =
      checked.get(key) ??
      (now <= log.bytes.length && blobId(log.bytes.subarray(0, now), is.length) === is)
    const first = !checked.has(key)
    checked.set(key, isPrefix)
    if (!isPrefix && first) problems.push(await whereItDiffers(context, { change, log, writer }))
    else if (isPrefix && now < before) {
      const seq = eventAt(log, now)
      const message = `commit ${short(commit)} cuts ${path} off before event ${seq}`
      problems.push({ code: 'not_a_prefix', writer, seq, path, message })
    }
  }
  return problems
}

async function whereItDiffers(
  context: HistoryContext,
  { change, log, writer }: { change: Change; log: TipLog; writer: string },
): Promise<Problem> {
  const { commit, path, is } = change
  const blob = (await readObjects(context, [is])).get(is) ?? Buffer.alloc(0)
  const seq = eventAt(log, firstDifference(blob, log.bytes))
  const message = `commit ${short(commit)}: its ${path} is not the beginning of the last one: event ${seq} differs`
  return { code: 'not_a_prefix', writer, seq, path, message }
}

export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length)
  for (let at = 0; at < end; at += 1) if (a[at] !== b[at]) return at
  return end
}

function eventAt({ bytes }: Pick<TipLog, 'bytes'>, offset: number): number {
  let seq = 0
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1))
    seq += 1
  return seq
}

/** Signatures, and what each commit says of its event, from the commits themselves. */
async function commitHeaders(
  context: HistoryContext,
  commits: readonly string[],
  logs: readonly TipLog[],
): Promise<{ unsigned: number; events: Set<string>; problems: Problem[] }> {
  const objects = await readObjects(context, commits)
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
    const known = logs.find(({ report }) => report.writer === writer)?.report.digests[Number(seq)]
    if (known === undefined || known === digest) continue
    const message = `commit ${short(commit)} says another digest of event ${seq} than the log has`
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

/** One commit per event is what shows that each version grew out of the one before. */
function squashNote(
  { logs, committed }: { logs: readonly TipLog[]; committed: Committed },
  told: ReadonlySet<string>,
): string[] {
  return logs.flatMap(({ report }) => {
    const own = [...told].filter((name) => name.startsWith(`${report.writer}#`)).length
    const wanted = committed.get(report.writer) ?? 0
    return own >= wanted
      ? []
      : [
          `${report.writer}: ${wanted - own} of ${wanted} events have no commit of their own here (a squash merge?): the chain holds, the proof by prefixes is lost`,
        ]
  })
}
