import { assert as check, property, string } from 'fast-check'
import { expect, it } from 'vitest'
import { repairMojibake } from '../../src/markdown/mojibake.ts'

/** What a program does that takes UTF-8 for Windows-1252. */
const broken = (text: string): string => {
  const decoder = new TextDecoder('windows-1252')
  return decoder.decode(new TextEncoder().encode(text))
}

it.each(['it’s', 'café', '“quoted” — and…', '£5 · 20 °C', 'naïve', '→ ✓', '😀', 'Größe', 'При'])(
  '%s comes back',
  (text) => {
    expect(repairMojibake(broken(text))).toMatchObject({ text, suspicious: [] })
    expect(repairMojibake(broken(broken(text))).text).toBe(text)
  },
)

it.each([
  'CAFÉ…',
  'SÃO PAULO',
  'Ä Ö Ü ß',
  '«Â»'.replace('Â', ''),
  'œuvre',
  '– ok',
  'Å and Ø',
  'plain',
  'ÀÉÎÕÜ',
])('%s stays as it is', (text) => {
  expect(repairMojibake(text)).toEqual({ text, repaired: [], suspicious: [] })
})

it('says what it did and on which line, and what it could not', () => {
  const { repaired, suspicious } = repairMojibake('ok\r\nCafÃ©\r\nlost \ufffd here')
  expect(repaired).toEqual([{ line: 2, from: 'Ã©', to: 'é' }])
  expect(suspicious).toEqual([{ line: 3, text: 'lost \ufffd here' }])
})

it('never throws, keeps plain text, and is done after one go', () => {
  check(
    property(string({ unit: 'grapheme' }), (text) => {
      const once = repairMojibake(text).text
      expect(repairMojibake(once).text).toBe(once)
      expect(/^[\x20-\x7e]*$/.test(text) ? once : text).toBe(text)
    }),
    { numRuns: 2_000 },
  )
})
