/** Findings as SARIF 2.1.0, the format that code scanning of GitHub, GitLab and editors reads. */
import { visibleLine } from '../../incident/visible.ts'
import type { Finding, Position } from './finding.ts'
import { RULES } from './rules.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

export const toSarif = (findings: readonly Finding[], tool: string): string => {
  const [name = '', version = ''] = tool.split(' ')
  const rules = RULES.map(({ id, severity, reason, suggestion }) => ({
    id,
    shortDescription: { text: reason },
    help: { text: suggestion },
    defaultConfiguration: { level: severity },
  }))
  const run = {
    tool: { driver: { name, version, rules } },
    columnKind: 'utf16CodeUnits',
    results: findings.map(resultOf),
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
