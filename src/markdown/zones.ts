/**
 * Time zones as people write them. Abbreviations are a small table on purpose: most are not unique
 * in the world. One with several meanings counts only where the reader's own zone decides it.
 * Names of the IANA database (`Europe/Berlin`) are known to Intl, with their summer times.
 */

export type Zone = {
  /** As written: `PST`, `+02:00`, `Europe/Berlin`. */
  name: string
  /** Minutes east of UTC at a wall-clock time (ms, as if it were UTC); undefined: ambiguous. */
  offsetAt: (wallMs: number) => number | undefined
}

const MINUTE = 60_000

/** Minutes east of UTC. */
const FIXED: Readonly<Record<string, readonly number[]>> = {
  UTC: [0],
  GMT: [0],
  Z: [0],
  WET: [0],
  WEST: [60],
  // British, or Bangladesh.
  BST: [60, 360],
  CET: [60],
  CEST: [120],
  MEZ: [60],
  MESZ: [120],
  EET: [120],
  EEST: [180],
  MSK: [180],
  WAT: [60],
  CAT: [120],
  SAST: [120],
  EAT: [180],
  PKT: [300],
  // India, Ireland, or Israel.
  IST: [330, 60, 120],
  SGT: [480],
  HKT: [480],
  JST: [540],
  AWST: [480],
  ACST: [570],
  ACDT: [630],
  KST: [540],
  AEST: [600],
  AEDT: [660],
  NZST: [720],
  NZDT: [780],
  EST: [-300],
  EDT: [-240],
  // North America, or China.
  CST: [-360, 480],
  CDT: [-300],
  MST: [-420],
  MDT: [-360],
  PST: [-480],
  PDT: [-420],
  BRT: [-180],
}

/** Words that follow the seasons of a place. */
const SEASONAL: Readonly<Record<string, string>> = {
  PT: 'America/Los_Angeles',
  PACIFIC: 'America/Los_Angeles',
  MT: 'America/Denver',
  CT: 'America/Chicago',
  ET: 'America/New_York',
  CENTRAL: 'America/Chicago',
  MOUNTAIN: 'America/Denver',
  EASTERN: 'America/New_York',
}

/** `PST/PDT`: both clocks of a place, each in its season. */
const BOTH: Readonly<Record<string, string>> = {
  'PST/PDT': 'America/Los_Angeles',
  'MST/MDT': 'America/Denver',
  'CST/CDT': 'America/Chicago',
  'EST/EDT': 'America/New_York',
  'GMT/BST': 'Europe/London',
  'WET/WEST': 'Europe/Lisbon',
  'CET/CEST': 'Europe/Berlin',
  'EET/EEST': 'Europe/Helsinki',
  'AEST/AEDT': 'Australia/Sydney',
}

/** Countries of one zone, and those of which people speak as if they were. */
const COUNTRIES: Readonly<Record<string, string>> = {
  japan: 'Asia/Tokyo',
  日本: 'Asia/Tokyo',
  korea: 'Asia/Seoul',
  china: 'Asia/Shanghai',
  india: 'Asia/Kolkata',
  israel: 'Asia/Jerusalem',
  uk: 'Europe/London',
  ireland: 'Europe/Dublin',
  germany: 'Europe/Berlin',
  france: 'Europe/Paris',
  spain: 'Europe/Madrid',
  italy: 'Europe/Rome',
  poland: 'Europe/Warsaw',
  sweden: 'Europe/Stockholm',
  denmark: 'Europe/Copenhagen',
}
/** `Japan time`, `Berlin time`, `heure de Paris`, `日本時間`. */
const OF_PLACE =
  '(?:[A-Z][A-Za-z]{1,20}(?: [A-Z][a-z]{1,20})?)(?: [Ll]ocal)? [Tt]ime(?![A-Za-z])|[Hh]eure de [A-Z][a-z]{1,20}(?![a-z])|日本時間'

const AREAS = 'Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific'
const ABBREVIATIONS = [...Object.keys(FIXED), ...Object.keys(SEASONAL)]
  .filter((name) => name !== 'Z' && name.length < 6)
  .join('|')
const WRITTEN = new RegExp(
  [
    `(?:UTC|GMT)\\s?[+\\u2212-]\\d{1,2}(?::?[0-5]\\d)?(?![\\d:])`,
    `[+\\u2212-](?:0\\d|1[0-4]):?[0-5]\\d(?![\\d:])`,
    `(?:${AREAS})/[A-Z][A-Za-z_+-]{1,30}(?:/[A-Z][A-Za-z_]{1,30})?`,
    `(?:${Object.keys(BOTH).join('|')})(?![A-Za-z0-9_])`,
    `(?:${ABBREVIATIONS}|utc|gmt|Utc)(?![A-Za-z0-9_])`,
    // `7:09 AM Eastern:`; what goes on may be `Eastern region`.
    `(?:Pacific|Mountain|Central|Eastern)(?:(?: Standard| Daylight)? Time(?![A-Za-z])|(?=\\s*(?:[:.,;)\\]|\u2013\u2014-]|$)))`,
    OF_PLACE,
    `[Zz](?![A-Za-z0-9_])`,
  ].join('|'),
  'y',
)

