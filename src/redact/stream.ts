/** Masks bytes that come in pieces of any size. Holds back only what may be the start of a secret. */
import { maskBytes } from './mask-bytes.ts'
import type { Matcher } from './matcher.ts'

export type MaskingStream = {
  push(bytes: Uint8Array): Uint8Array
  end(): Uint8Array
  /** What waits for the bytes that come next: perhaps the beginning of a secret. */
  readonly held: Uint8Array
}

const NOTHING = new Uint8Array()

/** The matcher may learn more secrets while the stream runs. `roomFor`: scratch memory. */
export function createStream(
  matcher: Matcher,
  roomFor: (bytes: number) => Uint8Array,
): MaskingStream {
  let held: Uint8Array = NOTHING
  const step = (source: Uint8Array, isEnd: boolean): Uint8Array => {
    if (source.length === 0) return source
    const piece = maskBytes(source, { matcher, room: roomFor(source.length), isEnd })
    held = piece.held
    return piece.bytes
  }
  return {
    get held() {
      return held
    },
    push(bytes) {
      if (matcher.isEmpty) return bytes
      return step(held.length === 0 ? bytes : Buffer.concat([held, bytes]), false)
    },
    end: () => step(held, true),
  }
}
