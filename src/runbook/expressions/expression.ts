/**
 * CEL, checked when the runbook is read and evaluated when a step needs it.
 * Plain JSON values go in and come out; BigInt stays inside.
 */
import { rootsOf, mentionsOf, program, typedEnvironment, type Mention } from './cel-environment.ts'
import type { Names } from '../deferred.ts'
import { closest } from '../did-you-mean.ts'
import type { Value } from '../../incident/value.ts'

export type { Mention } from './cel-environment.ts'

/** `start` and `end` are offsets in the source. */
export type Mistake = { ok: false; message: string; start: number; end: number; hint?: string }
export type Checked = { ok: true; type: string; mentions: readonly Mention[] }

type LibraryError = {
  code?: string
  summary?: string
  message: string
  range?: { start: number; end: number }
}

function mistakeOf(error: unknown, source: string): Mistake {
  const { summary, message, range } = error as LibraryError
  return {
    ok: false,
    message: `${summary ?? message.split('\n', 1)[0]}`,
    start: Math.min(range?.start ?? 0, source.length),
    end: Math.min(range?.end ?? source.length, source.length),
  }
}

/** A group is a name that only has members: `inputs`, `steps.fix`. Its members, by its path. */
type Groups = ReadonlyMap<string, readonly string[]>
const groupsByNames = new WeakMap<Names, Groups>()

/** The groups every expression has, although this runbook may declare nothing in them. */
const GROUPS = ['inputs', 'secrets', 'steps']

function groupsOf(names: Names): Groups {
  const known = groupsByNames.get(names)
  if (known) return known
  const groups = new Map<string, Set<string>>(GROUPS.map((group) => [group, new Set()]))
  for (const name of Object.keys(names)) {
    const path = name.split('.')
    for (const [index, member] of path.entries()) {
      if (index === 0) continue
      const group = path.slice(0, index).join('.')
      groups.set(group, (groups.get(group) ?? new Set()).add(member))
    }
  }
  const made = new Map<string, readonly string[]>()
  for (const [group, members] of groups) {
    if (!Object.hasOwn(names, group)) made.set(group, [...members])
  }
  groupsByNames.set(names, made)
  return made
}

function wrongMember({ path, ends }: Mention, groups: Groups): Mistake | undefined {
  for (const [index, end] of ends.entries()) {
    const where = path.slice(0, index + 1).join('.')
    const members = groups.get(where)
    if (!members) continue
    const next = path[index + 1]
    if (next !== undefined && members.includes(next)) continue
    const accepted = members.length > 0 ? `it has ${members.join(', ')}` : 'it has none here'
    if (next === undefined) {
      return { ok: false, ...end, message: `${where} is a group: name one member; ${accepted}` }
    }
    const hint = closest(next, members)
    const place = ends[index + 1] ?? end
    const message = `${where} has no "${next}"; ${accepted}`
    return { ok: false, ...place, message, ...(hint && { hint: `did you mean ${where}.${hint}?` }) }
  }
  return undefined
}

/** What an expression mentions, or why it cannot be read. No types are looked at. */
export function mentions(source: string): { ok: true; mentions: readonly Mention[] } | Mistake {
  try {
    return { ok: true, mentions: mentionsOf(program(source, []).ast) }
  } catch (error) {
    return mistakeOf(error, source)
  }
}

/** Syntax, names and types. `names` may be dotted: `{'inputs.port': 'int', status: 'int'}`. */
export function checkExpression(source: string, names: Names): Checked | Mistake {
  const read = mentions(source)
  if (!read.ok) return read
  const groups = groupsOf(names)
  for (const mention of read.mentions) {
    const mistake = wrongMember(mention, groups)
    if (mistake) return mistake
  }
  const checked = typedEnvironment(names).check(source)
  if (checked.valid) return { ok: true, type: checked.type ?? 'dyn', mentions: read.mentions }
  const mistake = mistakeOf(checked.error, source)
  if (checked.error?.code !== 'unknown_variable') return mistake
  const name = source.slice(mistake.start, mistake.end)
  const known = rootsOf(names)
  const hint = closest(name, known)
  return {
    ...mistake,
    message: `unknown name "${name}"; accepted here: ${known.join(', ')}`,
    ...(hint && { hint: `did you mean ${hint}?` }),
  }
}

