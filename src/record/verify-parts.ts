/** What is checked alike in a folder and in a commit: names, digests, what is missing and what is too much. */
import { applyEvent, emptyState } from '../incident/fold.ts'
import { inOrder } from './log-file.ts'
import type { LogReport } from './verify-log.ts'
import { SCHEMA_LIMIT_EVENTS, schemaProblems } from './verify-log.ts'
import type { Problem } from './verify-report.ts'

/** A file of the record with the digest of its bytes; `undefined`: it could not be read as a plain file. */
export type SeenFile = { path: string; sha256: string | undefined; why?: string }

export function fileProblems(
  files: readonly SeenFile[],
  reports: readonly LogReport[],
  { strangers }: { strangers: boolean },
): Problem[] {
  const problems: Problem[] = []
  const seen = new Set(files.map(({ path }) => path))
  const mentioned = new Map(
    reports.flatMap((report) =>
      [...report.mentions].map(([path, seq]) => [path, { report, seq }] as const),
    ),
  )
  const about = (path: string): { writer: string; seq?: number } => {
    const by = mentioned.get(path)
    return by === undefined ? { writer: '' } : { writer: by.report.writer, seq: by.seq }
  }
  for (const [path, { report, seq }] of mentioned) {
    if (seen.has(path)) continue
    problems.push({
      code: 'missing',
      writer: report.writer,
      seq,
      path,
      message: `event ${seq} names ${path}, which is missing`,
    })
  }
  for (const { path, sha256, why } of files) {
    const name = /^(?:evidence\/([0-9a-f]{64})|runbooks\/([0-9a-f]{64})\.yaml)$/.exec(path)
    const wanted = name?.[1] ?? name?.[2]
    if (why !== undefined)
      problems.push({ code: 'link', ...about(path), path, message: `${path} ${why}` })
    else if (wanted === undefined)
      problems.push({
        code: 'extra',
        writer: '',
        path,
        message: `${path} does not belong to a record`,
      })
    else if (sha256 !== wanted) {
      problems.push({
        code: 'digest',
        ...about(path),
        path,
        message: `${path} was changed: its bytes have digest ${sha256 ?? 'unknown'}`,
      })
    } else if (strangers && !mentioned.has(path)) {
      problems.push({ code: 'extra', writer: '', path, message: `no event names ${path}` })
    }
  }
  return problems
}

/** Schemas, and whether the events fold; over logs of ordinary length. */
export async function meaningOf(
  incident: string,
  reports: readonly LogReport[],
): Promise<{ problems: Problem[]; notes: string[] }> {
  const problems = (await Promise.all(reports.map(schemaProblems))).flat()
  const notes = reports
    .filter((report) => report.events > SCHEMA_LIMIT_EVENTS)
    .map(
      (report) =>
        `${report.writer}: schemas were checked of the first ${SCHEMA_LIMIT_EVENTS} events`,
    )
  const broken = [...problems, ...reports.flatMap((report) => report.problems)].length > 0
  if (broken) return { problems, notes }
  const state = emptyState(incident)
  const all = reports.flatMap(({ writer, firstEvents }) =>
    firstEvents.map((event) => ({ writer, event })),
  )
  for (const { writer, event } of all.sort(inOrder)) {
    try {
      applyEvent(state, event)
    } catch (error) {
      const message = `event ${event.seq} cannot follow: ${(error as Error).message}`
      return { problems: [{ code: 'fold', writer, seq: event.seq, message }], notes }
    }
  }
  return { problems, notes }
}
