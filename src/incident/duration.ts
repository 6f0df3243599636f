/** Durations and moments as people read them. Always UTC, always the same words. */

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

const twoDigits = (n: number): string => String(n).padStart(2, '0')

/** `2026-11-21 10:02:11 UTC` of an RFC 3339 UTC time; milliseconds are cut, not rounded. */
export const momentInWords = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`

/** `10:02:11` of an RFC 3339 UTC time. */
export const timeOfDay = (at: string): string => at.slice(11, 19)
