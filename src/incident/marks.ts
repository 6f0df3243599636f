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
