/** The time that a line begins with, and what the line says after it. */
import { datesIn, type FoundDate } from './dates.ts'
import { type FoundTime, type TimeOptions, timesIn } from './times.ts'

/** Marks of Markdown and words that may stand before the time of a row. */
const LEAD =
  /^(?:[\s*_`~>#["'(•·—–-]|<[^>]{1,40}>|:[a-z0-9_]{1,30}:|\p{Extended_Pictographic}|\b(?:at|on|around|about|approx\.?|approximately|circa|by|time|date|from|between|the|mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b[:,.]?)*$/iu
const MOST_LEAD = 40
const BETWEEN = /^(?:[\s\]):;.,|'"–—>-]|&nbsp;|→)+/
const MARK = /\*\*|__|~~|`|\*|_/g

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
