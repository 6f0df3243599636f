/** Lengths of time in prose: `1 h 20 min`, `about three hours`, `90-minute`. Precision over recall. */
import { masked } from './masked.ts'

export type FoundDuration = {
  /** Of `20 to 50 min` the smaller. */
  ms: number
  /** Of a range the greater. */
  toMs?: number
  text: string
  index: number
  approximate: boolean
  /** `over 2 hours` is the least that it was, `up to 2 hours` the most. */
  bound?: 'least' | 'most'
}

const UNITS: readonly [RegExp, number][] = [
  [/^(?:ms|milliseconds?|millis)$/i, 1],
  [/^(?:s|secs?|seconds?)$/i, 1_000],
  [/^(?:m|mins?|minutes?)$/i, 60_000],
  [/^(?:h|hrs?|hours?)$/i, 3_600_000],
  [/^(?:d|days?)$/i, 86_400_000],
  [/^(?:weeks?)$/i, 604_800_000],
]
const WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  'forty-five': 45,
  fifty: 50,
  sixty: 60,
  ninety: 90,
}
const NUMBER = `(?:\\d{1,3}(?:,\\d{3})+|\\d{1,9})(?:\\.\\d{1,6})?`
const WORD = Object.keys(WORDS)
  .sort((a, b) => b.length - a.length)
  .join('|')
const UNIT = 'milliseconds?|millis|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|ms|[smhd]'
const ONE = new RegExp(
  `(?<![\\w.,:/$\\u20ac\\u00a3#=-]|\\d-)(?:(${NUMBER}|${WORD})(?:\\s?(?:-|\\u2013|to|or)\\s?(${NUMBER}|${WORD}))?( and a half)?(?:\\s|-|&nbsp;)?(${UNIT})|(half an|an|a half)[ -](hour|minute))(?:( and a half))?(?![A-Za-z_/%]|-[a-z]*\\d|\\.\\w)`,
  'gi',
)
/** `2h30m`: no space between. */
const CLOSE = new RegExp(
  `(?<=\\d(?:h|m|d|min|hr?s?))(${NUMBER})(ms|secs?|mins?|[smh])(?![A-Za-z_/%])`,
  'gi',
)
const GLUE = /^(?:\s{0,2},?\s?(?:and\s)?)$/
const ABOUT_BEFORE =
  /(?:~|\u2248|\b(?:about|around|approx\.?|approximately|roughly|nearly|almost|over|more than|less than|under|up to|at least|at most|within|circa|ca\.|some|another)) ?$/i
const LEAST_BEFORE = /\b(?:over|more than|at least) ?$/i
const MOST_BEFORE = /\b(?:under|less than|up to|at most|within) ?$/i
const ABOUT_AFTER = /^(?:\+|ish\b| or so\b|-ish\b)/i
/** `an hour` counts as a length after these; `100 an hour` is a rate. */
const BEFORE_AN =
  /\b(?:about|around|for|within|after|over|under|took|lasted|almost|nearly|than|roughly|approximately|by|in|of|another) $/i
/** `5 m rows`, `10 s users`: no length. */
const NO_TIME_AFTER =
  /^ (?!(?:ago|later|before|after|of|for|and|in|until|to|from|at|on|or|long|long-|that|this|was|is|since)\b)[a-z]+s\b/i

type Atom = { ms: number; toMs?: number; unit: number; start: number; end: number; vague: boolean }

export const durationsIn = (text: string): FoundDuration[] => {
  const plain = masked(text)
  const atoms = atomsIn(plain)
  const found: FoundDuration[] = []
  for (let at = 0; at < atoms.length;) {
    const group = groupFrom(plain, atoms, at)
    at += group.length
    const duration = durationOf(plain, group)
    if (duration !== undefined)
      found.push({
        ...duration,
        text: text.slice(duration.index, duration.index + duration.text.length),
      })
  }
  return withBounds(text, found)
}

/** `5 min 58 s to 6 min 58 s` is one length with bounds; "from 5 s to 20 s" is two. */
const withBounds = (text: string, found: readonly FoundDuration[]): FoundDuration[] => {
  const joined: FoundDuration[] = []
  for (const next of found) {
    const last = joined.at(-1)
    const end = last === undefined ? 0 : last.index + last.text.length
    const isBound =
      last !== undefined &&
      last.toMs === undefined &&
      next.toMs === undefined &&
      next.ms > last.ms &&
      next.index === end + 4 &&
      text.startsWith(' to ', end) &&
      !/\bfrom $/i.test(text.slice(Math.max(0, last.index - 6), last.index))
    if (!isBound) joined.push(next)
    else
      joined[joined.length - 1] = {
        ...last,
        toMs: next.ms,
        text: text.slice(last.index, next.index + next.text.length),
        approximate: true,
      }
  }
  return joined
}

