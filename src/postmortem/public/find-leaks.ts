/**
 * Whatever internal survives in a text for outsiders. A hit hides nothing else: a word is looked for
 * in the text with its mark-up and without it, and the longest hit at a place is the one that is told.
 */
import { fold, foldTerm, type Folded } from './folded-text.ts'
import { spreadLetters } from './spread-letters.ts'
import { LEAK_PATTERNS, type LeakKind } from './leak-patterns.ts'
import type { Vocabulary } from './vocabulary.ts'

export type Leak = {
  kind: LeakKind
  /** As it stands in the text. */
  found: string
  /** The same, folded. */
  folded: string
  /** Offsets in the text, `end` exclusive. */
  start: number
  end: number
}

export type LeakRules = {
  vocabulary: Vocabulary
  /** `*` stands for anything but white space. */
  deny: readonly string[]
  /** Words that people have called public; never a way for a secret. */
  allow: readonly string[]
  /** The name of the declared secret that a text holds. */
  secretIn: (text: string) => string | undefined
  unescape: (entity: string) => string
}

/** In the order of the text. `looks`: false leaves out what is internal by its looks alone. */
export const findLeaks = (text: string, rules: LeakRules, { looks = true } = {}): Leak[] => {
  const { unescape } = rules
  const allowed = new Set(rules.allow.map(foldTerm))
  const hits = (['dropped', 'kept'] as const).flatMap((markup) => {
    const folded = fold(text, { markup, unescape })
    const spread = spreadLetters(folded)
    return [folded, ...(spread === undefined ? [] : [spread])].flatMap((read) =>
      [
        ...inVocabulary(read, rules.vocabulary, read === spread ? isLong : standsAlone),
        ...denied(read, rules.deny),
        ...(looks ? byLooks(read) : []),
      ]
        .filter((hit) => hit.kind === 'secret' || !isAllowed(hit, read, allowed))
        .map((hit) => leakAt(text, read, hit)),
    )
  })
  return distinct([...hits, ...secrets(text, rules)])
}

/** In the folded text. */
type Hit = { kind: LeakKind; start: number; end: number }

type Counts = (lower: string, place: Omit<Hit, 'kind'>, term: string) => boolean

const inVocabulary = ({ lower }: Folded, vocabulary: Vocabulary, counts: Counts): Hit[] =>
  [...vocabulary].flatMap(([term, kind]) => {
    const hits: Hit[] = []
    for (let at = lower.indexOf(term); at !== -1; at = lower.indexOf(term, at + 1)) {
      const end = at + term.length
      if (counts(lower, { start: at, end }, term)) hits.push({ kind, start: at, end })
    }
    return hits
  })

const WORD = /[\p{L}\p{N}]/u

/** A plain word inside of another word is another word; what is long and no plain word never is. */
const standsAlone: Counts = (lower, { start, end }, term) => {
  if (term.length >= 8 && /[^\p{L}\s]/u.test(term)) return true
  const glued = (inner: string | undefined, outer: string | undefined): boolean =>
    WORD.test(inner ?? '') && WORD.test(outer ?? '')
  return !glued(term[0], lower[start - 1]) && !glued(term.at(-1), lower[end])
}

/** Among spread letters, where one word ends and the next begins is not to be seen. */
const isLong: Counts = (_lower, _place, term) => term.length >= 4

const denied = ({ lower }: Folded, deny: readonly string[]): Hit[] =>
  deny.flatMap((word) => {
    const source = foldTerm(word)
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^\\s]*')
    return Array.from(lower.matchAll(new RegExp(source, 'gu')), ({ 0: match, index }) => ({
      kind: 'denied' as const,
      start: index,
      end: index + match.length,
    })).filter(({ start, end }) => end > start)
  })

const byLooks = ({ text }: Folded): Hit[] =>
  LEAK_PATTERNS.flatMap(({ kind, pattern, holds }) =>
    Array.from(text.matchAll(pattern), ({ 0: match, index }) => ({ kind, match, index }))
      .filter(({ match }) => holds?.(match) ?? true)
      .map(({ match, index }) => ({ kind, start: index, end: index + match.length })),
  )

/** The hit itself, all of a longer allowed name around it, or a page of an allowed site. */
const isAllowed = (
  { kind, start, end }: Hit,
  { lower }: Folded,
  allowed: ReadonlySet<string>,
): boolean => {
  const hit = lower
    .slice(start, end)
    .trim()
    .replace(/[.,;:!?]+$/, '')
  if (allowed.has(hit)) return true
  if (kind === 'url' && URL.canParse(hit) && allowed.has(new URL(hit).hostname)) return true
  return [...allowed].some((word) => {
    const at = lower.lastIndexOf(word, start)
    return at !== -1 && at <= start && at + word.length >= end
  })
}

const leakAt = (text: string, { at, lower }: Folded, { kind, start, end }: Hit): Leak => {
  const from = at[start] ?? 0
  const last = at[end - 1] ?? from
  // What was written as an entity or a code begins there and ends later.
  const until = at[end] ?? text.length
  const whole = text.slice(from, Math.max(until, last + 1)).trimEnd()
  return {
    kind,
    found: whole,
    folded: lower.slice(start, end),
    start: from,
    end: from + whole.length,
  }
}

/** The text itself: forms of a secret are those in which programs print it. */
const secrets = (text: string, { secretIn, unescape }: LeakRules): Leak[] => {
  const asRead = [text, fold(text, { markup: 'dropped', unescape }).text]
  const name = asRead.map(secretIn).find((one) => one !== undefined)
  if (name === undefined) return []
  const lines = text.split('\n')
  const line = Math.max(
    0,
    lines.findIndex((one) => secretIn(one) !== undefined),
  )
  const start = lines.slice(0, line).join('\n').length + (line === 0 ? 0 : 1)
  // Never quoted: messages end up in logs.
  return [{ kind: 'secret', found: `secret ${name}`, folded: '', start, end: start + 1 }]
}

/** One for each place: the longest, since a path holds names that are told with it. */
const distinct = (leaks: readonly Leak[]): Leak[] => {
  const inOrder = leaks.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const told: Leak[] = []
  for (const leak of inOrder) {
    const last = told.at(-1)
    const isInside = last !== undefined && leak.end <= last.end && leak.start >= last.start
    if (!isInside || (leak.kind === 'secret' && last?.kind !== 'secret')) told.push(leak)
  }
  return told
}
