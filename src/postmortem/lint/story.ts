/** All times of one incident in a report, gathered once for the rules that compare them. */
import {
  claimsIn,
  labelledIn,
  momentsIn,
  momentsOfHead,
  type Claim,
  type Labelled,
  type Moment,
  type Role,
} from './moments.ts'
import type { LintDocument } from './lint-document.ts'
import { meantDay, oneDigitOff } from './date-typos.ts'
import { misplacedRows, type Misplaced } from './order.ts'
import { scopesOf, type Scope } from './scopes.ts'
import type { Stamp } from './stamps.ts'
import { rowGroups, timelineDays, type RowGroup } from './timeline-rows.ts'

export type Story = {
  scope: Scope
  labeled: readonly Labelled[]
  moments: readonly Moment[]
  claims: readonly Claim[]
  groups: readonly RowGroup[]
  /** Times whose day is a slip, with the day that was meant and, where it is one, the row before. */
  typos: ReadonlyMap<Stamp, Slip>
  /** Rows out of order for which no slip of the day accounts. */
  misplaced: readonly Misplaced[]
}

type Slip = { meant: string; before?: Stamp }

const known = new WeakMap<LintDocument, readonly Story[]>()

export const storiesOf = (document: LintDocument): readonly Story[] => {
  const stories = known.get(document) ?? readStories(document)
  known.set(document, stories)
  return stories
}

const readStories = (document: LintDocument): Story[] => {
  const scopes = scopesOf(document.body, document.importedFrom)
  const single =
    scopes.filter(({ sections }) => (sections[0]?.line ?? 0) < document.importedFrom).length === 1
  return scopes.map((scope, index) => {
    const labeled = labelledIn(document, scope)
    const groups = rowGroups(document, scope)
    const head = single && index === 0 ? momentsOfHead(document) : []
    const moments = [...momentsIn(labeled, scope.day), ...momentsOfRows(groups), ...head]
    const days = timelineDays(scope)
    const stamps = [...moments, ...groups.flat(), ...days].map(({ stamp }) => stamp)
    return {
      scope,
      labeled,
      moments,
      claims: claimsIn(labeled),
      groups,
      ...placed([...groups, days], farSlips(stamps, scope.day)),
    }
  })
}

/** A row out of order that fits on the day of its neighbor has a slip in its day. */
const placed = (
  groups: readonly RowGroup[],
  far: ReadonlyMap<Stamp, Slip>,
): Pick<Story, 'typos' | 'misplaced'> => {
  const typos = new Map(far)
  const misplaced: Misplaced[] = []
  for (const group of groups)
    for (const one of misplacedRows(group.filter(({ stamp }) => !far.has(stamp)))) {
      const { stamp } = one.row
      const before = one.other.stamp
      if (stamp.hasDay && before.day !== undefined && oneDigitOff(stamp, before))
        typos.set(stamp, { meant: before.day, before })
      else misplaced.push(one)
    }
  return { typos, misplaced }
}

const farSlips = (stamps: readonly Stamp[], day: string | undefined): Map<Stamp, Slip> => {
  const unique = new Map(stamps.map((stamp) => [`${stamp.line}:${stamp.column}`, stamp]))
  const dated = [...unique.values()].filter(({ hasDay }) => hasDay)
  const days = [...dated.flatMap((stamp) => stamp.day ?? []), ...(day === undefined ? [] : [day])]
  const counts = Map.groupBy(days, (one) => one)
  const meant = new Map(
    [...counts].map(([one, all]) => {
      const others = days.filter((other) => other !== one)
      // A day that is written three times is hardly a slip.
      return [one, all.length > 2 ? undefined : meantDay(one, others)] as const
    }),
  )
  const typos = new Map<Stamp, Slip>()
  for (const stamp of stamps) {
    const right = stamp.hasDay && stamp.day !== undefined ? meant.get(stamp.day) : undefined
    if (right !== undefined) typos.set(stamp, { meant: right })
  }
  return typos
}

const ROWS: readonly [Role, RegExp][] = [
  ['declared', /^(?:the )?incident (?:is |was )?declared$/],
  [
    'mitigated',
    /^(?:the )?incident (?:is |was )?(?:repaired|mitigated)(?: and (?:resolved|closed))?$/,
  ],
  [
    'resolved',
    /^(?:the )?incident (?:is |was )?(?:(?:repaired|mitigated) and )?(?:declared )?resolved$/,
  ],
]

const INCIDENT = '(?:outage|incident|problem|impact|downtime|disruption|service disruption)'
/** Rows that tell more, and among it when it began or was over. */
const TOLD: readonly [Role, RegExp][] = [
  [
    'start',
    new RegExp(
      `\\b${INCIDENT} (?:begins|began|starts|started)\\b|\\bstart of (?:the )?${INCIDENT}\\b`,
    ),
  ],
  [
    'resolved',
    new RegExp(
      `\\b${INCIDENT} (?:ends|ended|is over|was over)\\b|\\bend of (?:the )?${INCIDENT}\\b`,
    ),
  ],
]

/** Rows that say which moment it was. */
const momentsOfRows = (groups: readonly RowGroup[]): Moment[] =>
  groups.flat().flatMap(({ stamp, text }) => {
    const words = text
      .slice(0, 400)
      .toLowerCase()
      .replace(/[^a-z]+/g, ' ')
      .trim()
    const of = (forms: readonly [Role, RegExp][], from: Moment['from']): Moment[] =>
      forms.flatMap(([role, form]) =>
        form.test(words) ? [{ role, stamp, label: words, from }] : [],
      )
    const only = of(ROWS, 'row')
    return only.length > 0 ? only : of(TOLD, 'told')
  })
