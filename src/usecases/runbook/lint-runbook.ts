import { HotwashError, type Issue } from '../../errors.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import { counted } from '../../incident/counted.ts'
import { findRunbook, listRunbookFiles, parseFound } from './find-runbook.ts'
import type { RunbookWorld } from './runbook-file.ts'

/** As `--json` prints it. */
export type Finding = {
  rule: string
  severity: Issue['severity']
  file: string
  line: number
  column: number
  message: string
  suggestion?: string
}

export type LintReport = {
  /** Paths of what was read. */
  runbooks: string[]
  issues: Issue[]
  errors: number
  warnings: number
}

/**
 * Lints the named runbooks, or those of the repository. Errors of one do not hide those of others.
 * `alsoOf`: what more than its text says about a runbook, such as the record; with its file.
 */
export async function lintRunbooks(
  world: RunbookWorld,
  named: readonly string[],
  alsoOf: (runbook: Runbook, file: string) => readonly Issue[] = () => [],
): Promise<LintReport> {
  const issues: Issue[] = []
  const runbooks: string[] = []
  for (const name of named.length > 0 ? named : await ownRunbooks(world)) {
    const found = await findRunbook(world, name).catch((error: unknown) => {
      if (error instanceof HotwashError && error.issues.length > 0) {
        issues.push(...error.issues)
        return undefined
      }
      throw error
    })
    if (found === undefined) continue
    runbooks.push(found.path)
    const parsed = await parseFound(world, found)
    issues.push(...(parsed.ok ? parsed.warnings : parsed.issues))
    if (parsed.ok) issues.push(...alsoOf(parsed.runbook, found.file))
  }
  const errors = issues.filter(({ severity }) => severity === 'error').length
  return { runbooks, issues, errors, warnings: issues.length - errors }
}

async function ownRunbooks(world: RunbookWorld): Promise<string[]> {
  const own = (await listRunbookFiles(world)).filter(({ packaged }) => !packaged)
  if (own.length > 0) return own.map(({ file }) => file)
  throw new HotwashError('USAGE', `there is no runbook in ${world.root}/runbooks`, {
    hint: 'name one: hotwash runbook lint path/to/runbook.yaml',
  })
}

export const findingsOf = (issues: readonly Issue[]): Finding[] =>
  issues.map(({ code, severity, place, message, hint }) => ({
    rule: code,
    severity,
    file: place.file,
    line: place.line,
    column: place.column,
    message,
    ...(hint !== undefined && { suggestion: hint }),
  }))

export const lintSummary = ({ runbooks, errors, warnings }: LintReport): string =>
  `${counted(runbooks.length, 'runbook')} read: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`
