/**
 * Which section of one version is which of another: by the headings that lead to it; where a person
 * gave it another heading or another place, by what it holds.
 */
import { overlap, tellingOf } from './likeness.ts'
import { wholeOf, type Section } from './sections.ts'

export type Matches = Map<Section, Section>

const ALIKE = 0.3
/** Runs of one runbook have one heading; more pairs than this are matched by order alone. */
const MAX_PAIRS = 400

export const matchSections = (
  base: readonly Section[],
  other: readonly Section[],
  { byContent }: { byContent: boolean },
): Matches => {
  const matches: Matches = new Map()
  const [root, otherRoot] = [base[0], other[0]]
  if (root === undefined || otherRoot === undefined) return matches
  matchBelow(matches, root, otherRoot)
  if (!byContent) return matches
  const taken = new Set(matches.values())
  const free = {
    base: () => base.filter((section) => !matches.has(section)),
    other: () => other.filter((section) => !taken.has(section)),
  }
  const match = (a: Section, b: Section): void => {
    if (matches.has(a) || taken.has(b)) return
    matches.set(a, b)
    taken.add(b)
  }
  // Moved below another heading, or to another level.
  const left = Map.groupBy(free.base(), ({ title }) => title)
  const there = Map.groupBy(free.other(), ({ title }) => title)
  for (const [title, [a, ...more]] of left) {
    const [b, ...others] = there.get(title) ?? []
    if (a !== undefined && b !== undefined && more.length + others.length === 0) match(a, b)
  }
  for (const { a, b } of ranked(free.base(), free.other())) match(a, b)
  renamed({ base, other, matches, taken, match })
  return matches
}

const matchBelow = (matches: Matches, base: Section, other: Section): void => {
  matches.set(base, other)
  const there = Map.groupBy(other.children, ({ title }) => title)
  for (const [title, as] of Map.groupBy(base.children, ({ title }) => title))
    for (const [a, b] of paired(as, there.get(title) ?? [])) matchBelow(matches, a, b)
}

/** Sections of one name. */
const paired = (as: readonly Section[], bs: readonly Section[]): [Section, Section][] => {
  const inOrder = as.flatMap((a, n): [Section, Section][] => {
    const b = bs[n]
    return b === undefined ? [] : [[a, b]]
  })
  if ((as.length === 1 && bs.length === 1) || as.length * bs.length > MAX_PAIRS) return inOrder
  const found = new Map<Section, Section>()
  const taken = new Set<Section>()
  for (const { a, b } of ranked(as, bs, wholeOf)) {
    if (found.has(a) || taken.has(b)) continue
    found.set(a, b)
    taken.add(b)
  }
  const left = bs.filter((b) => !taken.has(b))
  for (const a of as) {
    if (found.has(a)) continue
    const next = as.length === bs.length ? left.shift() : undefined
    if (next !== undefined) found.set(a, next)
  }
  return [...found]
}

const ranked = (
  as: readonly Section[],
  bs: readonly Section[],
  linesOf: (section: Section) => Section['lines'] = bodyOf,
): { a: Section; b: Section }[] => {
  if (as.length * bs.length > MAX_PAIRS) return []
  const keys = new Map([...as, ...bs].map((one) => [one, linesOf(one).map(({ key }) => key)]))
  return as
    .flatMap((a) => bs.map((b) => ({ a, b, alike: overlap(keys.get(a) ?? [], keys.get(b) ?? []) })))
    .filter(({ alike }) => alike >= ALIKE)
    .toSorted((x, y) => y.alike - x.alike)
}

const bodyOf = ({ level, lines }: Section): Section['lines'] =>
  level === 0 ? lines : lines.slice(1)

type Renaming = {
  base: readonly Section[]
  other: readonly Section[]
  matches: Matches
  taken: ReadonlySet<Section>
  match: (a: Section, b: Section) => void
}

/** A section that only waited for words, under a new heading in the same place. */
const renamed = ({ base, other, matches, taken, match }: Renaming): void => {
  const places = new Map(other.map((section, n) => [section, n]))
  for (const [n, a] of base.entries()) {
    const above = base[n - 1]
    if (matches.has(a) || above === undefined) continue
    if (tellingOf(bodyOf(a).map(({ key }) => key)).size > 0) continue
    const at = places.get(matches.get(above) ?? a)
    const b = at === undefined ? undefined : other[at + 1]
    if (b !== undefined && !taken.has(b) && b.level === a.level) match(a, b)
  }
}
