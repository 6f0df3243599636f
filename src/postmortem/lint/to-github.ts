/**
 * Findings as workflow commands of GitHub Actions, which shows them beside the changed lines. The
 * escapes are those of the runner (actions/toolkit, command.ts): `%` first, then line ends; in a
 * property also `:` and `,`.
 */
import { visibleLine } from '../../incident/visible.ts'
import type { Finding } from './finding.ts'

const data = (value: string): string =>
  visibleLine(value).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (value: string): string =>
  data(value).replaceAll(':', '%3A').replaceAll(',', '%2C')

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const

export const toGithub = (findings: readonly Finding[]): string =>
  findings
    .map(({ severity, file, line, column, rule, message, suggestion }) => {
      const place = `file=${property(file)},line=${line},col=${column},title=${property(rule)}`
      return `::${COMMANDS[severity]} ${place}::${data(message)}%0A${data(suggestion)}`
    })
    .join('\n')
