/** The record at one commit: its files as git stores them, and the history that leads there. */
import { hash } from 'node:crypto'
import type { RecordTree } from '../git/commit-queue.ts'
import { readRecordTree } from '../git/commits.ts'
import { readObjects } from '../git/objects.ts'
import { gitText } from '../git/incident-branch.ts'
import { isOfRecord, logPath, writerOf } from '../names.ts'
import type { HistoryContext } from './changes.ts'
import type { TipLog } from './log-history.ts'
import { historyOf, type HistoryReport } from './history.ts'
import { logVerifier } from './log.ts'
import { meaningOf } from './meaning.ts'
import type { SeenFile } from './kept-files.ts'
import { fileProblems } from './kept-files.ts'
import type { Problem, VerifiedLog } from './problem.ts'

export type CommitReport = {
  commit: string
  tree: RecordTree
  logs: TipLog[]
  problems: Problem[]
  notes: string[]
  unsigned: number
  commits: number
  grown: HistoryReport['grown']
}

export async function verifyCommit(
  context: HistoryContext,
  { incident, commit }: { incident: string; commit: string },
): Promise<CommitReport> {
  const tree = await readRecordTree({ ...context, journal: { incident } }, commit)
  const parts = [...tree].filter(([path]) => isOfRecord(path))
  const objects = await readObjects(context, [...new Set(parts.map(([, { blob }]) => blob))])
  const logs: TipLog[] = []
  const files: SeenFile[] = []
  const problems: Problem[] = []
  for (const [path, { blob }] of parts) {
    const bytes = objects.get(blob)
    if (bytes === undefined) {
      const message = `git cannot read ${path} (${blob}); restore it from the journal or another clone`
      problems.push({ code: 'object', writer: '', path, message })
    } else if (path === logPath(writerOf(path))) logs.push(tipLog({ path, bytes, incident }))
    else files.push({ path, sha256: hash('sha256', bytes, 'hex') })
  }
  const reports = logs.map(({ report }) => report)
  const meaning = await meaningOf(incident, logs)
  const history = await historyOf(context, { incident, commit, logs, committed: meaning.committed })
  problems.push(
    ...reports.flatMap((report) => report.problems),
    ...fileProblems(files, reports, { strangers: true }),
    ...meaning.problems,
    ...history.problems,
  )
  return {
    commit,
    tree,
    logs,
    problems,
    notes: [...meaning.notes, ...history.notes],
    unsigned: history.unsigned,
    commits: history.commits,
    grown: history.grown,
  }
}

function tipLog({
  path,
  bytes,
  incident,
}: {
  path: string
  bytes: Buffer
  incident: string
}): TipLog {
  const verifier = logVerifier({ writer: writerOf(path), incident })
  verifier.push(bytes)
  return { path, bytes, report: verifier.end(), chunks: () => [bytes] }
}

/** How many events of these logs none of the commits holds. */
export function inNoCommit(logs: readonly VerifiedLog[], reports: readonly CommitReport[]): number {
  const committed = reports.flatMap((report) => report.logs.map((log) => log.report))
  const left = logs.map(({ writer, events }) => {
    const most = committed.filter((log) => log.writer === writer).map((log) => log.events)
    return Math.max(0, events - Math.max(0, ...most))
  })
  return left.reduce((sum, count) => sum + count, 0)
}

/** Remote-tracking branches that hold this commit: somebody else has it too. */
export async function anchorOf(context: HistoryContext, commit: string): Promise<string | null> {
  const args = [
    'for-each-ref',
    '--contains',
    commit,
    '--format=%(refname:short) %(symref)',
    'refs/remotes',
  ]
  const found = (await gitText(context, args))
    .split('\n')
    .find((line) => line !== '' && line.endsWith(' '))
  return found?.trim() ?? null
}
