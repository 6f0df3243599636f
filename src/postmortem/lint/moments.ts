/**
 * The moments of an incident that a report names: `First detected: 2026-03-04 10:15` in a list, a
 * table or a line of its own; fields of the head; rows of a timeline that say nothing else.
 */
import { durationsIn, type FoundDuration } from '../../markdown/durations.ts'
import { datesIn } from '../../markdown/dates.ts'
import { timesIn } from '../../markdown/times.ts'
import { MOMENT_FIELDS } from '../front-matter/moment-fields.ts'
import type { Position } from './finding.ts'
import type { LintDocument } from './lint-document.ts'
import { linesOfPiece, type Piece } from './pieces.ts'
import type { Scope } from './scopes.ts'
import { stampAt, stampOf, stampOfDay, type Stamp } from './stamps.ts'

export type Role = 'start' | 'detected' | 'declared' | 'acknowledged' | 'mitigated' | 'resolved'

export type Moment = {
  role: Role
  stamp: Stamp
  /** `First detected`. */
  label: string
  from: 'label' | 'head' | 'row' | 'told'
}

const THING =
  '(?:the )?(?:(?:user|customer|service|total|overall) )?(?:incident|impact|outage|problem|issue|downtime|disruption|degradation|event|interruption|fault)'
const TIME = '(?: (?:date|time|at|on|date and time|timestamp))*'

const ROLES: readonly [Role, RegExp][] = [
  [
    'start',
    new RegExp(
      `^(?:${THING} )?(?:start(?:ed|s)?|began|begins?|beginning|onset|occurs|occurred)${TIME}$`,
    ),
  ],
  [
    'start',
    /^(?:date and time of (?:start|beginning)|start of (?:the )?(?:incident|impact|outage))$/,
  ],
  [
    'detected',
    new RegExp(
      `^(?:${THING} )?(?:(?:was )?(?:first )?)?(?:dete\\w{0,5}ed|detection|discovered|noticed)${TIME}$|^time (?:of detection|detected)$`,
    ),
  ],
  ['declared', new RegExp(`^(?:${THING} )?(?:is |was )?declared${TIME}$`)],
  [
    'acknowledged',
    new RegExp(
      `^(?:${THING} )?(?:is |was )?(?:acknowledged|acknowledgement|acknowledgment)${TIME}$`,
    ),
  ],
  [
    'mitigated',
    new RegExp(
      `^(?:${THING} )?(?:is |was )?(?:mitigated|mitigation|repaired|repaired declared|fixed|restored|recovered)${TIME}$`,
    ),
  ],
  [
    'resolved',
    new RegExp(
      `^(?:${THING} )?(?:is |was |declared )?(?:resolved|resolution time|ended|end|ends|over|finish|finished)${TIME}$`,
    ),
  ],
]

export const roleOf = (label: string): Role | undefined =>
  ROLES.find(([, form]) => form.test(label))?.[0]

