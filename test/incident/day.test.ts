import { describe, expect, it } from 'vitest'
import { isDay } from '../../src/incident/day.ts'

describe('a day', () => {
  it.each(['2026-11-21', '2024-02-29', '0099-12-31'])('%s is one', (text) => {
    expect(isDay(text)).toBe(true)
  })
  it.each([
    '2026-02-30',
    '2026-02-29',
    '2026-13-01',
    '2026-1-1',
    '2026-11',
    '',
    'today',
    '2026-11-21T10:00',
  ])('"%s" is none', (text) => {
    expect(isDay(text)).toBe(false)
  })
})
