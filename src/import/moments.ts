/**
 * When an incident began, was noticed, ended, as far as its report says so in a field with a name or
 * in a row of the timeline that says nothing else. Prose is not searched: a guess would look like a
 * fact.
 */
import type { MomentName } from '../incident/moments.ts'
import type { TimelineEntry } from '../markdown/timeline.ts'
import { datesIn } from '../markdown/dates.ts'
import { type TimeOptions, timesIn } from '../markdown/times.ts'
import type { Field } from './fields.ts'
import { plain } from './plain.ts'

export type StatedMoment = {
  /** ms since 1970, UTC. */
  at: number
  precision: 'exact' | 'minute' | 'about'
  line: number
}
export type StatedMoments = Partial<Record<MomentName, StatedMoment>>

const LABELS: readonly (readonly [MomentName, RegExp])[] = [
  [
    'impact_start',
    /^(?:(?:incident|outage|impact|issue|event|problem|customer impact) )?(?:start(?:s|ed)?|began|begin(?:s|ning)?|onset|from)(?: (?:at|time|date|on|date time|date and time))?$/,
  ],
  [
    'detected',
    /^(?:(?:incident|outage|issue|first|time|problem) )?(?:detected|detection|deteceted|discovered|noticed|alerted)(?: (?:at|on|time|date))?$|^(?:time of |date of )(?:detection|discovery)$/,
  ],
  ['declared', /^(?:incident )?(?:declared|opened|reported|created)(?: (?:at|on))?$/],
  ['acknowledged', /^(?:incident )?(?:acknowledged|acked)(?: (?:at|on))?$/],
  [
    'mitigated',
    /^(?:(?:incident|outage|impact|issue|service|time) )?(?:mitigated|mitigation|repaired|restored|repaired declared|impact end(?:ed|s)?)(?: (?:at|on|time))?$|^impact end(?:ed|s)?$/,
  ],
  [
    'resolved',
    /^(?:(?:incident|outage|issue|event|problem|time) )?(?:resolved|ended|ends?|end time|finished|fixed|recovered|closed|over)(?: (?:at|on|time|date))?$|^end (?:time|date)$/,
  ],
]

/** What a report can state of itself: all but its closing. */
export const STATED: readonly MomentName[] = LABELS.map(([name]) => name)

/** `Duration: 21:45 to 23:28 UTC`, `Outage window: ...`: impact from, impact until. */
const WINDOW =
  /^(?:(?:incident|outage|impact|affected|downtime|time) )?(?:duration|window|period|time window|downtime|outage|when|time frame|timeframe|start end)$/

export const statedMoments = (
  fields: readonly Field[],
  rows: readonly TimelineEntry[],
  options: TimeOptions,
): StatedMoments => {
  const moments: StatedMoments = {}
  for (const field of fields) {
    for (const [name, moment] of momentsOfField(field, options)) moments[name] ??= moment
  }
  for (const row of rows) {
    const name = row.zone === undefined || row.day === undefined ? undefined : momentOfRow(row.text)
    if (name === undefined) continue
    moments[name] ??= { at: row.at, precision: row.precision, line: row.line }
  }
  return withoutContradictions(moments)
}

/** The first day that a field of a moment names. */
export const dayOfMoments = (fields: readonly Field[]): string | undefined =>
  fields
    .filter(({ label }) => WINDOW.test(label) || LABELS.some(([, form]) => form.test(label)))
    .map(({ value }) => datesIn(value.slice(0, 300))[0]?.day)
    .find((day) => day !== undefined)

const momentsOfField = (
  { label, value, line }: Field,
  options: TimeOptions,
): [MomentName, StatedMoment][] => {
  const name = LABELS.find(([, form]) => form.test(label))?.[0]
  if (name === undefined && !WINDOW.test(label)) return []
  const [first, second] = timesIn(value.slice(0, 300), options)
  if (first?.at === undefined || first.index > 20) return []
  const moment: StatedMoment = { at: first.at, precision: first.precision, line }
  if (name !== undefined) return [[name, moment]]
  if (second?.at === undefined || !second.endsRange || second.at < first.at) return []
  return [
    ['impact_start', moment],
    ['mitigated', { at: second.at, precision: second.precision, line }],
  ]
}

/** `INCIDENT BEGINS`, `Incident declared.`, `(**outage ends**)`. */
const ROWS: readonly (readonly [MomentName, RegExp])[] = [
  ['impact_start', /(?:outage|impact|incident|downtime) (?:begins|starts|started|began)/i],
  ['detected', /incident (?:first )?(?:detected|noticed)/i],
  ['declared', /incident (?:is |was )?declared/i],
  ['acknowledged', /incident (?:is |was )?acknowledged/i],
  ['mitigated', /(?:outage|impact|incident) (?:is |was )?(?:mitigated|repaired|ends|ended|over)/i],
  ['resolved', /incident (?:is |was )?(?:declared )?(?:resolved|closed)/i],
]

const momentOfRow = (text: string): MomentName | undefined => {
  const words = plain(text)
  return ROWS.find(([, form]) => {
    const match = form.exec(words)
    if (match === null) return false
    const whole = match[0].length
    const alone =
      match.index <= 1 &&
      /^[\s.!)\]]*(?:$|[\u2014:;-]|https?:)/.test(words.slice(match.index + whole))
    const shouted = match[0] === match[0].toUpperCase()
    const marked = new RegExp(`\\(\\W{0,3}${match[0]}\\W{0,3}\\)`, 'i').test(words)
    return alone || shouted || marked
  })?.[0]
}

/** An end before its beginning is a slip of the pen: neither can be relied on. */
const withoutContradictions = (moments: StatedMoments): StatedMoments => {
  const { impact_start: start } = moments
  if (start === undefined) return moments
  const early = (['mitigated', 'resolved'] as const).some((name) => {
    const end = moments[name]
    return end !== undefined && end.at < start.at
  })
  if (!early) return moments
  const { impact_start: _, mitigated: __, resolved: ___, ...rest } = moments
  return rest
}
