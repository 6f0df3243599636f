/** What was found, in words, as data and as evidence; each of them bounded. */
import type { Catalog } from '../../../ports/database.ts'
import type { Check } from '../../../incident/event.ts'
import type { Value } from '../../../incident/value.ts'
import type { Outcome } from '../../kind.ts'
import type { Difference } from './difference.ts'
import type { Versions } from './migrations/versions.ts'
import type { SchemaParams } from './params.ts'
import { inWords, listed } from './words.ts'

/** One comparison: a line among the checks. */
export type Compared = {
  name: string
  wanted: string
  /** What stands on the other side, in words. */
  with: string
  differences: readonly Difference[]
  seen?: string | undefined
  notes?: readonly string[]
}

export type Reported = {
  asked: SchemaParams
  own: { label: string; catalog: Catalog }
  other: { label: string } | undefined
  compared: readonly Compared[]
  versions?: Versions | undefined
  notes?: readonly string[]
}

/** One output of a step is kept up to 64 kB. */
const MOST_DATA_CHARS = 16_000
const MOST_LIST_CHARS = 3_500
const MOST_CHECKS = 200
const IN_A_CHECK = 5
const MOST_VERSIONS = 100

export function report({ own, other, compared, versions, notes = [] }: Reported): Outcome {
  const { label } = own
  const all = compared.flatMap((one) => one.differences)
  const lines = compared.flatMap((one) =>
    one.differences.map((difference) => inWords(difference, { found: label, expected: one.with })),
  )
  const missing = all.filter(({ kind }) => kind === 'missing').map(nameOf)
  const same = `${label} is as expected`
  return {
    ended: 'completed',
    data: {
      same: all.length === 0,
      count: all.length,
      differences: bounded(all.map(asData), MOST_DATA_CHARS),
      missing: bounded(missing, MOST_DATA_CHARS),
      versions: boundedVersions(versions ?? NO_VERSIONS),
      databases: { database: label, ...(other && { like: other.label }) },
      tables: Object.keys(own.catalog.tables).length,
      server_version: own.catalog.serverVersion,
    },
    checks: compared.slice(0, MOST_CHECKS).map((one) => checkOf(one, label)),
    evidence: [
      { label: 'differences', text: listed(lines, same) },
      ...(versions === undefined
        ? []
        : [{ label: 'versions', text: `${JSON.stringify(versions, null, 2)}\n` }]),
    ],
    notes: [
      ...compared.flatMap((one) => one.notes ?? []),
      ...notes,
      // Differences are in the checks already.
      ...(lines.length === 0 ? [same] : []),
      ...(compared.length > MOST_CHECKS
        ? [`the first ${MOST_CHECKS} of ${compared.length} comparisons are listed as checks`]
        : []),
    ],
  }
}

/** Every key is there, so that a condition may ask for any of them. */
const asData = (difference: Difference): Value => ({
  column: null,
  index: null,
  migration: null,
  hint: null,
  ...difference,
})

const nameOf = ({ table, column, index, migration }: Difference): string =>
  migration ?? (index === undefined ? [table, column].filter(Boolean).join('.') : index)

function checkOf(one: Compared, label: string): Check {
  const { name, wanted, differences } = one
  if (differences.length === 0) {
    return { name, status: 'passed', wanted, seen: one.seen ?? 'as expected' }
  }
  const told = differences
    .slice(0, IN_A_CHECK)
    .map((difference) => inWords(difference, { found: label, expected: one.with }))
  const more = differences.length - told.length
  const seen = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
  return { name, status: 'failed', wanted, seen: one.seen ? `${one.seen}; ${seen}` : seen }
}

function bounded<T extends Value>(values: readonly T[], most: number): T[] {
  const kept: T[] = []
  let chars = 0
  for (const value of values) {
    chars += JSON.stringify(value).length
    if (chars > most) break
    kept.push(value)
  }
  return kept
}

/** So that a condition may ask for any of it, also where there is no version table. */
const NO_VERSIONS: Versions = {
  tool: '',
  table: '',
  current: '',
  applied: [],
  failed: [],
  rolled_back: [],
  pending: [],
  missing: [],
  changed: [],
  locked: false,
}

/** The last ones tell where it stands. */
function boundedVersions(versions: Versions): Record<string, Value> {
  const lists = Object.entries(versions).map(([key, value]): [string, Value] => [
    key,
    Array.isArray(value) ? bounded<Value>(value.slice(-MOST_VERSIONS), MOST_LIST_CHARS) : value,
  ])
  return { ...Object.fromEntries(lists), applied_count: versions.applied.length }
}
