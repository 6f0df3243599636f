import type { FoundTime, TimeOptions } from './times.ts'

/** One row as written, before days and zones are known. */
export type Entry =
  | {
      type: 'row'
      line: number
      when: string
      /** Read for any day: its order, and the zone that it names. */
      time: FoundTime
      says: string
      actor?: string
    }
  /** `T+5m`: after a moment that is said elsewhere. */
  | { type: 'relative'; line: number; afterMs: number; when: string; says: string }
  /** A heading or a line that is a date: of what follows. */
  | {
      type: 'day'
      line: number
      text: string
      /** Of all rows that say none, behind a row with another date, too. */
      always?: boolean
    }
  | { type: 'zone'; line: number; zone: string }
  | { type: 'not'; line: number; text: string; why: string }
  /** A new timeline: what was said before does not hold for it. */
  | { type: 'start'; line: number }

/** An arbitrary day: what begins with a time does so on any day. */
export const ANY: TimeOptions = { day: '2000-01-01', zone: 'UTC' }

export const ONLY_DAY = 'says a day and no time'
export const NO_TIME = 'begins with no time'

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
