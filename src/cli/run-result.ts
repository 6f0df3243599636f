/** What run, resume, rollback, answer and approve print: the run's standing, and what to type next. */
import { counted } from '../incident/counted.ts'
import { shellQuoted } from '../incident/shell-quoted.ts'
import { grouped } from '../incident/size.ts'
import { visibleLine } from '../incident/visible.ts'
import type { RunReport } from '../usecases/run/run-report.ts'
import type { CommandResult } from './envelope.ts'

export function runResult(report: RunReport): CommandResult {
  const { exit_code: exitCode, warnings, error, lint: _lint, ...json } = report
  const told = warningsInWords(report)
  return { json, exitCode, warnings, told, error, text: runText(report) }
}

/** What lint says is for the author and not for an outage: here it is counted. */
function warningsInWords({ warnings, lint }: RunReport): string[] {
  const count = lint?.warnings.length ?? 0
  if (lint === undefined || count === 0) return warnings
  const others = warnings.filter((warning) => !lint.warnings.includes(warning))
  const words = `the runbook has ${counted(count, 'lint warning')}`
  return [...others, `${words}: hotwash runbook lint ${shellQuoted([lint.runbook])}`]
}

/** `answer` and `approve`: that it was taken comes first. */
export function answerResult(report: RunReport, taken: string): CommandResult {
  const result = runResult(report)
  const goesOn = report.next === undefined ? '\nthe run goes on at its own terminal' : ''
  return { ...result, text: `${taken}\n${result.text}${goesOn}` }
}

/** `--plan` of a run: what it looked at, and that it did nothing else. */
export function planResult(report: RunReport): CommandResult {
  const tried = count(report, 'succeeded') + count(report, 'failed')
  const facts = [
    `${tried} only read and really ran${count(report, 'failed') > 0 ? ` (${count(report, 'failed')} failed as things are now)` : ''}`,
    ...(count(report, 'skipped') > 0 ? [`${count(report, 'skipped')} skipped`] : []),
    ...(count(report, 'pending') > 0 ? [`${count(report, 'pending')} not run`] : []),
  ]
  const text = `plan of ${stepsOf(report)}: ${facts.join(', ')}\nnothing was changed, nothing is recorded`
  return { ...runResult(report), text }
}

/** `--plan` of a rollback: what it would undo, in this order. */
export function undoPlanResult(report: RunReport, to?: string): CommandResult {
  const open = report.undo.filter(({ status }) => !['succeeded', 'already_undone'].includes(status))
  const names = open.map(({ step }) => step).join(', ')
  const text =
    open.length === 0
      ? 'there is nothing to undo'
      : `would undo ${counted(open.length, 'step')}: ${names}\n` +
        `nothing was changed\nnext: hotwash rollback ${report.incident}${to === undefined ? '' : ` --to ${to}`}`
  return { ...runResult(report), text }
}

const COUNTED = {
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  unknown: 'unknown',
  rolled_back: 'rolled back',
  waiting: 'waiting',
  // A group in the middle; a step of its own would be unknown.
  running: 'begun',
  pending: 'not run',
} as const

const count = ({ steps }: RunReport, wanted: string): number =>
  steps.filter((step) => step.status === wanted).length

const stepsOf = ({ steps }: RunReport): string => counted(steps.length, 'step')

/** The last line is the command to type. */
function runText(report: RunReport): string {
  const { incident, status, undo, record, next } = report
  const counts = Object.entries(COUNTED)
    .map(([wanted, words]) => [count(report, wanted), words] as const)
    .filter(([many]) => many > 0)
    .map(([many, words]) => `${many} ${words}`)
  const left = undo.filter((one) => ['failed', 'unknown'].includes(one.status))
  return [
    `${incident}: ${status.replace('_', ' ').toUpperCase()}`,
    `${stepsOf(report)}: ${counts.join(', ')}`,
    ...(report.error === undefined ? [] : [visibleLine(report.error.message)]),
    ...left.map((one) => `not undone: ${one.step} (${one.status})`),
    record.branch === null
      ? `record: ${record.journal}`
      : `record: branch ${record.branch}, ${grouped(record.events)} events`,
    ...(next === undefined ? [] : [`next: ${next}`]),
  ].join('\n')
}
