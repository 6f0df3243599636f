import { expect, test } from 'vitest'
import { fold, foldWithPlaces } from '../../src/catalog/fold.ts'
import { stem, wordsOf } from '../../src/catalog/words.ts'

const stems = (text: string): string[] => wordsOf(text).map(({ stem }) => stem)

test('words are one whatever their case, accents and English endings', () => {
  expect(new Set(['Login', 'logins', 'LOGIN'].flatMap(stems))).toEqual(new Set(['login']))
  expect(new Set(['failing', 'fails', 'failed', 'fail'].map(stem))).toEqual(new Set(['fail']))
  expect(stems('Überlastete Datenbank in Łódź')).toEqual(stems('uberlastete datenbank in lodz'))
  expect(stem('queries')).toBe(stem('query'))
  expect(stem('caches')).toBe(stem('cached'))
})

test.each(['dns', 'status', 'redis', 'class', 'process', 'bus', 'ring'])(
  '%s keeps what looks like an ending',
  (word) => {
    expect(stem(word)).toBe(word)
  },
)

test('what says nothing is left out: small words, counts, times, digests', () => {
  expect(wordsOf('it was down at 14:05 for 12 min, 3e9f0c2ab1 of 500')).toEqual([
    { stem: 'min', seen: 'min' },
    { stem: '500', seen: '500' },
  ])
})

test('characters that nobody sees neither part nor hide a word', () => {
  expect(stems('pa\u200Bss\u00ADword le\u202Eak')).toEqual(stems('password leak'))
})

test('a mask is nobody’s word, and the text around it keeps its place', () => {
  const text = 'token [masked:db_password] refused'
  expect(stems(text)).toEqual(stems('token refused'))
  expect(fold(text)).not.toContain('masked')
  expect(fold(text)).toHaveLength(text.length)
})

test('every folded character knows where it came from', () => {
  const text = 'Straße ﬁel Ärger 👍 ok'
  const { folded, placeOf } = foldWithPlaces(text)
  expect(folded).toBe(fold(text))
  expect(placeOf(folded.length)).toBe(text.length)
  expect(text.slice(placeOf(folded.indexOf('ok')))).toBe('ok')
  const arger = folded.indexOf('arger')
  expect(text.slice(placeOf(arger), placeOf(arger + 5))).toBe('Ärger')
})
