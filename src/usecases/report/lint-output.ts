/** The findings of lint as one of its formats. */
import { toGithub } from '../../postmortem/lint/to-github.ts'
import { toSarif } from '../../postmortem/lint/to-sarif.ts'
import { toText } from '../../postmortem/lint/to-text.ts'
import type { LintedReports } from './lint-postmortem.ts'
import type { RecordWorld } from '../record-world.ts'

const formatted = (world: RecordWorld, linted: LintedReports, format: string): string => {
  const { findings, texts } = linted
  if (format === 'sarif') return toSarif(findings, world.tool)
  if (format === 'github') return toGithub(findings)
  if (format === 'json') return JSON.stringify({ version: 1, findings }, null, 2)
  return toText(findings, (file) => texts.get(file))
}

/** One block of lines; empty where a format has nothing to say. */
export const formattedFindings = (
  world: RecordWorld,
  linted: LintedReports,
  format: string,
): string => {
  const text = world.redactor.mask(formatted(world, linted, format))
  return text === '' ? '' : `${text}\n`
}
