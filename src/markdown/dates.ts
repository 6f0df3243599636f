/**
 * Dates in prose. A date of numbers alone counts where it can be read in one way only: `02/03/2026`
 * is 2 March here and February 3 there, and stays without a day, with the reason.
 */
import { masked } from './masked.ts'

export type FoundDate = {
  /** `YYYY-MM-DD`; undefined: ambiguous, or without a year. */
  day: string | undefined
  /** Why there is no day. */
  why?: string
  /** Where it can be read in two ways: both, without the year where none is written. */
  either?: readonly [string, string]
  text: string
  index: number
  /** Where the year is not written. */
  monthDay?: { month: number; day: number }
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH =
  '(?<name>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)'
/** German and French ones that English has not. */
const OTHER_MONTHS = {
  januar: 1,
  februar: 2,
  märz: 3,
  mai: 5,
  juni: 6,
  juli: 7,
  oktober: 10,
  dezember: 12,
  janvier: 1,
  février: 2,
  mars: 3,
  avril: 4,
  juin: 6,
  juillet: 7,
  août: 8,
  septembre: 9,
  octobre: 10,
  novembre: 11,
  décembre: 12,
} as const
const OTHER_MONTH = `(?<name>${[...Object.keys(OTHER_MONTHS), 'august', 'september', 'november']
  .map((name) => `[${name.charAt(0)}${name.charAt(0).toUpperCase()}]${name.slice(1)}`)
  .join('|')})`
const WEEKDAY =
  '(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\\.?,? (?:the )?)?'
const DAY = '(?<day>[0-3]?\\d)(?:st|nd|rd|th)?'
const YEAR = '(?<year>(?:19|20)\\d\\d)'
const BEFORE = '(?<![\\w/.:=+#-])'
const AFTER = '(?![\\w/%]|[.:]\\d|-\\w)'

const MONTH_HINT = /jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec/i

const OTHER_HINT =
  /\d(?:\.|er)? (?:jan|feb|f\u00e9v|m\u00e4r|mar|avr|mai|jui|jul|jun|aug|ao\u00fb|sep|o[ck]t|nov|d[e\u00e9][cz])/i

const FORMS = [
  // 2026-03-02, 2026/03/02, 2026.03.02; a `T` and a time may follow.
  `${BEFORE}${YEAR}(?<sep>[-/.])(?<month>0?\\d|1[0-2])\\k<sep>(?<day>[0-3]?\\d)(?![\\d%A-SU-Za-z_]|/(?!\\d\\d:\\d\\d)|T(?!\\d\\d)|[.:]\\d|-\\w)`,
  // 20260302T140500Z
  `${BEFORE}${YEAR}(?<month>0\\d|1[0-2])(?<day>[0-3]\\d)(?=T[0-2]\\d)`,
  // 02.03.2026: with dots the day is first.
  `${BEFORE}(?<day>[0-3]?\\d)\\.(?<month>0?\\d|1[0-2])\\.${YEAR}${AFTER}`,
  // 02/03/2026, 02-03-2026: either may be the month.
  `${BEFORE}(?<one>[0-3]?\\d)(?<sep>[/-])(?<two>[0-3]?\\d)\\k<sep>${YEAR}${AFTER}`,
  // 2/3 10:00: no year, and either may be the month.
  `${BEFORE}(?<one>[0-3]?\\d)[/-](?<two>[0-3]?\\d)(?=,? [0-2]?\\d:[0-5]\\d)`,
  // March 2nd, 2026
  `(?<![\\w/-])${WEEKDAY}${MONTH}\\.? (?:the )?${DAY}(?![\\d%]|[:.]\\d)(?:,? ${YEAR}(?![\\d:%]))?`,
  // 2 March 2026, 2nd of March, 2-Mar-2026
  `${BEFORE}${WEEKDAY}${DAY}(?: of)?[ -]${MONTH}\\.?(?![A-Za-z])(?:,?[ -]${YEAR}(?![\\d:%]))?`,
  // 2026-Mar-02, 2026-MAR-2
  `${BEFORE}${YEAR}-(?<name>[A-Z][A-Za-z]{2})-${DAY}${AFTER}`,
  // 2. März 2026, 1er avril 2026
  `${BEFORE}(?<day>[0-3]?\\d)(?:\\.|er)? ${OTHER_MONTH}(?![\\p{L}])(?: ${YEAR}(?![\\d:%]))?`,
  // 2026年3月2日
  `(?<!\\d)(?:${YEAR}年 ?)?(?<month>0?\\d|1[0-2])月 ?(?<day>[0-3]?\\d)日`,
].map((form) => ({
  form: new RegExp(form, form.includes('\\p{') ? 'gu' : 'g'),
  // Cheap to ask first: most lines hold no name of a month, or no date of numbers alone.
  hint: form.includes('<name>')
    ? form.includes('ärz')
      ? OTHER_HINT
      : MONTH_HINT
    : form.includes('年')
      ? /月/
      : form.includes('(?=T') && !form.includes('<sep>')
        ? /\d{8}T/
        : /\d[/.-]\d/,
}))

/** Most lines hold none: this is asked first, since it is cheap. */
const MAY_HOLD =
  /\d[/.-]\d|(?:19|20)\d{6}T|\d.{0,8}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).{0,20}\d|\d月|\d(?:\.|er)? (?:f\u00e9v|m\u00e4r|avr|mai|jui|ao\u00fb|okt|dez|d\u00e9c)/i