/** `**First detected:**` is `first detected`. */
export const labelOf = (text: string): string =>
  text
    .slice(0, 80)
    .toLowerCase()
    .replace(/[*_`[\]()|>]/g, ' ')
    .replace(/[\s:.,–—-]+$/, '')
    .replace(/\s+/g, ' ')
    .trim()

/** A line `label: value`, or a row of a table with two cells or under a header. */
export type Labelled = {
  label: string
  value: string
  at: (index: number) => Position
  piece: Piece
}

const MAX_LABEL = 48

export const labelledIn = (document: LintDocument, scope: Scope): Labelled[] => {
  const lines = scope.sections
    .flatMap((section) => document.bySection.get(section) ?? [])
    .filter(({ kind }) => kind === 'item' || kind === 'paragraph')
    .flatMap(linesOf)
  return [...lines, ...scope.sections.flatMap((section) => tablesIn(document, section))]
}

const linesOf = (piece: Piece): Labelled[] => {
  if (piece.quoted) return []
  return linesOfPiece(piece).flatMap(({ start, text }) => {
    const line = text.trimStart()
    const from = start + text.length - line.length
    const at = (index: number): Position => piece.at(from + index)
    const colon = /^[^:\n]{2,48}?:(?!\d|\/\/)\*{0,2}\s*/.exec(line)
    if (colon !== null) {
      const value = line.slice(colon[0].length)
      const label = labelOf(colon[0])
      return [{ label, value, at: (index) => at(colon[0].length + index), piece }]
    }
    // `Resolved 2024-07-25 16:19`
    const digit = line.search(/\d/)
    if (digit < 3 || digit > MAX_LABEL) return []
    return [
      {
        label: labelOf(line.slice(0, digit)),
        value: line.slice(digit),
        at: (index) => at(digit + index),
        piece,
      },
    ]
  })
}

/** Of a table with two columns each row; of one with a single row each column. */
const tablesIn = (
  { cells: byLine }: LintDocument,
  { blocks }: Scope['sections'][number],
): Labelled[] =>
  blocks.flatMap((block) => {
    if (block.type !== 'table') return []
    return block.rows.flatMap(({ line }): Labelled[] => {
      const cells = byLine.get(line) ?? []
      const [first, second] = cells
      if (cells.length === 2 && first !== undefined && second !== undefined)
        return [{ label: labelOf(first.text), value: second.text, at: second.at, piece: second }]
      if (block.rows.length !== 1) return []
      return cells.map((cell, index) => ({
        label: labelOf(block.header[index] ?? ''),
        value: cell.text,
        at: cell.at,
        piece: cell,
      }))
    })
  })

export const momentsIn = (labeled: readonly Labelled[], day: string | undefined): Moment[] =>
  labeled.flatMap(({ label, value, at }): Moment[] => {
    const role = roleOf(label)
    if (role === undefined) return WINDOW.test(label) ? windowOf({ label, value, at }, day) : []
    const time = timesIn(value.slice(0, 120), dayOption(day))[0]
    if (time === undefined) return dayAlone({ role, label, value, at })
    if (/[a-z]{3}/i.test(value.slice(0, time.index))) return []
    return [{ role, stamp: stampOf(time, at(time.index)), label, from: 'label' }]
  })

/**
 * `Time (PDT): 12:08 PM - 1:30 PM`: from when to when it was, said for durations only. A `Window` alone
 * may be one of maintenance.
 */
const WINDOW =
  /^(?:(?:(?:incident|outage|impact|downtime|affected|total) )?(?:time|times|duration|downtime|time ?(?:frame|window|range))|(?:incident|outage|impact|downtime|affected) (?:period|window))(?: (?:[a-z]{2,4}|local))?$/

const windowOf = (
  { label, value, at }: Pick<Labelled, 'label' | 'value' | 'at'>,
  day: string | undefined,
): Moment[] => {
  const [from, to] = timesIn(value.slice(0, 120), dayOption(day))
  if (from === undefined || to?.endsRange !== true || from.index > 24) return []
  return (['start', 'mitigated'] as const).map((role) => {
    const time = role === 'start' ? from : to
    return { role, stamp: stampOf(time, at(time.index)), label, from: 'told' }
  })
}

/** `Resolved: 2026-01-22`, and nothing else. */
const dayAlone = ({
  role,
  label,
  value,
  at,
}: Pick<Labelled, 'label' | 'value' | 'at'> & { role: Role }): Moment[] => {
  const [date] = datesIn(value.slice(0, 60))
  if (date?.day === undefined || /\w/.test(value.replace(date.text, ''))) return []
  const stamp = stampOfDay({ day: date.day, text: date.text }, at(date.index))
  return [{ role, stamp, label, from: 'label' }]
}

const dayOption = (day: string | undefined) => (day === undefined ? {} : { day })

export const momentsOfHead = ({ head, placeOf }: LintDocument): Moment[] =>
  MOMENT_FIELDS.flatMap(([field, name]): Moment[] => {
    const at = head?.[field]
    if (at === null || at === undefined) return []
    const role = name === 'impact_start' ? 'start' : name
    return [{ role, stamp: stampAt(at, placeOf([field])), label: field, from: 'head' }]
  })

export type Claim = {
  about: 'detect' | 'acknowledge' | 'repair' | 'resolve' | 'duration'
} & Position & {
    duration: FoundDuration
    label: string
  }

const CLAIMS: readonly [Claim['about'], RegExp][] = [
  ['detect', /^(?:time to (?:detect|detection)|ttd|mttd|detection time)$/],
  ['acknowledge', /^(?:time to (?:acknowledge|acknowledgement|acknowledgment)|tta|mtta)$/],
  [
    'repair',
    /^(?:time to (?:repair|mitigate|mitigation|recover|recovery|restore|restoration|fix)|ttm)$/,
  ],
  ['resolve', /^(?:time to (?:resolve|resolution)|resolution time|ttr)$/],
  [
    'duration',
    new RegExp(
      `^(?:${THING} )?(?:total )?(?:duration|length)(?: of (?:the )?(?:incident|impact|outage))?$`,
    ),
  ],
]

export const claimsIn = (labeled: readonly Labelled[]): Claim[] =>
  labeled.flatMap(({ label, value, at }): Claim[] => {
    const about = CLAIMS.find(([, form]) => form.test(label))?.[0]
    const duration = about === undefined ? undefined : durationsIn(value.slice(0, 120))[0]
    if (about === undefined || duration === undefined) return []
    // `(during support hours 10:00-17:00)`: counted on another clock.
    if (/\b(?:support|business|working|office) (?:hours|days|time)\b/i.test(value)) return []
    // `within 3 minutes after the release, then …` tells a story.
    if (
      /[a-z]{4}/i.test(
        value
          .slice(0, duration.index)
          .replace(
            /about|approx\w*|around|roughly|nearly|almost|over|total|(?:less|more) than|at (?:least|most)/gi,
            '',
          ),
      )
    )
      return []
    return [{ about, duration, label, ...at(duration.index) }]
  })
