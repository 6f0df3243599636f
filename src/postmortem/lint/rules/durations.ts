/** Stated lengths of time, computed again from the times that the report itself gives. */
import { durationsIn, type FoundDuration } from '../../../markdown/durations.ts'
import { timesIn } from '../../../markdown/times.ts'
import { fits, spanInWords } from '../claims.ts'
import type { Found, Position } from '../finding.ts'
import type { LintDocument } from '../lint-document.ts'
import { labelOf, roleOf, type Claim, type Moment, type Role } from '../moments.ts'
import type { Piece } from '../pieces.ts'
import type { LintRule } from '../rule.ts'
import { spanBetween, stampOf, type Stamp } from '../stamps.ts'
import { storiesOf, type Story } from '../story.ts'

const BEGINS: readonly Role[] = ['start', 'detected', 'declared']
const PAIRS: Readonly<
  Record<Claim['about'], { from: readonly Role[]; to: readonly Role[]; else?: readonly Role[] }>
> = {
  detect: { from: ['start'], to: ['detected'] },
  acknowledge: { from: ['detected', 'declared'], to: ['acknowledged'] },
  repair: { from: BEGINS, to: ['mitigated'], else: ['resolved'] },
  resolve: { from: BEGINS, to: ['resolved'] },
  duration: { from: BEGINS, to: ['mitigated', 'resolved'] },
}

export const durationMismatch: LintRule = {
  id: 'duration-mismatch',
  severity: 'error',
  reason:
    'A stated duration that its own timestamps contradict goes into statistics, and nobody can tell which of the two is wrong.',
  suggestion: 'compute it again from the two times, or correct the time that is wrong',
  good: '- First detected: 2026-03-04 10:15\n- Repaired: 2026-03-04 11:43\n- Time to repair: 1h 28m',
  bad: '- First detected: 2026-03-04 10:15\n- Repaired: 2026-03-04 11:43\n- Time to repair: 2h 28m',
  check: (document) => {
    const found = storiesOf(document).flatMap((story) => mismatches(story, story.claims))
    if (found.length === 0) return []
    // `Duration: 21:45 to 23:28 (113 minutes)` is one slip, and that of the range.
    const ranges = new Set(rangeDurations(document).map(placeOf))
    return found.filter((one) => !ranges.has(placeOf(one)))
  },
}

const placeOf = ({ line, column }: Position): string => `${line}:${column}`

/** `resolved in 2 hours`, `22 hours of downtime`: looked for in the timeline only. */
const RESOLVED =
  /(?<!\b(?:be|have been|being|are|is|get|gets) )\b(?:resolved|restored|recovered|fixed|back online) (?:in|within|after)(?: a total of)?(?= \S)/gi
/** Of another time, or of none: `a 6 hour outage next time`, `43 minutes of downtime a month`. */
const NOT_THIS =
  /\b(?:would|could|might|may|should|must|can|allows?|prevent|avoid|budget|SL[AO]s?|next|last|previous|earlier|former|per|a (?:day|week|month|year)|[Ii]n \d{4}|the \d{4})\b/
const OF_DOWNTIME = /^ ?(?:of (?:total )?(?:downtime|outage)|(?:outage|downtime))\b/i

const LASTED =
  /\b(?:outage|incident|impact|downtime|disruption|interruption)\b[^.\n]{0,50}?\b(?:lasted|lasting|went on|persisted|continued)(?: for)?(?: a total of| in total| approximately| about| around| roughly| nearly| almost| over| just over| just under)*(?= \S)/gi

export const durationInProse: LintRule = {
  id: 'duration-in-prose',
  severity: 'error',
  reason: 'The sentence is what people quote; it must say what the times below it say.',
  suggestion: 'compute it again from the times, or name the part of the incident that is meant',
  good: '- Impact start: 2026-03-04 10:15\n- Impact end: 2026-03-04 11:00\n\nThe outage lasted 45 minutes.',
  bad: '- Impact start: 2026-03-04 10:15\n- Impact end: 2026-03-04 11:00\n\nThe outage lasted 65 minutes.',
  check: (document) =>
    storiesOf(document).flatMap((story) => {
      return mismatches(story, lastedOf(document, story))
    }),
}

