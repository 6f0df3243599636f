/** Which commands somebody may have meant by a word that is none. */
import type { CommandTable } from './command-entry.ts'
import { nearest } from './usage-error.ts'

const MOST = 3

/** By a word of their own (`verify`), else by a typo, else by what they do (`undo`). */
export function commandsMeant(table: CommandTable, typed: string): string[] {
  const known = Object.entries(table).map(([id, { summary }]) => ({
    name: id.replaceAll(':', ' '),
    words: summary.split(/[^a-z]+/),
  }))
  const word = typed.toLowerCase()
  const own = known.filter(({ name }) => name.split(' ').at(-1) === word)
  if (own.length > 0) return own.map(({ name }) => name)
  const near = nearest(
    word,
    known.map(({ name }) => name),
  )
  if (near !== undefined) return [near]
  // A word that many share, or a short one, says little.
  const doing = known.filter(({ words }) => word.length > 3 && words.includes(word))
  return doing.length > MOST ? [] : doing.map(({ name }) => name)
}
