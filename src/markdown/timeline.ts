/**
 * The rows of the timelines of a document, each with its line. A row without a day takes that of the
 * heading or row before it; a clock that falls by more than half a day has passed midnight; one that
 * falls by less is not guessed at. What cannot be placed is named with the reason.
 */
import type { Document } from './document.ts'
import { datesIn } from './dates.ts'
import { baseOfDocument, dayOfDocument, zoneOfDocument } from './stated.ts'
import { entriesOf } from './timeline-entries.ts'
import { type Entry, oneLine } from './timeline-entry.ts'
import { type FoundTime, type TimeOptions, timesIn } from './times.ts'

export type TimelineEntry = {
  /**
   * ms since 1970, UTC. Without a zone as if it were UTC; without a day counted from the midnight
   * before the first row: good for comparing rows with each other, and for nothing else.
   */
  at: number
  /** Undefined: the document does not say. */
  day?: string
  precision: 'exact' | 'minute' | 'about'
  /** Undefined: the document does not say. */
  zone: string | undefined
  text: string
  actor?: string
  line: number
}
export type Unplaced = { line: number; text: string; why: string }
export type Timeline = { rows: TimelineEntry[]; unplaced: Unplaced[] }

const HOUR = 3_600_000
/** Rows of one minute are often written in another order than they happened. */
const OUT_OF_ORDER = HOUR
const PAST_MIDNIGHT = 12 * HOUR
const DAY = 24 * HOUR
const NO_DAY = '1970-01-01'

/** `day` and `zone` hold where the document says none; `meant` where its date may be that day. */
export const timelineIn = (document: Document, options: TimeOptions = {}): Timeline => {
  const result: Timeline = { rows: [], unplaced: [] }
  const entries = entriesOf(document)
  const day = dayOfDocument(document) ?? options.day
  const zone = zoneOfDocument(document) ?? onlyZone(entries) ?? options.zone
  const base = baseOfDocument(document, { ...(day && { day }), ...(zone && { zone }) })
  const { meant, reader } = options
  for (const part of partsOf(entries)) {
    const { rows, unplaced } = resolve(part, { day, zone, base, meant, reader })
    result.rows.push(...rows)
    result.unplaced.push(...unplaced)
  }
  result.unplaced.sort((a, b) => a.line - b.line)
  return result
}

const partsOf = (entries: readonly Entry[]): Entry[][] => {
  const parts: Entry[][] = [[]]
  for (const entry of entries) {
    if (entry.type === 'start') parts.push([])
    else parts.at(-1)?.push(entry)
  }
  return parts
}

/** The zone of the rows that name one, where those name the same, and are the first or most. */
const onlyZone = (entries: readonly Entry[]): string | undefined => {
  const zones = new Set<string>()
  let rows = 0
  let named = 0
  let first = false
  for (const entry of entries) {
    if (entry.type !== 'row') continue
    const { time } = entry
    rows += 1
    if (!time.hasZone || time.zone === undefined) continue
    zones.add(time.zone === 'Z' ? 'UTC' : time.zone)
    named += 1
    first ||= rows === 1
  }
  return zones.size === 1 && (first || named * 2 >= rows) ? [...zones][0] : undefined
}

type Known = {
  day: string | undefined
  zone: string | undefined
  base: number | undefined
  meant: string | undefined
  reader: string | undefined
}
type Context = Known & {
  result: Timeline
  /** `at` of the row before; undefined: nothing to compare with. */
  last: number | undefined
  /** The day of each row that says none, and not only of the rows up to the next row with a date. */
  always: string | undefined
  /** Why no row can be placed before the next date. */
  lost: string | undefined
}

const resolve = (entries: readonly Entry[], known: Known): Timeline => {
  const result: Timeline = { rows: [], unplaced: [] }
  const context: Context = {
    ...known,
    result,
    last: undefined,
    lost: undefined,
    always: undefined,
  }
  const newestFirst = isDescending(entries)
  for (const entry of newestFirst ? turned(entries) : entries) {
    if (entry.type === 'not')
      result.unplaced.push({ line: entry.line, text: entry.text, why: entry.why })
    else if (entry.type === 'zone') context.zone = entry.zone
    else if (entry.type === 'day') takeDay(context, entry)
    else if (entry.type === 'relative') takeRelative(context, entry)
    else if (entry.type === 'row') takeRow(context, entry)
  }
  if (newestFirst) result.rows.reverse()
  return result
}

const takeDay = (context: Context, { text, always }: Extract<Entry, { type: 'day' }>): void => {
  const { day, meant } = context
  const [date] = datesIn(text, { ...(day && { day }), ...(meant && { meant }) })
  if (date === undefined) return
  context.last = undefined
  context.lost = date.day === undefined ? `${date.text} ${date.why ?? ''}` : undefined
  context.day = date.day ?? context.day
  context.always = always === true ? date.day : undefined
}

