/**
 * The time that a log line carries: RFC 3339 and its kin (a blank for the T, a comma before the
 * fraction, slashes), the common log format of web servers and Django, syslog's without a year (RFC
 * 3164), and epochs in seconds, milliseconds, microseconds or nanoseconds, told apart by their size.
 */

/** How far into a line a time is looked for: after a pri, a container's name, an address. */
const HEAD_CHARS = 200

export type Zone = { zone: 'local' | 'utc'; nowMs: number }
/** `assumed`: it named no zone. `index`: where in the text it stands. */
export type FoundTime = { ms: number; assumed: boolean; index: number }

const DATE_TIME =
  /(?<![\d.])(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|GMT)\b| ?([+-]\d\d):?(\d\d)?(?!\d))?/
/** Django writes it with a blank and without a zone. */
const COMMON_LOG =
  /(?<![\w/])(\d\d)\/([A-Z][a-z]{2})\/(\d{4})[: ](\d\d):(\d\d):(\d\d)(?: ([+-]\d\d)(\d\d))?(?![\d:])/
const SYSLOG =
  /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\b/
const EPOCH = /^\[?(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})\b/
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const DAY_MS = 86_400_000

export function findTime(line: string, zone: Zone): FoundTime | undefined {
  const head = line.length > HEAD_CHARS ? line.slice(0, HEAD_CHARS) : line
  return dateTime(head, zone) ?? commonLog(head, zone) ?? syslog(head, zone) ?? epochIn(head)
}

function dateTime(head: string, { zone }: Zone): FoundTime | undefined {
  const found = DATE_TIME.exec(head)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction, utc, offset, offsetMinutes] =
    found
  const parts = [year, month, day, hour, minute, second].map(Number) as Parts
  const assumed = utc === undefined && offset === undefined
  const wall = wallMs(parts, assumed && zone === 'local')
  if (wall === undefined) return undefined
  const shift = offset === undefined ? 0 : offsetMs(offset, offsetMinutes)
  return { ms: wall + fractionMs(fraction) - shift, assumed, index: found.index }
}

function commonLog(head: string, { zone }: Zone): FoundTime | undefined {
  const found = COMMON_LOG.exec(head)
  if (found === null) return undefined
  const [, day, name = '', year, hour, minute, second, offset, offsetMinutes] = found
  const assumed = offset === undefined
  const parts = [Number(year), monthOf(name), ...[day, hour, minute, second].map(Number)] as Parts
  const wall = wallMs(parts, assumed && zone === 'local')
  if (wall === undefined) return undefined
  const shift = assumed ? 0 : offsetMs(offset, offsetMinutes)
  return { ms: wall - shift, assumed, index: found.index }
}

/** The year is this one, or the last when that would lie ahead: a log of December read in January. */
function syslog(head: string, { zone, nowMs }: Zone): FoundTime | undefined {
  const found = SYSLOG.exec(head)
  if (found === null) return undefined
  const [, name = '', day, hour, minute, second, fraction] = found
  const rest = [monthOf(name), ...[day, hour, minute, second].map(Number)]
  const isLocal = zone === 'local'
  const year = new Date(nowMs).getUTCFullYear()
  for (const candidate of [year + 1, year, year - 1]) {
    const wall = wallMs([candidate, ...rest] as Parts, isLocal)
    if (wall === undefined || wall > nowMs + DAY_MS) continue
    return { ms: wall + fractionMs(fraction), assumed: true, index: 0 }
  }
  return undefined
}

function epochIn(head: string): FoundTime | undefined {
  const found = EPOCH.exec(head)?.[1]
  const ms = found === undefined ? undefined : epochMs(Number(found))
  return ms === undefined ? undefined : { ms, assumed: false, index: 0 }
}

/** Seconds until the year 5138, then milliseconds, microseconds, nanoseconds. */
export function epochMs(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 1e8) return undefined
  if (value < 1e11) return Math.round(value * 1e3)
  if (value < 1e14) return Math.round(value)
  return Math.round(value < 1e17 ? value / 1e3 : value / 1e6)
}

type Parts = [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
]

/** undefined for what no clock shows: the 13th month, 25 o'clock. */
function wallMs(parts: Parts, isLocal = false): number | undefined {
  const [year, month, day, hour, minute, second] = parts
  const fits = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59
  if (!fits || second > 60) return undefined
  return isLocal
    ? new Date(year, month - 1, day, hour, minute, second).getTime()
    : Date.UTC(year, month - 1, day, hour, minute, second)
}

const monthOf = (name: string): number => {
  const at = MONTHS.indexOf(name)
  return at < 0 || at % 3 !== 0 ? 0 : at / 3 + 1
}

const fractionMs = (digits: string | undefined): number =>
  digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * 1000)

const offsetMs = (hours: string, minutes = '0'): number =>
  Number(hours) * 3_600_000 + (hours.startsWith('-') ? -1 : 1) * Number(minutes) * 60_000
