/**
 * Finds all forms of all secrets in one pass over bytes: the algorithm of Wu and Manber, "A fast
 * algorithm for multi-pattern searching" (1994), with blocks of three bytes. A regular expression
 * with hundreds of alternatives tries them all at every byte; this skips about five bytes a look.
 * Pure.
 */
import { BLOCK, BLOCKS, blockHash } from './blocks.ts'
import type { InsideBlocks } from './line-breaks.ts'
import { squeeze } from './squeeze.ts'

/** Every form of a secret that is not weak has as many bytes. */
const USUAL_WINDOW = 8
/** A shorter rest of a form would match anything. */
const SHORTEST = 4

type Pattern = { bytes: Uint8Array; name: string }
/** In bytes of the squeezed view; `end` is exclusive. */
export type Match = { start: number; end: number; name: string }

/** Grows by one secret at a time: a load test learns hundreds of session tokens. */
export type Matcher = {
  add(name: string, forms: readonly string[]): void
  readonly isEmpty: boolean
  /** Of the longest form, in bytes. */
  readonly longest: number
  readonly blocks: InsideBlocks
  /** All matches, merged where they overlap, in order. */
  find(bytes: Uint8Array, length: number): Match[]
  /** Where a match may begin that needs bytes yet to come; `length` when none can. */
  openEnd(bytes: Uint8Array, length: number): number
}

export function createMatcher(): Matcher {
  const patterns = new Map<string, Pattern>()
  const markers = new Set<string>()
  const beginnings: Beginnings = { first: new Uint8Array(256), second: new Map(), longest: 0 }
  const inside = new Uint8Array(BLOCKS)
  let tables = emptyTables(USUAL_WINDOW)
  return {
    get isEmpty() {
      return patterns.size === 0
    },
    get longest() {
      return beginnings.longest
    },
    get blocks() {
      return { inside, shortest: tables.window }
    },
    add(name, forms) {
      markers.add(markerOf(name))
      for (const form of forms) {
        const bytes = squeezed(form)
        const key = Buffer.from(bytes).toString('latin1')
        if (bytes.length < SHORTEST || patterns.has(key)) continue
        const pattern = { bytes, name }
        patterns.set(key, pattern)
        insertBeginning(beginnings, pattern)
        for (let last = BLOCK - 1; last < bytes.length; last++) inside[hashAt(bytes, last)] = 1
        if (bytes.length >= tables.window) insert(tables, pattern)
        else tables = tablesOf(patterns.values(), SHORTEST)
      }
    },
    find(bytes, length) {
      const matches = scan(tables, bytes, length)
      return matches.length === 0 ? matches : merge(withoutMarkers(matches, { bytes, markers }))
    },
    openEnd(bytes, length) {
      for (let start = Math.max(0, length - beginnings.longest + 1); start < length; start++) {
        if (beginsHere(beginnings, bytes, { start, length })) return start
      }
      return length
    },
  }
}

export const markerOf = (name: string): string => `[masked:${name}]`

function squeezed(form: string): Uint8Array {
  const raw = Buffer.from(form)
  const { bytes, length } = squeeze(raw, new Uint8Array(raw.length))
  return bytes.slice(0, length)
}

/** Patterns are entered by their first `window` bytes. */
type Tables = { window: number; shift: Uint8Array; buckets: Map<number, Pattern[]> }

function emptyTables(window: number): Tables {
  return { window, shift: new Uint8Array(BLOCKS).fill(window - BLOCK + 1), buckets: new Map() }
}

function tablesOf(patterns: Iterable<Pattern>, window: number): Tables {
  const tables = emptyTables(window)
  for (const pattern of patterns) insert(tables, pattern)
  return tables
}

function insert({ window, shift, buckets }: Tables, pattern: Pattern): void {
  for (let last = BLOCK - 1; last < window; last++) {
    const key = hashAt(pattern.bytes, last)
    shift[key] = Math.min(shift[key] as number, window - 1 - last)
  }
  append(buckets, hashAt(pattern.bytes, window - 1), pattern)
}

function append(lists: Map<number, Pattern[]>, key: number, pattern: Pattern): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [pattern])
  else list.push(pattern)
}

const hashAt = (bytes: Uint8Array, last: number) =>
  blockHash(bytes[last - 2] as number, bytes[last - 1] as number, bytes[last] as number)

function scan({ window, shift, buckets }: Tables, bytes: Uint8Array, length: number): Match[] {
  const matches: Match[] = []
  let last = window - 1
  while (last < length) {
    const key = blockHash(
      bytes[last - 2] as number,
      bytes[last - 1] as number,
      bytes[last] as number,
    )
    const step = shift[key] as number
    if (step > 0) {
      last += step
      continue
    }
    const start = last - window + 1
    for (const pattern of buckets.get(key) ?? []) {
      const end = start + pattern.bytes.length
      if (end <= length && same(pattern.bytes, bytes, { start, count: pattern.bytes.length })) {
        matches.push({ start, end, name: pattern.name })
      }
    }
    last++
  }
  return matches
}

function same(
  pattern: Uint8Array,
  bytes: Uint8Array,
  { start, count }: { start: number; count: number },
): boolean {
  for (let index = 0; index < count; index++) {
    if (pattern[index] !== bytes[start + index]) return false
  }
  return true
}

/** Masking twice masks once: a name may hold what another secret is, and a marker holds a name. */
function withoutMarkers(
  matches: readonly Match[],
  { bytes, markers }: { bytes: Uint8Array; markers: ReadonlySet<string> },
): Match[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return matches.filter(({ start, end }) => {
    for (const marker of markers) {
      const place = text.indexOf(marker, Math.max(0, end - Buffer.byteLength(marker)), 'utf8')
      if (place >= 0 && place <= start) return false
    }
    return true
  })
}

/** The union of overlapping matches, under the name of the longest. They come ordered by start. */
function merge(matches: Match[]): Match[] {
  const merged: Match[] = []
  let longest = 0
  for (const match of matches) {
    const before = merged.at(-1)
    const length = match.end - match.start
    if (before === undefined || match.start >= before.end) {
      merged.push({ ...match })
      longest = length
      continue
    }
    before.end = Math.max(before.end, match.end)
    if (length > longest) {
      before.name = match.name
      longest = length
    }
  }
  return merged
}

/** Patterns by their first two bytes, and which bytes any begins with. */
type Beginnings = { first: Uint8Array; second: Map<number, Pattern[]>; longest: number }

function insertBeginning(beginnings: Beginnings, pattern: Pattern): void {
  const [a = 0, b = 0] = pattern.bytes
  beginnings.first[a] = 1
  append(beginnings.second, (a << 8) | b, pattern)
  beginnings.longest = Math.max(beginnings.longest, pattern.bytes.length)
}

function beginsHere(
  { first, second }: Beginnings,
  bytes: Uint8Array,
  { start, length }: { start: number; length: number },
): boolean {
  const a = bytes[start] as number
  const count = length - start
  if (first[a] !== 1 || count < 2) return first[a] === 1
  const candidates = second.get((a << 8) | (bytes[start + 1] as number)) ?? []
  return candidates.some(
    (pattern) => pattern.bytes.length > count && same(pattern.bytes, bytes, { start, count }),
  )
}
