import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columns, fit, wrap } from '../../../src/cli/screen/wrap.ts'

describe('wrap', () => {
  it('breaks at blanks, and indents what follows', () => {
    expect(wrap('one two three four five six', 20, '  ')).toEqual([
      'one two three four',
      '  five six',
    ])
  })

  it('breaks inside a word that is longer than a line', () => {
    expect(wrap('x'.repeat(45), 20)).toEqual(['x'.repeat(20), 'x'.repeat(20), 'x'.repeat(5)])
  })

  it('keeps empty lines', () => {
    expect(wrap('a\n\nb', 20)).toEqual(['a', '', 'b'])
  })

  it('counts wide characters as two columns and marks as none', () => {
    expect(columns('日本')).toBe(4)
    expect(columns('e\u0301')).toBe(1)
    expect(columns('🚒')).toBe(2)
  })

  it('never makes a line wider than asked, and loses nothing but blanks', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 20, max: 200 }),
        (text, width) => {
          const lines = wrap(text, width, '  ')
          expect(Math.max(...lines.map(columns))).toBeLessThanOrEqual(width)
          const without = (some: string): string => some.replace(/\s/g, '')
          expect(without(lines.join(''))).toBe(without(text))
        },
      ),
    )
  })

  it('fits a line into a width, the cut marked', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 100 }),
        (text, width) => {
          expect(columns(fit(text, width))).toBeLessThanOrEqual(width)
        },
      ),
    )
    expect(fit('abcdef', 4)).toBe('abc…')
  })
})
