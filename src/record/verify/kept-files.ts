/** What is checked alike in a folder and in a commit: names, digests, what is missing and what is too much. */
import type { LogReport } from './log.ts'
import { eventWords } from './event-words.ts'
import type { Problem } from './problem.ts'

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
      message: `${eventWords({ writer: report.writer, seq, clock: report.clocks[seq] })} names ${path}, which is missing`,
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
