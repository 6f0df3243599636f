/** Points in time as a report writes them, and how far apart two of them can be. */
import type { FoundTime } from '../../markdown/times.ts'
import type { Position } from './finding.ts'

const MINUTE = 60_000
const DAY = 86_400_000

export type Stamp = Position & {
  /** As written. */
  text: string
  /** ms on the clock of its zone, as if that were UTC; undefined: no day is known. */
  wall: number | undefined
  /** ms since midnight. */
  ofDay: number
  /** ms since 1970; undefined: no day or no zone is known. */
  at: number | undefined
  zone: string | undefined
  day: string | undefined
  hasDay: boolean
  precision: FoundTime['precision'] | 'day'
}

export const stampOf = (time: FoundTime, place: Position): Stamp => ({
  ...place,
  text: time.text,
  wall: time.day === undefined ? undefined : Date.parse(time.day) + time.ofDay,
  ofDay: time.ofDay,
  at: time.at,
  zone: time.zone,
  day: time.day,
  hasDay: time.hasDay,
  precision: time.precision,
})

/** A day without a time: any time of it. */
export const stampOfDay = (date: { day: string; text: string }, place: Position): Stamp => ({
  ...place,
  text: date.text,
  wall: Date.parse(date.day) + DAY / 2,
  ofDay: DAY / 2,
  at: undefined,
  zone: undefined,
  day: date.day,
  hasDay: true,
  precision: 'day',
})

/** Of a time of the log or the head: RFC 3339. */
export const stampAt = (at: string, place: Position): Stamp => {
  const ms = Date.parse(at)
  const day = new Date(ms).toISOString().slice(0, 10)
  return {
    ...place,
    text: `${day} ${new Date(ms).toISOString().slice(11, 19)} UTC`,
    wall: ms,
    ofDay: ms - Date.parse(day),
    at: ms,
    zone: 'UTC',
    day,
    hasDay: true,
    precision: 'exact',
  }
}

export type Span = {
  ms: number
  /** By how much it may be more or less, for the precision of its ends. */
  slack: number
  /** No day is known: whole days may have to be added. */
  modulo: boolean
}

/** How long after `from` `to` is; undefined: their zones cannot be compared. */
export const spanBetween = (from: Stamp, to: Stamp): Span | undefined => {
  const slack = looseness(from) + looseness(to)
  const dated = from.hasDay && to.hasDay && from.wall !== undefined && to.wall !== undefined
  const ms = distance(from, to)
  if (ms === undefined) return undefined
  if (dated || ms >= 0) return { ms, slack, modulo: !dated }
  // Without a day of its own the later one lies behind midnight.
  return { ms: ms + Math.ceil(-ms / DAY) * DAY, slack, modulo: true }
}

const distance = (from: Stamp, to: Stamp): number | undefined => {
  if (from.at !== undefined && to.at !== undefined) return to.at - from.at
  if (from.zone !== to.zone && from.zone !== undefined && to.zone !== undefined) return undefined
  if (from.wall !== undefined && to.wall !== undefined) return to.wall - from.wall
  return to.ofDay - from.ofDay
}

const looseness = ({ precision }: Stamp): number =>
  precision === 'day'
    ? DAY / 2
    : precision === 'about'
      ? 15 * MINUTE
      : precision === 'minute'
        ? 30_000
        : 500