/** Whole numbers become CEL integers, unless the name is declared a double. */
function enter(value: unknown, path: string, names: Names): unknown {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && names[path] !== 'double' ? BigInt(value) : value
  }
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map((item) => enter(item, '', names))
  if (typeof value !== 'object' || value === null) return value
  // Without a prototype, and by own keys: data may be called __proto__.
  const entered = new Map<string, unknown>()
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) entered.set(key, enter(item, path && `${path}.${key}`, names))
  }
  return entered
}

/** Integers beyond 2^53 leave as strings of digits, as they do from SQL. */
function leave(value: unknown): Value {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : String(value)
  }
  if (value === undefined) return null
  if (value === null || typeof value !== 'object') return value as Value
  if (Array.isArray(value)) return value.map(leave)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(entries.map(([key, item]) => [keyOf(key), leave(item)]))
}

/** CEL allows numbers and booleans as keys of a map; JSON does not. */
const keyOf = (key: unknown): string => (typeof key === 'string' ? key : JSON.stringify(leave(key)))

const MAX_SHOWN = 200

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? Number(item) : item,
  )
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

function at(values: unknown, path: readonly string[]): { value: unknown; known: string[] } {
  let value = values
  const known: string[] = []
  for (const member of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) {
      return { value: known.length === 0 ? undefined : value, known }
    }
    value = (value as Record<string, unknown>)[member]
    known.push(member)
  }
  return { value, known }
}

/** `status = 500, json.n = null`: the values an expression looked at, secrets left out. */
export function seenValues(source: string, values: Record<string, unknown>): string {
  const read = mentions(source)
  if (!read.ok) return ''
  const seen = new Map<string, string>()
  for (const { path } of read.mentions) {
    if (!Object.hasOwn(values, path[0] as string)) continue
    const { value, known } = at(values, path)
    // A secret's value is shown to nobody; that it is missing, is.
    if (path[0] === 'secrets' && known.length === path.length) continue
    if (typeof value === 'object' && value !== null && known.length < path.length) {
      seen.set(path.join('.'), 'missing')
    } else seen.set(known.join('.'), shown(value))
  }
  return [...seen].map(([name, value]) => `${name} = ${value}`).join(', ')
}

/** Of the steps, those the expression names: the outputs of all of them may be megabytes. */
function mentionedOnly(steps: unknown, all: readonly Mention[]): unknown {
  if (typeof steps !== 'object' || steps === null) return steps
  const paths = all.map(({ path }) => path).filter(([root]) => root === 'steps')
  if (paths.some(([, id]) => id === undefined)) return steps
  const ids = paths.map(([, id]) => id as string).filter((id) => Object.hasOwn(steps, id))
  return Object.fromEntries(ids.map((id) => [id, (steps as Record<string, unknown>)[id]]))
}

/** Values of groups come as the groups: `{inputs: {port: 1}, status: 200}`. */
export function evaluateExpression(
  source: string,
  names: Names,
  values: Record<string, unknown>,
): { ok: true; value: Value } | { ok: false; message: string } {
  try {
    const roots = rootsOf(names)
    const compiled = program(source, roots)
    const mentioned = mentionsOf(compiled.ast)
    const used = new Set(mentioned.map(({ path }) => path[0] as string))
    const context: Record<string, unknown> = {}
    for (const root of roots) {
      if (!used.has(root)) continue
      const value = root === 'steps' ? mentionedOnly(values[root], mentioned) : values[root]
      context[root] = enter(value, root, names)
    }
    return { ok: true, value: leave(compiled(context)) }
  } catch (error) {
    const seen = seenValues(source, values)
    const why = mistakeOf(error, source).message
    const skipped = skippedSteps(source, values).map(
      (id) => `; step ${id} was skipped and has none`,
    )
    return { ok: false, message: `"${source}": ${why}${seen && ` (${seen})`}${skipped.join('')}` }
  }
}

/** Whose outputs the expression asks for, although they were skipped. */
function skippedSteps(source: string, values: Record<string, unknown>): string[] {
  const read = mentions(source)
  if (!read.ok) return []
  const asked = read.mentions.filter(
    ({ path: [root, , what] }) => root === 'steps' && what === 'outputs',
  )
  const ids = new Set(asked.map(({ path }) => path[1] as string))
  return [...ids].filter((id) => at(values, ['steps', id, 'status']).value === 'skipped')
}