const atomsIn = (plain: string): Atom[] => {
  const atoms: Atom[] = []
  for (const match of plain.matchAll(ONE)) {
    const atom = atomOf(plain, match)
    if (atom !== undefined) atoms.push(atom)
  }
  for (const match of plain.matchAll(CLOSE)) {
    const unit = unitOf(match[2] ?? '')
    const ms = valueOf(match[1] ?? '') * unit
    atoms.push({ ms, unit, start: match.index, end: match.index + match[0].length, vague: false })
  }
  return atoms
    .sort((a, b) => a.start - b.start)
    .filter((atom, index, all) => index === 0 || atom.start >= (all[index - 1]?.end ?? 0))
}

const atomOf = (plain: string, match: RegExpExecArray): Atom | undefined => {
  const [text, first, second, half, unitText, an, anUnit, halfAfter] = match
  const start = match.index
  const end = start + text.length
  const extra = half === undefined && halfAfter === undefined ? 0 : 0.5
  if (an !== undefined) {
    const isHalf = an.toLowerCase().includes('half')
    if (!isHalf && extra === 0 && !BEFORE_AN.test(plain.slice(Math.max(0, start - 16), start)))
      return undefined
    const unit = unitOf(anUnit ?? '')
    return { ms: ((isHalf ? 0.5 : 1) + extra) * unit, unit, start, end, vague: true }
  }
  const unit = unitOf(unitText ?? '')
  // Capitals are amounts: 10M rows, 5D pictures.
  if (/^[SMHD]$/.test(unitText ?? '')) return undefined
  if (unitText?.length === 1 && NO_TIME_AFTER.test(plain.slice(end, end + 24))) return undefined
  const low = (valueOf(first ?? '') + extra) * unit
  const high = second === undefined ? undefined : valueOf(second) * unit
  const range = high === undefined || high <= low ? {} : { toMs: high }
  return { ms: low, ...range, unit, start, end, vague: second !== undefined }
}

const unitOf = (unit: string): number => UNITS.find(([form]) => form.test(unit))?.[1] ?? 0
const valueOf = (text: string): number =>
  WORDS[text.toLowerCase()] ?? Number(text.replaceAll(',', ''))

/** `1 hour and 20 minutes`: ever smaller units that follow each other. */
const groupFrom = (plain: string, atoms: readonly Atom[], from: number): Atom[] => {
  const group: Atom[] = []
  for (let at = from; at < atoms.length; at += 1) {
    const atom = atoms[at]
    const last = group.at(-1)
    if (atom === undefined) break
    if (last !== undefined) {
      const glue = plain.slice(last.end, atom.start)
      if (atom.unit >= last.unit || glue.length > 8 || !GLUE.test(glue)) break
      if (atom.toMs !== undefined || last.toMs !== undefined) break
    }
    group.push(atom)
  }
  return group
}

const durationOf = (plain: string, group: readonly Atom[]): FoundDuration | undefined => {
  const first = group[0]
  const last = group.at(-1)
  if (first === undefined || last === undefined) return undefined
  const before = plain.slice(Math.max(0, first.start - 16), first.start)
  const approximate =
    group.some(({ vague }) => vague) ||
    ABOUT_BEFORE.test(before) ||
    ABOUT_AFTER.test(plain.slice(last.end, last.end + 6))
  const bound = boundOf(before, plain.slice(last.end, last.end + 1))
  const ms = group.reduce((sum, atom) => sum + atom.ms, 0)
  return {
    ms: Math.round(ms),
    ...(first.toMs === undefined ? {} : { toMs: Math.round(first.toMs) }),
    text: plain.slice(first.start, last.end),
    index: first.start,
    approximate,
    ...(bound === undefined ? {} : { bound }),
  }
}

const boundOf = (before: string, after: string): FoundDuration['bound'] => {
  if (LEAST_BEFORE.test(before) || after.startsWith('+')) return 'least'
  return MOST_BEFORE.test(before) ? 'most' : undefined
}
