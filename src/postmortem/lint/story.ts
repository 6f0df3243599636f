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
import { meantDay } from './date-typos.ts'
import { scopesOf, type Scope } from './scopes.ts'
import type { Stamp } from './stamps.ts'
import { rowGroups, type RowGroup } from './timeline-rows.ts'

export type Story = {
  scope: Scope
  labelled: readonly Labelled[]
  moments: readonly Moment[]
  claims: readonly Claim[]
  groups: readonly RowGroup[]
  /** Times whose day is a slip, with the day that was meant. */
  typos: ReadonlyMap<Stamp, string>
}

const known = new WeakMap<LintDocument, readonly Story[]>()

export const storiesOf = (document: LintDocument): readonly Story[] => {
  const stories = known.get(document) ?? readStories(document)
  known.set(document, stories)
  return stories
}

const readStories = (document: LintDocument): Story[] => {
  const scopes = scopesOf(document.body)
  return scopes.map((scope) => {
    const labelled = labelledIn(document, scope)
    const groups = rowGroups(document, scope)
    const head = scopes.length === 1 ? momentsOfHead(document) : []
    const moments = [...momentsIn(labelled, scope.day), ...momentsOfRows(groups), ...head]
    return {
      scope,
      labelled,
      moments,
      claims: claimsIn(labelled),
      groups,
      typos: typosIn(
        [...moments.map(({ stamp }) => stamp), ...groups.flat().map(({ stamp }) => stamp)],
        scope.day,
      ),
    }
  })
}

const typosIn = (stamps: readonly Stamp[], day: string | undefined): Map<Stamp, string> => {
  const unique = [
    ...new Map(stamps.map((stamp) => [`${stamp.line}:${stamp.column}`, stamp])).values(),
  ]
  const dated = unique.filter(({ hasDay }) => hasDay)
  const days = [...dated.flatMap((stamp) => stamp.day ?? []), ...(day === undefined ? [] : [day])]
  const counts = Map.groupBy(days, (one) => one)
  const typos = new Map<Stamp, string>()
  const meant = new Map(
    [...counts.keys()].map((one) => {
      const others = days.filter((other) => other !== one)
      // A day that is written twice is hardly a slip.
      return [one, (counts.get(one)?.length ?? 0) > 2 ? undefined : meantDay(one, others)] as const
    }),
  )
  for (const stamp of stamps) {
    const day = stamp.hasDay && stamp.day !== undefined ? meant.get(stamp.day) : undefined
    if (day !== undefined) typos.set(stamp, day)
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

/** Rows that say nothing but which moment it was. */
const momentsOfRows = (groups: readonly RowGroup[]): Moment[] =>
  groups.flat().flatMap(({ stamp, text }) => {
    if (text.length > 200) return []
    const words = text
      .toLowerCase()
      .replace(/[^a-z]+/g, ' ')
      .trim()
    return ROWS.flatMap(([role, form]): Moment[] =>
      form.test(words) ? [{ role, stamp, label: words, from: 'row' }] : [],
    )
  })
