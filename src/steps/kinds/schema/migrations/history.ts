/** What the version table of a migration tool tells. */
import type { Value } from '../../../../incident/value.ts'

export type History = {
  /** In the order in which they were applied, as far as the tool tells it. */
  applied: string[]
  /** Begun and not finished: half of it may be there. */
  failed: { version: string; why: string }[]
  rolledBack: string[]
  /** sha256 of what was applied, by version. */
  digests: Readonly<Record<string, string>>
  /** Everything up to here is done, whether it is named or not. */
  upTo?: string | undefined
  notes: string[]
}

export const history = (given: Partial<History>): History => ({
  applied: [],
  failed: [],
  rolledBack: [],
  digests: {},
  notes: [],
  ...given,
})

export type Row = Readonly<Record<string, Value>>

/** Numbers by value, whatever their length; the rest as text. */
export const byVersion = (one: string, two: string): number =>
  one.localeCompare(two, 'en', { numeric: true })

export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

/** SQLite has no booleans. */
export const isTrue = (value: Value | undefined): boolean =>
  value === true || value === 1 || value === 't' || value === 'true'

/** One line of a log of an error, bounded. */
export function firstWords(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  const line = lines.find((one) => /\berror\b/i.test(one)) ?? lines.find((one) => one !== '') ?? ''
  return line.slice(0, MOST_CHARS)
}

const MOST_CHARS = 200
