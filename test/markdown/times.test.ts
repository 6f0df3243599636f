import { array, assert as check, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timesIn, type TimeOptions } from '../../src/markdown/times.ts'
import { cpuMs } from '../cpu-time.ts'

const AT: TimeOptions = { day: '2026-03-02', zone: 'UTC' }

const at = (text: string, options: TimeOptions = AT): (string | undefined)[] =>
  timesIn(text, options).map((time) =>
    time.at === undefined ? undefined : new Date(time.at).toISOString().replace('.000Z', 'Z'),
  )

describe('times', () => {
  it.each([
    ['14:05', '2026-03-02T14:05:00Z'],
    ['14:05:09', '2026-03-02T14:05:09Z'],
    ['**9:05** - foo', '2026-03-02T09:05:00Z'],
    ['at 9:05 we saw', '2026-03-02T09:05:00Z'],
    ['[14:05]', '2026-03-02T14:05:00Z'],
    ['24:00', '2026-03-03T00:00:00Z'],
    ['12 am', '2026-03-02T00:00:00Z'],
    ['12:30 am', '2026-03-02T00:30:00Z'],
    ['12 pm', '2026-03-02T12:00:00Z'],
    ['2.30pm', '2026-03-02T14:30:00Z'],
    ['2:30 p.m. sharp', '2026-03-02T14:30:00Z'],
    ['17:14pm', '2026-03-02T17:14:00Z'],
    ['1405 UTC', '2026-03-02T14:05:00Z'],
    ['2026-03-02T14:05:00Z', '2026-03-02T14:05:00Z'],
    ['2026-03-02T14:05:00.250+02:00', '2026-03-02T12:05:00.250Z'],
    ['20260302T140500Z', '2026-03-02T14:05:00Z'],
    ['2026-03-02 14.05 foo', '2026-03-02T14:05:00Z'],
    ['2026-03-02 ca. 14:05', '2026-03-02T14:05:00Z'],
    ['Nov 21st, 2025 at 2:05 PM PST', '2025-11-21T22:05:00Z'],
    ['21 November 2025, 14:05', '2025-11-21T14:05:00Z'],
    ['14:05 on March 4th, 2025', '2025-03-04T14:05:00Z'],
    ['22:30 UTC (Oct 29)', '2025-10-29T22:30:00Z'],
    ['Thu, 04 Mar 2021 10:00:00 -0800', '2021-03-04T18:00:00Z'],
    ['Thu Mar  4 10:00:00 UTC 2021'.replace('  ', ' '), '2021-03-04T10:00:00Z'],
    ['13/03/2026 10:00', '2026-03-13T10:00:00Z'],
    ['04.03.2026 10:00', '2026-03-04T10:00:00Z'],
    ['Dec 31 23:00', '2025-12-31T23:00:00Z'],
    ['10:00 UTC+2', '2026-03-02T08:00:00Z'],
    ['14:05Z', '2026-03-02T14:05:00Z'],
    ['14:05:09Z to the end', '2026-03-02T14:05:09Z'],
    ['2026-03-04/11:34', '2026-03-04T11:34:00Z'],
    ['2026-Mar-04 11:34', '2026-03-04T11:34:00Z'],
    ['2026-MAR-4 11:34', '2026-03-04T11:34:00Z'],
    ['7:09 AM Eastern: a', '2026-03-02T12:09:00Z'],
    ['7:09 AM Eastern region', '2026-03-02T07:09:00Z'],
    ['10:00 SAST', '2026-03-02T08:00:00Z'],
    ['10:00 CAT', '2026-03-02T08:00:00Z'],
    ['10:00 WAT', '2026-03-02T09:00:00Z'],
    ['10:00 EAT', '2026-03-02T07:00:00Z'],
    ['10:00 PKT', '2026-03-02T05:00:00Z'],
    ['10:00 AWST', '2026-03-02T02:00:00Z'],
    ['10:00 ACST', '2026-03-02T00:30:00Z'],
    ['10:00 ACDT', '2026-03-01T23:30:00Z'],
    ['2026-07-02 10:00 MST/MDT', '2026-07-02T16:00:00Z'],
    ['2026-07-02 10:00 CST/CDT', '2026-07-02T15:00:00Z'],
    ['2026-07-02 10:00 EST/EDT', '2026-07-02T14:00:00Z'],
    ['2026-07-02 10:00 GMT/BST', '2026-07-02T09:00:00Z'],
    ['2026-07-02 10:00 WET/WEST', '2026-07-02T09:00:00Z'],
    ['2026-07-02 10:00 CET/CEST', '2026-07-02T08:00:00Z'],
    ['2026-07-02 10:00 EET/EEST', '2026-07-02T07:00:00Z'],
    ['2026-07-02 10:00 AEST/AEDT', '2026-07-02T00:00:00Z'],
    ['10:00 CEST', '2026-03-02T08:00:00Z'],
    ['10:00 (Europe/Berlin)', '2026-03-02T09:00:00Z'],
    ['2026-07-02 10:00 ET', '2026-07-02T14:00:00Z'],
    ['2026-01-02 10:00 ET', '2026-01-02T15:00:00Z'],
  ])('%s', (text, wanted) => {
    expect(at(text)).toEqual([wanted])
  })

  it.each([
    'version 10.30',
    'a ratio of 10:30',
    'a ratio 3:20, or 3:20 of them',
    'it lasted 00:45',
    'for 10:30 it was slow',
    'took 10:30 minutes',
    'localhost:10:30',
    '00:11:22:33:44:55',
    'fe80:10:30',
    '16:9 screens',
    'https://example.test/a?t=10:30',
    '[a](b/10:30)',
    'main.ts:10:30',
    '25:10 and 10:61',
    '14 am',
    '10:30%',
    'v10:30',
  ])('no time: %s', (text) => {
    expect(timesIn(text, AT)).toEqual([])
  })

  it('what can be read in two ways has no moment, and the reason', () => {
    expect(timesIn('02/03/2026 10:00', AT)).toMatchObject([
      { at: undefined, hasDay: true, why: 'may be 2026-03-02 or 2026-02-03' },
    ])
    expect(timesIn('[02-03 10:00]', AT)).toMatchObject([{ at: undefined, hasDay: true }])
    expect(timesIn('10:00 IST', AT)).toMatchObject([
      { at: undefined, why: 'IST is the name of several time zones' },
    ])
    expect(at('10:00 IST', { ...AT, zone: 'Asia/Kolkata' })).toEqual(['2026-03-02T04:30:00Z'])
    expect(at('10:00 CST', { ...AT, zone: 'America/Chicago' })).toEqual(['2026-03-02T16:00:00Z'])
  })

  it('nothing is assumed: without a day or a zone there is no moment', () => {
    expect(timesIn('10:00')).toMatchObject([{ at: undefined, ofDay: 36_000_000 }])
    expect(timesIn('10:00 UTC')).toMatchObject([{ at: undefined, hasZone: true }])
    expect(timesIn('Mar 4 10:00 UTC')).toMatchObject([{ at: undefined, why: 'says no year' }])
    expect(timesIn('2026-03-02 10:00')).toMatchObject([{ at: undefined, day: '2026-03-02' }])
  })

  it('ranges share what is said once', () => {
    expect(at('10:00–10:20 CET')).toEqual(['2026-03-02T09:00:00Z', '2026-03-02T09:20:00Z'])
    expect(at('1:00 - 2:30 pm')).toEqual(['2026-03-02T13:00:00Z', '2026-03-02T14:30:00Z'])
    expect(at('12:30-12:45 AM')).toEqual(['2026-03-02T00:30:00Z', '2026-03-02T00:45:00Z'])
    expect(at('23:50 to 00:10')).toEqual(['2026-03-02T23:50:00Z', '2026-03-03T00:10:00Z'])
    expect(at('between 10:00 and 10:20 on March 4, 2025')).toEqual([
      '2025-03-04T10:00:00Z',
      '2025-03-04T10:20:00Z',
    ])
    expect(at('2025-05-01 10:30-11:30')).toEqual(['2025-05-01T10:30:00Z', '2025-05-01T11:30:00Z'])
    expect(timesIn('10:00 - 10:20', AT).map(({ endsRange }) => endsRange)).toEqual([false, true])
  })

  it('knows how well a time is known', () => {
    const known = (text: string) => timesIn(text, AT).map(({ precision }) => precision)
    expect(known('10:00:00, 10:01, ~10:02, around 10:03, 3pm')).toEqual([
      'exact',
      'minute',
      'about',
      'about',
      'about',
    ])
  })

  it('summer time comes and goes', () => {
    const berlin = { zone: 'Europe/Berlin' }
    expect(at('2026-03-29 01:30', berlin)).toEqual(['2026-03-29T00:30:00Z'])
    // Left out by the clock: as if it had not been changed yet.
    expect(at('2026-03-29 02:30', berlin)).toEqual(['2026-03-29T01:30:00Z'])
    expect(at('2026-03-29 03:30', berlin)).toEqual(['2026-03-29T01:30:00Z'])
    // Twice on the clock: the first time.
    expect(at('2026-10-25 02:30', berlin)).toEqual(['2026-10-25T00:30:00Z'])
    expect(at('2026-10-25 03:30', berlin)).toEqual(['2026-10-25T02:30:00Z'])
    expect(at('2026-11-01 01:30', { zone: 'America/New_York' })).toEqual(['2026-11-01T05:30:00Z'])
  })
})

