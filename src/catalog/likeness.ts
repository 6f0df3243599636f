/**
 * Which incidents are like this one: TF-IDF and the cosine of the angle between them. A word counts
 * for as much as it is said here and as it is rare elsewhere; the parts of the sum are the reasons.
 * Everything is numbers after one pass over the words, so that thousands of incidents take no longer
 * than it takes to read them.
 */
import { degree, type Bag } from './bag.ts'

export type Alike = {
  id: string
  /** 0: no word in common; 1: the same words to the same degree. */
  score: number
  /** How much of what was asked is said there, 0 to 1: rare words count for more. */
  covered: number
  /** Words of the question that are there too, the most telling first. */
  shared: { stem: string; seen: string; part: number }[]
}

/** Degrees are digits of this base. */
const DEGREES = 36

type Entry = { id: string; from: number; to: number }

type Index = {
  entries: Entry[]
  /** Number of each stem. */
  numbers: Map<string, number>
  /** One for each word of each incident: the number of its stem, and below that its degree. */
  words: Int32Array
  /** In how many incidents each stem is. */
  spread: number[]
}

/** `lines`: id and the line that `bagLine` made. */
export function likeTo(asked: Bag, lines: Iterable<readonly [string, string]>): Alike[] {
  const index = indexOf(lines)
  const rarity = rarityIn(index)
  const question = [...asked].map(([stem, { weight, seen }]) => {
    const number = index.numbers.get(stem)
    const value = degree(weight) * rarity(number)
    return { stem, seen, number, value }
  })
  const byNumber = new Map(question.map((word) => [word.number, word]))
  const length = Math.hypot(...question.map(({ value }) => value))
  const all = question.reduce((sum, { value }) => sum + value, 0)
  const found: Alike[] = []
  for (const { id, from, to } of index.entries) {
    const shared: Alike['shared'] = []
    let square = 0
    let covered = 0
    for (let at = from; at < to; at += 1) {
      const entry = index.words[at] ?? 0
      const number = Math.floor(entry / DEGREES)
      const value = (entry % DEGREES) * rarity(number)
      square += value * value
      const word = byNumber.get(number)
      if (word === undefined) continue
      covered += word.value
      shared.push({ stem: word.stem, seen: word.seen, part: word.value * value })
    }
    if (shared.length === 0) continue
    const scale = length * Math.sqrt(square)
    for (const word of shared) word.part /= scale
    const score = shared.reduce((sum, { part }) => sum + part, 0)
    shared.sort((a, b) => b.part - a.part)
    found.push({ id, score, covered: covered / all, shared })
  }
  return found.sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1))
}

/** As if there were so many more incidents without the word: the first two that happen say little of what is rare. */
const ELSEWHERE = 10

/** What is in nearly all of them says nearly nothing: the weight of Robertson and Spärck Jones, as in BM25. */
const rarityIn = ({ entries, spread }: Index): ((number: number | undefined) => number) => {
  const all = entries.length + ELSEWHERE
  const rarity = (count: number): number => Math.log(1 + (all - count + 0.5) / (count + 0.5))
  const known = Float64Array.from(spread, rarity)
  // Nobody ever said it: rarer than what one said.
  const unheard = rarity(0)
  return (number) => (number === undefined ? unheard : (known[number] ?? unheard))
}

function indexOf(lines: Iterable<readonly [string, string]>): Index {
  const numbers = new Map<string, number>()
  const spread: number[] = []
  const entries: Entry[] = []
  let words = new Int32Array(1 << 16)
  let used = 0
  const take = (word: string): void => {
    const stem = word.slice(1)
    const number = numbers.get(stem) ?? numbers.size
    if (number === numbers.size) numbers.set(stem, number)
    spread[number] = (spread[number] ?? 0) + 1
    if (used === words.length) words = grown(words)
    words[used] = number * DEGREES + Number.parseInt(word[0] ?? '0', DEGREES)
    used += 1
  }
  for (const [id, line] of lines) {
    const from = used
    for (let at = 0; at < line.length;) {
      const blank = line.indexOf(' ', at)
      const end = blank === -1 ? line.length : blank
      take(line.slice(at, end))
      at = end + 1
    }
    entries.push({ id, from, to: used })
  }
  return { entries, numbers, words, spread }
}

const grown = (words: Int32Array): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(words.length * 2)
  larger.set(words)
  return larger
}
