/** The findings of lint as one of its formats, on paper or for stdout. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'
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

/** What goes to stdout: the findings themselves, or nothing when they were written to a file. */
export const writtenFindings = async (
  world: RecordWorld,
  linted: LintedReports,
  { format, output }: { format: string; output?: string | undefined },
): Promise<string> => {
  const text = world.redactor.mask(formatted(world, linted, format))
  const block = text === '' ? '' : `${text}\n`
  if (output === undefined) return block
  try {
    await writeFile(resolve(world.cwd, output), block)
  } catch (error) {
    throw new HotwashError('USAGE', `${output} cannot be written: ${(error as Error).message}`)
  }
  return ''
}
