/**
 * What a report tells in order: lists, tables and paragraphs whose parts begin with a time. The rows
 * stay as they are written: whether their order is right is for the rules to say.
 */
import type { Block, Item } from '../../markdown/blocks.ts'
import type { Section } from '../../markdown/document.ts'
import { datesIn } from '../../markdown/dates.ts'
import { timesIn, type FoundTime } from '../../markdown/times.ts'
import type { LintDocument } from './lint-document.ts'
import { linesOfPiece, type Piece } from './pieces.ts'
import type { Scope } from './scopes.ts'
import { isAbout, isTimelineTitle } from './section-kinds.ts'
import { stampOf, stampOfDay, type Stamp } from './stamps.ts'

export type TimelineRow = { stamp: Stamp; text: string; line: number }
export type RowGroup = readonly TimelineRow[]

export const rowGroups = (document: LintDocument, scope: Scope): RowGroup[] => {
  const piecesAt = (line: number): readonly Piece[] => document.byLine.get(line) ?? []
  // By it a date without a year gets the nearest one.
  const day = scope.day ?? document.day
  return [
    ...titleGroups({ ...scope, day }, document),
    ...scope.sections.flatMap((section) => groupsOf(section, piecesAt, day)),
  ].filter((rows) => rows.length > 0)
}

/** `### 10:15`: headings of one level under one heading. */
const titleGroups = ({ sections, day }: Scope, document: LintDocument): RowGroup[] => {
  const groups = Map.groupBy(
    sections.filter(({ level }) => level > 1),
    ({ level, path }) => JSON.stringify([level, path.slice(0, -1)]),
  )
  return [...groups.values()].map((group) =>
    group.flatMap((section) =>
      linesOf(
        document.bySection.get(section)?.find(({ kind }) => kind === 'title'),
        day,
      ),
    ),
  )
}

type PiecesAt = (line: number) => readonly Piece[]

const groupsOf = (
  section: Section,
  piecesAt: PiecesAt,
  scopeDay: string | undefined,
): RowGroup[] => {
  const day = datesIn(section.title)[0]?.day ?? scopeDay
  const groups: RowGroup[] = []
  let inRow: TimelineRow[] | undefined
  for (const block of section.blocks) {
    if (block.type !== 'paragraph') groups.push(...inBlock(block, piecesAt, day))
    const rows = block.type === 'paragraph' ? linesOf(piecesAt(block.line)[0], day) : []
    if (rows.length === 0) inRow = undefined
    else if (inRow === undefined) groups.push((inRow = rows))
    // A paragraph for each row.
    else for (const row of rows) inRow.push(row)
  }
  // Pictures and outputs between the rows do not end a timeline.
  return isAbout(section, 'timeline') ? [groups.flat()] : groups
}

const inBlock = (block: Block, piecesAt: PiecesAt, day: string | undefined): RowGroup[] => {
  if (block.type === 'table') return [rowsOfTable(block, piecesAt, day)]
  if (block.type !== 'list') return []
  const own = block.items.flatMap((item) => rowsOfItem(item, piecesAt, day))
  const nested = block.items.flatMap(({ text, blocks }) => {
    const itemDay = datesIn(text.slice(0, 60))[0]?.day ?? day
    return blocks.flatMap((inner) => inBlock(inner, piecesAt, itemDay))
  })
  return [own, ...nested]
}

const rowsOfItem = (item: Item, piecesAt: PiecesAt, day: string | undefined): TimelineRow[] =>
  linesOf(
    piecesAt(item.line).find(({ kind }) => kind === 'item'),
    day,
  ).slice(0, 1)

const linesOf = (piece: Piece | undefined, day: string | undefined): TimelineRow[] => {
  if (piece === undefined) return []
  return linesOfPiece(piece).flatMap(({ start, text }) => {
    const time = leading(text, day)
    if (time === undefined) return []
    const place = piece.at(start + time.index)
    return [rowOf(time, { text: text.slice(time.index + time.text.length), place })]
  })
}

/** `### 2026-03-04` below the heading of the timeline: the days that it tells of, in their order. */
export const timelineDays = ({ sections }: Scope): TimelineRow[] =>
  sections.flatMap(({ title, path, line }) => {
    const [date] = path.slice(0, -1).some(isTimelineTitle) ? datesIn(title) : []
    if (date?.day === undefined || !/\d{4}/.test(date.text) || /\d:\d\d/.test(title)) return []
    const stamp = stampOfDay({ day: date.day, text: date.text }, { line, column: 1 })
    return [{ stamp, text: '', line }]
  })

/** The time that a line begins with; what stands before it holds no word. */
const leading = (line: string, day: string | undefined): FoundTime | undefined => {
  const times = timesIn(line.slice(0, 80), day === undefined ? {} : { day })
  const [first, second] = times
  if (first === undefined || second?.endsRange === true) return undefined
  return /[\p{L}\d]/u.test(line.slice(0, first.index)) ? undefined : first
}

const TIME_COLUMN = /\b(?:times?|timestamps?|when|utc)\b/i

const rowsOfTable = (
  { header, rows }: Extract<Block, { type: 'table' }>,
  piecesAt: PiecesAt,
  day: string | undefined,
): TimelineRow[] => {
  const own = rows.flatMap(({ line }) => rowOfCells(piecesAt(line), day))
  const column = header.findIndex((name) => TIME_COLUMN.test(name))
  if (own.length > 0 || column < 1) return own
  // `| What | Time (UTC) |`
  return rows.flatMap(({ line }) => {
    const cells = piecesAt(line)
    const at = cells[column]
    return at === undefined ? [] : rowOfCells([at, ...cells.filter((cell) => cell !== at)], day)
  })
}

/** `| 2026-03-04 | 10:15 | … |`: the day may have a cell of its own. */
const rowOfCells = (cells: readonly Piece[], day: string | undefined): TimelineRow[] => {
  const [first, second] = cells
  if (first === undefined) return []
  const text = cells
    .slice(1)
    .map((cell) => cell.text)
    .join(' ')
  const own = leading(first.text, day)
  if (own !== undefined) return [rowOf(own, { text, place: first.at(own.index) })]
  const dated = datesIn(first.text)[0]?.day
  const time = second === undefined || dated === undefined ? undefined : leading(second.text, dated)
  if (time === undefined || second === undefined) return []
  return [rowOf({ ...time, hasDay: true }, { text, place: second.at(time.index) })]
}

const rowOf = (
  time: FoundTime,
  { text, place }: { text: string; place: { line: number; column: number } },
): TimelineRow => ({ stamp: stampOf(time, place), text, line: place.line })
