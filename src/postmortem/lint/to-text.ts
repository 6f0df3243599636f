/** Findings for a terminal: the place, the line with a caret, what to do; why, and how to accept it, once for each rule. */
import { visibleLine } from '../../incident/visible.ts'
import { excerptOf, linesOf, type Lines } from '../../runbook/place.ts'
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
  const told = new Set<string>()
  return findings
    .map((finding) => {
      const first = !told.has(finding.rule)
      told.add(finding.rule)
      return oneText(finding, { lines: linesIn(finding.file), first })
    })
    .join('\n')
}

const oneText = (finding: Finding, { lines, first }: { lines: Lines; first: boolean }): string => {
  const { file, line, column, rule, severity, message, suggestion, also = [] } = finding
  const excerpt = excerptOf(lines, { line, column })
  const reason = first ? RULES.find(({ id }) => id === rule)?.reason : undefined
  return [
    `${visibleLine(file)}:${line}:${column}: ${rule}: ${severity}: ${visibleLine(message)}`,
    ...excerpt.split('\n').map((text) => `    ${text}`.trimEnd()),
    ...also.map((place) => `    line ${place.line}: ${excerptLine(lines, place.line)}`),
    ...(reason === undefined ? [] : [`    why: ${reason}`]),
    `    hint: ${visibleLine(suggestion)}`,
    ...(first && !rule.startsWith('waiver-')
      ? [`    or accept it: <!-- hotwash-waive ${rule}: the reason -->`]
      : []),
  ].join('\n')
}

const excerptLine = (lines: Lines, line: number): string =>
  excerptOf(lines, { line, column: 1 }).split('\n')[0]?.trim() ?? ''
