/** Finds what a reader would take for rows of a timeline: lines, items, rows of tables, headings. */
import type { Block, Item, List } from './blocks.ts'
import type { Document, Section } from './document.ts'
import { leadingDate, leadingTime, relativeTime, trailingTime } from './leading-time.ts'
import { isTimeline, isTimelineLabel, zoneStated } from './stated.ts'
import { entriesOfHtml, listed } from './timeline-html.ts'
import { entriesOfTable } from './timeline-table.ts'
import { ANY, type Entry, NO_TIME, oneLine, ONLY_DAY } from './timeline-entry.ts'
import { dayOfAll, entriesOfLines, isChatLine, rowsInProse } from './timeline-lines.ts'

/** A list outside of a timeline is one where this many of its items begin with a time. */
const LEAST = 3
const SHARE = 0.6

export const entriesOf = (document: Document): Entry[] => {
  const entries = entriesOfTimelines(document)
  return entries.some(({ type }) => type === 'row' || type === 'relative' || type === 'not')
    ? entries
    : [...entries, ...loneRows(document)].toSorted((a, b) => a.line - b.line)
}

/** Of a report so short that nothing in it looks like a timeline: what begins with a time. */
const loneRows = ({ sections }: Document): Entry[] =>
  sections
    .flatMap(({ blocks }) => blocks)
    .filter((block) =>
      block.type === 'list' ? timedIn(block) * 2 >= block.items.length : isTimed(block),
    )
    .flatMap((block) => (block.type === 'table' ? [] : entriesOfBlock(block, true)))

const entriesOfTimelines = (document: Document): Entry[] => {
  const entries: Entry[] = []
  let inside = false
  /** Level of a heading that goes on with a timeline though it should stand below it. */
  let adopted: number | undefined
  for (const section of document.sections) {
    if (isTimeline(section) || (adopted !== undefined && section.level <= adopted))
      adopted = undefined
    // `## Feb 21, 13:00`
    if (inside && !isTimeline(section) && leadingTime(section.title, ANY) !== undefined)
      adopted ??= section.level
    const told: boolean = isTimeline(section) || adopted !== undefined
    if (told && !inside) entries.push({ type: 'start', line: section.line })
    inside = told
    entries.push(...entriesOfSection(section, told))
  }
  return entries
}

const entriesOfSection = (section: Section, told: boolean): Entry[] => {
  const head = section.level > 0 ? entriesOfTitle(section, told) : []
  const last = head.findLast((entry) => entry.type === 'row')
  const entries: Entry[] = []
  let labeled = false
  let other = false
  let onlyHtml = true
  const run = runsOf(section.blocks)
  for (const block of section.blocks) {
    if (last !== undefined && !isTimed(block)) {
      last.says = joined(last.says, detailsOf([block]))
      continue
    }
    if (block.type === 'paragraph' && isTimelineLabel(block.text)) {
      if (!told && !labeled) entries.push({ type: 'start', line: block.line })
      labeled = true
      other = false
      continue
    }
    const found = entriesOfBlock(block, (told && !other) || labeled || run.has(block))
    // A second way of telling may be the same day or the next.
    const apart = block.type === 'html' && entries.some(({ type }) => type === 'row')
    entries.push(...(apart && !onlyHtml ? found.flatMap(listed) : found))
    onlyHtml &&= block.type === 'html' || found.length === 0
    if (block.type !== 'paragraph') continue
    // Rows that are paragraphs each, as word processors write them, go on with it.
    labeled &&= isTimed(block) || leadingDate(block.text, ANY)?.says === ''
    // `**Root causes:**` in the middle of a timeline: what follows is none of its rows.
    other = OTHER_LABEL.test(block.text)
  }
  const says = told && last === undefined && entries.length === 0 ? proseOf(section) : ''
  const text = oneLine(`${section.title} ${says}`)
  const why = head.some(({ type }) => type === 'day') ? ONLY_DAY : NO_TIME
  const isRow = says !== '' && (why === ONLY_DAY || NEARLY_TIME.test(section.title))
  const not: Entry[] = isRow ? [{ type: 'not', line: section.line, text, why }] : []
  return [...head, ...entries, ...not]
}

/** Paragraphs in a row that each begin with a time: so many are no accident. */
const runsOf = (blocks: readonly Block[]): ReadonlySet<Block> => {
  const found = new Set<Block>()
  let run: Block[] = []
  for (const block of blocks) {
    const goesOn = block.type === 'paragraph' && leadingTime(block.text, ANY) !== undefined
    run = goesOn ? [...run.slice(-LEAST), block] : []
    if (run.length >= LEAST) for (const each of run) found.add(each)
  }
  return found
}

/** It holds rows of its own, and does not tell more of the row that is its heading. */
const isTimed = (block: Block): boolean =>
  (block.type === 'paragraph' && leadingTime(block.text, ANY) !== undefined) ||
  (block.type === 'list' && timedIn(block) > 0) ||
  block.type === 'table'

const proseOf = ({ blocks }: Section): string => detailsOf(blocks)

const OTHER_LABEL = /^(?:\*\*|__)[^\n]{1,60}(?::(?:\*\*|__)|(?:\*\*|__):)\s*$/
/** `2X:XX (not sure)` */
const NEARLY_TIME = /[\dx?]{1,2}:[\dx?]{2}/i

