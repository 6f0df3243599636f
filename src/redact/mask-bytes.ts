/** One piece of output, masked; and how much of it has to wait for what comes next. Pure. */
import { mayCrossLineBreak } from './line-breaks.ts'
import { markerOf, type Match, type Matcher } from './matcher.ts'
import { SEQUENCE_BYTES, sourceOffset, squeeze, type Squeezed } from './squeeze.ts'

/** More than this never waits: the longest secret, folded and colored at every byte, is shorter. */
const HELD_BYTES = 256 * 1024
/** Below this looking for a reason to squeeze costs more than to do it. */
const SMALL_BYTES = 2_048

export type MaskedPiece = {
  /** The source itself when there was nothing to mask. */
  bytes: Uint8Array
  /** Of the source, from its end: not part of `bytes`, to be handed in again before the next piece. */
  held: Uint8Array
}

/** `room`: scratch memory for at least as many bytes as the source has. */
export type Masking = { matcher: Matcher; room: Uint8Array }

export function maskBytes(
  source: Uint8Array,
  { isEnd, ...masking }: Masking & { isEnd: boolean },
): MaskedPiece {
  const matches = findSecrets(source, masking)
  const cut = isEnd ? source.length : cutOf(source, { ...masking, matches })
  const bytes = replace(source, { matches, cut })
  return { bytes, held: cut === source.length ? NOTHING : new Uint8Array(source.subarray(cut)) }
}

const NOTHING = new Uint8Array()
const ESC = 0x1b
const CR = 0x0d

/** In bytes of the source. */
function findSecrets(source: Uint8Array, { matcher, room }: Masking): Match[] {
  const isPlain =
    source.length >= SMALL_BYTES &&
    !source.includes(ESC) &&
    !source.includes(CR) &&
    !mayCrossLineBreak(source, matcher.blocks)
  if (isPlain) return matcher.find(source, source.length)
  const view = squeeze(source, room)
  return matcher.find(view.bytes, view.length).map(({ start, end, name }) => ({
    start: sourceOffset(view, start),
    // Not the offset of `end`: a line break after the secret stays.
    end: sourceOffset(view, end - 1) + 1,
    name,
  }))
}

/** Where in the source the part begins that cannot be decided yet. */
function cutOf(
  source: Uint8Array,
  { matcher, room, matches }: Masking & { matches: readonly Match[] },
): number {
  const limit = Math.min(source.length, HELD_BYTES)
  let tail: Uint8Array
  let view: Squeezed
  // The tail may begin within an ANSI code, whose rest then counts as text.
  const enough = matcher.longest + SEQUENCE_BYTES
  let bytes = Math.min(limit, enough + SEQUENCE_BYTES)
  for (;;) {
    tail = source.subarray(source.length - bytes)
    view = squeeze(tail, room)
    if (view.length >= enough || bytes === limit) break
    // Many line breaks or ANSI codes: the beginning of a secret may lie further back.
    bytes = Math.min(limit, bytes * 2)
  }
  const before = source.length - tail.length
  const place = matcher.openEnd(view.bytes, view.length)
  if (place === view.length) return source.length
  const open = before + sourceOffset(view, place)
  // What is open may overlap a match, and must then be masked together with it.
  const across = matches.find(({ start, end }) => start < open && open < end)
  const cut = across?.start ?? open
  return source.length - cut <= HELD_BYTES ? cut : source.length
}

function replace(
  source: Uint8Array,
  { matches, cut }: { matches: readonly Match[]; cut: number },
): Uint8Array {
  const parts: Uint8Array[] = []
  let done = 0
  for (const { start, end, name } of matches) {
    if (start >= cut) break
    parts.push(source.subarray(done, start), Buffer.from(markerOf(name)))
    done = end
  }
  if (parts.length === 0) return cut === source.length ? source : source.subarray(0, cut)
  parts.push(source.subarray(done, cut))
  return Buffer.concat(parts)
}
