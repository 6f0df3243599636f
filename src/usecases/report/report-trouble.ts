/** What may go wrong around a report, told so that no word is lost. */
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { Journal } from '../../ports/journal.ts'
import { onDisk, writeDurably } from '../../record/journal/disk.ts'
import { GitTrouble } from '../../record/git/incident-branch.ts'
import type { CurrentReport } from './current-report.ts'

/** A text that must not be lost and has no place of its own; never committed. */
export const keepBeside = (journal: Journal, name: string, text: string): string => {
  const file = join(journal.dir, 'local', name)
  onDisk(file, () => writeDurably(file, Buffer.from(text)))
  return file
}

/** Git not working is told as what it is. */
export const orGitTrouble = async <T>(act: () => Promise<T>): Promise<T> => {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof GitTrouble)) throw error
    throw new HotwashError('JOURNAL', `git could not do its part: ${error.message}`, {
      hint: 'the record itself is safe; run the command again',
      cause: error,
    })
  }
}

/** Throws INVALID_REPORT with every problem of the head at its place. */
export const refuseBadHead = ({ issues, place }: Pick<CurrentReport, 'issues' | 'place'>): void => {
  const errors = issues.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  const count = errors.length === 1 ? 'a problem' : `${errors.length} problems`
  throw new HotwashError('INVALID_REPORT', `the head of ${place.path} has ${count}`, {
    hint: 'mend it first: hotwash postmortem edit, or in the file itself; nothing was changed',
    issues,
  })
}
