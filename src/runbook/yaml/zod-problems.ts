/** What zod found, in the words of a runbook's author: every problem with its path. */
import type { z } from 'zod'
import { closest } from '../did-you-mean.ts'
import { NO_TEMPLATE } from '../fields.ts'
import { acceptedKeys } from './schema-keys.ts'
import { LATER_FIELDS } from '../kind-shape.ts'
import type { Path, Problem } from './problems.ts'

export type Found = Problem & { path: Path; of: 'key' | 'value' }

type ZodIssue = z.core.$ZodIssue

const typeOf = (value: unknown): string =>
  value === null || value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : named(value)

const NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

const named = (value: unknown): string => NAMES[typeof value] ?? typeof value

const shown = (value: unknown): string => {
  if (typeof value === 'object' && value !== null) return typeOf(value)
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function at(input: unknown, path: Path): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

function worded(issue: ZodIssue, given: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (given === undefined || given === null) return `${keyOf(issue)} is missing`
      return OWN_WORDS.test(issue.message)
        ? `expected ${NAMES[issue.expected] ?? issue.expected}, got ${shown(given)}`
        : `${issue.message}, not ${shown(given)}`
    case 'invalid_value':
      if (given === undefined) return `${keyOf(issue)} is missing`
      return `${shown(given)} is not accepted here; accepted: ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return withValue(bound(issue, 'at least', issue.minimum), given)
    case 'too_big':
      return withValue(bound(issue, 'at most', issue.maximum), given)
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'unrecognized_keys':
    case 'custom':
      return withValue(issue.message, given)
    default:
      return unheardOf(issue)
  }
}

/** A kind of issue that a later zod may add. */
const unheardOf = (issue: never): string => (issue as ZodIssue).message

const UNITS: Record<string, string> = {
  string: ' characters',
  array: ' elements',
  set: ' elements',
  map: ' keys',
  object: ' keys',
}

function bound(issue: ZodIssue & { origin: string }, word: string, limit: number | bigint): string {
  const own = OWN_WORDS.test(issue.message) ? undefined : issue.message
  return own ?? `${word} ${limit}${UNITS[issue.origin] ?? ''} accepted here`
}

/** zod's own messages, as opposed to those of fields and kinds. */
const OWN_WORDS = /^(Invalid|Too (big|small)|Unrecognized)/

const withValue = (message: string, given: unknown): string =>
  typeof given === 'string' || typeof given === 'number' ? `${shown(given)}: ${message}` : message

/** Of the words that are accepted here. */
const nearest = (issue: ZodIssue, given: unknown): string | undefined =>
  issue.code === 'invalid_value' && typeof given === 'string'
    ? closest(given, issue.values.map(String))
    : undefined

const keyOf = ({ path }: ZodIssue): string => {
  const key = path.at(-1)
  return typeof key === 'number' ? `element ${key + 1}` : `"${String(key)}"`
}

const isRoot = (issues: readonly ZodIssue[]): boolean =>
  issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type')

const depth = (issues: readonly ZodIssue[]): number =>
  Math.max(...issues.map(({ path }) => path.length))

/** Of the alternatives, the one that the author most likely meant: whose type fits at least. */
function likeliest(branches: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] | undefined {
  const meant = branches.filter(
    (issues) => issues.length > 0 && !isRoot(issues) && issues[0]?.message !== NO_TEMPLATE,
  )
  const ranked = meant.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)
  return ranked[0]
}

function unionProblem(issue: ZodIssue & { code: 'invalid_union' }, input: unknown): Found {
  const given = at(input, issue.path as Path)
  if (given === undefined) return simple(issue, `${keyOf(issue)} is missing`)
  const accepted = issue.errors.flatMap((issues) =>
    issues.flatMap((inner) =>
      inner.code === 'invalid_type' ? [NAMES[inner.expected] ?? inner.expected] : [],
    ),
  )
  return simple(issue, `expected ${[...new Set(accepted)].join(' or ')}, got ${shown(given)}`)
}

const simple = (issue: ZodIssue, message: string): Found => ({
  code: 'FIELD',
  message,
  path: issue.path as Path,
  of: 'value',
})

function unknownKey(key: string, path: Path, accepted: readonly string[]): Found {
  const base = { path: [...path, key], of: 'key' } as const
  if (LATER_FIELDS.has(key)) {
    return { ...base, code: 'NOT_SUPPORTED', message: `"${key}" is not supported in this version` }
  }
  const near = closest(key, accepted)
  const list = accepted.length > 0 ? `accepted: ${accepted.join(', ')}` : undefined
  const hint = near ? `did you mean "${near}"?` : list
  return { ...base, code: 'UNKNOWN_KEY', message: `unknown key "${key}"`, hint }
}

/** `more` lists keys that are accepted at the root besides those of the schema: the kinds of a step. */
export function problemsOf(
  error: z.ZodError,
  input: unknown,
  { schema, more = [] }: { schema: z.ZodType; more?: readonly string[] },
): Found[] {
  const keysAt = (path: Path) => [...acceptedKeys(schema, path), ...(path.length === 0 ? more : [])]
  return found(error.issues, input, keysAt)
}

function found(
  issues: readonly ZodIssue[],
  input: unknown,
  keysAt: (path: Path) => readonly string[],
): Found[] {
  return issues.flatMap((issue): Found[] => {
    const path = issue.path as Path
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(key, path, keysAt(path)))
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const meant = likeliest(issue.errors)
      if (!meant) return [unionProblem(issue, input)]
      const inner = meant.map((one): ZodIssue => ({ ...one, path: [...path, ...one.path] }))
      return found(inner, input, keysAt)
    }
    if (issue.code === 'invalid_key') {
      return [{ ...simple(issue, worded(issue.issues[0] ?? issue, path.at(-1))), of: 'key' }]
    }
    const given = at(input, path)
    const near = nearest(issue, given)
    const hint = near === undefined ? {} : { hint: `did you mean "${near}"?` }
    return [{ ...simple(issue, worded(issue, given)), ...hint }]
  })
}
