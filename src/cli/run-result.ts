/** What run, resume, rollback, answer and approve print: the run's standing, and what to type next. */
import { grouped } from '../incident/size.ts'
import { visibleLine } from '../incident/visible.ts'
import type { RunReport } from '../usecases/run-report.ts'
import type { CommandResult } from './envelope.ts'

export function runResult(report: RunReport): CommandResult {
  const { exit_code: exitCode, warnings, error, ...json } = report
  return { json, exitCode, warnings, error, text: runText(report) }
}

/** The last line is the command to type. */
function runText(report: RunReport): string {
  const { incident, status, steps, undo, record, next } = report
  const count = (wanted: string): number => steps.filter((step) => step.status === wanted).length
  const counts = ['succeeded', 'failed', 'skipped', 'unknown', 'rolled_back']
    .map((wanted) => [count(wanted), wanted.replace('_', ' ')] as const)
    .filter(([many]) => many > 0)
    .map(([many, words]) => `${many} ${words}`)
  const left = undo.filter((one) => ['failed', 'unknown'].includes(one.status))
  return [
    `${incident}: ${status.replace('_', ' ').toUpperCase()} (${steps.length} steps: ${counts.join(', ') || 'none ran'})`,
    ...(report.error === undefined ? [] : [visibleLine(report.error.message)]),
    ...left.map((one) => `not undone: ${one.step} (${one.status})`),
    record.branch === null
      ? `record: ${record.journal}`
      : `record: branch ${record.branch}, ${grouped(record.events)} events`,
    ...(next === undefined ? [] : [`next: ${next}`]),
  ].join('\n')
}
