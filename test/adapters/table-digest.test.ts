import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { integer, numeric } from '../../src/adapters/postgres/values.ts'
import { tableDigest } from '../../src/adapters/table-digest.ts'

type Row = (string | null)[]
const digest = (rows: readonly Row[]) => {
  const all = tableDigest()
  for (const row of rows) all.add(row)
  return all.end()
}
const row = fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 3 })
const rows = fc.array(row, { maxLength: 30 })

test('a digest does not depend on the order of rows', () => {
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.nat()), (all, weights) => {
      const keyed = all.map((item) => [weights.next().value, item] as const)
      const shuffled = keyed.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item)
      expect(digest(shuffled)).toEqual(digest(all))
    }),
  )
})

test('a digest changes with any value, and with any row more or less', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), row, (all, other) => {
      const { sha256 } = digest(all)
      expect(digest([...all, other]).sha256).not.toBe(sha256)
      // Two equal rows do not cancel each other out.
      expect(digest([...all, other, other]).sha256).not.toBe(sha256)
      const [first = [], ...rest] = all
      const changed = [[...first.slice(0, -1), `${first.at(-1) ?? ''}x`], ...rest]
      expect(digest(changed).sha256).not.toBe(sha256)
    }),
  )
})

test('null, empty text and moved borders between columns differ', () => {
  const digests = [[null], [''], ['null'], ['a', 'bc'], ['ab', 'c'], ['abc']].map((one) =>
    digest([one]),
  )
  expect(new Set(digests.map(({ sha256 }) => sha256)).size).toBe(6)
})

test('no integer loses a digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const read = integer(String(value))
      expect(BigInt(read)).toBe(value)
      expect(typeof read).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'string')
    }),
  )
})

test('a decimal is a number only when it reads back as it was', () => {
  const whole = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
  const bare = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  fc.assert(
    fc.property(whole, fc.stringMatching(/^\d{1,25}$/), (left, right) => {
      const text = `${left}.${right}`
      expect(bare(String(numeric(text)))).toBe(bare(text))
    }),
  )
  expect(numeric('1e400')).toBe('1e400')
  expect(numeric('NaN')).toBe('NaN')
})
