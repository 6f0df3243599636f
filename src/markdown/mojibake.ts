/**
 * UTF-8 that was once read as Windows-1252: `â€™` for ’. Only what cannot well be meant is repaired;
 * what may be is left alone and reported.
 */

export type Mojibake = {
  text: string
  repaired: { line: number; from: string; to: string }[]
  suspicious: { line: number; text: string }[]
}

/** Windows-1252 has other characters than Latin-1 in 0x80 to 0x9f. */
const SPECIAL = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'
const BYTES = new Map(Array.from(SPECIAL, (char, index) => [char, 0x80 + index]))
const RUN = new RegExp(`[\\u0080-\\u00ff${SPECIAL}]{2,}`, 'g')
const SUSPICIOUS = /\ufffd|[\u0080-\u0084\u0086-\u009f]|[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡‰‹‘’“”•–—™›]|â€/g
/** It may have happened more than once. */
const ROUNDS = 3
/** First bytes of what Western text often holds, and of emoji. */
const SURE_LEADS = new Set([0xc2, 0xc3, 0xe2, 0xef, 0xf0])

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const repairMojibake = (text: string): Mojibake => {
  const repaired: Mojibake['repaired'] = []
  const suspicious: Mojibake['suspicious'] = []
  const pieces = text.split(/(\r\n|\r|\n)/)
  const fixed = pieces.map((piece, index) => {
    if (index % 2 === 1) return piece
    const line = index / 2 + 1
    const clean = piece.replace(RUN, (from) => {
      const to = repairRun(from)
      if (to !== from) repaired.push({ line, from, to })
      return to
    })
    for (const match of clean.matchAll(SUSPICIOUS)) {
      const start = Math.max(0, match.index - 12)
      suspicious.push({ line, text: clean.slice(start, match.index + match[0].length + 12) })
    }
    return clean
  })
  return { text: fixed.join(''), repaired, suspicious }
}

const repairRun = (from: string): string => {
  let run = from
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = run.replace(RUN, decodeRun)
    if (next === run) break
    run = next
  }
  return run
}

/** The sequences of a run that are UTF-8, decoded; the rest as it is. */
const decodeRun = (run: string): string => {
  const chars = Array.from(run)
  const bytes = chars.map((char) => BYTES.get(char) ?? char.codePointAt(0) ?? 0)
  let out = ''
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at] ?? 0)
    const decoded = length > 1 ? decodeAt(bytes, at, length) : undefined
    const sure = SURE_LEADS.has(bytes[at] ?? 0) || followed(bytes, at, length)
    if (decoded === undefined || !sure) {
      out += chars[at] ?? ''
      at += 1
    } else {
      out += decoded
      at += length
    }
  }
  return out
}

const lengthOf = (lead: number): number =>
  lead >= 0xc2 && lead <= 0xdf
    ? 2
    : lead >= 0xe0 && lead <= 0xef
      ? 3
      : lead >= 0xf0 && lead <= 0xf4
        ? 4
        : 1

const decodeAt = (bytes: readonly number[], at: number, length: number): string | undefined => {
  try {
    return decoder.decode(Uint8Array.from(bytes.slice(at, at + length)))
  } catch {
    // TypeError: not UTF-8, so it was meant as it stands.
    return undefined
  }
}

/** A second sequence beside it: one such pair may be meant, a row of them is not. */
const followed = (bytes: readonly number[], at: number, length: number): boolean => {
  const next = at + length
  if (
    decodeAt(bytes, next, lengthOf(bytes[next] ?? 0)) !== undefined &&
    lengthOf(bytes[next] ?? 0) > 1
  )
    return true
  return [2, 3].some(
    (back) =>
      lengthOf(bytes[at - back] ?? 0) === back && decodeAt(bytes, at - back, back) !== undefined,
  )
}
