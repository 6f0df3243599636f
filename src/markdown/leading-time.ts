/** The time that a line begins with, and what the line says after it. */
import { datesIn, type FoundDate } from './dates.ts'
import { durationsIn } from './durations.ts'
import { ANY } from './timeline-entry.ts'
import { type FoundTime, type TimeOptions, timesIn } from './times.ts'

/** Marks of Markdown and words that may stand before the time of a row. */
const LEAD =
  /^(?:[\s*_`~<>#["'(•·—–-]|<[^>]{1,40}>|:[a-z0-9_]{1,30}:|\p{Extended_Pictographic}|\b(?:at|on|around|about|approx\.?|approximately|circa|by|time|date|from|between|the|um|gegen|ab|ca\.?|vers|environ|mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b[:,.]?)*$/iu
const MOST_LEAD = 40
const BETWEEN = /^(?:[\s\])+:;.,|'"–—>-]|&nbsp;|→)+/
const MARK = /\*\*|__|~~|`|\*|_/g

const RELATIVE = /^[\s*_`[(]{0,6}T ?([+\u2212-]) ?(?:(\d{1,3}):([0-5]\d)(?::([0-5]\d))?|(?=\d))/
const SECOND = 1000

/** `T+5m`, `T+00:05`: what it says after that. */
export const relativeTime = (
  line: string,
): { afterMs: number; when: string; says: string } | undefined => {
  const match = RELATIVE.exec(line)
  if (match === null) return undefined
  const [text, sign, hours, minutes, seconds] = match
  const rest = line.slice(text.length)
  const length = hours === undefined ? durationsIn(rest.slice(0, 60))[0] : undefined
  const isZero = /^0(?![\d.:])/.test(rest)
  if (hours === undefined && !isZero && length?.index !== 0) return undefined
  const clock =
    (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * SECOND
  const ms = hours !== undefined ? clock : isZero && length?.index !== 0 ? 0 : (length?.ms ?? 0)
  const end =
    text.length +
    (hours !== undefined ? 0 : isZero && length?.index !== 0 ? 1 : (length?.text.length ?? 0))
  return {
    afterMs: sign === '+' ? ms : -ms,
    when: line.slice(0, end).trim(),
    says: restOf(text, line.slice(end)),
  }
}

export type LeadingTime = { time: FoundTime; says: string }

export const leadingTime = (line: string, options: TimeOptions): LeadingTime | undefined => {
  // The first part is enough: a row begins with its time.
  const [time, end] = timesIn(line.slice(0, 300), options)
  if (time === undefined || !isLead(line, time.index)) return undefined
  const lead = line.slice(0, time.index)
  if (end?.endsRange !== true) return { time, says: restOf(lead, line.slice(endOf(time))) }
  return { time, says: `(until ${end.text}) ${restOf(lead, line.slice(endOf(end)))}`.trim() }
}

const endOf = ({ index, text }: { index: number; text: string }): number => index + text.length

/** `First detected: 2026-03-02 12:10`: a name, and nothing after the time. */
export const trailingTime = (line: string): (LeadingTime & { when: string }) | undefined => {
  if (line.length > 120) return undefined
  const [time, second] = timesIn(line, ANY)
  if (time === undefined || second !== undefined || !/^[\s.)\]*_]*$/.test(line.slice(endOf(time))))
    return undefined
  const says = line
    .slice(0, time.index)
    .replace(/[\s*_:\u2013\u2014-]+$/, '')
    .replace(/^[\s*_]+/, '')
  return says === '' ? undefined : { when: time.text, time, says }
}

/** The date that a line consists of or begins with. */
export const leadingDate = (
  line: string,
  options: TimeOptions,
): { date: FoundDate; says: string } | undefined => {
  const [date] = datesIn(line.slice(0, 300), options)
  if (date === undefined || !isLead(line, date.index)) return undefined
  return { date, says: restOf(line.slice(0, date.index), line.slice(endOf(date))) }
}

const isLead = (line: string, index: number): boolean =>
  index <= MOST_LEAD && LEAD.test(line.slice(0, index))

/** Without what parts it from the time, and without the end of an emphasis that began before. */
const restOf = (lead: string, after: string): string => {
  let rest = after
  for (const mark of openIn(lead)) {
    const at = rest.indexOf(mark)
    if (at !== -1) rest = rest.slice(0, at) + rest.slice(at + mark.length)
  }
  return rest.replace(BETWEEN, '').trim()
}

/** The marks of emphasis that are not closed again. */
const openIn = (lead: string): string[] => {
  const open: string[] = []
  for (const [mark] of lead.matchAll(MARK)) {
    if (open.at(-1) === mark) open.pop()
    else open.push(mark)
  }
  return open.toReversed()
}