export type DateOptions = {
  /** The day of the incident, by which a date without a year gets the nearest one. */
  day?: string
  /** A day that a person named: a date that can be read as it in one of two ways means it. */
  meant?: string
}

export const datesIn = (text: string, options: DateOptions = {}): FoundDate[] => {
  const plain = masked(text)
  if (!MAY_HOLD.test(plain)) return []
  const found: FoundDate[] = []
  for (const { form, hint } of FORMS) {
    if (!hint.test(plain)) continue
    for (const match of plain.matchAll(form)) {
      const date = read(match.groups ?? {}, options)
      if (date === undefined) continue
      found.push({ ...date, text: match[0], index: match.index })
    }
  }
  found.sort((a, b) => a.index - b.index || b.text.length - a.text.length)
  let end = 0
  return found.filter((date) => {
    if (date.index < end) return false
    end = date.index + date.text.length
    return true
  })
}

type Parts = Readonly<Record<string, string | undefined>>

type Read = Omit<FoundDate, 'text' | 'index'>

const read = (
  { year, month, name, day, one, two }: Parts,
  options: DateOptions,
): Read | undefined => {
  if (one !== undefined && two !== undefined) return readEither({ year, one, two }, options)
  const inYear = name === undefined ? Number(month) : monthOf(name.toLowerCase())
  if (year !== undefined) {
    const whole = dayOf(Number(year), inYear, Number(day))
    return whole === undefined ? undefined : { day: whole }
  }
  // 29 February is a day of some years.
  if (dayOf(2024, inYear, Number(day)) === undefined) return undefined
  return withoutYear({ month: inYear, day: Number(day) }, options.day)
}

const monthOf = (name: string): number =>
  (OTHER_MONTHS as Readonly<Record<string, number>>)[name] ?? 1 + MONTHS.indexOf(name.slice(0, 3))

const readEither = (
  { year, one, two }: { year: string | undefined; one: string; two: string },
  { day: near, meant }: DateOptions,
): Read | undefined => {
  const dayOfOrder = (month: string, day: string): string | undefined =>
    dayOf(Number(year ?? 2024), Number(month), Number(day))
  const dayFirst = dayOfOrder(two, one)
  const monthFirst = dayOfOrder(one, two)
  const day = dayFirst ?? monthFirst
  if (day === undefined) return undefined
  if (dayFirst !== undefined && monthFirst !== undefined && dayFirst !== monthFirst) {
    const written = (each: string): string => each.slice(year === undefined ? 5 : 0)
    const either = [written(dayFirst), written(monthFirst)] as const
    if (meant !== undefined && either.includes(written(meant))) return { day: meant }
    return { day: undefined, why: `may be ${either.join(' or ')}`, either }
  }
  if (year !== undefined) return { day }
  return withoutYear({ month: Number(day.slice(5, 7)), day: Number(day.slice(8)) }, near)
}

const NO_YEAR = 'says no year'

/** The date of this month and day that is nearest to `near`. */
export const withoutYear = (
  monthDay: { month: number; day: number },
  near: string | undefined,
): Read => {
  if (near === undefined) return { day: undefined, why: NO_YEAR, monthDay }
  const year = Number(near.slice(0, 4))
  const candidates = [year - 1, year, year + 1].flatMap(
    (each) => dayOf(each, monthDay.month, monthDay.day) ?? [],
  )
  const distance = (day: string): number => Math.abs(Date.parse(day) - Date.parse(near))
  const [nearest] = candidates.sort((a, b) => distance(a) - distance(b))
  return nearest === undefined
    ? { day: undefined, why: NO_YEAR, monthDay }
    : { day: nearest, monthDay }
}

/** `YYYY-MM-DD`, undefined where the calendar has no such day. */
const dayOf = (year: number, month: number, day: number): string | undefined => {
  if (month < 1 || month > 12 || day < 1) return undefined
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (day > days) return undefined
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}
