/** What keeps reports from being imported: all of it at once, since one call may name many files. */
import { HotwashError } from '../../errors.ts'
import type { ReadReport } from '../../import/read-report.ts'

/** Runs over all; what was refused is kept instead of thrown. */
export const eachOrRefused = <From, To>(
  all: readonly From[],
  act: (one: From) => To,
): { done: To[]; refused: HotwashError[] } => {
  const done: To[] = []
  const refused: HotwashError[] = []
  for (const one of all) {
    try {
      done.push(act(one))
    } catch (error) {
      if (!(error instanceof HotwashError)) throw error
      refused.push(error)
    }
  }
  return { done, refused }
}

type Report = { file: string; read: Pick<ReadReport, 'rows' | 'undecided'> }

/** A time without its zone, or without its day, is no fact, and only a person can say it. */
export const unsaidIn = ({ file, read }: Report): HotwashError[] => {
  const { rows, undecided } = read
  const noZone = rows.find(({ zone }) => zone === undefined)
  const noDay = rows.find(({ day }) => day === undefined)
  const usage = (line: number, says: string, hint: string): HotwashError =>
    new HotwashError('USAGE', `${file}:${line}: ${says}`, { hint: `${hint}; ${SHOWN}` })
  if (undecided !== undefined) {
    const { line, text, either } = undecided
    const days = either.map((day) => `--day ${day.length === 5 ? `YYYY-${day}` : day}`)
    const says = `${text} may be ${either.join(' or ')}`
    return [usage(line, says, `say which: ${days.toReversed().join(' or ')}`)]
  }
  return [
    ...(noZone === undefined
      ? []
      : [usage(noZone.line, 'the report says times, and nowhere in which time zone', ZONES)]),
    ...(noDay === undefined
      ? []
      : [usage(noDay.line, 'the report says times, and nowhere of which day', DAYS)]),
  ]
}

const ZONES = 'say it: --zone UTC, --zone Europe/Berlin, --zone +02:00'
const DAYS = 'say on which day it began: --day 2026-03-02'
const SHOWN = '--plan shows what is read'

/** One error for all of them; the first decides on the code. */
export const together = (refused: readonly HotwashError[]): HotwashError | undefined => {
  const [first] = refused
  if (first === undefined || refused.length === 1) return first
  const hints = new Set(refused.flatMap(({ hint }) => hint?.replace(`; ${SHOWN}`, '') ?? []))
  const lines = refused.map(({ message }) => `\n  ${message}`).join('')
  return new HotwashError(
    first.code,
    `nothing was imported, for ${refused.length} reasons:${lines}`,
    { hint: [...hints].join('; ') },
  )
}
