import { expect, test } from 'vitest'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { clockJumps } from '../../src/incident/clock-jumps.ts'
import { timeline } from '../../src/incident/timeline.ts'
import { makeEvents } from '../events.ts'

const START = Date.parse('2026-11-21T10:00:00.000Z')

/** Notes of one machine: seconds of its monotonic clock, and by how much its wall clock is off. */
const notes = (...moments: [mono: number, off: number, more?: Partial<IncidentEvent>][]) =>
  makeEvents(moments.map(([mono]) => ({ type: 'note.added', data: { text: `at ${mono}` } }))).map(
    (event, n) => {
      const [mono, off, more] = moments[n] ?? [0, 0]
      const at = new Date(START + (mono + off) * 1_000).toISOString()
      return { ...event, at, mono_ms: mono * 1_000, boot: 'one', ...more } as IncidentEvent
    },
  )

const texts = (events: IncidentEvent[]) => timeline(events).map(({ text }) => text)

test('a clock that goes back keeps the order, and the row says so', () => {
  const [first, second, third] = texts(notes([0, 0], [10, -3_600], [20, -3_600]))
  expect(first).toMatch(/at 0"?\.?$/)
  expect(second).toMatch(/at 10.* The clock of .* went back by 1 h 00 min before this\.$/)
  expect(third).not.toContain('The clock')
})

test('a clock that goes forward may have been a machine that slept', () => {
  const events = notes([0, 0], [10, 7_200])
  expect(texts(events)[1]).toContain(
    'went forward by 2 h 00 min before this, or the machine slept.',
  )
})

test('slewing by seconds, another boot and another machine are no jump', () => {
  const elsewhere = { name: 'Jon', email: 'jon@example.test', host: 'elsewhere' }
  const events = notes(
    [0, 0],
    [10, -4.9],
    [20, 0],
    [1, 5_000, { boot: 'two' }],
    [30, 900, { actor: elsewhere }],
    [40, 4],
  )
  expect(clockJumps(events).size).toBe(0)
})
