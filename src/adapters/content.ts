/** What a copy must hold: the rows of its source, table by table. */
import type { Content } from '../ports/database.ts'
import { DatabaseProblem } from './failure.ts'

const SHOWN = 10

/** Where the two differ, in words; a digest counts where both have one. */
export function differencesOf(wanted: Content, found: Content): string[] {
  const names = new Set([...Object.keys(wanted.tables), ...Object.keys(found.tables)])
  return [...names].flatMap((name) => {
    const [rows, copied] = [wanted.tables[name], found.tables[name]]
    if (rows !== copied) {
      return [`${name}: ${rows ?? 'no table'}, in the copy ${copied ?? 'no table'}`]
    }
    const [digest, other] = [wanted.digests[name], found.digests[name]]
    const isOther = digest !== undefined && other !== undefined && digest !== other
    return isOther ? [`${name}: ${rows} rows, but not the same ones`] : []
  })
}

/** Refuses a copy that is not its source. */
export function checkContent(wanted: Content, found: Content): void {
  const wrong = differencesOf(wanted, found)
  if (wrong.length === 0) return
  const more = wrong.length > SHOWN ? ` and ${wrong.length - SHOWN} more` : ''
  const list = wrong.slice(0, SHOWN).join('; ') + more
  throw new DatabaseProblem('DUMP', `the copy is not whole; rows per table: ${list}`)
}
