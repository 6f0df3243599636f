/** Durations and moments as people read them. Always UTC, always the same words. */
import type { Precision } from './event.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `340 ms`, `3.2 s`, `4 min 10 s`, `1 h 05 min`, `2 d 3 h`; rounded to what is shown. */
export const durationInWords = (ms: number): string => {
  if (ms < 0) return `-${durationInWords(-ms)}`
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  const tenths = Math.round(ms / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.round(ms / MINUTE)
  if (minutes * MINUTE < DAY) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
  const hours = Math.round(ms / HOUR)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/**
 * `20 to 50 min`, `9 min 30 s to 11 min`, `1 h 35 min to 2 h 05 min`: rounded outward, so that what
 * lies between the two lies between what is said.
 */
export const rangeInWords = (fromMs: number, toMs: number): string => {
  const unit = toMs < HOUR ? 1000 : toMs < DAY ? MINUTE : HOUR
  const from = Math.floor(fromMs / unit) * unit
  const to = Math.ceil(toMs / unit) * unit
  if (from === to) return boundInWords(to)
  if (to < MINUTE) return `${from / 1000} to ${to / 1000} s`
  const wholeMinutes = from % MINUTE === 0 && to % MINUTE === 0
  if (wholeMinutes && to <= HOUR) return `${from / MINUTE} to ${to / MINUTE} min`
  return `${boundInWords(from)} to ${boundInWords(to)}`
}

const boundInWords = (ms: number): string => {
  if (ms < MINUTE) return `${ms / 1000} s`
  return ms < HOUR && ms % MINUTE === 0 ? `${ms / MINUTE} min` : durationInWords(ms)
}

const twoDigits = (n: number): string => String(n).padStart(2, '0')

/**
 * `2026-11-21 10:02:11 UTC` of an RFC 3339 UTC time; milliseconds are cut, not rounded. Nothing is
 * said that is not known: `2026-11-21 10:02 UTC`, `about 2026-11-21 10:02 UTC`.
 */
export const momentInWords = (at: string, precision: Precision = 'exact'): string => {
  const time = `${at.slice(0, 10)} ${at.slice(11, precision === 'exact' ? 19 : 16)} UTC`
  return precision === 'about' ? `about ${time}` : time
}

/** `10:02:11` of an RFC 3339 UTC time. */
export const timeOfDay = (at: string): string => at.slice(11, 19)
