/** Bytes of a file as text, or why they are none. Nothing is guessed: a wrong letter is a wrong fact. */
import { grouped } from '../incident/size.ts'

export type Decoded =
  | { is: 'text'; text: string; from: 'utf-8' | 'utf-16le' | 'utf-16be' }
  | { is: 'refused'; why: string; hint: string }

/** Evidence is kept whole up to more than this; no report in the field is nearly as long. */
export const MOST_BYTES = 4 << 20

export const decodeText = (bytes: Uint8Array): Decoded => {
  if (bytes.length > MOST_BYTES) return tooLong(bytes.length)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return strictly(bytes, 'utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return strictly(bytes, 'utf-16be')
  const nul = bytes.indexOf(0)
  if (nul !== -1) {
    const hint = 'accepted: Markdown in UTF-8, or UTF-16 with a byte order mark'
    return { is: 'refused', why: `it holds a NUL at byte ${nul}: no text`, hint }
  }
  return strictly(bytes, 'utf-8')
}

export const tooLong = (size: number): Decoded => ({
  is: 'refused',
  why: `it has ${grouped(size)} bytes; at most ${grouped(MOST_BYTES)} are read`,
  hint: 'a report is text: take out what was pasted into it, or split the file',
})

const strictly = (bytes: Uint8Array, from: 'utf-8' | 'utf-16le' | 'utf-16be'): Decoded => {
  try {
    const text = new TextDecoder(from, { fatal: true }).decode(bytes)
    return { is: 'text', text, from }
  } catch {
    // TypeError: the bytes are not of this encoding.
    const hint = 'convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE'
    return { is: 'refused', why: `it is not ${from.toUpperCase()} text`, hint }
  }
}
