/**
 * Merges section by section. The order is yours, and so is what was left out; what the record adds
 * comes behind what it follows there.
 */
import { matchSections, type Matches } from './match-sections.ts'
import { mergeLines, type MergedLine, type MergeFile } from './merge-lines.ts'
import { says } from './lines.ts'
import type { Section } from './sections.ts'

export type Sided = {
  base: readonly Section[]
  yours: readonly Section[]
  theirs: readonly Section[]
  /** Sections are known again by what they hold, too; fields of a head by their name alone. */
  byContent: boolean
}

export type MergedSections = {
  lines: MergedLine[]
  /** Sections that people deleted, and for which the record has something new. */
  leftOut: string[]
}

type Placed = {
  level: number
  lines: MergedLine[]
  blanks: number
  /** Of your text, and what followed it there; undefined: the record added it. */
  own: { section: Section; next: Section | undefined } | undefined
}

export const mergeSections = async (
  { base, yours, theirs, byContent }: Sided,
  mergeFile: MergeFile,
): Promise<MergedSections> => {
  const toYours = matchSections(base, yours, { byContent })
  const toTheirs = matchSections(base, theirs, { byContent })
  const [fromYours, fromTheirs] = [turned(toYours), turned(toTheirs)]
  const both = addedByBoth(
    yours.filter((section) => !fromYours.has(section)),
    theirs.filter((section) => !fromTheirs.has(section)),
  )
  const placed: Placed[] = []
  const placeOf = new Map<Section, Placed>()
  for (const [n, mine] of yours.entries()) {
    const was = fromYours.get(mine)
    const other = was === undefined ? both.get(mine) : toTheirs.get(was)
    const lines = await mergeSection({ was, mine, other, fromYours }, mergeFile)
    if (lines === undefined) continue
    const own = { section: mine, next: yours[n + 1] }
    const isMoved = mine.level !== (was ?? mine).level
    const level = isMoved ? mine.level : (other ?? mine).level
    const place = { level, lines, blanks: mine.blanks, own }
    placed.push(place)
    if (other !== undefined) placeOf.set(other, place)
  }
  const leftOut: string[] = []
  for (const other of theirs) {
    if (placeOf.has(other)) continue
    const was = fromTheirs.get(other)
    if (was !== undefined) {
      if (says(was.lines) !== says(other.lines)) leftOut.push(other.title)
    } else if (!insert({ placed, placeOf }, other)) leftOut.push(other.title)
  }
  return { lines: joined(placed, { least: byContent ? 1 : 0 }), leftOut }
}

type One = {
  was: Section | undefined
  mine: Section
  other: Section | undefined
  fromYours: Matches
}

/** undefined: the record dropped it, and nothing of a person was in it. */
const mergeSection = async (
  { was, mine, other, fromYours }: One,
  mergeFile: MergeFile,
): Promise<MergedLine[] | undefined> => {
  if (other !== undefined)
    return mergeLines({ base: was?.lines ?? [], yours: mine.lines, theirs: other.lines }, mergeFile)
  const text = mine.lines.map((line) => line.text)
  if (was === undefined) return text
  const body = { base: was.lines.slice(1), yours: mine.lines.slice(1), theirs: [] }
  const left = await mergeLines(body, mergeFile)
  const isEmpty = left.every((line) => typeof line === 'string' && line.trim() === '')
  // A heading stays that a person wrote, or where something of theirs stands below it.
  const isTheirs = mine.lines[0]?.key !== was.lines[0]?.key
  if (isEmpty && !isTheirs && mine.children.every((child) => fromYours.has(child))) return undefined
  const first = left.findIndex((line) => line !== '')
  const blank = text[1] === '' && first !== -1 ? [''] : []
  return [...text.slice(0, 1), ...blank, ...(first === -1 ? [] : left.slice(first))]
}

const turned = (matches: Matches): Matches => new Map([...matches].map(([a, b]) => [b, a]))

/** A section that both sides added under one heading, e.g. after a render that was cut off. */
const addedByBoth = (yours: readonly Section[], theirs: readonly Section[]): Matches => {
  const nameOf = ({ level, title }: Section): string => `${level} ${title}`
  const waiting = Map.groupBy(theirs, nameOf)
  return new Map(
    yours.flatMap((mine) => {
      const other = waiting.get(nameOf(mine))?.shift()
      return other === undefined ? [] : [[mine, other] as const]
    }),
  )
}

type Places = { placed: Placed[]; placeOf: Map<Section, Placed> }

/** False: what it belongs to was deleted. */
const insert = ({ placed, placeOf }: Places, other: Section): boolean => {
  const siblings = other.parent?.children ?? []
  const earlier = siblings
    .slice(0, siblings.indexOf(other))
    .findLast((sibling) => placeOf.has(sibling))
  const anchor = earlier ?? nearest(other, placeOf)
  const place = anchor === undefined ? undefined : placeOf.get(anchor)
  if (place === undefined) return false
  let at = placed.indexOf(place) + 1
  if (earlier !== undefined)
    while (at < placed.length && (placed[at]?.level ?? 0) > place.level) at += 1
  // Below a section that a person moved to another level, it goes along.
  const shift = earlier === undefined ? 0 : place.level - earlier.level
  const level = other.level + shift
  const lines = other.lines.map(({ text }, n) => (n === 0 ? atLevel(text, shift) : text))
  const added = { level, lines, blanks: 1, own: undefined }
  placed.splice(at, 0, added)
  placeOf.set(other, added)
  return true
}

/** Its parent; a parent that is gone while what stood below it is there was only taken apart. */
const nearest = (other: Section, placeOf: ReadonlyMap<Section, Placed>): Section | undefined => {
  const { parent } = other
  if (parent === undefined || placeOf.has(parent)) return parent
  const kept = parent.children.some((child) => placeOf.has(child))
  return kept || parent.level <= 1 ? nearest(parent, placeOf) : undefined
}

/** A heading that is underlined has no marks, and stays as it is. */
const atLevel = (heading: string, shift: number): string =>
  heading.replace(/^( {0,3})(#{1,6})(?=\s|$)/, (_, indent: string, marks: string) => {
    const level = Math.min(Math.max(marks.length + shift, 1), 6)
    return indent + '#'.repeat(level)
  })

/** Blank lines are those of a person between what stood together in their text. */
const joined = (placed: readonly Placed[], { least }: { least: number }): MergedLine[] =>
  placed.flatMap(({ lines, blanks, own }, n) => {
    const following = placed[n + 1]
    if (following === undefined) return lines
    const asItWas = own?.next !== undefined && own.next === following.own?.section
    const count = asItWas || lines.length === 0 ? blanks : Math.max(blanks, least)
    return [...lines, ...Array.from({ length: count }, () => '')]
  })