const takeRelative = (context: Context, entry: Extract<Entry, { type: 'relative' }>): void => {
  const { base, result } = context
  const { line, when, says, afterMs } = entry
  if (base === undefined) {
    const why = 'counts from a T whose time is not said'
    result.unplaced.push({ line, text: `${when} ${says}`, why })
    return
  }
  const at = base + afterMs
  const day = new Date(at).toISOString().slice(0, 10)
  result.rows.push({
    at,
    day,
    precision: 'minute',
    zone: context.zone ?? 'UTC',
    text: oneLine(says),
    line,
  })
}

const takeRow = (context: Context, entry: Extract<Entry, { type: 'row' }>): void => {
  if (context.always !== undefined && !entry.time.hasDay && context.day !== context.always) {
    context.day = context.always
    context.last = undefined
  }
  const time = timeOf(context, entry.when.slice(0, 300))
  const not = (why: string): void => {
    context.result.unplaced.push({
      line: entry.line,
      text: oneLine(`${entry.when === entry.says ? '' : (time?.text ?? '')} ${entry.says}`),
      why,
    })
  }
  if (time === undefined) return not('begins with no time')
  if (time.hasDay && time.day === undefined) {
    context.lost = `${time.text} ${time.why ?? 'has no day'}`
    return not(context.lost)
  }
  if (time.at === undefined)
    return not(time.why ?? `${context.zone} is the name of several time zones`)
  if (time.hasDay) {
    context.lost = undefined
    context.day = time.day
    context.last = undefined
  }
  if (context.lost !== undefined) return not(context.lost)
  const shift = daysOn(context, time)
  if (shift === undefined) {
    context.lost =
      'the clock goes back and no date is said: the same day, or the next? A line with the date above it says which'
    return not(context.lost)
  }
  place(context, { entry, time, shift })
}

/** Without any day the time is one of `NO_DAY`; a date without a year is none of it. */
const timeOf = ({ day, zone, meant, reader }: Context, when: string): FoundTime | undefined => {
  const options = { zone: zone ?? 'UTC', ...(meant && { meant }), ...(reader && { reader }) }
  const [time] = timesIn(when, { ...options, ...(day !== undefined && { day }) })
  return time === undefined || time.hasDay || day !== undefined
    ? time
    : timesIn(when, { ...options, day: NO_DAY })[0]
}

/** 0, or 1 after midnight; undefined: either. */
const daysOn = ({ last }: Context, { at }: FoundTime): 0 | 1 | undefined => {
  const back = last === undefined || at === undefined ? 0 : last - at
  if (back <= OUT_OF_ORDER) return 0
  return back > PAST_MIDNIGHT ? 1 : undefined
}

const place = (
  context: Context,
  { entry, time, shift }: { entry: Extract<Entry, { type: 'row' }>; time: FoundTime; shift: 0 | 1 },
): void => {
  const stated = context.day
  if (shift === 1) {
    context.day = nextDay(stated ?? NO_DAY)
    if (context.always !== undefined) context.always = context.day
  }
  const at = (time.at ?? 0) + shift * DAY
  const zone = time.hasZone ? time.zone : context.zone
  const day = shift === 1 ? context.day : (stated ?? undefined)
  context.last = at
  context.result.rows.push({
    at,
    ...(day === undefined || day.startsWith('1970-01-0') ? {} : { day }),
    precision: time.precision,
    zone,
    text: oneLine(entry.says),
    ...(entry.actor === undefined ? {} : { actor: entry.actor }),
    line: entry.line,
  })
}

const nextDay = (day: string): string => new Date(Date.parse(day) + DAY).toISOString().slice(0, 10)

/** Newest first: most steps from row to row go back. */
const isDescending = (entries: readonly Entry[]): boolean => {
  const times = entries.flatMap((entry) => (entry.type === 'row' ? (entry.time.at ?? []) : []))
  let back = 0
  let on = 0
  for (const [index, at] of times.entries()) {
    const before = times[index - 1]
    if (before === undefined || before === at) continue
    if (at < before) back += 1
    else on += 1
  }
  return back > 2 && back > on * 2
}

/** Rows in reverse below each of their dates and zones. */
const turned = (entries: readonly Entry[]): Entry[] => {
  const out: Entry[] = []
  let rows: Entry[] = []
  for (const entry of entries) {
    if (entry.type === 'row' || entry.type === 'relative' || entry.type === 'not') rows.push(entry)
    else {
      out.push(...rows.toReversed(), entry)
      rows = []
    }
  }
  return [...out, ...rows.toReversed()]
}
