import { array, assert as check, constantFrom, property } from 'fast-check'
import { expect, it } from 'vitest'
import { durationsIn } from '../../src/markdown/durations.ts'
import { cpuMs } from '../cpu-time.ts'

const MINUTE = 60_000

it.each([
  ['1 hour and 20 minutes', 80],
  ['1h20m', 80],
  ['1 h 05 min', 65],
  ['90-minute outage', 90],
  ['2 and a half hours', 150],
  ['an hour and a half', 90],
  ['about three hours', 180],
  ['1,200 seconds', 20],
  ['1d 3h', 27 * 60],
  ['45m later', 45],
  ['lasted an hour', 60],
  ['half an hour', 30],
  ['1.5 hours', 90],
  ['two weeks', 14 * 24 * 60],
])('%s', (text, minutes) => {
  expect(durationsIn(text).map(({ ms }) => ms / MINUTE)).toEqual([minutes])
})

it.each([
  '10M rows',
  '5m users',
  '$5m',
  'k8s',
  '24/7',
  'HTTP 4xx',
  '100 an hour',
  'v1.2h',
  's3',
  '10:30',
  'a few minutes',
])('no length of time: %s', (text) => {
  expect(durationsIn(text)).toEqual([])
})

it('ranges have two ends, and are estimates', () => {
  expect(durationsIn('20 to 50 min')).toMatchObject([
    { ms: 20 * MINUTE, toMs: 50 * MINUTE, approximate: true },
  ])
})

it('knows estimates', () => {
  const rough = (text: string) => durationsIn(text).map(({ approximate }) => approximate)
  expect(rough('~45m; 45 min; almost 2 h; 2 hours or so')).toEqual([true, false, true, true])
})

it('never throws, and positions are those of the text', () => {
  const piece = constantFrom(
    '1',
    '20',
    ' hours',
    'h',
    'm',
    ' and ',
    ',',
    ' ',
    'a half',
    'an hour',
    '-',
    '~',
    'to ',
    'two',
    '\n',
    '😀',
  )
  check(
    property(array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      for (const { text: found, index, ms } of durationsIn(text)) {
        expect(text.slice(index, index + found.length)).toBe(found)
        expect(ms).toBeGreaterThanOrEqual(0)
      }
    }),
    { numRuns: 2_000 },
  )
})

it.each(['1', '1 h ', '1h', 'an ', '1,000', '2 to '])('takes linear time: %j', (unit) => {
  const started = cpuMs()
  durationsIn(unit.repeat(200_000 / unit.length))
  expect(cpuMs() - started).toBeLessThan(4_000)
})

it('two whole lengths with "to" between them are the bounds of one; a change from one to another is not', () => {
  expect(durationsIn('5 min 58 s to 6 min 58 s')).toEqual([
    { ms: 358_000, toMs: 418_000, text: '5 min 58 s to 6 min 58 s', index: 0, approximate: true },
  ])
  expect(durationsIn('1 h 35 min to 2 h 05 min')).toMatchObject([{ toMs: 125 * MINUTE }])
  for (const two of ['from 5 s to 20 s', '20 s to 5 s', '5 s, to 20 s'])
    expect(durationsIn(two)).toHaveLength(2)
})
