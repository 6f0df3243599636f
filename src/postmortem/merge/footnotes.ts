/**
 * Footnotes of the record are merged by their name and not by their place: they belong to what cites
 * them, and stand wherever the first of them stood.
 */
import { citedMarks } from '../../incident/marks.ts'
import type { MergedLine } from './merge-lines.ts'
import { linesOf, type Line } from './lines.ts'

/** Stands where the footnotes were; no line of a report can look like it. */
const PLACE = '\u0000footnotes'

const DEFINITION = /^\[\^(e\d+[a-z]?\d*)\]: /

export type Footnotes = ReadonlyMap<string, Line>

/** The lines without their footnotes, and these by name. */
export const takeFootnotes = (lines: readonly Line[]): { lines: Line[]; notes: Footnotes } => {
  const notes = new Map<string, Line>()
  const left: Line[] = []
  for (const line of lines) {
    const name = DEFINITION.exec(line.key)?.[1]
    if (name === undefined || notes.has(name)) {
      left.push(line)
      continue
    }
    if (notes.size === 0) left.push({ text: PLACE, key: PLACE })
    notes.set(name, line)
  }
  return { lines: left, notes }
}

type Sides = { base: Footnotes; yours: Footnotes; theirs: Footnotes }

/** What is not cited any more is left out, unless a person wrote it. */
export const putFootnotes = (lines: readonly MergedLine[], sides: Sides): MergedLine[] => {
  const cited = citedIn(lines)
  const names = [...new Set([...sides.yours.keys(), ...sides.theirs.keys()])].toSorted(inOrder)
  const notes = names.flatMap((name) => merged(sides, name, cited.has(name)))
  const at = lines.indexOf(PLACE)
  const rest = lines.filter((line) => line !== PLACE)
  if (notes.length === 0) return rest
  if (at !== -1) return [...rest.slice(0, at), ...notes, ...rest.slice(at)]
  const end = rest.findLastIndex((line) => line !== '') + 1
  return [...rest.slice(0, end), '', ...notes, ...rest.slice(end)]
}

const merged = ({ base, yours, theirs }: Sides, name: string, cited: boolean): MergedLine[] => {
  const [was, mine, other] = [base.get(name), yours.get(name), theirs.get(name)]
  if (mine === undefined) return other !== undefined && cited ? [other.text] : []
  const changedByPerson = mine.key !== was?.key
  if (other === undefined) return cited || changedByPerson ? [mine.text] : []
  if (mine.key === other.key) return [namesCommit(other.text) ? other.text : mine.text]
  if (!changedByPerson) return [other.text]
  if (other.key === was?.key) return [mine.text]
  return [{ yours: [mine.text], base: was === undefined ? [] : [was.text], theirs: [other.text] }]
}

const namesCommit = (text: string): boolean => / commit `/.test(text)

/**
 * Which commit holds an event is known where the incident's branch is. Elsewhere (a shallow clone, a
 * squashed merge, a bare folder) the report goes on naming the commits that it named.
 */
export const withCommitsOf = (text: string, earlier: string): string => {
  const { notes } = takeFootnotes(linesOf(earlier))
  const known = (line: Line): string => {
    const name = DEFINITION.exec(line.key)?.[1]
    const was = name === undefined ? undefined : notes.get(name)
    return was?.key === line.key && !namesCommit(line.text) ? was.text : line.text
  }
  return linesOf(text).map(known).join('\n')
}

const citedIn = (lines: readonly MergedLine[]): Set<string> => {
  const texts = lines.flatMap((line) =>
    typeof line === 'string' ? [line] : [...line.yours, ...line.base, ...line.theirs],
  )
  return new Set(texts.flatMap((text) => [...citedMarks(text)]))
}

const inOrder = (a: string, b: string): number => {
  const [x, y] = [a, b].map((name) => Number.parseInt(name.slice(1), 10))
  return (x ?? 0) - (y ?? 0) || (a < b ? -1 : a > b ? 1 : 0)
}
