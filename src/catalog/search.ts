/**
 * Full-text search: words, "phrases" and beginnings (`migrat*`), all of which an incident must hold,
 * in any of its texts. The best places are those that hold most of them, titles first.
 */
import { fold, foldWithPlaces } from './fold.ts'
import { PLACES, type Passage } from './passages.ts'

export type Term = {
  /** Folded; the words of a phrase with one blank between them. */
  text: string
  /** `migrat*`: more letters may follow. */
  open: boolean
}

/** What is not a letter or a digit parts words; in quotes it parts words of a phrase. */
export function termsOf(query: string): Term[] {
  const terms: Term[] = []
  for (const [, phrase, word = ''] of query.matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
    const text = words(phrase ?? word)
    if (text !== '') terms.push({ text, open: phrase === undefined && word.endsWith('*') })
  }
  return terms
}

const words = (text: string): string => (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')

export type Hit = {
  passage: Passage
  /** Line of the report, or mark of the event, where the first word is. */
  at: string | number
  /** Where the words are in `excerpt`: from, to. */
  excerpt: string
  marks: [from: number, to: number][]
  /** How many of the terms are here. */
  holds: number
}

/** Of one incident: undefined when it does not hold all terms; else its best places, at most `most`. */
export function hitsIn(
  passages: readonly Passage[],
  terms: readonly Term[],
  most: number,
): Hit[] | undefined {
  const patterns = terms.map(patternOf)
  const missing = new Set(patterns)
  const found: Hit[] = []
  for (const passage of passages) {
    const { folded, placeOf } = foldWithPlaces(passage.text)
    const spans: [number, number][] = []
    let holds = 0
    for (const pattern of patterns) {
      const own = spansOf(pattern, folded, placeOf)
      if (own.length === 0) continue
      missing.delete(pattern)
      holds += 1
      spans.push(...own)
    }
    if (holds > 0) found.push(hit(passage, spans, holds))
  }
  if (missing.size > 0) return undefined
  return found.sort((a, b) => b.holds - a.holds || rank(a) - rank(b)).slice(0, most)
}

const rank = ({ passage }: Hit): number => PLACES.indexOf(passage.in)

/** Words begin where no letter or digit is before them; scripts without blanks have no such places. */
const patternOf = ({ text, open }: Term): RegExp => {
  const body = text.replaceAll(' ', '[^\\p{L}\\p{N}]+')
  const start = UNSPACED.test(text) ? '' : '(?<![\\p{L}\\p{N}])'
  const isWhole = !open && !UNSPACED.test(text)
  const end = isWhole ? '(?![\\p{L}\\p{N}])' : open ? '[\\p{L}\\p{N}]*' : ''
  return new RegExp(`${start}${body}${end}`, 'gu')
}

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

const MOST_MARKS = 200

function spansOf(
  pattern: RegExp,
  folded: string,
  placeOf: (at: number) => number,
): [number, number][] {
  const spans: [number, number][] = []
  for (const { index, 0: text } of folded.matchAll(pattern)) {
    spans.push([placeOf(index), placeOf(index + text.length)])
    if (spans.length >= MOST_MARKS) break
  }
  return spans
}

const BEFORE = 40
const MOST_CHARACTERS = 160

function hit(passage: Passage, spans: [number, number][], holds: number): Hit {
  spans.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  const first = spans[0]?.[0] ?? 0
  const line = passage.text.slice(0, first).split('\n').length - 1
  const at = typeof passage.at === 'number' ? passage.at + line : passage.at
  const { excerpt, marks } = excerptOf(passage.text, spans, first)
  return { passage, at, excerpt, marks, holds }
}

/** From a little before the first word on; cut where a word begins, never inside a mark. */
function excerptOf(
  text: string,
  spans: readonly [number, number][],
  first: number,
): Pick<Hit, 'excerpt' | 'marks'> {
  const blank = first <= BEFORE ? -1 : text.slice(first - BEFORE, first).search(/\s/)
  const from = first <= BEFORE ? 0 : blank === -1 ? first : first - BEFORE + blank + 1
  const wanted = from + MOST_CHARACTERS
  const cut = spans.find(([start, end]) => start < wanted && end > wanted)?.[0] ?? wanted
  const to = Math.max(cut, spans[0]?.[1] ?? cut)
  const before = from > 0 ? '…' : ''
  const after = to < text.length ? '…' : ''
  const marks: [number, number][] = []
  for (const [start, end] of spans) {
    // Overlaps, such as of a word in a phrase, are one mark.
    const last = marks.at(-1)
    const place = before.length - from
    if (end > to) break
    if (last !== undefined && start + place < last[1]) last[1] = Math.max(last[1], end + place)
    else marks.push([start + place, end + place])
  }
  return { excerpt: `${before}${text.slice(from, to)}${after}`, marks }
}
