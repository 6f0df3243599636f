/** Lints reports: of incidents, with their logs at hand, and any Markdown files. */
import { HotwashError } from '../../errors.ts'
import { counted } from '../../incident/counted.ts'
import type { Finding } from '../../postmortem/lint/finding.ts'
import { lintReport } from '../../postmortem/lint/lint-report.ts'
import type { RecordWorld } from '../record-world.ts'
import { sourcesOf } from './lint-sources.ts'

export type LintedReports = {
  findings: Finding[]
  /** What was read: file as named in the findings -> its text. */
  texts: Map<string, string>
  /** Its name from the top of the repository. */
  fromRoot: Map<string, string>
  /** What could not be read, beside what could. */
  problems: HotwashError[]
  errors: number
  warnings: number
}

/**
 * Each name is a Markdown file, a folder of them, or an incident; none: the open incident. What cannot
 * be read hides no finding in what can; when nothing can, that is the error.
 */
export const lintPostmortems = async (
  world: RecordWorld,
  names: readonly string[],
): Promise<LintedReports> => {
  const linted: LintedReports = {
    findings: [],
    texts: new Map(),
    fromRoot: new Map(),
    problems: [],
    errors: 0,
    warnings: 0,
  }
  const orProblem = async <T>(act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof HotwashError)) throw error
      linted.problems.push(error)
      return undefined
    }
  }
  const now = new Date(world.clock.now()).toISOString()
  for (const name of names.length === 0 ? [undefined] : names)
    for (const read of (await orProblem(() => sourcesOf(world, name))) ?? []) {
      const source = await orProblem(read)
      if (source === undefined || linted.texts.has(source.file)) continue
      const { text, file, fromRoot, record } = source
      linted.texts.set(file, text)
      linted.fromRoot.set(file, fromRoot)
      const { rules } = world.config.lint
      linted.findings.push(...lintReport({ text, file, record, now, rules }))
    }
  const [first] = linted.problems
  if (first !== undefined && linted.texts.size === 0) throw first
  linted.errors = linted.findings.filter(({ severity }) => severity === 'error').length
  linted.warnings = linted.findings.filter(({ severity }) => severity === 'warning').length
  return linted
}

export const lintSummary = ({ texts, findings, errors, warnings }: LintedReports): string => {
  const notes = findings.length - errors - warnings
  const parts = [
    counted(errors, 'error'),
    counted(warnings, 'warning'),
    ...(notes === 0 ? [] : [counted(notes, 'note')]),
  ]
  return `${counted(texts.size, 'report')} read: ${parts.join(', ')}`
}
