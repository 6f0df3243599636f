/** One piece of output, masked; and how much of it has to wait for what comes next. Pure. */
import { markerOf, type Match, type Matcher } from './matcher.ts'
import { sourceOffset, squeeze, type Squeezed } from './squeeze.ts'

/** More than this never waits: the longest secret, folded and colored at every byte, is shorter. */
const HELD_BYTES = 256 * 1024

export type MaskedPiece = {
  /** The source itself when there was nothing to mask. */
  bytes: Uint8Array
  /** Of the source, from its end: not part of `bytes`, to be handed in again before the next piece. */
  held: Uint8Array
}

/** `room`: scratch memory for at least as many bytes as the source has. */
export function maskBytes(
  source: Uint8Array,
  { matcher, room, isEnd }: { matcher: Matcher; room: Uint8Array; isEnd: boolean },
): MaskedPiece {
  const view = squeeze(source, room)
  const matches = matcher.find(view.bytes, view.length)
  const cut = isEnd ? source.length : cutOf(source, { matcher, view, matches })
  const bytes = replace(source, { view, matches, cut })
  return { bytes, held: cut === source.length ? NOTHING : source.slice(cut) }
}

const NOTHING = new Uint8Array()

type Found = { view: Squeezed; matches: readonly Match[] }

/** Where in the source the part begins that cannot be decided yet. */
function cutOf(
  source: Uint8Array,
  { matcher, view, matches }: Found & { matcher: Matcher },
): number {
  const open = matcher.openEnd(view.bytes, view.length)
  if (open === view.length) return source.length
  // What is open may overlap a match, and must then be masked together with it.
  const across = matches.find(({ start, end }) => start < open && open < end)
  const cut = sourceOffset(view, across?.start ?? open)
  return source.length - cut <= HELD_BYTES ? cut : source.length
}

function replace(source: Uint8Array, { view, matches, cut }: Found & { cut: number }): Uint8Array {
  const parts: Uint8Array[] = []
  let done = 0
  for (const { start, end, name } of matches) {
    const from = sourceOffset(view, start)
    if (from >= cut) break
    parts.push(source.subarray(done, from), Buffer.from(markerOf(name)))
    // Not the offset of `end`: a line break after the secret stays.
    done = sourceOffset(view, end - 1) + 1
  }
  if (parts.length === 0) return cut === source.length ? source : source.subarray(0, cut)
  parts.push(source.subarray(done, cut))
  return Buffer.concat(parts)
}