const entriesOfTitle = (section: Section, told: boolean): Entry[] => {
  const { line, title } = section
  const row = told ? leadingTime(title, ANY) : undefined
  if (row !== undefined) return [{ type: 'row', line, when: title, ...row }]
  const entries: Entry[] = []
  if (
    leadingDate(title, ANY) !== undefined ||
    (section.level <= 3 && /\b(?:19|20)\d\d\b/.test(title))
  ) {
    entries.push({ type: 'day', line, text: title })
  }
  const zone = told ? zoneStated(title) : undefined
  if (zone !== undefined) entries.push({ type: 'zone', line, zone })
  return entries
}

const entriesOfBlock = (block: Block, told: boolean): Entry[] => {
  switch (block.type) {
    case 'paragraph':
      return told ? [...dayOfAll(block), ...entriesOfLines(block)] : rowsInProse(block)
    case 'code':
      // Most blocks of code in a timeline are outputs, with times of their own.
      return told && isCodeOfTimes(block.text)
        ? entriesOfLines({ line: block.line + (isFenced(block) ? 1 : 0), text: block.text })
        : []
    case 'list':
      return told || isListOfTimes(block)
        ? block.items.flatMap(entriesOfItem)
        : block.items.flatMap(entriesInside)
    case 'table':
      return entriesOfTable(block, told)
    case 'quote':
      return block.blocks.flatMap((each) => entriesOfBlock(each, told))
    case 'html':
      return entriesOfHtml(block, told)
    case 'rule':
      return []
  }
}

const isCodeOfTimes = (text: string): boolean => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const timed = lines.filter(
    (line) => leadingTime(line, ANY) !== undefined || isChatLine(line),
  ).length
  return timed >= 2 && timed * 2 >= lines.length && !lines.some((line) => LOG_LINE.test(line))
}

/** `[E 2026-03-02 17:18:21.889 app:16]`, `2026-03-02 00:46:54,810 WARNING ...` */
const LOG_LINE = /^\s*(?:\[[A-Z] |\{"|\S{10}[ T]\d\d:\d\d:\d\d[.,]\d+ ?(?:Z? ?)(?:\[|[A-Z]{4,8}\b))/

/** An indented block has no line of its own before its text. */
const isFenced = ({ line, endLine, text }: Extract<Block, { type: 'code' }>): boolean =>
  endLine - line + 1 > text.trimEnd().split('\n').length

const isListOfTimes = (list: List): boolean => {
  const timed = timedIn(list)
  return timed >= LEAST && timed >= list.items.length * SHARE
}

const timedIn = ({ items }: List): number =>
  items.filter(({ text }) => leadingTime(text, ANY) !== undefined).length

/** A list in an item that is no row itself: `- **Context**:` and the times below it. */
const entriesInside = ({ line, text, blocks }: Item): Entry[] => {
  const labeled = isTimelineLabel(text)
  const entries = blocks.flatMap((block) => entriesOfBlock(block, labeled))
  return labeled && entries.length > 0 ? [{ type: 'start', line }, ...entries] : entries
}

const entriesOfItem = (item: Item): Entry[] => {
  const inner = item.blocks.flatMap((block) => (block.type === 'list' ? block.items : []))
  const timed = inner.some((each) => leadingTime(each.text, ANY) !== undefined)
  const nested = timed ? item.blocks.flatMap((block) => entriesOfBlock(block, true)) : []
  const details = timed ? '' : detailsOf(item.blocks)
  const own = partsOf(item).map(({ line, text }, index, all) =>
    entryOf(line, text, index === all.length - 1 ? details : ''),
  )
  const { line, text } = item
  const onlyDay = timed && own[0]?.type === 'not' && leadingDate(text, ANY) !== undefined
  return [...(onlyDay ? [{ type: 'day', line, text } as const] : own), ...nested]
}

/** Rows whose bullet Markdown does not know (`– 14:05 ...`) end up in the item before them. */
const OTHER_BULLET = /^\s*[\u2013\u2014\u2022\u00b7]\s/

const partsOf = ({ line, text }: Item): { line: number; text: string }[] => {
  const parts = [{ line, text: '' }]
  for (const [index, source] of text.split('\n').entries()) {
    const last = parts.at(-1)
    const isRow = index > 0 && OTHER_BULLET.test(source) && leadingTime(source, ANY) !== undefined
    if (isRow || last === undefined) parts.push({ line: line + index, text: source })
    else last.text += index === 0 ? source : `\n${source}`
  }
  return parts
}

const entryOf = (line: number, text: string, details: string): Entry => {
  const relative = relativeTime(text)
  if (relative !== undefined) {
    const { afterMs, when, says } = relative
    return { type: 'relative', line, afterMs, when, says: joined(oneLine(says), details) }
  }
  const row = leadingTime(text, ANY)
  if (row !== undefined)
    return {
      type: 'row',
      line,
      when: text,
      time: row.time,
      says: joined(oneLine(row.says), details),
    }
  const ending = trailingTime(text)
  if (ending !== undefined) return { type: 'row', line, ...ending }
  const why = leadingDate(text, ANY) === undefined ? NO_TIME : ONLY_DAY
  return { type: 'not', line, text: joined(oneLine(text), details), why }
}

/** What is said below an item, on one line. */
const detailsOf = (blocks: readonly Block[]): string =>
  blocks
    .flatMap((block) => {
      if (block.type === 'paragraph') return [oneLine(block.text)]
      if (block.type === 'quote') return [detailsOf(block.blocks)]
      if (block.type !== 'list') return []
      return block.items.map((item) => joined(oneLine(item.text), detailsOf(item.blocks)))
    })
    .filter((text) => text !== '')
    .join('; ')

const joined = (first: string, second: string): string =>
  [first, second].filter((part) => part !== '').join(/[.:;!?)]$/.test(first) ? ' ' : '; ')
