/** The search before the patterns must never lose a line that a pattern matches. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLiteralScan } from '../../../../src/steps/kinds/logs/literal-scan.ts'
import { requiredLiterals } from '../../../../src/steps/kinds/logs/literals.ts'

test.each([
  ['Failed query', ['Failed query']],
  ['colou?r is', ['colo']],
  ['(abc|defg)h', ['abc', 'defg']],
  ['ab+cd', ['bcd']],
  ['x{2,}yz', ['xyz']],
  ['\\bsql(state|ite)?\\b', ['sql']],
  ['column .* does not exist', [' does not exist']],
  ['a|bcd', undefined],
  ['\\d+ ms', [' ms']],
  ['.*', undefined],
  ['say "hello"', ['hello']],
  ['(?:foo)*bar', ['bar']],
  ['(?!foo)barbaz', ['barbaz']],
  ['[a-z]{3}', undefined],
  ['a\\.b\\.c', ['a.b.c']],
  ['über alles', ['ber alles']],
])('%s needs %j', (source, wanted) => {
  expect(requiredLiterals(source)).toEqual(wanted)
})

const LETTERS = 'abcdEF .1'
const word = fc.string({ unit: fc.constantFrom(...LETTERS.split('')), minLength: 1, maxLength: 6 })
const escaped = word.map((text) => text.replace(/[.]/g, '\\.'))

const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    escaped,
    fc.constantFrom('.', '\\d', '[a-c]', '[^]', '\\b', '^', '(?=a)', '(?!b)'),
    fc.tuple(tie('any'), tie('any')).map((parts) => parts.join('')),
    fc.tuple(tie('any'), tie('any')).map((parts) => `(?:${parts.join('|')})`),
    fc
      .tuple(tie('any'), fc.constantFrom('?', '*', '+', '{0,2}', '{2}', '{1,}', '+?'))
      .map(([inner, many]) => `(${inner})${many}`),
    fc
      .tuple(escaped, fc.constantFrom('?', '*', '+', '{2}'))
      .map(([text, many]) => `${text}${many}`),
  ),
})).any

test('whatever an expression matches holds a text that it needs', () => {
  fc.assert(
    fc.property(
      expression,
      fc.array(fc.oneof(word, fc.constantFrom('abcd', 'EF .1')), { maxLength: 8 }),
      fc.boolean(),
      (source, words, ignoreCase) => {
        const line = words.join('')
        const sets = requiredLiterals(source)
        if (sets === undefined || !new RegExp(source, ignoreCase ? 'i' : '').test(line)) return
        let found = false
        const bytes = Buffer.from(line)
        createLiteralScan([sets, ['needle in no line']]).scan(
          bytes,
          { from: 0, to: bytes.length },
          (_at, pattern) => (found ||= pattern === 0),
        )
        expect(found).toBe(true)
      },
    ),
    { numRuns: 5_000 },
  )
})

test('finds every text at every place, in any case of letters', () => {
  const texts = ['ECONN', 'Failed query', 'too many clients', 'abc']
  const scan = createLiteralScan(texts.map((text) => [text]))
  for (const [number, text] of texts.entries()) {
    for (let before = 0; before < 40; before += 1) {
      for (const written of [text, text.toUpperCase(), text.toLowerCase()]) {
        const bytes = Buffer.from(`${'-'.repeat(before)}${written}${'-'.repeat(7)}`)
        const seen: [number, number][] = []
        scan.scan(bytes, { from: 0, to: bytes.length }, (at, pattern) => seen.push([at, pattern]))
        expect(seen).toEqual([[before, number]])
      }
    }
  }
})
