/** What was understood of a text with rows, and what was not: for the terminal. */
import { counted } from '../../incident/counted.ts'
import { momentInWords } from '../../incident/duration.ts'
import { clip, visibleLine } from '../../incident/visible.ts'
import type { NotesAdded } from './add-notes.ts'

const MOST_WIDTH = 100

export const notesLines = ({ incident, rows, not, noise, noted, dryRun }: NotesAdded): string[] => [
  `${incident}: ${counted(rows.length, 'row')} understood, ${counted(not.length, 'line')} not`,
  ...rows.map(({ line, at, precision, by, text, already }) => {
    const who = by === undefined ? '' : `${visibleLine(by)}: `
    const says = clip(`${who}${visibleLine(text)}`, MOST_WIDTH)
    return `  ${`line ${line}`.padEnd(9)} ${momentInWords(at, precision)}  ${says}${already ? '  (noted already)' : ''}`
  }),
  ...(not.length === 0 ? [] : ['not understood:']),
  ...not.map(
    ({ line, text, why }) =>
      `  ${`line ${line}`.padEnd(9)} ${clip(visibleLine(text), MOST_WIDTH)}: ${visibleLine(why)}`,
  ),
  ...(noise.length === 0 ? [] : ['left out, as reactions and labels of a chat:']),
  ...noise.map(
    ({ line, text }) => `  ${`line ${line}`.padEnd(9)} ${clip(visibleLine(text), MOST_WIDTH)}`,
  ),
  ...(dryRun ? ['nothing was noted: --plan'] : []),
  ...(noted > 0 ? [`${counted(noted, 'row')} noted`] : []),
]

/** Why nothing was noted, though rows were found. */
export const notUnderstood = (
  { not, rows, dryRun }: NotesAdded,
  skip: boolean,
): { message: string; hint: string } | undefined => {
  if (rows.length === 0)
    return {
      message: 'no row was found',
      hint: 'a row begins with its time: 14:05 maria: restarted the pool',
    }
  if (not.length === 0 || dryRun || skip) return undefined
  return {
    message: `nothing was noted: ${counted(not.length, 'line')} of it ${not.length === 1 ? 'was' : 'were'} not understood`,
    hint: 'put the lines right, or leave them out with --skip',
  }
}
