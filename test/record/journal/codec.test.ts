import { assert, nat, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import {
  event as schema,
  EVENT_TYPES,
  type EventDraft,
  type IncidentEvent,
} from '../../../src/incident/event.ts'
import { FIRST_PREV } from '../../../src/incident/format.ts'
import { digestOfLine } from '../../../src/record/journal/chain.ts'
import {
  COMMITTED,
  decodeLine,
  encodeEvent,
  withDefaults,
} from '../../../src/record/journal/codec.ts'

const base: IncidentEvent = {
  v: 1,
  seq: 0,
  clock: 1,
  at: '2026-11-21T10:00:00.000Z',
  mono_ms: 12.5,
  boot: 'b',
  type: 'note.added',
  incident: '2026-11-21-x',
  actor: { name: 'M', email: 'm@example.test', host: 'h' },
  tool: 'hotwash 0.1.0',
  data: { text: '' },
  prev: FIRST_PREV,
}

test('an event survives its line, whatever its text, and the line ends with prev', () => {
  assert(
    property(string({ unit: 'binary' }), nat(), (text, seq) => {
      const event = { ...base, seq, data: { text } }
      const line = encodeEvent(event)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(line.slice(-67, -3)).toBe(event.prev)
      const decoded = decodeLine(line.slice(0, -1))
      expect(decoded.ok && decoded.event).toEqual(event)
      expect(schema.safeParse(decoded.ok ? decoded.event : undefined).success).toBe(true)
    }),
  )
})

test('every type of event is known to the codec, and no other', () => {
  expect(Object.keys(COMMITTED).toSorted()).toEqual(EVENT_TYPES.toSorted())
})

test('a draft gets the defaults of its schema', () => {
  const drafts: EventDraft[] = [
    { type: 'command.recorded', data: { argv: ['x'], duration_ms: 1 } },
    { type: 'step.finished', data: { status: 'succeeded', duration_ms: 1 } },
    { type: 'undo.finished', data: { status: 'succeeded', duration_ms: 1 } },
    { type: 'note.added', data: { text: 'x' } },
  ]
  for (const draft of drafts) {
    const parsed = schema.parse({ ...base, ...draft }) as IncidentEvent
    expect(withDefaults(draft)).toEqual(parsed.data)
  }
})

test('a line that is no event of this format is refused, and a newer one by its own error', () => {
  expect(decodeLine('{')).toEqual({ ok: false, message: 'is not JSON' })
  expect(decodeLine('[]')).toMatchObject({ ok: false })
  expect(decodeLine(JSON.stringify({ ...base, type: 'toString' }))).toMatchObject({ ok: false })
  expect(decodeLine('{"v":1,"seq":3,"clo{"v":1,"seq":4}')).toMatchObject({
    ok: false,
    message: expect.stringContaining('glued together'),
  })
  expect(() => decodeLine(JSON.stringify({ ...base, v: 2 }))).toThrow(/format 2/)
})

test('the digest is over the stored bytes, newline included', () => {
  expect(digestOfLine('abc\n')).toBe(
    'edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb',
  )
  expect(digestOfLine(Buffer.from('abc\n'))).toBe(digestOfLine('abc\n'))
})