export const durationNotInTimeline: LintRule = {
  id: 'duration-not-in-timeline',
  severity: 'warning',
  reason:
    'No two rows of the timeline are that far apart: the number cannot be checked, or is wrong.',
  suggestion: 'say between which two times it is, or correct it',
  good: '- 2026-03-04 10:15 logins begin to fail\n- 2026-03-04 10:23 an alert fires\n- 2026-03-04 10:40 the old key is put back\n\nTime to detect: 8 minutes',
  bad: '- 2026-03-04 10:15 logins begin to fail\n- 2026-03-04 10:23 an alert fires\n- 2026-03-04 10:40 the old key is put back\n\nTime to detect: 14 minutes',
  check: (document) =>
    storiesOf(document).flatMap((story) => {
      const stamps = story.groups.flat().map(({ stamp }) => stamp)
      if (stamps.length < 3 || stamps.length > MOST_ROWS || story.typos.size > 0) return []
      const prose = [...lastedOf(document, story), ...saidOf(document, story)]
      return [...story.claims, ...prose].flatMap((claim): Found[] => {
        const { from, to } = PAIRS[claim.about]
        const { duration, line, column } = claim
        // What labels or a range beside it say is judged by them.
        if (
          timesIn(document.lines[line - 1]?.slice(0, 1000) ?? '').some(({ endsRange }) => endsRange)
        )
          return []
        if (
          duration.bound !== undefined ||
          duration.ms === 0 ||
          pairsOf(story, from, to).length > 0
        )
          return []
        if (stamps.some((start) => stamps.some((end) => isBetween(duration, start, end)))) return []
        return [
          {
            line,
            column,
            message: `“${duration.text}” is not between any two rows of the timeline`,
          },
        ]
      })
    }),
}

/** All pairs are looked at. */
const MOST_ROWS = 300

const isBetween = (duration: FoundDuration, start: Stamp, end: Stamp): boolean => {
  const span = spanBetween(start, end)
  return span !== undefined && fits(duration, span)
}

const lastedOf = ({ bySection }: LintDocument, { scope }: Story): Claim[] =>
  scope.sections.flatMap((section) => (bySection.get(section) ?? []).flatMap(lastedIn))

const saidOf = ({ bySection }: LintDocument, { scope }: Story): Claim[] =>
  scope.sections.flatMap((section) => (bySection.get(section) ?? []).flatMap(saidIn))

const saidIn = (piece: Piece): Claim[] => {
  if (
    piece.quoted ||
    !/\b(?:resolved|restored|recovered|fixed|online|downtime|outage)\b/i.test(piece.text)
  )
    return []
  const durations = durationsIn(piece.text)
  const afterVerb = [...piece.text.matchAll(RESOLVED)].flatMap((match) => {
    const end = match.index + match[0].length
    return durations.filter(({ index }) => index >= end && index <= end + 2)
  })
  const ofDowntime = durations.filter(({ index, text }) =>
    OF_DOWNTIME.test(piece.text.slice(index + text.length, index + text.length + 24)),
  )
  const said = [...new Set([...afterVerb, ...ofDowntime])]
  return said
    .filter((one) => !NOT_THIS.test(sentenceAt(piece.text, one.index)))
    .map((duration) => ({
      about: 'duration',
      duration,
      label: duration.text,
      ...piece.at(duration.index),
    }))
}

/** As much of its sentence as stands near. */
const sentenceAt = (text: string, index: number): string => {
  const before = text.slice(Math.max(0, index - 120), index)
  const after = text.slice(index, index + 120)
  return before.slice(before.search(/[^.;\n]*$/)) + /^[^.;\n]*/.exec(after)?.[0]
}

const lastedIn = (piece: Piece): Claim[] => {
  if (piece.quoted || !/last|went on|persist|continu/i.test(piece.text)) return []
  const durations = durationsIn(piece.text)
  return [...piece.text.matchAll(LASTED)].flatMap((match): Claim[] => {
    const end = match.index + match[0].length
    const duration = durations.find(({ index }) => index >= end && index <= end + 2)
    if (duration === undefined) return []
    return [{ about: 'duration', duration, label: match[0], ...piece.at(duration.index) }]
  })
}

const mismatches = (story: Story, claims: readonly Claim[]): Found[] =>
  claims.flatMap((claim) => {
    const { from, to, else: otherwise = [] } = PAIRS[claim.about]
    // A wrong date, or a wrong order, is one finding, not two.
    if (hasTypo(story, [...from, ...to])) return []
    const stated = pairsOf(story, from, to)
    const pairs = stated.length > 0 ? stated : pairsOf(story, from, otherwise)
    if (pairs.length === 0 || pairs.some(({ span }) => fits(claim.duration, span))) return []
    const [nearest] = pairs
    return nearest === undefined ? [] : [contradiction(claim, claim.duration, nearest)]
  })

type Pair = { start: Stamp; end: Stamp; span: NonNullable<ReturnType<typeof spanBetween>> }

