/** An error in words, for stderr: what is wrong, where, and what to do next. */
import type { HotwashError, Issue } from '../errors.ts'
import { TOOL } from './package.ts'

export function explain(error: HotwashError, options: { debug: boolean }): string {
  const lines = [
    ...saidOnce(error),
    ...(error.code === 'BUG' ? howToReport(options.debug) : []),
    ...(options.debug ? [stackOf(error)] : []),
  ]
  return lines.join('\n')
}

/** An error whose message is its first place does not say that twice, and neither its hint. */
function saidOnce({ code, message, hint, issues }: HotwashError): string[] {
  const [first, ...others] = issues
  const isPlaced = first !== undefined && message === placed(first)
  const isSaid = hint === undefined || issues.some((issue) => issue.hint === hint)
  return [
    `${code === 'BUG' ? 'This is a bug in hotwash' : 'error'}: ${isPlaced ? explainIssue(first) : message}`,
    ...(isPlaced ? others : issues).map(explainIssue),
    ...(isSaid ? [] : [`hint: ${hint}`]),
  ]
}

const placed = ({ place: { file, line, column }, message }: Issue): string =>
  `${file}:${line}:${column}: ${message}`

/** `file:line:col: CODE: message`, the line with a caret, the hint. */
export function explainIssue(issue: Issue): string {
  const { file, line, column } = issue.place
  const kind = issue.severity === 'warning' ? 'warning: ' : ''
  return [
    `${file}:${line}:${column}: ${issue.code}: ${kind}${issue.message}`,
    ...(issue.excerpt === undefined ? [] : issue.excerpt.split('\n').map((text) => `    ${text}`)),
    ...(issue.hint === undefined ? [] : [`    hint: ${issue.hint}`]),
  ].join('\n')
}

const howToReport = (debug: boolean): string[] => [
  `Nothing recorded so far is lost. Please report it with the command you typed, ${TOOL}, ` +
    `Node ${process.version}, ${process.platform}` +
    (debug ? ', and the stack below.' : ', and what the same command prints with --debug.'),
]

function stackOf(error: HotwashError): string {
  const { cause } = error
  return (cause instanceof Error ? cause.stack : error.stack) ?? String(error)
}
