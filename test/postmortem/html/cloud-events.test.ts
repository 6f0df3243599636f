/** Held against the official JSON Schema of CloudEvents 1.0. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { cloudEvents } from '../../../src/postmortem/export-cloud-events.ts'
import { every } from '../../incident/every-event.ts'
import { JON, makeEvents } from '../../events.ts'

const SCHEMA = join(import.meta.dirname, '../../fixtures/cloudevents/cloudevents-1.0.json')

/** What the schema says nothing of: attributes of our own (section "Naming Conventions" and "Type System"). */
const EXTENSIONS = {
  propertyNames: { pattern: '^[a-z0-9]{1,20}$' },
  additionalProperties: {
    anyOf: [
      { type: ['string', 'boolean'] },
      { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
    ],
  },
}

const validator = () => {
  const official = JSON.parse(readFileSync(SCHEMA, 'utf8'))
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
      uri: (text: string) => URL.canParse(text),
      'uri-reference': (text: string) =>
        !/[\s<>"{}|\\^`]/.test(text) && URL.canParse(text, 'http://x'),
    },
  })
  return ajv.compile({ type: 'array', items: { ...official, ...EXTENSIONS, $id: 'event' } })
}

describe('the log as CloudEvents', () => {
  it('is a valid batch, whatever the event', () => {
    const validate = validator()
    validate(cloudEvents(makeEvents(every, 'an odd "incident"/ü')))
    expect(validate.errors).toBeNull()
  })

  it.each([
    ['an id', { id: undefined }],
    ['a source that is a reference', { source: 'not a reference' }],
    ['a type', { type: '' }],
    ['a version that is a text', { specversion: 1 }],
    ['a subject that says something', { subject: '' }],
    ['a time of RFC 3339', { time: '2026-11-21 10:00' }],
    ['a plain name for each attribute of our own', { 'run-id': 'r1' }],
    ['a plain value for each attribute of our own', { run: { id: 'r1' } }],
  ])('would be refused without %s', (_, fault) => {
    const validate = validator()
    const [good] = JSON.parse(JSON.stringify(cloudEvents(makeEvents(every))))
    expect([validate([good]), validate([{ ...good, ...fault }])]).toEqual([true, false])
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
