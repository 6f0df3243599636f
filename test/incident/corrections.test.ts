/** Notes that correct notes, marks, and where rows that were told later stand. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IncidentEvent } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { marksOf, readMark } from '../../src/incident/marks.ts'
import { timeline, timelineWithEvents } from '../../src/incident/timeline.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'
import { cpuMs } from '../cpu-time.ts'

const declared: TestDraft = { type: 'incident.declared', data: { title: 'x', severity: 'SEV2' } }
type NoteData = Extract<TestDraft, { type: 'note.added' }>['data']
const note = (data: NoteData, rest: Partial<TestDraft> = {}): TestDraft =>
  ({ type: 'note.added', data, ...rest }) as TestDraft
const told = (drafts: readonly TestDraft[]) => timeline(makeEvents([declared, ...drafts]))

describe('a note that corrects another', () => {
  test('takes its row, and the text of before stays visible', () => {
    const rows = told([
      note({ text: 'pool is full' }),
      note({ text: 'logins work' }),
      note({ text: 'pool was at 98 of 100', corrects: 'e2' }, { actor: JON }),
    ])
    expect(rows.map(({ text }) => text)).toEqual([
      'Incident declared: x (SEV2).',
      'Note: pool was at 98 of 100 (corrected by Jon Example from "pool is full")',
      'Note: logins work',
    ])
    expect(rows[1]).toMatchObject({ actor: 'Maria Example', corrected: [{ clock: 2 }] })
  })

  test('can be corrected itself, by either of its marks', () => {
    for (const mark of ['e2', 'e3']) {
      const rows = told([
        note({ text: 'one' }),
        note({ text: 'two', corrects: 'e2' }),
        note({ text: 'three', corrects: mark }),
      ])
      expect(rows.map(({ text }) => text).slice(1)).toEqual([
        'Note: three (corrected by Maria Example from "one", then "two")',
      ])
    }
  })

  test('moves the row when it says another time, and keeps who did it and where it is known from', () => {
    const rows = told([
      note({
        text: 'restarted',
        effective_at: '2026-11-21T09:00:00.000Z',
        precision: 'minute',
        by: 'omar',
        source: 'chat',
      }),
      note({ text: 'restarted twice', corrects: 'e2', effective_at: '2026-11-21T09:30:00.000Z' }),
    ])
    expect(rows[0]).toMatchObject({
      at: '2026-11-21T09:30:00.000Z',
      actor: 'omar',
      told_by: 'Maria Example',
      text: 'Note: restarted twice (from chat) (corrected by Maria Example from "restarted" at 2026-11-21 09:00 UTC)',
    })
    expect(rows[0]).not.toHaveProperty('precision')
  })

  test.each(['e1', 'e9', 'e4', 'e3'])(
    'that names %s, which is no earlier note, stands for itself',
    (mark) => {
      const rows = told([
        note({ text: 'one' }),
        note({ text: 'two', corrects: mark }),
        note({ text: 'x' }),
      ])
      expect(rows.map(({ text }) => text)).toContain(`Note correcting ${mark}: two`)
      expect(rows).toHaveLength(4)
    },
  )

  test('is cited with the note that it corrects', () => {
    const events = makeEvents([declared, note({ text: 'a' }), note({ text: 'b', corrects: 'e2' })])
    const entry = timelineWithEvents(events)[1]
    expect(entry?.event.clock).toBe(2)
    expect(entry?.corrections.map(({ clock }) => clock)).toEqual([3])
  })
})

describe('marks', () => {
  test('tell events of one clock apart', () => {
    const events = makeEvents([
      declared,
      note({ text: 'a' }, { clock: 2 }),
      note({ text: 'b' }, { clock: 2, actor: JON }),
      note({ text: 'c' }),
    ])
    expect([...marksOf(events).values()]).toEqual(['e1', 'e2', 'e2b', 'e3'])
  })

  test.each([
    ['e12', 'e12'],
    [' E12b ', 'e12b'],
    ['12', 'e12'],
    ['[^e12]', 'e12'],
    ['pool', 'pool'],
  ])('are read as people type them: %s', (typed, mark) => expect(readMark(typed)).toBe(mark))
})

describe('rows that were told later', () => {
  /** Each in turn before the first row of a later time: what the order is defined by. */
  const oneByOne = (events: readonly IncidentEvent[]): number[] => {
    const time = (event: IncidentEvent): string =>
      (event.type === 'note.added' ? event.data.effective_at : undefined) ?? event.at
    const isTold = (event: IncidentEvent): boolean =>
      event.type === 'note.added' && event.data.effective_at !== undefined
    const rows = events.filter((event) => !isTold(event))
    for (const late of events.filter(isTold)) {
      const index = rows.findIndex((row) => time(row) > time(late))
      rows.splice(index === -1 ? rows.length : index, 0, late)
    }
    return rows.map(({ clock }) => clock)
  }

  test('stand where each alone would, though all are placed at once', () => {
    const draft = fc.record({
      tell: fc.boolean(),
      at: fc.nat(120),
      afterMs: fc.constantFrom(0, 5_000, -7_000),
    })
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 30 }), (drafts) => {
        const events = makeEvents([
          declared,
          ...drafts.map(({ tell, at, afterMs }) =>
            note(
              {
                text: 'x',
                ...(tell && {
                  effective_at: new Date(Date.UTC(2026, 10, 21, 9, 59, at)).toISOString(),
                }),
              },
              { afterMs },
            ),
          ),
        ])
        expect(timeline(events).map(({ clock }) => clock)).toEqual(oneByOne(events))
      }),
    )
  })

  test('are placed in time that grows with their number', () => {
    const many = Array.from({ length: 10_000 }, (_, n) =>
      note({
        text: `row ${n}`,
        effective_at: new Date(Date.UTC(2026, 10, 21, 0, 0, 0, (n * 7919) % 10_000)).toISOString(),
      }),
    )
    const [first] = makeEvents(many.slice(0, 1))
    if (first === undefined) throw new Error('no event')
    const events = many.map(
      ({ data }, n) => ({ ...first, clock: n + 1, seq: n, data }) as unknown as IncidentEvent,
    )
    const begun = cpuMs()
    expect(timeline(events)).toHaveLength(10_000)
    expect(cpuMs() - begun).toBeLessThan(2_000)
  })
})

test('a time that is corrected after the end does not open the incident again', () => {
  const state = foldEvents(
    'x',
    makeEvents([
      declared,
      { type: 'incident.resolved', data: {} },
      { type: 'incident.closed', data: {} },
      {
        type: 'incident.resolved',
        data: { effective_at: '2026-11-21T09:00:00.000Z', precision: 'about' },
      },
    ]),
  )
  expect(state).toMatchObject({ status: 'closed', resolvedAt: '2026-11-21T09:00:00.000Z' })
})
