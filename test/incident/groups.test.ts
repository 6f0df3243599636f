import { expect, it } from 'vitest'
import { asSeen } from '../../src/incident/as-seen.ts'
import { describeEvent } from '../../src/incident/describe-event.ts'
import { event, type IncidentEvent } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'

const digest = 'a'.repeat(64)
let clock = 0
const eventOf = (type: string, data: object, step?: string): IncidentEvent => {
  clock += 1
  return event.parse({
    v: 1,
    seq: clock,
    clock,
    at: '2026-11-21T10:00:00.000Z',
    mono_ms: clock,
    boot: 'b',
    incident: 'i',
    run: 'r',
    ...(step === undefined ? {} : { step }),
    actor: { name: 'Robin', email: 'robin@example.test', host: 'desk' },
    tool: 'hotwash test',
    prev: digest,
    type,
    data,
  }) as unknown as IncidentEvent
}
const one = (id: string, more: object = {}) => ({
  id,
  kind: 'run',
  name: id,
  always: false,
  ...more,
})
const started = (id: string, more: object = {}): IncidentEvent =>
  eventOf(
    'step.started',
    { kind: 'run', name: id, effect: 'change', preview: id, digest, timeout_ms: null, ...more },
    id,
  )
const runbook = { name: 'n', path: 'p', sha256: digest }
const run = (...steps: object[]): IncidentEvent =>
  eventOf('run.started', { runbook, inputs: {}, guided: false, yes: true, steps })

it('tells the items and the inputs that a group was begun with', () => {
  const each = started('each', { group: { items: ['web1', 2], members: [] } })
  expect(describeEvent(each)).toBe('Step each started: each. Items: "web1", 2.')
  expect(describeEvent(started('each', { group: { items: [] } }))).toContain('There are no items.')
  const inc = started('inc', { group: { inputs: { keep: 5 } } })
  expect(describeEvent(inc)).toBe('Step inc started: inc. Inputs: keep=5.')
})

it('declares the rounds after their group, and what is always done at the end', () => {
  const rounds = [
    one('m.1', { within: 'each' }),
    one('z.1', { always: true }),
    one('m.2', { within: 'each' }),
  ]
  const state = foldEvents('i', [
    run(one('each'), one('last'), one('end', { always: true })),
    started('each', { group: { items: [1, 2], members: rounds } }),
  ])
  expect([...(state.runs[0]?.steps.keys() ?? [])]).toEqual([
    'each',
    'm.1',
    'm.2',
    'last',
    'end',
    'z.1',
  ])
})

it('sees every step as unknown that was at work when hotwash died, but not their group', () => {
  const members = [one('p'), one('a', { within: 'p' }), one('b', { within: 'p' })]
  const events = [
    run(...members),
    started('p', { group: { limit: 2 } }),
    started('a'),
    started('b'),
  ]
  const statuses = (list: IncidentEvent[]): string[] =>
    [...(asSeen(foldEvents('i', list), false).runs[0]?.steps.values() ?? [])].map(
      ({ id, status }) => `${id} ${status}`,
    )
  expect(statuses(events)).toEqual(['p running', 'a unknown', 'b unknown'])
  const paused = eventOf('run.paused', { why: 'unknown_step', reason: 'x' })
  const settled = eventOf('step.settled', { as: 'done', how: 'hand' }, 'a')
  expect(statuses([...events, paused, settled])).toEqual(['p running', 'a succeeded', 'b unknown'])
  const resumed = eventOf('run.resumed', { runbook, guided: false, yes: true })
  expect(statuses([...events, resumed])).toEqual(['p running', 'a unknown', 'b unknown'])
})
