/**
 * A moment as a person types it in an outage, and how well it is known. Always UTC; never in the
 * future. What the precisions mean is in incident/moments.ts.
 */
import { isDay } from '../../incident/day.ts'
import { HotwashError } from '../../errors.ts'
import type { Precision } from '../../incident/event.ts'

/** RFC 3339 UTC with milliseconds. */
export type ToldTime = { at: string; precision: Precision }

const ABOUT = /^(?:~|about(?:\s+|$))\s*/i
const RELATIVE = /^-(\d{1,5})(s|m|h|d)$/
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** Nobody means 14:22:31 by "two hours ago". */
const UNIT_PRECISION = { s: 'exact', m: 'minute', h: 'about', d: 'about' } as const
const OF_TODAY = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?Z?$/
const RFC_3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))[Tt ]((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d{1,9})?)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const ACCEPTED =
  'accepted: 2026-11-21T14:05:00Z, 14:05 (today, UTC), -10m (s, m, h, d ago); with ~ before it when it is an estimate'
/** Clocks of machines disagree a little: this much ahead is not the future. */
const AHEAD_MS = 60_000

/** Throws USAGE naming `flag`. */
export function readTime(text: string, flag: string, nowMs: number): ToldTime {
  const about = ABOUT.exec(text)?.[0] ?? ''
  const read = parse(text.slice(about.length), nowMs)
  if (read === undefined) {
    throw new HotwashError('USAGE', `${flag} ${text}: not a time`, { hint: ACCEPTED })
  }
  if (read.ms > nowMs + AHEAD_MS) {
    throw new HotwashError('USAGE', `${flag} ${text}: that is in the future`, {
      hint: `it is ${new Date(nowMs).toISOString().slice(11, 16)} UTC now; for yesterday write the date too`,
    })
  }
  const precision = about === '' ? read.precision : 'about'
  return { at: new Date(read.ms).toISOString(), precision }
}

const MOST_CHARACTERS = 200

/** Where a time is known from, in a few words: `pager`, `load balancer log`. Throws USAGE. */
export function readSource(text: string): string {
  const source = text.trim()
  if (source !== '' && !source.includes('\n') && source.length <= MOST_CHARACTERS) return source
  throw new HotwashError('USAGE', `--source is one line of 1 to ${MOST_CHARACTERS} characters`, {
    hint: 'where the time is known from: --source "load balancer log"',
  })
}

type Read = { ms: number; precision: Precision }

function parse(text: string, nowMs: number): Read | undefined {
  const relative = RELATIVE.exec(text)
  if (relative) return ago(Number(relative[1]), relative[2] as keyof typeof UNIT_MS, nowMs)
  const today = new Date(nowMs).toISOString().slice(0, 10)
  const ofToday = OF_TODAY.exec(text)
  if (ofToday) {
    const [, hours, minutes, seconds] = ofToday
    const ms = Date.parse(`${today}T${hours}:${minutes}:${seconds ?? '00'}Z`)
    return { ms, precision: seconds === undefined ? 'minute' : 'exact' }
  }
  const [, day = '', time = '', seconds, zone = ''] = RFC_3339.exec(text) ?? []
  const ms = Date.parse(`${day}T${time}${seconds ?? ':00'}${zone}`)
  if (day === '' || Number.isNaN(ms) || !isDay(day)) return undefined
  return { ms, precision: seconds === undefined ? 'minute' : 'exact' }
}

/** Seconds that nobody looked at are cut: a minute is the one that the clock showed. */
function ago(count: number, unit: keyof typeof UNIT_MS, nowMs: number): Read {
  const ms = nowMs - count * UNIT_MS[unit]
  const cut = unit === 's' ? ms : Math.floor(ms / UNIT_MS.m) * UNIT_MS.m
  return { ms: cut, precision: UNIT_PRECISION[unit] }
}
