/** Held against what the specification of CloudEvents 1.0 asks of an event in JSON. */
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { cloudEvents } from '../../../src/postmortem/export-cloud-events.ts'
import { every } from '../../incident/every-event.ts'
import { JON, makeEvents } from '../../events.ts'

/** Names are small letters and digits; values of extensions are strings, booleans or 32-bit integers. */
const BATCH = {
  type: 'array',
  items: {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type'],
    properties: {
      specversion: { const: '1.0' },
      id: { type: 'string', minLength: 1 },
      source: { type: 'string', minLength: 1, format: 'uri-reference' },
      type: { type: 'string', minLength: 1 },
      subject: { type: 'string', minLength: 1 },
      time: { type: 'string', format: 'date-time' },
      datacontenttype: { const: 'application/json' },
      data: {},
    },
    propertyNames: { pattern: '^[a-z0-9]{1,20}$' },
    additionalProperties: {
      anyOf: [
        { type: ['string', 'boolean'] },
        { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
      ],
    },
  },
}

const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  formats: {
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
    'uri-reference': (text: string) =>
      !/[\s<>"{}|\\^`]/.test(text) && URL.canParse(text, 'http://x'),
  },
})

describe('the log as CloudEvents', () => {
  it('is a valid batch, whatever the event', () => {
    const validate = ajv.compile(BATCH)
    validate(cloudEvents(makeEvents(every, 'an odd "incident"/ü')))
    expect(validate.errors).toBeNull()
  })

  it('says the same of the same event each time, and gives each an id of its own', () => {
    const events = makeEvents([
      { type: 'note.added', data: { text: 'a' }, clock: 1 },
      { type: 'note.added', data: { text: 'a' }, actor: JON, clock: 1 },
      ...every,
    ])
    const made = cloudEvents(events)
    expect(made).toEqual(cloudEvents(events))
    expect(new Set(made.map(({ id }) => id)).size).toBe(events.length)
    expect(made.slice(0, 2).map(({ mark }) => mark)).toEqual(['e1', 'e1b'])
  })

  it('names type, time, subject and data as the log does', () => {
    const [event] = cloudEvents(
      makeEvents([
        { type: 'step.skipped', run: 'r1', step: 'fix', data: { reason: 'x', by: 'when' } },
      ]),
    )
    expect(event).toMatchObject({
      type: 'hotwash.step.skipped',
      time: '2026-11-21T10:00:00.000Z',
      subject: 'fix',
      run: 'r1',
      data: { reason: 'x', by: 'when' },
    })
  })
})
