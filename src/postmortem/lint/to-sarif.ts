/** Findings as SARIF 2.1.0, the format that code scanning of GitHub, GitLab and editors reads. */
import { visibleLine } from '../../incident/visible.ts'
import { sha256 } from '../../runbook/digest.ts'
import type { Finding, Position } from './finding.ts'
import { RULES } from './rules.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

/** `textOf`: the text of a file that was linted, by which a finding is known again when lines move. */
export const toSarif = (
  findings: readonly Finding[],
  tool: string,
  textOf: (file: string) => string | undefined = () => undefined,
): string => {
  const [name = '', version = ''] = tool.split(' ')
  const rules = RULES.map(({ id, severity, reason, suggestion }) => ({
    id,
    shortDescription: { text: reason },
    help: { text: suggestion },
    defaultConfiguration: { level: severity },
  }))
  const prints = fingerprintsOf(findings, textOf)
  const run = {
    tool: { driver: { name, version, rules } },
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding, index) => ({
      ...resultOf(finding),
      partialFingerprints: { primaryLocationLineHash: prints[index] },
    })),
  }
  return JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)
}

const resultOf = (finding: Finding): Record<string, unknown> => {
  const { rule, severity, file, message, suggestion, also = [] } = finding
  return {
    ruleId: rule,
    ruleIndex: RULES.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: `${visibleLine(message)}. To do: ${visibleLine(suggestion)}.` },
    locations: [{ physicalLocation: physical(file, finding) }],
    ...(also.length > 0 && {
      relatedLocations: also.map((place) => ({
        message: { text: 'where the facts stand' },
        physicalLocation: physical(file, place),
      })),
    }),
  }
}

/** A relative reference: a URI escapes what a path may hold. */
const physical = (file: string, { line, column }: Position): Record<string, unknown> => ({
  artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
  region: { startLine: line, startColumn: column },
})

/** Of the rule and the words of its line, with a number for equal ones: the form of GitHub. */
const fingerprintsOf = (
  findings: readonly Finding[],
  textOf: (file: string) => string | undefined,
): string[] => {
  const linesOf = new Map<string, readonly string[]>()
  const seen = new Map<string, number>()
  return findings.map(({ rule, file, line }) => {
    const lines = linesOf.get(file) ?? (textOf(file) ?? '').split(/\r\n|\r|\n/)
    linesOf.set(file, lines)
    const words = (lines[line - 1] ?? '').replace(/\s+/g, ' ').trim()
    const print = sha256(JSON.stringify([rule, file, words])).slice(0, 16)
    const count = (seen.get(print) ?? 0) + 1
    seen.set(print, count)
    return `${print}:${count}`
  })
}