const hasTypo = ({ moments, typos }: Story, roles: readonly Role[]): boolean =>
  moments.some(({ role, stamp }) => roles.includes(role) && typos.has(stamp))

const pairsOf = ({ moments }: Story, from: readonly Role[], to: readonly Role[]): Pair[] => {
  const ofRole = (role: Role): Moment[] => moments.filter((moment) => moment.role === role)
  return from.flatMap(ofRole).flatMap((start) =>
    to.flatMap(ofRole).flatMap((end): Pair[] => {
      const span = spanBetween(start.stamp, end.stamp)
      if (span === undefined || span.ms < -span.slack) return []
      return [{ start: start.stamp, end: end.stamp, span }]
    }),
  )
}

const contradiction = (
  place: Position,
  { text }: FoundDuration,
  { start, end, span }: Pair,
): Found => ({
  line: place.line,
  column: place.column,
  message: `“${text}”, but from ${start.text} (line ${start.line}) to ${end.text} (line ${end.line}) it is ${spanInWords(span)}`,
  also: [start, end].map(({ line, column }) => ({ line, column })),
})

export const rangeDuration: LintRule = {
  id: 'range-duration',
  severity: 'error',
  reason: 'Two times and their distance stand side by side, and do not agree.',
  suggestion: 'compute it again from the two times, or correct the time that is wrong',
  good: 'Logins failed from 23:50 to 00:35 UTC (45 minutes).',
  bad: 'Logins failed from 23:50 to 00:35 UTC (55 minutes).',
  check: (document) => rangeDurations(document),
}

const rangeDurations = (document: LintDocument): Found[] => [
  ...document.pieces.flatMap(rangesIn),
  ...document.body.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) =>
      block.type === 'table'
        ? block.rows.flatMap(({ line }) =>
            rowRange(
              block.header.map((cell) => labelOf(cell)),
              document.cells.get(line) ?? [],
            ),
          )
        : [],
    ),
  ),
]

const AFTER_RANGE = /^[^.\d\n]{0,6}(?:\(|,|;|for|lasting|lasted|=|–|-|:)[^.\d\n(]{0,18}$/
const BEFORE_RANGE = /^[^.\d\n]{0,3}(?:\(|,|from|between|–|-|:)[^.\d\n]{0,14}$/

const rangesIn = (piece: Piece): Found[] => {
  if (!/\d/.test(piece.text)) return []
  const times = timesIn(piece.text)
  if (!times.some(({ endsRange }) => endsRange)) return []
  const durations = durationsIn(piece.text)
  let next = 0
  return times.flatMap((to, index) => {
    const from = times[index - 1]
    if (!to.endsRange || from === undefined) return []
    const end = to.index + to.text.length
    // Both lists are in order: one pass.
    while ((durations[next]?.index ?? Infinity) < end) next += 1
    const [before, after] = [durations[next - 1], durations[next]]
    const duration =
      after !== undefined && isGlue(AFTER_RANGE, piece.text, [end, after.index])
        ? after
        : before !== undefined &&
            isGlue(BEFORE_RANGE, piece.text, [before.index + before.text.length, from.index])
          ? before
          : undefined
    if (duration === undefined) return []
    const start = stampOf(from, piece.at(from.index))
    const stop = stampOf(to, piece.at(to.index))
    const span = spanBetween(start, stop)
    if (span === undefined || fits(duration, span)) return []
    return [contradiction(piece.at(duration.index), duration, { start, end: stop, span })]
  })
}

const isGlue = (form: RegExp, text: string, [start, end]: [number, number]): boolean =>
  start <= end && end - start <= 30 && form.test(text.slice(start, end))

/** `| Start | End | Duration |` */
const rowRange = (header: readonly string[], cells: readonly Piece[]): Found[] => {
  const of = (is: (label: string) => boolean): Piece | undefined => cells[header.findIndex(is)]
  const first = of((label) => roleOf(label) === 'start' || label === 'from')
  const last = of((label) => roleOf(label) === 'resolved' || label === 'to' || label === 'until')
  const stated = of((label) => /^(?:duration|length|downtime)$/.test(label))
  if (first === undefined || last === undefined || stated === undefined) return []
  const [from] = timesIn(first.text)
  const [to] = timesIn(last.text)
  const [duration] = durationsIn(stated.text)
  if (from === undefined || to === undefined || duration === undefined) return []
  const start = stampOf(from, first.at(from.index))
  const end = stampOf(to, last.at(to.index))
  const span = spanBetween(start, end)
  if (span === undefined || fits(duration, span)) return []
  return [contradiction(stated.at(duration.index), duration, { start, end, span })]
}
