/** Two snapshots side by side: what of each thing is not what it was. Pure. */
import type { Change, CheckedOnce, Comparison, Fact, How } from '../../../incident/comparison.ts'
import type { Value } from '../../../incident/value.ts'
import type { Seen } from './collector.ts'
import { GROUPS } from './params.ts'
import { canBeDown, isUp } from './up.ts'

const MOST_FACTS = 40
const MOST_FACTS_IN_ALL = 1_000
/** Longer texts are compared line by line, and the lines that differ are kept. */
const SHORT_CHARS = 120
const MOST_LINES = 20
const LINE_CHARS = 400

type Two = { before: readonly Seen[]; after: readonly Seen[]; like: string }

export function compare({ before, after, like }: Two): Comparison {
  const was = new Map(before.map((seen) => [seen.name, seen]))
  const is = new Set(after.map(({ name }) => name))
  const unseen = before.filter(({ name }) => !is.has(name))
  const dropped = (seen: Seen): Change => ({ ...about(seen), how: 'dropped', ...NO_FACTS })
  const all: { seen: Seen; change: Change | undefined }[] = [
    ...after.map((seen) => ({ seen, change: changeOf(was.get(seen.name), seen) })),
    ...unseen.map((seen) => ({ seen, change: dropped(seen) })),
  ]
  const changes = all.flatMap(({ change }) => (change === undefined ? [] : [change]))
  const groups = GROUPS.flatMap((group) => {
    const own = all.filter(({ seen }) => seen.group === group)
    if (own.length === 0) return []
    const differ: Partial<Record<How, number>> = {}
    for (const { change } of own) {
      if (change) differ[change.how] = (differ[change.how] ?? 0) + 1
    }
    return [{ group, unchanged: own.filter(({ change }) => !change).length, differ }]
  })
  return { like, groups, changes: bounded(changes), health: healthOf(before, after) }
}

const about = ({ group, name }: Seen) => ({ group, name })
const NO_FACTS: Pick<Change, 'facts' | 'more'> = { facts: [], more: 0 }
const SEEN = 'seen'

function changeOf(before: Seen | undefined, after: Seen): Change | undefined {
  const here = about(after)
  if (before === undefined) return { ...here, how: 'new', ...NO_FACTS }
  if (!before.ok && !after.ok) return undefined
  if (!before.ok || !after.ok) {
    const words = (seen: Seen): string => (seen.ok ? 'yes' : `no: ${seen.reason}`)
    const fact = { fact: SEEN, before: words(before), after: words(after) }
    return { ...here, how: seenHow(after), facts: [fact], more: 0 }
  }
  const facts = factsOf(flatten(before.value), flatten(after.value))
  if (facts.length === 0) return undefined
  const kept = facts.slice(0, MOST_FACTS)
  return { ...here, how: howOf(before, after), facts: kept, more: facts.length - kept.length }
}

function seenHow(after: Seen): How {
  if (canBeDown(after)) return after.ok ? 'back' : 'lost'
  return after.ok ? 'seen_again' : 'unseen'
}

function howOf(before: Seen & { ok: true }, after: Seen & { ok: true }): How {
  const [was, is] = [exists(before.value), exists(after.value)]
  if (was !== is) return is ? 'added' : 'gone'
  const [wasUp, isItUp] = [isUp(before), isUp(after)]
  if (wasUp !== isItUp) return isItUp ? 'back' : 'lost'
  return 'changed'
}

/** Files and variables may be missing, and have then been seen as missing. */
function exists(value: Value): boolean {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return true
  return value['exists'] !== false && value['set'] !== false
}

function factsOf(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): Fact[] {
  const paths = [...new Set([...was.keys(), ...is.keys()])]
  return paths.flatMap((fact): Fact[] => {
    const [before, after] = [was.get(fact), is.get(fact)]
    if (before === after || isVolatile(fact)) return []
    return [{ fact, ...told(before, after) }]
  })
}

function told(before: string | undefined, after: string | undefined): Omit<Fact, 'fact'> {
  if (before === undefined || after === undefined || [before, after].every(isShort)) {
    return { before: whole(before), after: whole(after) }
  }
  const [gone, added] = [linesWithout(before, after), linesWithout(after, before)]
  if (gone.length + added.length === 0) {
    return { before: 'the same lines', after: 'in another order' }
  }
  return { before: lines(gone), after: lines(added), by_line: true }
}

const isShort = (text: string): boolean => text.length <= SHORT_CHARS && !text.includes('\n')

const whole = (text: string | undefined): string | null =>
  text === undefined ? null : lines(text.split('\n'))

function lines(all: readonly string[]): string {
  const kept = all.slice(0, MOST_LINES).map((line) => line.slice(0, LINE_CHARS))
  const more = all.length - kept.length
  return [...kept, ...(more > 0 ? [`(${more} more lines)`] : [])].join('\n')
}

function linesWithout(text: string, other: string): string[] {
  const known = new Set(other.split('\n'))
  return text.split('\n').filter((line) => !known.has(line))
}

/** Never twice the same, and told beside the health checks. */
const isVolatile = (fact: string): boolean => fact.endsWith('latency_ms')

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

function bounded(changes: readonly Change[]): Change[] {
  let left = MOST_FACTS_IN_ALL
  return changes.map((change) => {
    const facts = change.facts.slice(0, Math.max(0, left))
    left -= facts.length
    return { ...change, facts, more: change.more + change.facts.length - facts.length }
  })
}

function healthOf(before: readonly Seen[], after: readonly Seen[]): Comparison['health'] {
  const [was, is] = [checksIn(before), checksIn(after)]
  return [...new Set([...was.keys(), ...is.keys()])].map((name) => ({
    name,
    before: was.get(name) ?? null,
    after: is.get(name) ?? null,
  }))
}

function checksIn(all: readonly Seen[]): Map<string, CheckedOnce> {
  const seen = all.find((one) => one.group === 'health' && one.ok)
  const checks = seen?.ok === true ? (seen.value as { checks?: Value }).checks : undefined
  return new Map(Object.entries((checks ?? {}) as Record<string, CheckedOnce>))
}
