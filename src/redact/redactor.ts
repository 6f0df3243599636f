/** The one pipeline in front of every sink. Pure: text in, masked text out; `stream.ts` does the same for bytes in chunks. */
import { formsOf } from './forms.ts'
import { maskBytes } from './mask-bytes.ts'
import { createMatcher } from './matcher.ts'
import { createStream, type MaskingStream } from './stream.ts'
import { strengthOf } from './weak.ts'

export type Redactor = {
  /** Learns a secret; from now on every sink masks all its forms. Empty values are ignored. */
  add(name: string, value: string): void
  /** Masks as `[masked:NAME]`. */
  mask(text: string): string
  /** Masks every string in a JSON-like value, keys included. */
  maskValue<T>(value: T): T
  /** Masks a stream of bytes across chunk boundaries. */
  stream(): MaskingStream
  /** Names of secrets too short or too common to be masked reliably: output of steps that use them is not kept. */
  weak(): readonly string[]
  /** Whether this text holds a declared secret in any form; for names that cannot be masked (branch, path, actor). */
  finds(text: string): string | undefined
}

export function createRedactor(): Redactor {
  const matcher = createMatcher()
  const known = new Set<string>()
  const weak = new Set<string>()
  const roomFor = scratch()
  const mask = (text: string): string => {
    if (matcher.isEmpty || text === '') return text
    const source = Buffer.from(text)
    const { bytes } = maskBytes(source, { matcher, room: roomFor(source.length), isEnd: true })
    // The text itself, since a lone surrogate does not survive the way through UTF-8.
    return bytes === source ? text : Buffer.from(bytes).toString('utf8')
  }
  return {
    add(name, value) {
      if (value === '') return
      const strength = strengthOf(value)
      if (strength !== 'strong') weak.add(name)
      if (strength === 'unmaskable' || known.has(value)) return
      known.add(value)
      // Other forms of a weak secret are too short to mean anything.
      matcher.add(markerName(name), strength === 'weak' ? [value.trim()] : formsOf(value))
    },
    mask,
    maskValue: <T>(value: T) => maskTree(value, mask) as T,
    stream: () => createStream(matcher, roomFor),
    weak: () => [...weak],
    finds(text) {
      const masked = mask(text)
      return masked === text ? undefined : /\[masked:([^\]]*)\]/.exec(masked)?.[1]
    },
  }
}

/** A marker must end where it seems to, and must not color the terminal. */
const markerName = (name: string): string => name.replace(/[^\w.:@-]/g, '_')

function maskTree(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((item) => maskTree(item, mask))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [mask(key), maskTree(item, mask)]),
  )
}

/** Scratch memory, used by one call at a time and kept for the next. */
function scratch(): (bytes: number) => Uint8Array {
  let room = new Uint8Array(0)
  return (bytes) => {
    if (room.length < bytes) room = new Uint8Array(Math.max(bytes, room.length * 2))
    return room
  }
}
