/**
 * Digest of a set of rows that does not depend on their order, since databases promise none: the
 * sum of the rows' sha256 modulo 2^256, digested with their number. A sum and not an exclusive or,
 * in which two equal rows would cancel each other out.
 */
import { createHash } from 'node:crypto'

const MODULUS = 1n << 256n
/** Sums are folded in batches: one BigInt per row would be most of the work. */
const WORDS = 8

export function tableDigest() {
  const sums = new Float64Array(WORDS)
  let rows = 0
  let total = 0n
  const fold = () => {
    let value = 0n
    for (const sum of sums) value = (value << 32n) + BigInt(sum)
    total = (total + value) % MODULUS
    sums.fill(0)
  }
  return {
    /** Each value in the engine's own text form; null stays null. */
    add(row: readonly (string | null)[]): void {
      const hash = createHash('sha256').update(JSON.stringify(row)).digest()
      for (let word = 0; word < WORDS; word++)
        sums[word] = (sums[word] ?? 0) + hash.readUInt32BE(word * 4)
      rows += 1
      // Far below 2^53 / 2^32 rows, where the sums would lose digits.
      if (rows % 1_000_000 === 0) fold()
    },
    end(): { rows: number; sha256: string } {
      fold()
      const sha256 = createHash('sha256')
        .update(`${rows}:${total.toString(16)}`)
        .digest('hex')
      return { rows, sha256 }
    },
  }
}
