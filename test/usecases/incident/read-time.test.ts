import { describe, expect, it } from 'vitest'
import { readTime } from '../../../src/usecases/incident/read-time.ts'

const NOW = Date.parse('2026-11-21T14:30:00.000Z')
const read = (text: string) => readTime(text, '--at', NOW)
const at = (text: string) => read(text).at

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
    ['2026-11-21 14:05Z', '2026-11-21T14:05:00.000Z'],
    ['2026-11-21T15:05+01:00', '2026-11-21T14:05:00.000Z'],
    ['~14:05', '2026-11-21T14:05:00.000Z'],
  ])('reads %s', (text, wanted) => expect(at(text)).toBe(wanted))

  it.each([
    ['14:05', 'minute'],
    ['14:05:10', 'exact'],
    ['2026-11-21T14:05:00Z', 'exact'],
    ['2026-11-21T14:05Z', 'minute'],
    ['-90s', 'exact'],
    ['-10m', 'minute'],
    ['-2h', 'about'],
    ['-1d', 'about'],
    ['~14:05', 'about'],
    ['~ 14:05:10', 'about'],
    ['about 14:05', 'about'],
    ['About 2026-11-21T14:05:00Z', 'about'],
    ['~-10m', 'about'],
  ])('knows %s as %s', (text, wanted) => expect(read(text).precision).toBe(wanted))

  it('cuts seconds that nobody looked at', () => {
    const now = Date.parse('2026-11-21T14:30:42.500Z')
    expect(readTime('-10m', '--at', now).at).toBe('2026-11-21T14:20:00.000Z')
    expect(readTime('-10s', '--at', now).at).toBe('2026-11-21T14:30:32.500Z')
  })

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
    '~',
    'about',
    'about soon',
    'about14:05',
    '~~14:05',
    '2026-02-30T00:00Z',
  ])('refuses "%s" and says what is accepted', (text) => {
    expect(() => read(text)).toThrow(/not a time/)
  })

  it('refuses the future, but not a clock that is a little ahead', () => {
    expect(() => read('15:00')).toThrow(/in the future/)
    expect(at('2026-11-21T14:30:30Z')).toBe('2026-11-21T14:30:30.000Z')
  })
})
