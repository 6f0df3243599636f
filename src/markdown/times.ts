/**
 * Times in prose with what is said about them: the day, the zone, how well they are known. Precision
 * over recall: what may be a version, a ratio or a length of time is not a time. Nothing is assumed:
 * without a day or a zone, said or given, `at` is undefined.
 */
import { type Clock, clocksIn } from './clocks.ts'
import { type DateOptions, datesIn, type FoundDate, withoutYear } from './dates.ts'
import { masked } from './masked.ts'
import { instantOf, settled, type Zone, zoneAt, zoneOf } from './zones.ts'

export type FoundTime = {
  /** ms since 1970, UTC. */
  at: number | undefined
  text: string
  index: number
  precision: 'exact' | 'minute' | 'about'
  day?: string
  zone?: string
  /** The day is written with the time. */
  hasDay: boolean
  /** The zone is written with the time. */
  hasZone: boolean
  /** ms since midnight on the clock of its zone. */
  ofDay: number
  /** Why there is no day though one is written. */
  why?: string
  /** It is the end of a range that the time before it begins. */
  endsRange: boolean
}

export type TimeOptions = DateOptions & {
  zone?: string
  /** The zone of who reads it, by which a zone of several meanings is understood. */
  reader?: string
}

const DAY_MS = 86_400_000
/** As far as a date, a zone or the other end of a range may be from a time. */
const NEAR = 24
const GLUE_AFTER_DATE =
  /^(?:T|t|_|\s(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s|[\s,]{1,3}(?:(?:at|around|about|approximately|approx\.?|circa|ca\.|by)\s)?\s?[~\u2248(]?|\s?[-\u2013\u2014|:@/]\s?~?|\s?(?:\||\*\*)\s?~?)$/i
const GLUE_BEFORE_DATE = /^(?:\s?[,(]\s?|\s(?:on|of)\s(?:the\s)?|\s(?:on\s)?)$/i
const GLUE_BEFORE_ZONE = /^\s?[([]?\s?/
const RANGE =
  /^(?:\s?(?:-|\u2013|\u2014|\u2192|->|~)\s?|\s(?:to|until|till|through)\s)(?:about |around |~)?$/
const ABOUT =
  /(?:~|\u2248|\b(?:about|around|circa|ca\.|approx\.?|approximately|roughly|gegen|vers|environ|some time after|shortly (?:after|before))) ?$/i
const BEFORE_WEAK =
  /(?:^|[\n|([]|\b(?:at|from|until|till|since|by|around|about|before|after|between|to|and)|[-\u2013~]) ?[*_`[]{0,3}$/i

type Draft = {
  clock: Clock
  start: number
  end: number
  date: FoundDate | undefined
  zone: Zone | undefined
  about: boolean
  endsRange: boolean
  /** Days after the one that is written: a range may end on the next. */
  shift: number
}

export const timesIn = (text: string, options: TimeOptions = {}): FoundTime[] => {
  if (!/\d/.test(text)) return []
  const plain = masked(text)
  const clocks = clocksIn(plain)
  if (clocks.length === 0) return []
  const drafts = joined(plain, clocks, datesIn(plain, options))
  joinRanges(plain, drafts)
  const reader = options.reader === undefined ? undefined : zoneOf(options.reader)
  const said = options.zone === undefined ? undefined : zoneOf(options.zone)
  const own = said === undefined ? undefined : settled(said, reader)
  return drafts
    .filter((draft) => isTime(plain, draft))
    .map((draft) => timeOf(text, draft, { own, options }))
}

/** Clocks with the dates and zones beside them. Both lists are in order: one pass. */
const joined = (plain: string, clocks: readonly Clock[], dates: readonly FoundDate[]): Draft[] => {
  let next = 0
  let before: FoundDate | undefined
  let taken = 0
  return clocks.flatMap((clock) => {
    while ((dates[next]?.index ?? Infinity) < clock.index) {
      before = dates[next]
      next += 1
    }
    // Inside of a date: `10.30` of `10.30.2026` is no time.
    if (before !== undefined && endOf(before) > clock.index) return []
    // The offset of the time before.
    if (clock.index < taken) return []
    const zoned = zoneAfter(plain, clock, hasDate(plain, before, clock))
    const end = zoned?.end ?? clock.end
    let draft: Draft = {
      clock,
      start: clock.index,
      end,
      date: undefined,
      zone: zoned?.zone,
      about: false,
      endsRange: false,
      shift: 0,
    }
    if (before !== undefined && near(plain, [endOf(before), clock.index], GLUE_AFTER_DATE)) {
      draft = { ...draft, date: before, start: before.index }
      if (before.monthDay !== undefined) draft = yearAfter(plain, draft)
    } else {
      const after = dates[next]
      if (
        after !== undefined &&
        near(plain, [end, after.index], GLUE_BEFORE_DATE) &&
        !ownsNext(plain, after)
      ) {
        draft = { ...draft, date: after, end: endOf(after) }
      }
    }
    const lead = ABOUT.exec(plain.slice(Math.max(0, draft.start - NEAR), draft.start))
    const inner = plain.slice(draft.start, clock.index)
    draft.about = lead !== null || /~|\u2248|about|around|approx|circa|ca\./i.test(inner)
    taken = draft.end
    return [draft]
  })
}

const endOf = (date: FoundDate): number => date.index + date.text.length

const near = (plain: string, [from, to]: readonly [number, number], glue: RegExp): boolean =>
  to >= from && to - from <= NEAR && glue.test(plain.slice(from, to))

/** `10:00 - March 4, 11:00`: the date belongs to the time after it. */
const ownsNext = (plain: string, date: FoundDate): boolean =>
  /^(?:T|,?\s(?:at\s)?)\d{1,2}:\d\d/.test(plain.slice(endOf(date), endOf(date) + NEAR))

const hasDate = (plain: string, date: FoundDate | undefined, clock: Clock): boolean =>
  date !== undefined && near(plain, [endOf(date), clock.index], GLUE_AFTER_DATE)

const zoneAfter = (
  plain: string,
  clock: Clock,
  dated: boolean,
): { zone: Zone; end: number } | undefined => {
  const glue = GLUE_BEFORE_ZONE.exec(plain.slice(clock.end, clock.end + 4))?.[0] ?? ''
  const found = zoneAt(plain, clock.end + glue.length)
  if (found === undefined) return undefined
  const { name } = found.zone
  // `10:00Z` is a zone, `10:00 z` is a letter.
  if (glue !== '' && /^z$/i.test(name)) return undefined
  return /^[+\u2212-]/.test(name) && !isOffset(plain, clock, { name, glue, dated })
    ? undefined
    : found
}

/** `12:30-12:45` is a range; `T12:30-05:00`, `12:30:00-05:00` and `12:30 -0500` are offsets. */
const isOffset = (
  plain: string,
  { index, hasSeconds }: Clock,
  { name, glue, dated }: { name: string; glue: string; dated: boolean },
): boolean =>
  hasSeconds ||
  /[Tt]/.test(plain[index - 1] ?? '') ||
  (glue !== '' && (dated || !name.includes(':')))

/** `Mar 4 10:00:00 UTC 2026`, as Unix writes it. */
const yearAfter = (plain: string, draft: Draft): Draft => {
  const year = /^ ((?:19|20)\d\d)(?![\d:])/.exec(plain.slice(draft.end, draft.end + 6))
  const monthDay = draft.date?.monthDay
  if (year === null || draft.date === undefined || monthDay === undefined) return draft
  const { day } = withoutYear(monthDay, `${year[1]}-07-01`)
  const date: FoundDate = { day, text: draft.date.text, index: draft.date.index }
  return day?.startsWith(year[1] ?? '') === true ? { ...draft, date, end: draft.end + 5 } : draft
}

/** `10:00–10:20 UTC`, `1:00 - 2:30 pm`: what is said once holds for both ends. */
const joinRanges = (plain: string, drafts: readonly Draft[]): void => {
  for (let index = drafts.length - 1; index > 0; index -= 1) {
    const from = drafts[index - 1]
    const to = drafts[index]
    if (from === undefined || to === undefined || !isRange(plain, from, to)) continue
    to.endsRange = true
    from.zone ??= to.zone
    to.zone ??= from.zone
    if (from.clock.meridiem === undefined && to.clock.meridiem !== undefined) takeHalf(from, to)
    if (from.clock.bare || to.clock.bare) continue
    from.clock = { ...from.clock, weak: from.clock.weak && to.clock.weak && to.zone === undefined }
    to.clock = { ...to.clock, weak: from.clock.weak }
  }
  for (const [index, to] of drafts.entries()) {
    const from = drafts[index - 1]
    if (!to.endsRange || from === undefined) continue
    const earlier = to.clock.ofDay < from.clock.ofDay
    if (to.date === undefined) {
      to.date = from.date
      to.shift = from.shift + (earlier ? 1 : 0)
    } else if (from.date === undefined && to.date.index > to.start) {
      // `10:00 to 10:20 on March 4`
      from.date = to.date
      from.shift = earlier ? -1 : 0
    }
  }
}

const isRange = (plain: string, from: Draft, to: Draft): boolean =>
  near(plain, [from.end, to.start], RANGE) ||
  (near(plain, [from.end, to.start], /^ and $/) &&
    /between $/i.test(plain.slice(Math.max(0, from.start - NEAR), from.start)))

/** The half of the day in which it comes closest before the end of its range. */
const takeHalf = (from: Draft, to: Draft): void => {
  const { ofDay } = from.clock
  if (ofDay >= DAY_MS / 2 + 3_600_000) return
  const morning = ofDay % (DAY_MS / 2)
  const evening = morning + DAY_MS / 2
  const half = evening <= to.clock.ofDay || morning > to.clock.ofDay ? evening : morning
  from.clock = { ...from.clock, ofDay: half, meridiem: half === evening ? 'pm' : 'am' }
}

const nextDay = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

const isTime = (plain: string, { clock, date, zone, start }: Draft): boolean =>
  !clock.weak ||
  date !== undefined ||
  zone !== undefined ||
  BEFORE_WEAK.test(plain.slice(Math.max(0, start - NEAR), start))

const timeOf = (
  text: string,
  { clock, start, end, date, zone, about, endsRange, shift }: Draft,
  { own, options }: { own: Zone | undefined; options: TimeOptions },
): FoundTime => {
  const said = date === undefined ? options.day : date.day
  const day = said === undefined || shift === 0 ? said : nextDay(said, shift)
  const used = zone === undefined ? own : settled(zone, own)
  const wall = day === undefined ? undefined : Date.parse(day) + clock.ofDay
  const at = wall === undefined || used === undefined ? undefined : instantOf(wall, used)
  const unclear = at === undefined && wall !== undefined && zone !== undefined
  const why = date?.why ?? (unclear ? `${zone.name} is the name of several time zones` : undefined)
  return {
    at,
    text: text.slice(start, end),
    index: start,
    precision: about || !clock.hasMinutes ? 'about' : clock.hasSeconds ? 'exact' : 'minute',
    ...(day === undefined ? {} : { day }),
    ...(used === undefined ? {} : { zone: used.name }),
    hasDay: date !== undefined,
    hasZone: zone !== undefined,
    ofDay: clock.ofDay,
    ...(why === undefined ? {} : { why }),
    endsRange,
  }
}
