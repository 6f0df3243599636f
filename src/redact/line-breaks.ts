/**
 * Whether a secret might go over a line break, told from a few bytes on both sides of it. Taking
 * all line breaks out of the output first (squeeze.ts) costs three times as much as the search for
 * secrets itself, and there is hardly ever a reason to. Pure.
 */
import { BLOCK, blockHash } from './blocks.ts'
import { endOfFold } from './squeeze.ts'

const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09

/** `inside[hash]` is 1 for every block of every form; the shortest form has `shortest` bytes. */
export type InsideBlocks = { inside: Uint8Array; shortest: number }

export function mayCrossLineBreak(source: Uint8Array, blocks: InsideBlocks): boolean {
  const { inside } = blocks
  const around = new Uint8Array(2 * CONTEXT)
  let lineBreak = source.indexOf(LF)
  while (lineBreak >= 0) {
    const after = endOfGap(source, lineBreak)
    const a = source[lineBreak - 2] ?? 0
    const b = source[lineBreak - 1] ?? 0
    const c = source[after] ?? 0
    const d = source[after + 1] ?? 0
    // One of the two blocks over the break is in every form that goes over it, unless the next
    // line is a single byte.
    const suspect =
      inside[blockHash(a, b, c)] === 1 || inside[blockHash(b, c, d)] === 1 || d <= SPACE
    if (suspect && isLikely(source, { lineBreak, after, blocks, around })) return true
    lineBreak = after >= source.length ? -1 : source.indexOf(LF, after)
  }
  return false
}

/** Bytes looked at on either side. */
const CONTEXT = 10

/** Line breaks and indentation, as far as they go: empty lines in between too. */
function endOfGap(source: Uint8Array, lineBreak: number): number {
  let after = endOfFold(source, lineBreak)
  while (source[after] === LF) after = endOfFold(source, after)
  return after
}

type Place = { lineBreak: number; after: number; blocks: InsideBlocks; around: Uint8Array }

/** A form of n bytes that goes over the break has n - 2 blocks of forms in a row there. */
function isLikely(source: Uint8Array, { lineBreak, after, blocks, around }: Place): boolean {
  const left = fillLeft(source, lineBreak, around)
  // What follows the next break is looked at there.
  let right = CONTEXT
  for (let index = after; index < source.length && right < 2 * CONTEXT; index++) {
    if (source[index] === LF) break
    around[right++] = source[index] as number
  }
  const wanted = Math.min(blocks.shortest, CONTEXT) - BLOCK + 1
  let row = 0
  for (let index = left; index + BLOCK <= right; index++) {
    const [a, b, c] = [around[index], around[index + 1], around[index + 2]] as [
      number,
      number,
      number,
    ]
    row = blocks.inside[blockHash(a, b, c)] === 1 ? row + 1 : 0
    if (row >= wanted) return true
  }
  return false
}

/** The bytes before the break without earlier breaks and indentation, right-aligned; returns where they begin. */
function fillLeft(source: Uint8Array, lineBreak: number, around: Uint8Array): number {
  let left = CONTEXT
  let index = lineBreak - 1
  while (index >= 0 && left > 0) {
    const byte = source[index] as number
    const start = byte === SPACE || byte === TAB || byte === LF ? startOfGap(source, index) : index
    if (start < index || byte === LF) {
      index = start - 1
      continue
    }
    around[--left] = byte
    index--
  }
  return left
}

/** Where the gap begins whose last byte is at `end`; `end` when these are spaces within a line. */
function startOfGap(source: Uint8Array, end: number): number {
  let index = end
  while (index > 0 && (source[index] === SPACE || source[index] === TAB)) index--
  return source[index] === LF ? index : end
}
