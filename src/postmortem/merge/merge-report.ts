/**
 * Renders again without losing a word: what was rendered last, what people made of it and what would
 * be rendered now become one text. No line that only one side changed is a conflict.
 */
import { alignTable } from '../tidy.ts'
import { askedAsBefore } from './asked.ts'
import { putFootnotes, takeFootnotes } from './footnotes.ts'
import { isFenced, isRow, linesOf, says, styleOf, written, type Line } from './lines.ts'
import { beginsOf, marked } from './markers.ts'
import type { MergedLine, MergeFile } from './merge-lines.ts'
import { mergeSections, type MergedSections } from './merge-sections.ts'
import { sectionsOfBody, sectionsOfHead } from './sections.ts'

export type ReportTexts = {
  /** As it was rendered last. */
  base: string
  yours: string
  /** As it would be rendered now. */
  theirs: string
}

export type MergedReport = {
  text: string
  /** Lines of `text` on which a conflict begins. */
  conflicts: number[]
  /** Sections that people deleted, and for which the record has something new. */
  leftOut: string[]
}

export const mergeReport = async (
  { base, yours, theirs }: ReportTexts,
  mergeFile: MergeFile,
): Promise<MergedReport> => {
  const [was, mine] = [linesOf(base), linesOf(yours)]
  const other = askedAsBefore({ base: was, yours: mine, theirs: linesOf(theirs) })
  if (says(was) === says(other)) return { text: yours, conflicts: [], leftOut: [] }
  const [wasParts, mineParts, otherParts] = [partsOf(was), partsOf(mine), partsOf(other)]
  const head = await mergeHead(
    { base: wasParts.head, yours: mineParts.head, theirs: otherParts.head },
    mergeFile,
  )
  const body = await mergeBody(
    { base: wasParts.body, yours: mineParts.body, theirs: otherParts.body },
    mergeFile,
  )
  const lines = aligned(marked([...head.lines, ...body.lines]), mine)
  return {
    text: written(lines, styleOf(yours)),
    conflicts: beginsOf(lines),
    leftOut: [...head.leftOut, ...body.leftOut],
  }
}

/** But for padding and the bookkeeping of a render. */
export const saysTheSame = (a: string, b: string): boolean => says(linesOf(a)) === says(linesOf(b))

type Parts = { head: Line[] | undefined; body: Line[] }

/** `head` without its dashes. */
const partsOf = (lines: Line[]): Parts => {
  const isDashes = ({ text }: Line): boolean => /^---[ \t]*$/.test(text)
  const end = lines.findIndex((line, n) => n > 0 && isDashes(line))
  if (end === -1 || lines[0] === undefined || !isDashes(lines[0]))
    return { head: undefined, body: lines }
  return { head: lines.slice(1, end), body: lines.slice(end + 1) }
}

type Sides<T> = { base: T; yours: T; theirs: T }

const mergeHead = async (
  { base, yours, theirs }: Sides<Line[] | undefined>,
  mergeFile: MergeFile,
): Promise<MergedSections> => {
  const wrapped = (lines: MergedLine[]): MergedLine[] => ['---', ...lines, '---']
  const textsOf = (lines: Line[]): MergedLine[] => wrapped(lines.map(({ text }) => text))
  if (yours === undefined) {
    // Deleted by a person, unless the report never had one.
    if (theirs !== undefined && base === undefined) return { lines: textsOf(theirs), leftOut: [] }
    const news = theirs !== undefined && says(base ?? []) !== says(theirs)
    return { lines: [], leftOut: news ? ['the head'] : [] }
  }
  if (theirs === undefined) return { lines: textsOf(yours), leftOut: [] }
  const { lines, leftOut } = await mergeSections(
    {
      base: sectionsOfHead(base ?? []),
      yours: sectionsOfHead(yours),
      theirs: sectionsOfHead(theirs),
      byContent: false,
    },
    mergeFile,
  )
  return { lines: wrapped(lines), leftOut: leftOut.map((field) => `${field} in the head`) }
}

const mergeBody = async (
  { base, yours, theirs }: Sides<Line[]>,
  mergeFile: MergeFile,
): Promise<MergedSections> => {
  const [was, mine, other] = [takeFootnotes(base), takeFootnotes(yours), takeFootnotes(theirs)]
  const { lines, leftOut } = await mergeSections(
    {
      base: sectionsOfBody(was.lines),
      yours: sectionsOfBody(mine.lines),
      theirs: sectionsOfBody(other.lines),
      byContent: true,
    },
    mergeFile,
  )
  const notes = { base: was.notes, yours: mine.notes, theirs: other.notes }
  return { lines: putFootnotes(lines, notes), leftOut }
}

/** Tables that were touched get their columns under each other again; a person's own stay as they are. */
const aligned = (lines: readonly string[], yours: readonly Line[]): string[] => {
  const as = new Set(yours.map(({ text }) => text))
  const read = linesOf(lines.join('\n'))
  const out: string[] = []
  let table: string[] = []
  const flush = (): void => {
    out.push(...(table.every((row) => as.has(row)) ? table : alignTable(table)))
    table = []
  }
  for (const [n, line] of lines.entries()) {
    if (isRow(line) && read[n] !== undefined && !isFenced(read[n])) {
      table.push(line)
      continue
    }
    flush()
    out.push(line)
  }
  flush()
  return out
}
