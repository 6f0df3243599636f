/** The findings of lint as one of its formats. */
import { toGithub } from '../../postmortem/lint/to-github.ts'
import { toSarif } from '../../postmortem/lint/to-sarif.ts'
import { toText } from '../../postmortem/lint/to-text.ts'
import type { LintedReports } from './lint-postmortem.ts'
import type { RecordWorld } from '../record-world.ts'

const formatted = (world: RecordWorld, linted: LintedReports, format: string): string => {
  const { findings, texts, fromRoot } = linted
  // Where they are shown beside the code, paths begin at the top of the repository.
  const placed = () => findings.map((one) => ({ ...one, file: fromRoot.get(one.file) ?? one.file }))
  if (format === 'sarif') {
    const named = new Map([...fromRoot].map(([file, path]) => [path, texts.get(file)]))
    return toSarif(placed(), world.tool, (path) => named.get(path))
  }
  if (format === 'github') return toGithub(placed())
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
