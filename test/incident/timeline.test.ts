import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { durationInWords, momentInWords } from '../../src/incident/duration.ts'
import { EVENT_TYPES, type EventType } from '../../src/incident/event.ts'
import { bytesInWords } from '../../src/incident/size.ts'
import { commitSubject, describeEvent, timeline } from '../../src/incident/timeline.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'
import { every } from './every-event.ts'

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const one = (draft: TestDraft) => {
  const [event] = makeEvents([draft])
  if (event === undefined) throw new Error('no event')
  return event
}

describe('sentences', () => {
  test('each type of event has one, which begins with a capital and holds no line end', () => {
    expect(new Set(every.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES))
  })

  test.each(makeEvents(every).map((event) => [event.type, event] as const))('%s', (_, event) => {
    expect(describeEvent(event)).toMatch(/^[A-Z].*[\w.!?)"]$/)
    expect(describeEvent(event)).not.toMatch(/undefined|\[object|\?\?/)
    expect(commitSubject(event)).toMatch(/^[a-z][^:]*: ./)
  })

  const said: [string, TestDraft, string, string][] = [
    [
      'a step that succeeded',
      {
        type: 'step.finished',
        run: 'r',
        step: 'fix',
        data: { status: 'succeeded', duration_ms: 3240 },
      },
      'Step fix succeeded in 3.2 s.',
      'step fix: succeeded in 3.2 s',
    ],
    [
      'a step that failed, with exit code, reason and numbers',
      {
        type: 'step.finished',
        run: 'r',
        step: 'validate',
        data: {
          status: 'failed',
          duration_ms: 250_000,
          exit_code: 2,
          reason: '1 check failed',
          checks: [{ name: 'logins', status: 'failed', seen: '1 of 16', wanted: '16 of 16' }],
        },
      },
      'Step validate failed after 4 min 10 s (exit code 2): 1 check failed. Not as wanted: logins (seen: 1 of 16; wanted: 16 of 16).',
      'step validate: failed after 4 min 10 s (exit code 2)',
    ],
    [
      'a break-glass approval',
      {
        type: 'gate.answered',
        run: 'r',
        step: 'ok',
        data: {
          gate: 'approve',
          digest: 'a'.repeat(64),
          answer: { approve: true, break_glass: true, reason: 'nobody answers' },
        },
      },
      'Step ok approved by break-glass, without a second person: nobody answers.',
      'step ok: approved by break-glass, without a second person',
    ],
  ]
  test.each(said)('%s', (_, draft, sentence, subject) => {
    expect(describeEvent(one(draft))).toBe(sentence)
    expect(commitSubject(one(draft))).toBe(subject)
  })

  test('whatever a note holds, sentence and subject are one line without anything unseen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const event = one({ type: 'note.added', data: { text } })
        expect(describeEvent(event)).not.toMatch(UNSEEN)
        expect(commitSubject(event)).not.toMatch(UNSEEN)
        expect(commitSubject(event).length).toBeLessThanOrEqual(100)
      }),
    )
  })
})

describe('the timeline', () => {
  test('keeps the causal order when the clocks of two laptops disagree', () => {
    const events = makeEvents([
      { type: 'note.added', data: { text: 'first' } },
      { type: 'note.added', actor: JON, afterMs: -3_600_000, data: { text: 'second' } },
      { type: 'note.added', data: { text: 'third' } },
    ])
    expect(timeline(events).map(({ text }) => text)).toEqual([
      'Note: first',
      'Note: second',
      'Note: third',
    ])
  })

  test('a note about an earlier moment stands there, and says when it was recorded', () => {
    const rows = timeline(
      makeEvents([
        { type: 'note.added', data: { text: 'a' } },
        { type: 'note.added', afterMs: 60_000, data: { text: 'b' } },
        {
          type: 'note.added',
          data: { text: 'between', effective_at: '2026-11-21T10:00:30.000Z' },
        },
      ]),
    )
    expect(rows.map(({ text }) => text)).toEqual(['Note: a', 'Note: between', 'Note: b'])
    expect(rows[1]).toMatchObject({
      clock: 3,
      at: '2026-11-21T10:00:30.000Z',
      recorded_at: '2026-11-21T10:01:01.000Z',
    })
  })

  test('a diagnosis is carried out, not a success, when it saw what nobody wants', () => {
    const checks = [{ name: 'logins', status: 'failed', seen: '0', wanted: '16' }] as const
    const rows = timeline(
      makeEvents([
        {
          type: 'step.started',
          run: 'r',
          step: 'look',
          attempt: 1,
          data: {
            kind: 'login',
            name: 'Look',
            effect: 'read',
            preview: '',
            digest: 'a'.repeat(64),
            timeout_ms: null,
            observe: true,
          },
        },
        {
          type: 'step.finished',
          run: 'r',
          step: 'look',
          attempt: 1,
          data: { status: 'succeeded', duration_ms: 500, checks: [...checks] },
        },
        { type: 'finding.made', data: { says: 'logins: 0 of 16', checks: [...checks] } },
      ]),
    )
    expect(rows.slice(1).map(({ text }) => text)).toEqual([
      'Step look was carried out in 500 ms.',
      'Finding: logins: 0 of 16',
    ])
  })

  test('a row is plain JSON with the documented fields', () => {
    const [row] = timeline(
      makeEvents([
        { type: 'step.skipped', run: 'r', step: 'x', data: { reason: 'not now', by: 'operator' } },
      ]),
    )
    expect(row).toEqual({
      clock: 1,
      at: '2026-11-21T10:00:00.000Z',
      type: 'step.skipped' satisfies EventType,
      actor: 'Maria Example',
      step: 'x',
      text: 'Step x was skipped by the operator: not now.',
    })
  })
})

