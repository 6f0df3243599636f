/**
 * A view of the output without what terminals and wrapping tools put into the middle of a secret:
 * ANSI codes, line breaks, and the indentation after a line break. Pure.
 * `offsets` leads back: the k-th removal happened before squeezed byte `at[k]`, and up to there
 * `removed[k]` bytes are gone in all.
 */
export type Squeezed = {
  bytes: Uint8Array
  length: number
  at: number[]
  removed: number[]
}

const ESC = 0x1b
const BEL = 0x07
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const TAB = 0x09
const OSC = 0x5d
const CSI = 0x5b
/** Longer ones are not sequences but text: what is held back of a stream stays bounded. */
export const SEQUENCE_BYTES = 512
const INDENT_BYTES = 256

export function squeeze(source: Uint8Array, room: Uint8Array): Squeezed {
  const at: number[] = []
  const removed: number[] = []
  const { length } = source
  let out = 0
  let index = 0
  while (index < length) {
    const byte = source[index] as number
    if (byte > ESC || (byte !== LF && byte !== CR && byte !== ESC)) {
      room[out++] = byte
      index++
      continue
    }
    index = byte === ESC ? endOfSequence(source, index) : endOfFold(source, index)
    at.push(out)
    removed.push(index - out)
  }
  return { bytes: room, length: out, at, removed }
}

/** Place in the source of a squeezed byte. */
export function sourceOffset({ at, removed }: Squeezed, place: number): number {
  let low = 0
  let high = at.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] as number) <= place) low = middle + 1
    else high = middle
  }
  return place + (low === 0 ? 0 : (removed[low - 1] as number))
}

/** Line breaks, and the indentation after them. */
export function endOfFold(source: Uint8Array, start: number): number {
  let index = start + 1
  while (index < source.length && isBreak(source[index])) index++
  const limit = Math.min(source.length, index + INDENT_BYTES)
  while (index < limit && (source[index] === SPACE || source[index] === TAB)) index++
  return index
}

const isBreak = (byte: number | undefined) => byte === LF || byte === CR

/** An unfinished sequence ends with the source: the rest of it is still to come. */
function endOfSequence(source: Uint8Array, start: number): number {
  const kind = source[start + 1]
  const limit = Math.min(source.length, start + SEQUENCE_BYTES)
  let index = start + 2
  if (kind === CSI) {
    while (index < limit && (source[index] as number) >= 0x20 && (source[index] as number) < 0x40) {
      index++
    }
    return finish(source, { start, index, limit, after: 1 })
  }
  if (kind === OSC) {
    while (index < limit && source[index] !== BEL && source[index] !== ESC) index++
    return finish(source, { start, index, limit, after: source[index] === ESC ? 2 : 1 })
  }
  // Two bytes, or three for the choice of a character set.
  const three = kind !== undefined && kind >= 0x20 && kind < 0x30
  return Math.min(source.length, start + (three ? 3 : 2))
}

function finish(
  source: Uint8Array,
  { start, index, limit, after }: { start: number; index: number; limit: number; after: number },
): number {
  if (index < limit) return Math.min(source.length, index + after)
  return limit === source.length ? limit : start + 1
}
