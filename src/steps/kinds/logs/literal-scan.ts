/**
 * Finds lines that may match one of many patterns, in one pass over bytes: for the texts that each
 * pattern needs, without regard to the case of letters. Of every text the first `window` bytes are
 * entered, as blocks of three; whoever looks at a block every `window` - 2 bytes meets each of them.
 * Looks do not depend on one another, unlike those of a search that skips by what it saw, and that
 * makes them several times as fast. What is found is only a reason to try the pattern itself.
 */
import { BLOCK, blockHash, BLOCKS } from '../../../redact/blocks.ts'

/** Turns capitals into small letters, and some other bytes into others: more is found, nothing less. */
const FOLD = 0x20
const MAX_WINDOW = 10

const PAIRS = 1 << 16

/** Which pairs and blocks of bytes any text has. */
type Tables = { pairs: Uint8Array; blocks: Uint8Array }
type Literal = { bytes: Uint8Array; pattern: number }
/** `offset`: of the block in the literal. */
type Entered = { literal: Literal; offset: number }

export type LiteralScan = {
  /** Calls `found` for every place in the range where a pattern's text begins; in no strict order. */
  scan(bytes: Uint8Array, range: Range, found: (at: number, pattern: number) => void): void
}
export type Range = { from: number; to: number }

export function createLiteralScan(sets: readonly (readonly string[] | undefined)[]): LiteralScan {
  const literals: Literal[] = sets.flatMap((set, pattern) =>
    (set ?? []).map((text) => ({ bytes: folded(text), pattern })),
  )
  const window = Math.min(MAX_WINDOW, ...literals.map(({ bytes }) => bytes.length))
  const stride = window - BLOCK + 1
  const tables: Tables = { pairs: new Uint8Array(PAIRS), blocks: new Uint8Array(BLOCKS) }
  const buckets = new Map<number, Entered[]>()
  for (const literal of literals) {
    for (let offset = 0; offset < stride; offset += 1) {
      const { bytes } = literal
      const key = keyAt(bytes, offset)
      tables.blocks[key] = 1
      enterPair(tables.pairs, bytes[offset] ?? 0, bytes[offset + 1] ?? 0)
      buckets.set(key, [...(buckets.get(key) ?? []), { literal, offset }])
    }
  }
  return {
    scan(bytes, range, found) {
      if (literals.length === 0) return
      for (let at = range.from; ; at += stride) {
        at = nextKnown(bytes, { tables, at, stride, last: range.to - BLOCK })
        if (at > range.to - BLOCK) return
        const key = keyAt(bytes, at)
        for (const { literal, offset } of buckets.get(key) ?? []) {
          const start = at - offset
          if (start < range.from || start + literal.bytes.length > range.to) continue
          if (same(literal.bytes, bytes, start)) found(start, literal.pattern)
        }
      }
    },
  }
}

type Looking = { tables: Tables; at: number; stride: number; last: number }

/** The inner loop, on its own so that it is compiled as one. Most pairs of bytes are in no text. */
function nextKnown(bytes: Uint8Array, { tables, at, stride, last }: Looking): number {
  const { pairs, blocks } = tables
  for (let place = at; place <= last; place += stride) {
    const pair = ((bytes[place] as number) << 8) | (bytes[place + 1] as number)
    if (pairs[pair] !== 0 && blocks[keyAt(bytes, place)] !== 0) return place
  }
  return last + 1
}

/** As it may stand in the log: with capitals or without. */
function enterPair(pairs: Uint8Array, a: number, b: number): void {
  for (const first of [a, a & ~FOLD]) {
    for (const second of [b, b & ~FOLD]) pairs[(first << 8) | second] = 1
  }
}

const keyAt = (bytes: Uint8Array, at: number): number =>
  blockHash(
    (bytes[at] as number) | FOLD,
    (bytes[at + 1] as number) | FOLD,
    (bytes[at + 2] as number) | FOLD,
  )

const folded = (text: string): Uint8Array => Buffer.from(text).map((byte) => byte | FOLD)

function same(literal: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < literal.length; index += 1) {
    if (literal[index] !== ((bytes[at + index] as number) | FOLD)) return false
  }
  return true
}