describe('words for numbers', () => {
  test.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [999.6, '1.0 s'],
    [3_240, '3.2 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 0 s'],
    [250_000, '4 min 10 s'],
    [3_599_600, '1 h 00 min'],
    [3_900_000, '1 h 05 min'],
    [86_399_999, '1 d 0 h'],
    [183_600_000, '2 d 3 h'],
    [-3_240, '-3.2 s'],
  ])('%d ms is %s', (ms, words) => {
    expect(durationInWords(ms)).toBe(words)
  })

  test.each([
    [1, '1 byte'],
    [812, '812 bytes'],
    [1_234_567, '1.2 MB (1,234,567 bytes)'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(bytesInWords(bytes)).toBe(words)
  })

  test('a moment is in UTC', () => {
    expect(momentInWords('2026-11-21T10:02:11.999Z')).toBe('2026-11-21 10:02:11 UTC')
  })
})

test('what is set is the subject of its sentence', () => {
  const said = (data: Extract<TestDraft, { type: 'incident.updated' }>['data']) =>
    makeEvents([{ type: 'incident.updated', data }]).map(describeEvent)
  expect(
    said({ detected_at: '2026-11-21T10:00:00.000Z', impact_start: '2026-11-21T09:58:00.000Z' }),
  ).toEqual([
    'Detection set to 2026-11-21 10:00:00 UTC, impact start set to 2026-11-21 09:58:00 UTC.',
  ])
  expect(said({ severity: 'SEV2', reason: 'all are hit' })).toEqual([
    'Severity set to SEV2: all are hit.',
  ])
  expect(said({ status: 'mitigated', severity: 'SEV2' })).toEqual([
    'Incident mitigated, severity set to SEV2.',
  ])
})

test('numbers that the reason gives already are not said twice', () => {
  const [event] = makeEvents([
    {
      type: 'step.finished',
      run: 'r',
      step: 'validate',
      data: {
        status: 'failed',
        duration_ms: 1000,
        reason: '1 of 2 checks failed: logins (1 of 16)',
        checks: [
          { name: 'logins', status: 'failed', seen: '1 of 16', wanted: '16 of 16' },
          { name: 'whoami', status: 'failed', seen: '401', wanted: '200' },
        ],
      },
    },
  ])
  expect(event && describeEvent(event)).toBe(
    'Step validate failed after 1.0 s: 1 of 2 checks failed: logins (1 of 16). Not as wanted: whoami (seen: 401; wanted: 200).',
  )
})

test('what a step noted is told, and the evidence of what was done by hand not twice', () => {
  const about = { type: 'step.finished', run: 'r', step: 'restore' } as const
  const noted = ['equal to what was backed up', 'switched']
  const events = makeEvents([
    { ...about, data: { status: 'succeeded', duration_ms: 1000, notes: noted } },
    {
      ...about,
      data: { status: 'succeeded', by: 'hand', duration_ms: 0, reason: 'so', notes: ['so'] },
    },
  ])
  expect(events.map(describeEvent)).toEqual([
    'Step restore succeeded in 1.0 s. Noted: equal to what was backed up; switched.',
    'Step restore was done by hand: so.',
  ])
})
