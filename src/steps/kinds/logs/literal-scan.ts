/**
 * Finds lines that may match one of many patterns, in one pass over bytes: Wu and Manber's search
 * for the texts that each pattern needs, without regard to the case of letters. It skips several
 * bytes a look, and what it finds is only a reason to try the pattern itself.
 */
import { BLOCK, BLOCKS, blockHash } from '../../../redact/blocks.ts'

/** Turns capitals into small letters, and some other bytes into others: more is found, nothing less. */
const FOLD = 0x20

type Literal = { bytes: Uint8Array; pattern: number }

export type LiteralScan = {
  /** Calls `found` for every place in `from` to `to` where a pattern's text begins; in order. */
  scan(bytes: Uint8Array, range: Range, found: (at: number, pattern: number) => void): void
}
export type Range = { from: number; to: number }

export function createLiteralScan(sets: readonly (readonly string[] | undefined)[]): LiteralScan {
  const literals: Literal[] = sets.flatMap((set, pattern) =>
    (set ?? []).map((text) => ({ bytes: folded(text), pattern })),
  )
  const window = Math.min(...literals.map(({ bytes }) => bytes.length))
  const shift = new Uint8Array(BLOCKS).fill(Math.min(255, window - BLOCK + 1))
  const buckets = new Map<number, Literal[]>()
  for (const literal of literals) {
    for (let last = BLOCK - 1; last < window; last += 1) {
      const key = hashAt(literal.bytes, last)
      shift[key] = Math.min(shift[key] ?? 0, window - 1 - last)
    }
    const key = hashAt(literal.bytes, window - 1)
    buckets.set(key, [...(buckets.get(key) ?? []), literal])
  }
  return {
    scan(bytes, { from, to }, found) {
      if (literals.length === 0) return
      let last = from + window - 1
      while (last < to) {
        const key = blockHash(
          (bytes[last - 2] as number) | FOLD,
          (bytes[last - 1] as number) | FOLD,
          (bytes[last] as number) | FOLD,
        )
        const step = shift[key] as number
        if (step > 0) {
          last += step
          continue
        }
        const at = last - window + 1
        for (const literal of buckets.get(key) ?? []) {
          if (at + literal.bytes.length <= to && same(literal.bytes, bytes, at)) {
            found(at, literal.pattern)
          }
        }
        last += 1
      }
    },
  }
}

const folded = (text: string): Uint8Array => Buffer.from(text).map((byte) => byte | FOLD)

const hashAt = (bytes: Uint8Array, last: number): number =>
  blockHash(bytes[last - 2] ?? 0, bytes[last - 1] ?? 0, bytes[last] ?? 0)

function same(literal: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < literal.length; index += 1) {
    if (literal[index] !== ((bytes[at + index] as number) | FOLD)) return false
  }
  return true
}
