import { expect, it } from 'vitest'
import { asSeen } from '../../src/incident/as-seen.ts'
import { describeEvent } from '../../src/incident/describe-event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const digest = 'a'.repeat(64)
const one = (id: string, more: object = {}) => ({
  id,
  kind: 'run',
  name: id,
  always: false,
  ...more,
})
const started = (id: string, more: object = {}): TestDraft => ({
  type: 'step.started',
  run: 'r',
  step: id,
  data: {
    kind: 'run',
    name: id,
    effect: 'change',
    preview: id,
    digest,
    timeout_ms: null,
    ...more,
  },
})
const runbook = { name: 'n', path: 'p', sha256: digest }
const run = (...steps: ReturnType<typeof one>[]): TestDraft => ({
  type: 'run.started',
  run: 'r',
  data: { runbook, inputs: {}, guided: false, yes: true, steps },
})
const told = (draft: TestDraft): string => makeEvents([draft]).map(describeEvent).join('')

it('tells the items and the inputs that a group was begun with', () => {
  const each = started('each', { group: { items: ['web1', 2], members: [] } })
  expect(told(each)).toBe('Step each started: each. Items: "web1", 2.')
  expect(told(started('each', { group: { items: [] } }))).toContain('There are no items.')
  const inc = started('inc', { group: { inputs: { keep: 5 } } })
  expect(told(inc)).toBe('Step inc started: inc. Inputs: keep=5.')
})

it('declares the rounds after their group, and what is always done at the end', () => {
  const rounds = [
    one('m.1', { within: 'each' }),
    one('z.1', { always: true }),
    one('m.2', { within: 'each' }),
  ]
  const state = foldEvents(
    'i',
    makeEvents([
      run(one('each'), one('last'), one('end', { always: true })),
      started('each', { group: { items: [1, 2], members: rounds } }),
    ]),
  )
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
  const statuses = (list: TestDraft[]): string[] =>
    [...(asSeen(foldEvents('i', makeEvents(list)), false).runs[0]?.steps.values() ?? [])].map(
      ({ id, status }) => `${id} ${status}`,
    )
  expect(statuses(events)).toEqual(['p running', 'a unknown', 'b unknown'])
  const paused: TestDraft = {
    type: 'run.paused',
    run: 'r',
    data: { why: 'unknown_step', reason: 'x' },
  }
  const settled: TestDraft = {
    type: 'step.settled',
    run: 'r',
    step: 'a',
    data: { as: 'done', how: 'hand' },
  }
  expect(statuses([...events, paused, settled])).toEqual(['p running', 'a succeeded', 'b unknown'])
  const resumed: TestDraft = {
    type: 'run.resumed',
    run: 'r',
    data: { runbook, guided: false, yes: true },
  }
  expect(statuses([...events, resumed])).toEqual(['p running', 'a unknown', 'b unknown'])
})
