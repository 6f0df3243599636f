import { expect, test } from 'vitest'
import { epochMs, findTime } from '../../../../src/steps/kinds/logs/log-time.ts'

const nowMs = Date.parse('2026-11-21T12:00:00Z')
const iso = (line: string): string | undefined => {
  const found = findTime(line, { zone: 'utc', nowMs })
  return found === undefined ? undefined : new Date(found.ms).toISOString()
}

test.each([
  ['2026-11-21T03:00:01Z INFO x', '2026-11-21T03:00:01.000Z'],
  ['[2026-11-21 03:00:01,250] ERROR x', '2026-11-21T03:00:01.250Z'],
  ['2026-11-21T03:00:01.123456+02:00 x', '2026-11-21T01:00:01.123Z'],
  ['2026-11-21T03:00:01-0530 x', '2026-11-21T08:30:01.000Z'],
  ['2026-11-21 03:00:01.5 UTC [77] FATAL: x', '2026-11-21T03:00:01.500Z'],
  ['2026/11/21 03:00:01 [error] 7#7: x', '2026-11-21T03:00:01.000Z'],
  ['web-1  | 2026-11-21T03:00:01Z x', '2026-11-21T03:00:01.000Z'],
  ['192.0.2.1 - - [21/Nov/2026:03:00:01 +0100] "GET / HTTP/1.1" 200', '2026-11-21T02:00:01.000Z'],
  ['[21/Nov/2026 03:00:01] "GET / HTTP/1.1" 200 9', '2026-11-21T03:00:01.000Z'],
  ['21/Nov/2026 03:00:01 ERROR x', '2026-11-21T03:00:01.000Z'],
  ['GET /21/Nov/2026 03:00:01 x', undefined],
  ['Nov 21 03:00:01 host login[7]: x', '2026-11-21T03:00:01.000Z'],
  ['<34>Nov  1 03:00:01 host su: x', '2026-11-01T03:00:01.000Z'],
  // Of last year: it would lie ahead.
  ['Dec 31 23:59:59 host x', '2025-12-31T23:59:59.000Z'],
  ['1795230001 x', '2026-11-21T03:00:01.000Z'],
  ['1795230001250 x', '2026-11-21T03:00:01.250Z'],
  ['INFO no time at all', undefined],
  ['2026-13-41T99:00:00Z x', undefined],
  ['version 1.2026-11-21T03:00:01Z', undefined],
  ['Foo 21 03:00:01 host x', undefined],
])('%s', (line, wanted) => {
  expect(iso(line)).toBe(wanted)
})

test('a time without a zone is of this machine, unless the step says UTC', () => {
  const found = findTime('2026-11-21 03:00:01 x', { zone: 'local', nowMs })
  expect(found).toMatchObject({ assumed: true, ms: new Date(2026, 10, 21, 3, 0, 1).getTime() })
})

test('epochs are told apart by their size', () => {
  const ms = 1795230001250
  expect([1795230001.25, ms, ms * 1e3, ms * 1e6].map(epochMs)).toEqual([ms, ms, ms, ms])
  expect([0, 12, -5, Number.NaN].map(epochMs)).toEqual([undefined, undefined, undefined, undefined])
})