describe('whatever the text', () => {
  const piece = constantFrom(
    '10:30',
    '3:20',
    '24:00',
    ' ',
    '-',
    '–',
    'T',
    'Z',
    ' UTC',
    '+02:00',
    ' PST',
    '2026-03-02',
    '02/03/2026',
    'March 4th',
    ' am',
    '.',
    '~',
    '(',
    ')',
    '[',
    '\n',
    'between ',
    ' and ',
    ' to ',
    '2026',
    'IST',
    'Europe/Berlin',
    '7',
    ':',
    '😀',
  )

  it('never throws, and positions are those of the text', () => {
    check(
      property(
        oneof(
          string({ unit: 'grapheme' }),
          array(piece, { maxLength: 30 }).map((all) => all.join('')),
        ),
        (text) => {
          let end = 0
          for (const time of timesIn(text, AT)) {
            expect(text.slice(time.index, time.index + time.text.length)).toBe(time.text)
            expect(time.index).toBeGreaterThanOrEqual(end)
            expect(time.ofDay).toBeLessThanOrEqual(86_400_000)
            expect(time.at === undefined || Number.isFinite(time.at)).toBe(true)
            end = time.index + 1
          }
        },
      ),
      { numRuns: 3_000 },
    )
  })

  it.each([
    '10:30 ',
    '1',
    '1:',
    '2026-',
    '10:30-',
    'March ',
    '](',
    'http://a',
    '~ ',
    '02/03/',
    'a:b ',
    ' ',
  ])('takes linear time: %j again and again', (unit) => {
    const started = cpuMs()
    timesIn(unit.repeat(200_000 / unit.length), AT)
    expect(cpuMs() - started).toBeLessThan(4_000)
  })
})
