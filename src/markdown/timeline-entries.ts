/** Finds what a reader would take for rows of a timeline: lines, items, rows of tables, headings. */
import type { Block, Document, Item, List, Section } from './document.ts'
import { leadingDate, leadingTime } from './leading-time.ts'
import { isTimeline, zoneStated } from './stated.ts'
import { entriesOfTable } from './timeline-table.ts'
import { ANY, type Entry, oneLine } from './timeline-entry.ts'

/** A list outside of a timeline is one where this many of its items begin with a time. */
const LEAST = 3
const SHARE = 0.6

export const entriesOf = (document: Document): Entry[] => {
  const entries: Entry[] = []
  let inside = false
  for (const section of document.sections) {
    const told = isTimeline(section)
    if (told && !inside) entries.push({ type: 'start', line: section.line })
    inside = told
    const before = entries.length
    if (section.level > 0) entries.push(...entriesOfTitle(section, told))
    const last = entries.slice(before).findLast((entry) => entry.type === 'row')
    for (const block of section.blocks) {
      if (
        last?.type === 'row' &&
        block.type === 'paragraph' &&
        leadingTime(block.text, ANY) === undefined
      ) {
        last.says = joined(last.says, oneLine(block.text))
        continue
      }
      entries.push(...entriesOfBlock(block, told))
    }
  }
  return entries
}

const entriesOfTitle = (section: Section, told: boolean): Entry[] => {
  const { line, title } = section
  const row = told ? leadingTime(title, ANY) : undefined
  if (row !== undefined) return [{ type: 'row', line, when: title, says: row.says }]
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
      return told ? entriesOfLines(block.line, block.text) : []
    case 'code':
      return told
        ? entriesOfLines(block.line + (block.info === '' && !block.text ? 0 : 1), block.text)
        : []
    case 'list':
      return told || isListOfTimes(block) ? entriesOfList(block) : []
    case 'table':
      return entriesOfTable(block, told)
    case 'quote':
      return block.blocks.flatMap((each) => entriesOfBlock(each, told))
    case 'html':
      return told ? entriesOfHtml(block.line, block.text) : []
    case 'rule':
      return []
  }
}

const isListOfTimes = ({ items }: List): boolean => {
  const timed = items.filter(({ text }) => leadingTime(text, ANY) !== undefined).length
  return timed >= LEAST && timed >= items.length * SHARE
}

const entriesOfList = ({ items }: List): Entry[] => items.flatMap(entriesOfItem)

const entriesOfItem = (item: Item): Entry[] => {
  const { line, text } = item
  const row = leadingTime(text, ANY)
  const inner = item.blocks.flatMap((block) => (block.type === 'list' ? block.items : []))
  const timed = inner.some((each) => leadingTime(each.text, ANY) !== undefined)
  const nested = timed ? item.blocks.flatMap((block) => entriesOfBlock(block, true)) : []
  if (row !== undefined) {
    const details = timed ? '' : detailsOf(item.blocks)
    const says = joined(oneLine(row.says), details)
    return [{ type: 'row', line, when: text, says }, ...nested]
  }
  if (timed && leadingDate(text, ANY) !== undefined) return [{ type: 'day', line, text }, ...nested]
  const dayOnly = leadingDate(text, ANY)
  const why = dayOnly === undefined ? 'begins with no time' : 'says a day and no time'
  const whole = joined(oneLine(text), timed ? '' : detailsOf(item.blocks))
  return [{ type: 'not', line, text: whole, why }, ...nested]
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
  [first, second].filter((part) => part !== '').join(/[.:;!?]$/.test(first) ? ' ' : '; ')

/** `alice  10:05 AM`, as chats are pasted: a name, the time, and what was said below. */
const CHAT =
  /^\W{0,4}([\p{L}@][\p{L}\p{N} ._'-]{0,40}?)\W{0,4}\s\W{0,3}(\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp][Mm])?)\W{0,4}$/u

/** Lines that begin with a time are rows; others go on with the row before them. */
const entriesOfLines = (firstLine: number, text: string): Entry[] => {
  const entries: Entry[] = []
  for (const [index, source] of text.split('\n').entries()) {
    const line = firstLine + index
    if (source.trim() === '') continue
    const last = entries.at(-1)
    const row = leadingTime(source, ANY)
    const chat = row === undefined ? CHAT.exec(source) : null
    if (row !== undefined) entries.push({ type: 'row', line, when: source, says: row.says })
    else if (chat?.[1] !== undefined && chat[2] !== undefined)
      entries.push({ type: 'row', line, when: chat[2], says: '', actor: chat[1].trim() })
    else if (leadingDate(source, ANY)?.says === '')
      entries.push({ type: 'day', line, text: source })
    else if (last?.type === 'row') last.says = oneLine(`${last.says} ${source}`)
    else entries.push(...entriesOfProse(line, source))
  }
  return entries
}

/** Prose between rows is no row; it is named where it tells a day or a time. */
const entriesOfProse = (line: number, source: string): Entry[] => {
  const zone = /\btimes?\b|\btimezone|^\W*[A-Z]{3,4}\W*$/i.test(source)
    ? zoneStated(source)
    : undefined
  if (zone !== undefined) return [{ type: 'zone', line, zone }]
  const day = leadingDate(source, ANY)
  if (day !== undefined)
    return [{ type: 'not', line, text: oneLine(source), why: 'says a day and no time' }]
  if (!/\d:\d\d|\d\s?[ap]m\b/i.test(source)) return []
  return [{ type: 'not', line, text: oneLine(source), why: 'begins with no time' }]
}

const entriesOfHtml = (firstLine: number, text: string): Entry[] =>
  text.split('\n').flatMap((source, index): Entry[] => {
    const plain = oneLine(source.replace(/<[^>]{0,500}>/g, ' '))
    if (!/\d{1,2}:\d\d/.test(plain)) return []
    return [{ type: 'not', line: firstLine + index, text: plain, why: 'stands in HTML' }]
  })
