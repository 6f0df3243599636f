/** A moment as a person types it in an outage. Always UTC; never in the future. */
import { HotwashError } from '../errors.ts'

const RELATIVE = /^-(\d{1,5})(s|m|h|d)$/
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const OF_TODAY = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?Z?$/
const RFC_3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const ACCEPTED = 'accepted: 2026-11-21T14:05:00Z, 14:05 (today, UTC), or -10m (s, m, h, d ago)'
/** Clocks of machines disagree a little: this much ahead is not the future. */
const AHEAD_MS = 60_000

/** RFC 3339 UTC with milliseconds. Throws USAGE naming `flag`. */
export function readTime(text: string, flag: string, nowMs: number): string {
  const ms = parse(text, nowMs)
  if (Number.isNaN(ms)) {
    throw new HotwashError('USAGE', `${flag} ${text}: not a time`, { hint: ACCEPTED })
  }
  if (ms > nowMs + AHEAD_MS) {
    throw new HotwashError('USAGE', `${flag} ${text}: that is in the future`, {
      hint: `it is ${new Date(nowMs).toISOString().slice(11, 16)} UTC now; for yesterday write the date too`,
    })
  }
  return new Date(ms).toISOString()
}

function parse(text: string, nowMs: number): number {
  const relative = RELATIVE.exec(text)
  if (relative) return nowMs - Number(relative[1]) * UNIT_MS[relative[2] as keyof typeof UNIT_MS]
  const today = new Date(nowMs).toISOString().slice(0, 10)
  const ofToday = OF_TODAY.exec(text)
  if (ofToday) return Date.parse(`${today}T${ofToday[1]}:${ofToday[2]}:${ofToday[3] ?? '00'}Z`)
  if (!RFC_3339.test(text)) return Number.NaN
  const ms = Date.parse(text.replace(' ', 'T'))
  return sameDay(text, ms) ? ms : Number.NaN
}

/** Date.parse takes 30 February for 2 March. */
function sameDay(text: string, ms: number): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number)
  const days = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate()
  return !Number.isNaN(ms) && (day ?? 0) <= days
}
