import { describe, expect, it } from 'vitest'
import { readTime } from '../../src/usecases/read-time.ts'

const NOW = Date.parse('2026-11-21T14:30:00.000Z')
const read = (text: string) => readTime(text, '--at', NOW)

describe('readTime', () => {
  it.each([
    ['14:05', '2026-11-21T14:05:00.000Z'],
    ['14:05Z', '2026-11-21T14:05:00.000Z'],
    ['00:00:59', '2026-11-21T00:00:59.000Z'],
    ['-10m', '2026-11-21T14:20:00.000Z'],
    ['-90s', '2026-11-21T14:28:30.000Z'],
    ['-1d', '2026-11-20T14:30:00.000Z'],
    ['2026-11-21T14:05:00Z', '2026-11-21T14:05:00.000Z'],
    ['2026-11-21 14:05:00.5+01:00', '2026-11-21T13:05:00.500Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, wanted) => expect(read(text)).toBe(wanted))

  it.each([
    'soon',
    '',
    '25:00',
    '14:5',
    '2pm',
    '10 min ago',
    '-10',
    '2026-11-21',
    '2026-11-21T14:05:00',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '1700000000',
  ])('refuses "%s" and says what is accepted', (text) => {
    expect(() => read(text)).toThrow(/not a time/)
  })

  it('refuses the future, but not a clock that is a little ahead', () => {
    expect(() => read('15:00')).toThrow(/in the future/)
    expect(read('2026-11-21T14:30:30Z')).toBe('2026-11-21T14:30:30.000Z')
  })
})
