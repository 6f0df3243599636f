/** How people and reports name an event: `e12`, the event with clock 12. */
import type { IncidentEvent } from './event.ts'

/**
 * Of all events of an incident, in merged order: two laptops may count to the same clock, and the
 * second such event is `e12b`.
 */
export const marksOf = (events: readonly IncidentEvent[]): Map<IncidentEvent, string> => {
  const marks = new Map<IncidentEvent, string>()
  let last = -1
  let ties = 0
  for (const event of events) {
    ties = event.clock === last ? ties + 1 : 0
    last = event.clock
    marks.set(event, `e${event.clock}${ties === 0 ? '' : tieLetter(ties)}`)
  }
  return marks
}

/** 1 → b, 2 → c, … 25 → z, 26 → z1. */
const tieLetter = (n: number): string =>
  n <= 25 ? String.fromCharCode('a'.charCodeAt(0) + n) : `z${n - 25}`

/** `e12` of what may be typed: `e12`, `E12`, `12`, `[^e12]`. */
export const readMark = (typed: string): string => {
  const word = typed
    .trim()
    .toLowerCase()
    .replace(/^\[\^(.*)\]$/, '$1')
  return /^\d/.test(word) ? `e${word}` : word
}

/** Bounded, so that a line of nothing but digits is read in one go. */
const CITED = /\[\^(e\d{1,15}[a-z]?\d{0,6})\](:)?/g

/** The marks that a text cites, as in `[^e12]`; a line that begins with `[^e12]:` is the footnote. */
export const citedMarks = (text: string): Set<string> => {
  const cited = new Set<string>()
  if (!text.includes('[^e')) return cited
  for (const { 1: mark = '', 2: colon, index } of text.matchAll(CITED))
    if (colon === undefined || (index > 0 && text[index - 1] !== '\n')) cited.add(mark)
  return cited
}
