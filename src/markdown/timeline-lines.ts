/** Rows of a timeline that are lines: of a paragraph, of a pasted chat, of a block of code. */
import { datesIn } from './dates.ts'
import { leadingDate, leadingTime, relativeTime } from './leading-time.ts'
import { zoneStated } from './stated.ts'
import { ANY, type Entry, NO_TIME, oneLine, ONLY_DAY } from './timeline-entry.ts'
import { type FoundTime, timesIn } from './times.ts'

type Lines = { line: number; text: string }

/** Outside of a timeline, lines are rows where so many in a row begin with a time. */
const LEAST = 3

/** A line break of HTML parts rows as a line does, and writers wrap their lines elsewhere. */
const partsOf = ({ line, text }: Lines): Lines[] =>
  text
    .split('\n')
    .flatMap((source, index) =>
      source.split(/<br ?\/?>/i).map((part) => ({ line: line + index, text: part })),
    )
    .filter((part) => part.text.trim() !== '')

/** `10:05 ...` three times and more, in prose that no heading calls a timeline. */
export const rowsInProse = (block: Lines): Entry[] => {
  if (!/\d:\d\d|\d ?[ap]m\b/i.test(block.text)) return []
  const runs: Lines[][] = [[]]
  for (const part of partsOf(block)) {
    if (leadingTime(part.text, ANY) !== undefined) runs.at(-1)?.push(part)
    else if (runs.at(-1)?.length !== 0) runs.push([])
  }
  return runs.filter(({ length }) => length >= LEAST).flatMap(entriesOfParts)
}

const UNLESS = /\bunless (?:otherwise )?(?:noted|stated|specified|mentioned)\b/i
const ON = /\b(?:on|of|for) $/i
/** Not `All rows before ...`, and not `All events were lost on ...`. */
const ALL_ON =
  /\ball (?:events|times|rows|entries)(?: below| here)? (?:are|were|happened|occurred|took place)(?: on| of| for)? $/i

/** `Unless otherwise noted, all events happened on 2026-03-02.` */
export const dayOfAll = ({ line, text }: Lines): Entry[] =>
  text.split(/(?<=\.)\s/).flatMap((sentence): Entry[] => {
    if (!UNLESS.test(sentence) && !/\ball /i.test(sentence)) return []
    const [date, other] = datesIn(sentence, ANY)
    if (date === undefined || other !== undefined) return []
    const before = sentence.slice(0, date.index)
    return (UNLESS.test(sentence) ? ON : ALL_ON).test(before)
      ? [{ type: 'day', line, text: sentence, always: true }]
      : []
  })

/** `alice  10:05 AM`, as chats are pasted: a name, the time, and what was said below. */
const CHAT =
  /^\W{0,4}([\p{L}@][\p{L}\p{N} ._'()/-]{0,40}?)\W{0,4}\s\W{0,3}(\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp][Mm])?)\W{0,4}$/u

export const isChatLine = (line: string): boolean => CHAT.test(line)

const chatLine = (
  source: string,
): { when: string; time: FoundTime; says: string; actor: string } | undefined => {
  const [, name, when] = CHAT.exec(source) ?? []
  const [time] = when === undefined ? [] : timesIn(when, ANY)
  if (name === undefined || when === undefined || time === undefined) return undefined
  return { when, time, says: '', actor: name.replace(/\s*\(.*$/, '').trim() }
}

const NAME = /^\s*(\p{Lu}[\p{L}'.-]{0,30}(?: \p{Lu}[\p{L}'.-]{0,30}){0,3})\s*$/u

/** A chat pasted with the name on one line, the time on the next, the words below. */
const speakerOf = (says: string, before: string): { actor?: string } => {
  const name = says === '' ? NAME.exec(before)?.[1] : undefined
  return name === undefined ? {} : { actor: name }
}

/** Lines that begin with a time are rows; others go on with the row before them. */
export const entriesOfLines = (block: Lines): Entry[] => entriesOfParts(partsOf(block))

const entriesOfParts = (parts: readonly Lines[]): Entry[] => {
  const entries: Entry[] = []
  for (const [index, { line, text: source }] of parts.entries()) {
    const before = entries.length === 0 ? (parts[index - 1]?.text ?? '') : ''
    const last = entries.at(-1)
    const row = leadingTime(source, ANY)
    const relative = relativeTime(source)
    if (relative !== undefined) {
      entries.push({ type: 'relative', line, ...relative })
      continue
    }
    const chat = row === undefined ? chatLine(source) : undefined
    if (row !== undefined)
      entries.push({ type: 'row', line, when: source, ...row, ...speakerOf(row.says, before) })
    else if (chat !== undefined) entries.push({ type: 'row', line, ...chat })
    else if (leadingDate(source, ANY)?.says === '')
      entries.push({ type: 'day', line, text: source })
    else if (last?.type === 'row' || last?.type === 'relative')
      last.says = `${last.says} ${source.trim()}`
    else entries.push(...entriesOfProse(line, source))
  }
  return entries
}

const FIELD = /^\s*(?:\*\*|__)[^\n*_]{1,40}(?::(?:\*\*|__)|(?:\*\*|__):)/

/** Prose between rows is no row; it is named where it tells a day or a time. */
const entriesOfProse = (line: number, source: string): Entry[] => {
  const about = /\btimes?\b|\btimezone|^\W*[A-Z]{3,4}\W*$/i.test(source)
  const zone = about ? zoneStated(source) : undefined
  if (zone !== undefined) {
    return [
      { type: 'zone', line, zone },
      { type: 'day', line, text: source },
    ]
  }
  const text = oneLine(source)
  if (FIELD.test(source)) return []
  if (leadingDate(source, ANY) !== undefined) return [{ type: 'not', line, text, why: ONLY_DAY }]
  return /\d:\d\d|\d\s?[ap]m\b/i.test(source) ? [{ type: 'not', line, text, why: NO_TIME }] : []
}
