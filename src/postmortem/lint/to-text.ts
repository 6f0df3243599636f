/** Findings for a terminal: the place and the line with a caret; why, what to do, and how to accept it, once for each rule. */
import { visibleLine } from '../../incident/visible.ts'
import { excerptOf, linesOf, type Lines } from '../../runbook/yaml/place.ts'
import type { Finding } from './finding.ts'
import { RULES } from './rules.ts'

/** `textOf`: the text of a file that was linted. */
export const toText = (
  findings: readonly Finding[],
  textOf: (file: string) => string | undefined,
): string => {
  const files = new Map<string, Lines>()
  const linesIn = (file: string): Lines => {
    const known = files.get(file) ?? linesOf(textOf(file) ?? '')
    files.set(file, known)
    return known
  }
  const told = new Map<string, string>()
  return findings
    .map((finding) => {
      const before = told.get(finding.rule)
      told.set(finding.rule, finding.suggestion)
      return oneText(finding, { lines: linesIn(finding.file), before })
    })
    .join('\n')
}

/** `before`: what the last finding of its rule suggested. */
type About = { lines: Lines; before: string | undefined }

const oneText = (finding: Finding, { lines, before }: About): string => {
  const { file, line, column, rule, severity, message, suggestion, also = [] } = finding
  const others = [...new Set(also.map((place) => place.line))].filter((other) => other !== line)
  const first = before === undefined
  const excerpt = excerptOf(lines, { line, column })
  const reason = first ? RULES.find(({ id }) => id === rule)?.reason : undefined
  return [
    `${visibleLine(file)}:${line}:${column}: ${rule}: ${severity}: ${visibleLine(message)}`,
    ...excerpt.split('\n').map((text) => `    ${text}`.trimEnd()),
    ...others.map((other) => `    line ${other}: ${excerptLine(lines, other)}`),
    ...(reason === undefined ? [] : [`    why: ${reason}`]),
    ...(suggestion === before ? [] : [`    hint: ${visibleLine(suggestion)}`]),
    ...(first && !rule.startsWith('waiver-')
      ? [`    or accept it: <!-- hotwash-waive ${rule}: the reason -->`]
      : []),
  ].join('\n')
}

const excerptLine = (lines: Lines, line: number): string =>
  excerptOf(lines, { line, column: 1 }).split('\n')[0]?.trim() ?? ''
