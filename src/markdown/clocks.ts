/** Times of day as they are written, before a day and a zone are known. Precision over recall. */

export type Clock = {
  /** ms since midnight, up to 24:00. */
  ofDay: number
  index: number
  end: number
  hasSeconds: boolean
  hasMinutes: boolean
  /** `am` and `pm` were said, or an hour of more than 12: no need to guess. */
  meridiem: 'am' | 'pm' | undefined
  /** Written with a single digit and nothing else: a ratio or a version as well as a time. */
  weak: boolean
  /** Written as four digits: a time only where a zone follows. */
  bare: boolean
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const MERIDIEM = '\\s?([ap])(?:\\.\\s?m\\.|\\.?m\\b\\.?)(?![A-Za-z])'

const WITH_COLON = new RegExp(
  // Not inside of addresses, versions, hashes, paths or longer rows of numbers.
  `(?<![\\w.:/=$#%@]|(?<!:\\d)\\d[-,])(\\d{1,2}):([0-5]\\d)(?::([0-5]\\d|60)(?:[.,](\\d{1,9}))?)?(?![\\d%]|[:.]\\w|/\\d)(?:${MERIDIEM})?(?!(?!Z(?![\\w:]))[A-Za-z]|\\.\\d)`,
  'gi',
)
const AFTER_T =
  /(?<=\d[Tt_]|\d{4}-\d\d-\d\d\/)(\d{2}):?([0-5]\d)(?::?([0-5]\d|60)(?:[.,](\d{1,9}))?)?(?![\d:])/g
/** `2026-03-02 14.05`: after a date it is no version. */
const AFTER_DATE = /(?<=\d{4}-\d\d-\d\d )([01]\d|2[0-4])\.([0-5]\d)(?![\d.]|\s?[ap]m)/gi
const HOUR_ONLY = new RegExp(
  `(?<![\\w.:/=$#%@]|(?<!:\\d)\\d[-,])(\\d{1,2})(?:\\.([0-5]\\d))?${MERIDIEM}`,
  'gi',
)
/** `14:05 Uhr`, `14.05 Uhr`, `15 Uhr`. */
const UHR = /(?<![\w.:/=$#%@])(\d{1,2})(?:[.:]([0-5]\d))?(?::([0-5]\d))?\s?Uhr(?![A-Za-z])/g
/** `14h05`, `14 h 40`, `15h`: a length of time as well, but where a row begins or a word says so. */
const WITH_H =
  /(?<=(?:^|[\n|([>*\u2013\u2014-]|\b(?:vers|entre|et|de|d\u00e8s|avant|depuis)|\u00e0)[ *_]{0,3})(\d{1,2})\s?h(?:\s?([0-5]\d))?(?![\w:.])/g
/** `午後2時40分`; `2時間` is a length of time. */
const KANJI = /(午前|午後)?(\d{1,2})時(?!間)(?:(\d{1,2})分)?(?:(\d{1,2})秒)?/g
const FOUR_DIGITS = /(?<![\w.:/=$#%@-])([01]\d|2[0-3])([0-5]\d)(?=\s?(?:UTC|GMT|Z)(?![A-Za-z0-9]))/g

/** What stands before or after shows that it is a length of time, a score or a ratio. */
const NOT_BEFORE =
  /(?:\b(?:ratio|score|scale|aspect|odds|duration|took|lasted|elapsed|version|chapter|verse|line|port)(?: of| was| is)?\W{0,3}|(?<!(?:scheduled|planned|due|set|booked) )\bfor (?:about |around |roughly |~)?)$/i
const NOT_AFTER =
  /^\s?(?:ratio|odds|split|minutes?\b|mins?\b|hours?\b|hrs?\b|h\b|seconds?\b|secs?\b|aspect)/i

/** Each with what a text must hold for it: most hold nothing, and this is cheap. */
const FORMS: readonly (readonly [form: RegExp, hint: RegExp])[] = [
  [WITH_COLON, /\d:[0-5]\d/],
  [AFTER_T, /\d[Tt_/]\d\d/],
  [AFTER_DATE, /\d{4}-\d\d-\d\d \d\d\./],
  [HOUR_ONLY, /\d\s?[ap]\.?\s?m/i],
  [FOUR_DIGITS, /\d{4}\s?(?:UTC|GMT|Z)/],
  [UHR, /\d\s?Uhr/],
  [WITH_H, /\d\s?h/],
  [KANJI, /\d時/],
]

export const clocksIn = (plain: string): Clock[] => {
  const found: Clock[] = []
  for (const [form, hint] of FORMS) {
    if (!hint.test(plain)) continue
    for (const match of plain.matchAll(form)) {
      const clock = read(match, form, plain)
      if (clock !== undefined) found.push(clock)
    }
  }
  found.sort((a, b) => a.index - b.index || b.end - a.end)
  let end = 0
  return found.filter((clock) => {
    if (clock.index < end) return false
    end = clock.end
    return true
  })
}

const read = (match: RegExpExecArray, form: RegExp, plain: string): Clock | undefined => {
  if (form === KANJI) return ofKanji(match)
  const [text, hours, minutes, third, fourth, fifth] = match
  const onHour = form === HOUR_ONLY
  const seconds = onHour ? undefined : third
  const letter = onHour ? third : form === WITH_COLON ? fifth : undefined
  const fraction = onHour ? undefined : fourth
  const meridiem = letter === undefined ? undefined : letter.toLowerCase() === 'a' ? 'am' : 'pm'
  const hour = hourOf(Number(hours), meridiem)
  const index = match.index
  const end = index + text.length
  if (hour === undefined || (hour === 24 && Number(minutes ?? 0) + Number(seconds ?? 0) > 0))
    return undefined
  if (seconds === '60' && (hour !== 23 || minutes !== '59')) return undefined
  if (form !== AFTER_T && meridiem === undefined) {
    if (NOT_BEFORE.test(plain.slice(Math.max(0, index - 40), index))) return undefined
    if (form !== WITH_H && NOT_AFTER.test(plain.slice(end, end + 10))) return undefined
  }
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * SECOND)
  return {
    ofDay: hour * HOUR + Number(minutes ?? 0) * MINUTE + Number(seconds ?? 0) * SECOND + ms,
    index,
    end,
    hasSeconds: seconds !== undefined,
    hasMinutes: minutes !== undefined,
    meridiem,
    weak: meridiem === undefined && hours?.length === 1 && form !== UHR,
    bare: form === FOUR_DIGITS,
  }
}

const ofKanji = (match: RegExpExecArray): Clock | undefined => {
  const [text, half, hours, minutes, seconds] = match
  const meridiem = half === undefined ? undefined : half === '午前' ? 'am' : 'pm'
  const hour = hourOf(Number(hours), meridiem)
  const [inHour, inMinute] = [Number(minutes ?? 0), Number(seconds ?? 0)]
  if (hour === undefined || inHour > 59 || inMinute > 59) return undefined
  return {
    ofDay: hour * HOUR + inHour * MINUTE + inMinute * SECOND,
    index: match.index,
    end: match.index + text.length,
    hasSeconds: seconds !== undefined,
    hasMinutes: minutes !== undefined,
    meridiem,
    weak: false,
    bare: false,
  }
}

/** 12 am is midnight, 12 pm is noon; 14 am is nothing. */
const hourOf = (hour: number, meridiem: 'am' | 'pm' | undefined): number | undefined => {
  if (meridiem === undefined) return hour <= 24 ? hour : undefined
  if (hour > 12) return meridiem === 'pm' && hour < 24 ? hour : undefined
  if (hour === 0) return meridiem === 'am' ? 0 : undefined
  return (hour % 12) + (meridiem === 'pm' ? 12 : 0)
}
