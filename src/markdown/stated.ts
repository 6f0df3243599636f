/** What a document says once for all of its times: the zone they are in, and the day. */
import { type FoundDate, datesIn } from './dates.ts'
import type { Block } from './blocks.ts'
import type { Document, Section } from './document.ts'
import { leadingDate } from './leading-time.ts'
import { tablesInHtml, textOf } from './html-table.ts'
import { timesIn } from './times.ts'
import { type Zone, zoneAt } from './zones.ts'

/**
 * The zone that a heading, the head of a column or a sentence names for the times below: `Time (UTC)`,
 * `All times are in CET`. Undefined where it names several.
 */
export const zoneStated = (text: string): string | undefined => {
  const zones: Zone[] = []
  for (const match of text.slice(0, 300).matchAll(/(?<![A-Za-z0-9_/+-])(?=[A-Za-z日+-])/g)) {
    const found = zoneAt(text, match.index)
    if (found !== undefined && isWhole(found.zone, text.slice(found.end))) zones.push(found.zone)
  }
  const [first, ...others] = zones
  // `CET (GMT+1)` is one zone, said twice.
  const same = others.every((zone) => zone.offsetAt(ANY_TIME) === first?.offsetAt(ANY_TIME))
  return same ? first?.name : undefined
}

const ANY_TIME = Date.UTC(2026, 0, 15)

/** `z` is a letter. */
const isWhole = (zone: Zone, after: string): boolean =>
  zone.name.length > 1 && /^(?:[\s)）\].,;*_|:/]|$)/.test(after)

/** A sentence about the zone of all times, wherever it stands. */
const ABOUT_TIMES = /\b(?:times?|timestamps?|timezones?|time zones?)\b/i

const TIMES_ARE = /\b(?:all times|times? (?:are|is|in)\b|timestamps?|time ?zones?\b)/i

export const zoneOfDocument = ({ sections }: Document): string | undefined => {
  for (const section of sections) {
    if (ABOUT_TIMES.test(section.title) || TIMELINE.test(section.title)) {
      const zone = zoneStated(section.title)
      if (zone !== undefined) return zone
    }
    for (const text of shortTexts(section.blocks)) {
      const sentence = isTimelineLabel(text)
        ? text
        : text.split(/(?<=\.)\s/).find((each) => TIMES_ARE.test(each))
      const zone = sentence === undefined ? undefined : zoneStated(sentence)
      if (zone !== undefined) return zone
    }
  }
  return undefined
}

/** The sections that tell what happened, in the words of the known templates. */
export const TIMELINE =
  /\b(?:time ?lines?|chronology|chronological|sequence of events|what happened|event log|incident log|log of events|course of events|history of events|events|zeitlicher ablauf|zeitverlauf|zeitleiste|chronologie)\b|タイムライン|時系列|経緯/i

/** The title of the whole document does not make a timeline of all of it. */
export const isTimeline = ({ path, level }: Section): boolean =>
  path.slice(level > 1 && path.length === level ? 1 : 0).some((title) => TIMELINE.test(title))

/** `**Timeline:**`, `**Timeline** (UTC)`, `Context:` as a line of its own that is no heading. */
export const isTimelineLabel = (text: string): boolean =>
  text.length < 60 &&
  /[:*_]\s*(?:\([^()]*\)\s*)?$/.test(text) &&
  (TIMELINE.test(text) || /^\W*context\W*$/i.test(text))

const LABEL =
  /^\W{0,4}(?:datum|日付|日時|発生日時?)[*_\s]{0,4}[:：|]|^\W{0,4}(?:incident |event |outage )?(?:date|day|when|started?(?: at)?|start (?:time|date)|date(?:\/| and | & )time|date of (?:the )?(?:incident|event|outage))\b[^:|\n]{0,20}[:|]/i

/** The day that the document is about, as far as it says one. */
export const dayOfDocument = ({ sections }: Document): string | undefined => {
  const titles = sections.filter(({ level }) => level === 1 || level === 2)
  const inTitle = firstDay(titles.slice(0, 1).map(({ title }) => title))
  if (inTitle !== undefined) return inTitle
  for (const { blocks } of sections) {
    const labeled = shortTexts(blocks).flatMap((text) =>
      text.split('\n').filter((line) => LABEL.test(line)),
    )
    const day = firstDay(labeled)
    if (day !== undefined) return day
  }
  const told = sections.flatMap(({ blocks }) => shortTexts(blocks))
  const first = told.find(
    (text) => /^(?:On|In the \w+ of|Since) /.test(text) && datesIn(text.slice(0, 60)).length > 0,
  )
  const ofSentence = first === undefined ? undefined : firstDay([first.slice(0, 60)])
  const dated = sections.find(({ title }) => /^\W{0,3}(?:incident )?date\b/i.test(title))
  const intro = sections
    .filter((each) => each.level < 2 && !isTimeline(each))
    .flatMap(({ blocks }) => blocks.filter(({ type }) => type === 'paragraph'))
  const ofTitles = [...shortTexts(dated?.blocks ?? []), ...titles.map(({ title }) => title)]
  return firstDay(ofTitles) ?? ofSentence ?? firstDay(shortTexts(intro).filter(isOnlyDate))
}

/** A line of its own, below the title. */
const isOnlyDate = (text: string): boolean => text.length < 40 && leadingDate(text, {})?.says === ''

const firstDay = (texts: readonly string[]): string | undefined =>
  texts
    .flatMap((text) => datesIn(text))
    .find((date): date is FoundDate & { day: string } => date.day !== undefined)?.day

/** `T0 = 14:05 UTC`: the moment that `T+5m` counts from. */
const BASE = /\bT ?(?:[+=-]? ?0)?(?: ?[=:]| is| at) ?(?=\W{0,3}\d)/

/** ms since 1970, UTC; undefined: not said. */
export const baseOfDocument = (
  { sections }: Document,
  options: { day?: string; zone?: string },
): number | undefined => {
  for (const text of sections.flatMap(({ blocks }) => shortTexts(blocks))) {
    const match = BASE.exec(text)
    if (match === null) continue
    const after = text.slice(match.index + match[0].length)
    const [time] = timesIn(after.slice(0, 100), options)
    if (time?.at !== undefined && time.index < 4) return time.at
  }
  return undefined
}

/** Paragraphs, items and rows of tables, one text each. */
const shortTexts = (blocks: readonly Block[]): string[] =>
  blocks.flatMap((block) => {
    switch (block.type) {
      case 'paragraph':
        return [block.text]
      case 'list':
        return block.items.flatMap((item) => [item.text, ...shortTexts(item.blocks)])
      case 'table':
        return [
          block.header.join(' | '),
          ...block.rows.map(({ cells }) => cells.map(({ text }) => text).join(' | ')),
        ]
      case 'quote':
        return shortTexts(block.blocks)
      case 'html':
        return [...shortTexts(tablesInHtml(block)), ...block.text.split('\n').map(textOf)]
      case 'code':
      case 'rule':
        return []
    }
  })
