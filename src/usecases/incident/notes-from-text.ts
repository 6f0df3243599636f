/**
 * Rows of a timeline in a text that somebody pasted: plain lines, a copied chat, Markdown lists and
 * tables. Every line is a row, a part of one, a statement about days or zones, or named as not
 * understood: nothing is lost without a word.
 */
import type { Precision } from '../../incident/event.ts'
import { datesIn } from '../../markdown/dates.ts'
import type { Block } from '../../markdown/blocks.ts'
import { readDocument, type Document } from '../../markdown/document.ts'
import { leadingTime } from '../../markdown/leading-time.ts'
import { isTimelineLabel, TIMELINE, zoneStated } from '../../markdown/stated.ts'
import { timelineIn, type TimelineEntry } from '../../markdown/timeline.ts'
import { ANY } from '../../markdown/timeline-entry.ts'
import { pastedLines, type Noise } from './pasted-lines.ts'

export type NoteRow = {
  line: number
  /** RFC 3339 UTC with milliseconds. */
  at: string
  precision: Precision
  /** Who did or said it, as written. */
  by?: string
  text: string
}
export type NotUnderstood = { line: number; text: string; why: string }

export type NotesOptions = {
  /** `YYYY-MM-DD` of rows that name no day. */
  day: string
  /** Of rows that name none; undefined: as the text says, UTC where it says nothing. */
  zone: string | undefined
  nowMs: number
}

/**
 * All of the text is put below a heading that the reader of timelines looks for, with the zone that
 * was asked for; its own headings become deeper ones. The text itself begins in line 1.
 */
const asTimeline = (source: string, zone: string | undefined): string => {
  const head = `# Notes\n## Timeline${zone === undefined ? '' : ` (${zone})`}`
  return `${head}\n${source.replace(/^#{1,4}(?=[ \t])/gm, '##$&')}`
}
const FIRST_LINE = -1
/** As `note --at`: clocks of machines disagree a little. */
const AHEAD_MS = 60_000

export const notesFromText = (
  text: string,
  { day, zone, nowMs }: NotesOptions,
): { rows: NoteRow[]; not: NotUnderstood[]; noise: Noise[] } => {
  const pasted = pastedLines(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
  const { text: source, lineOf, noise } = pasted
  const document = readDocument(asTimeline(source, zone), { firstLine: FIRST_LINE })
  const { rows: found, unplaced: named } = timelineIn(document, { day, zone: zone ?? 'UTC' })
  // Of an item that holds nothing but markup no word is left: its line itself says what it was.
  const lines = source.split('\n')
  const unplaced = named
    .filter(({ text: words }) => words !== '')
    .map((one) => ({ ...one, text: fuller(one.text, lines[one.line - 1] ?? '') }))
  const not: NotUnderstood[] = [...unplaced]
  const rows: NoteRow[] = []
  for (const entry of found) {
    const why = whyNot(entry, nowMs)
    if (why === undefined) rows.push(rowOf(entry))
    else not.push({ line: entry.line, text: entry.text, why })
  }
  not.push(...leftOver(document, source, [...found, ...unplaced]))
  const ofSource = <T extends { line: number }>(one: T): T => ({ ...one, line: lineOf(one.line) })
  return {
    rows: rows.map(ofSource),
    not: not.map(ofSource).toSorted((a, b) => a.line - b.line),
    noise,
  }
}

const whyNot = ({ at, day, text }: TimelineEntry, nowMs: number): string | undefined => {
  if (day === undefined) return 'no day is known for it: --day says one'
  if (text.trim() === '') return 'says a time and nothing else'
  return at > nowMs + AHEAD_MS
    ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC is in the future: --day and --zone say which day and zone are meant`
    : undefined
}

const rowOf = ({ line, at, precision, text, actor }: TimelineEntry): NoteRow => {
  const told = actor === undefined ? personIn(text) : { by: actor, text }
  return { line, at: new Date(at).toISOString(), precision, ...told }
}

const PERSON = /^(@?\p{L}[\p{L}\p{N}._-]{0,30}(?: \p{Lu}[\p{L}.'-]{0,30}){0,3}):\s+(\S.*)$/su
/** What stands before a colon and is nobody. */
const LABELS =
  /^(?:action|alert|cause|changed?|customer|detected|detection|edit|end(?:ed)?|error|fix(?:ed)?|https?|impact|incident|info|mitigat(?:ed|ion)|note|problem|ps|question|re|recovery|resol(?:ved|ution)|result|root|sev\d|start(?:ed)?|status|step|summary|update|warn(?:ing)?)$/i

/** `maria: restarted the pool`. */
const personIn = (text: string): { by?: string; text: string } => {
  const [, by = '', said = ''] = PERSON.exec(text) ?? []
  if (by === '' || LABELS.test(by.split(' ')[0] ?? '')) return { text }
  return { by: by.replace(/^@/, ''), text: said }
}

/** Lines that are in no row, and say nothing about days, zones and columns. */
const leftOver = (
  document: Document,
  source: string,
  read: readonly { line: number; text: string; actor?: string }[],
): NotUnderstood[] => {
  const kept = new Map(read.map(({ line, text }) => [line, bare(text)]))
  let rest = ''
  const said = new Set(
    document.sections.flatMap(({ title, line, blocks }) => [
      ...(TIMELINE.test(title) || isAboutTime(title) ? [line] : []),
      ...blocks.flatMap((block) => (namesColumns(block) ? [block.line] : [])),
    ]),
  )
  const lines = source.split('\n')
  // A chat with the name on one line and the time on the next.
  for (const { line, actor } of read)
    if (actor !== undefined && bare(actor) === bare(lines[line - 2] ?? '')) said.add(line - 1)
  return lines.flatMap((text, index): NotUnderstood[] => {
    const line = index + 1
    const words = bare(text)
    const row = kept.get(line)
    if (row !== undefined) {
      rest = row.slice(overlap(words, row))
      return []
    }
    if (words === '' || said.has(line) || isAboutTime(text)) return []
    const at = rest.indexOf(words)
    rest = rest.slice(at === -1 ? 0 : at + words.length)
    return at !== -1
      ? []
      : [{ line, text: text.trim(), why: 'begins with no time, and belongs to no row' }]
  })
}

/** What cannot be placed is shown as it stands there, where the reader took something for markup. */
const fuller = (text: string, line: string): string =>
  bare(line).length > bare(text).length ? line.trim() : text

/** And holds no row itself, as where the names were left out. */
const namesColumns = (block: Block): boolean =>
  block.type === 'table' &&
  block.rows.length > 0 &&
  block.header.every((cell) => leadingTime(cell, ANY) === undefined)

/** Less may be chance: `2:05 PM` and a text that begins with an m. */
const LEAST_OVERLAP = 4

/** How much of a row's text stands in its first line: the end of the one is the start of the other. */
const overlap = (line: string, row: string): number => {
  let length = Math.min(line.length, row.length)
  while (length > 0 && !line.endsWith(row.slice(0, length))) length -= 1
  return length === row.length || length >= LEAST_OVERLAP ? length : 0
}

const isAboutTime = (text: string): boolean =>
  isTimelineLabel(text) ||
  (text.length < 80 && zoneStated(text) !== undefined) ||
  datesIn(text).some(({ text: date }) => bare(date) === bare(text))

const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()
