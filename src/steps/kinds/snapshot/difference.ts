/** Two snapshots side by side: one line for each fact that is not what it was. Pure. */
import type { Value } from '../../../runbook/runbook.ts'
import type { Seen } from './collect.ts'

/** Longer texts are compared line by line. */
const SHORT_CHARS = 120
const MOST_LINES = 40

export type Difference = { name: string; lines: string[] }

export function differences(before: readonly Seen[], after: readonly Seen[]): Difference[] {
  const was = new Map(before.map((seen) => [seen.name, seen]))
  return after.flatMap((seen) => {
    const lines = compare(was.get(seen.name), seen)
    return lines.length === 0 ? [] : [{ name: seen.name, lines }]
  })
}

export function renderDifferences(found: readonly Difference[]): string {
  if (found.length === 0) return 'no difference\n'
  const blocks = found.map(
    ({ name, lines }) => `${[name, ...lines.map((l) => `  ${l}`)].join('\n')}\n`,
  )
  return blocks.join('')
}

function compare(before: Seen | undefined, after: Seen): string[] {
  if (before === undefined) return ['was not looked at before']
  if (!before.ok && !after.ok) return []
  if (!before.ok) return [`could not be seen before (${before.reason}), can be seen now`]
  if (!after.ok) return [`could be seen before, cannot be seen now: ${after.reason}`]
  const was = flatten(before.value)
  const is = flatten(after.value)
  const paths = [...new Set([...was.keys(), ...is.keys()])]
  return paths.flatMap((path) => compareFact(path, was.get(path), is.get(path)))
}

/** Leaves by their path; a list is compared as a whole text of lines. */
function flatten(value: Value, path = ''): Map<string, string> {
  if (Array.isArray(value)) return new Map([[path, value.map(plain).join('\n')]])
  if (value === null || typeof value !== 'object') return new Map([[path, plain(value)]])
  return new Map(
    Object.entries(value).flatMap(([key, item]) => [
      ...flatten(item, path === '' ? key : `${path}.${key}`),
    ]),
  )
}

const plain = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value))

function compareFact(path: string, was: string | undefined, is: string | undefined): string[] {
  if (was === is) return []
  if (was === undefined) return [`+ ${path}: ${short(is ?? '')}`]
  if (is === undefined) return [`- ${path}: ${short(was)}`]
  const isShort = [was, is].every((text) => text.length <= SHORT_CHARS && !text.includes('\n'))
  if (isShort) return [`${path}: ${was === '' ? '(empty)' : was} -> ${is === '' ? '(empty)' : is}`]
  return [`${path}:`, ...compareLines(was, is).map((line) => `  ${line}`)]
}

const short = (text: string): string =>
  text.length <= SHORT_CHARS && !text.includes('\n') ? text : `${text.length} characters`

function compareLines(was: string, is: string): string[] {
  const gone = linesWithout(was, is).map((line) => `- ${line}`)
  const added = linesWithout(is, was).map((line) => `+ ${line}`)
  const all = [...gone, ...added]
  if (all.length === 0) return ['the same lines in another order']
  const more = all.length - MOST_LINES
  return more > 0 ? [...all.slice(0, MOST_LINES), `(${more} more lines)`] : all
}

function linesWithout(text: string, other: string): string[] {
  const known = new Set(other.split('\n'))
  return text.split('\n').filter((line) => !known.has(line))
}
