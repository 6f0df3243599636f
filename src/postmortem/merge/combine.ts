/**
 * Two sides' changes to the same run of lines, put together. Only a line that both changed, and not
 * alike, is a conflict; lines that both inserted at one place are all kept.
 */
import { commonLines } from './common-lines.ts'
import { cellsOfKey, isRow, keyOfCells } from './lines.ts'
import { sideOf } from './side.ts'

export type Conflict = { yours: string[]; base: string[]; theirs: string[] }
export type Piece = string | Conflict

export type Three = {
  base: readonly string[]
  yours: readonly string[]
  theirs: readonly string[]
  /** The line above. */
  before?: string | undefined
}

/** All lines are keys. */
export const combine = (three: Three): Piece[] => {
  const yours = sideOf(three.base, three.yours)
  const theirs = sideOf(three.base, three.theirs)
  const out: Piece[] = []
  const insert = (gap: number): void => {
    const [mine, other] = [yours.before[gap] ?? [], theirs.before[gap] ?? []]
    const after = out.at(-1) ?? three.before
    // Words that came in place of lines stand where these were: behind what is put before them.
    const isReplaced = yours.changed[gap]?.length === 0 && theirs.changed[gap]?.length !== 0
    out.push(
      ...(isReplaced && !mine.some(isRow) && !other.some(isRow)
        ? together(other, mine)
        : inserted({ mine, other, after })),
    )
  }
  for (const [n, line] of three.base.entries()) {
    insert(n)
    const [mine, other] = [yours.changed[n], theirs.changed[n]]
    if (mine === undefined) out.push(...(other ?? [line]))
    else if (other === undefined || same(mine, other)) out.push(...mine)
    else {
      const row = mergedRow(line, mine, other)
      if (row === undefined) addConflict(out, { yours: mine, base: [line], theirs: other })
      else out.push(row)
    }
  }
  insert(three.base.length)
  return isWhole(out, three) ? out : [asOne(three)]
}

const asOne = ({ base, yours, theirs }: Three): Conflict => ({
  yours: [...yours],
  base: [...base],
  theirs: [...theirs],
})

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, n) => line === b[n])

/** A row of which each side changed other cells. */
const mergedRow = (
  base: string,
  [mine]: readonly string[],
  [other]: readonly string[],
): string | undefined => {
  if (mine === undefined || other === undefined || ![base, mine, other].every(isRow))
    return undefined
  const [a, b, c] = [cellsOfKey(mine), cellsOfKey(base), cellsOfKey(other)]
  if (a.length !== b.length || c.length !== b.length) return undefined
  const cells = b.map((was, n) =>
    a[n] === was ? c[n] : c[n] === was || c[n] === a[n] ? a[n] : undefined,
  )
  return cells.every((cell) => cell !== undefined) ? keyOfCells(cells) : undefined
}

/** Conflicts on neighboring lines are one. */
const addConflict = (out: Piece[], conflict: Conflict): void => {
  const last = out.at(-1)
  if (typeof last !== 'object') {
    out.push(conflict)
    return
  }
  for (const side of ['yours', 'base', 'theirs'] as const) last[side].push(...conflict[side])
}

type Inserted = { mine: string[]; other: string[]; after: Piece | undefined }

const inserted = ({ mine, other, after }: Inserted): string[] => {
  if (mine.length === 0 || same(mine, other)) return other
  if (other.length === 0) return mine
  // Rows go on with the table that they follow; what else came behind it stands behind them.
  const [rows, rest] = partedAt(mine, after)
  const [otherRows, otherRest] = partedAt(other, after)
  return [...byTime(rows, otherRows), ...together(rest, otherRest)]
}

const partedAt = (lines: readonly string[], after: Piece | undefined): [string[], string[]] => {
  const goesOn = typeof after === 'string' ? isRow(after) : lines.every(isRow)
  const end = lines.findIndex((line) => !isRow(line))
  const rows = goesOn ? (end === -1 ? lines.length : end) : 0
  return [lines.slice(0, rows), lines.slice(rows)]
}

/** What both inserted is there once. */
const together = (first: readonly string[], second: readonly string[]): string[] => {
  const out: string[] = []
  let [i, j] = [0, 0]
  for (const [a, b] of [
    ...commonLines(first, second).filter(([a]) => first[a]?.trim() !== ''),
    [first.length, second.length] as const,
  ]) {
    out.push(...apart(first.slice(i, a), second.slice(j, b)))
    if (a < first.length) out.push(first[a] ?? '')
    ;[i, j] = [a + 1, b + 1]
  }
  return out
}

/** Paragraphs of two hands are two paragraphs. */
const apart = (first: readonly string[], second: readonly string[]): string[] => {
  const touch = first.length > 0 && second.length > 0 && first.at(-1) !== '' && second[0] !== ''
  return [...first, ...(touch ? [''] : []), ...second]
}

/** Rows of a timeline stand in the order of their times, where both tell one. */
const byTime = (mine: readonly string[], other: readonly string[]): string[] => {
  const all = [...other, ...mine.filter((row) => !other.includes(row))]
  return all.every((row) => timeOf(row) !== '')
    ? all.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))
    : all
}

const timeOf = (row: string): string =>
  /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?/.exec(cellsOfKey(row)[0] ?? '')?.[0] ?? ''

/** A row without the table it stood in would say nothing: then the whole run is a conflict. */
const isWhole = (out: readonly Piece[], { before, ...three }: Three): boolean => {
  const beginsTable = (row: string): boolean =>
    [three.yours, three.theirs].some((lines) =>
      lines.some((line, n) => line === row && !isRow((n === 0 ? before : lines[n - 1]) ?? '')),
    )
  return out.every((piece, n) => {
    if (typeof piece !== 'string' || !isRow(piece)) return true
    const above = n === 0 ? before : out[n - 1]
    return (
      (typeof above === 'string' && isRow(above)) || typeof above === 'object' || beginsTable(piece)
    )
  })
}