/** The zone that is written at `index`, undefined where none is. */
export const zoneAt = (text: string, index: number): { zone: Zone; end: number } | undefined => {
  WRITTEN.lastIndex = index
  const name = WRITTEN.exec(text)?.[0]
  const zone = name === undefined ? undefined : zoneOf(name)
  return name === undefined || zone === undefined ? undefined : { zone, end: index + name.length }
}

/** The zone of a name, undefined when there is none of this name. */
export const zoneOf = (name: string): Zone | undefined => {
  const trimmed = name.trim()
  const offset = /^(?:UTC|GMT)?\s?([+\u2212-])(\d{1,2})(?::?([0-5]\d))?$/i.exec(trimmed)
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
    if (minutes > 14 * 60) return undefined
    const east = offset[1] === '+' ? minutes : -minutes
    return { name: trimmed, offsetAt: () => east }
  }
  const word = trimmed.toUpperCase()
  const fixed = FIXED[word]
  if (fixed !== undefined) {
    return { name: trimmed, offsetAt: () => (fixed.length === 1 ? fixed[0] : undefined) }
  }
  const named = idOfPlace(trimmed)
  const inPlace = named === undefined ? undefined : formatOf(named)
  if (named !== undefined && inPlace !== undefined)
    return { name: named, offsetAt: (wallMs) => offsetOfPlace(inPlace, wallMs) }
  const place =
    BOTH[word] ??
    SEASONAL[word.split(' ')[0] ?? ''] ??
    (trimmed.includes('/') ? trimmed : undefined)
  const format = place === undefined ? undefined : formatOf(place)
  if (format === undefined) return undefined
  return { name: trimmed, offsetAt: (wallMs) => offsetOfPlace(format, wallMs) }
}

const idOfPlace = (name: string): string | undefined => {
  const match = /^(?:(.{2,40}?)(?: local)? time|heure de (.+)|(日本)時間)$/i.exec(name)
  const place = (match?.[1] ?? match?.[2] ?? match?.[3])?.toLowerCase()
  return place === undefined
    ? undefined
    : (COUNTRIES[place] ?? cities().get(place.replace(' ', '_')))
}

let known: ReadonlyMap<string, string> | undefined
/** The names of the IANA database are those of cities. */
const cities = (): ReadonlyMap<string, string> => {
  known ??= new Map(
    Intl.supportedValuesOf('timeZone').map((id) => [
      (id.split('/').at(-1) ?? id).toLowerCase(),
      id,
    ]),
  )
  return known
}

/** An ambiguous abbreviation means the reader's own zone where that is one of its meanings. */
export const settled = (zone: Zone, own: Zone | undefined): Zone => {
  const meanings = FIXED[zone.name.toUpperCase()] ?? []
  if (own === undefined || meanings.length < 2) return zone
  const offsetAt = (wallMs: number): number | undefined => {
    const east = own.offsetAt(wallMs)
    return east !== undefined && meanings.includes(east) ? east : undefined
  }
  return { name: zone.name, offsetAt }
}

/** ms of a wall-clock time in a zone; undefined where the zone's name has several meanings. */
export const instantOf = (wallMs: number, zone: Zone): number | undefined => {
  const east = zone.offsetAt(wallMs)
  return east === undefined ? undefined : wallMs - east * MINUTE
}

/** Making one takes long: a name is looked up once. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>()
/** A hostile text may name many: then they are made anew. */
const MOST_KEPT = 200

const formatOf = (timeZone: string): Intl.DateTimeFormat | undefined => {
  if (!formats.has(timeZone)) {
    if (formats.size >= MOST_KEPT) formats.clear()
    formats.set(timeZone, makeFormat(timeZone))
  }
  return formats.get(timeZone)
}

const makeFormat = (timeZone: string): Intl.DateTimeFormat | undefined => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    // RangeError: Intl knows no such zone.
    return undefined
  }
}

/**
 * The hour that summer time repeats is read as its first pass, the hour that it leaves out as if the
 * clock had not been changed yet.
 */
const offsetOfPlace = (format: Intl.DateTimeFormat, wallMs: number): number => {
  const before = eastOf(format, wallMs - 24 * 60 * MINUTE)
  const guess = eastOf(format, wallMs - before * MINUTE)
  if (guess === before) return before
  // The clock changes between: `guess` holds where it leads back to the same offset.
  return eastOf(format, wallMs - guess * MINUTE) === guess ? guess : before
}

const eastOf = (format: Intl.DateTimeFormat, ms: number): number => {
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const offset = /^GMT([+-])(\d\d):(\d\d)/.exec(name)
  if (offset === null) return 0
  const minutes = Number(offset[2]) * 60 + Number(offset[3])
  return offset[1] === '-' ? -minutes : minutes
}
