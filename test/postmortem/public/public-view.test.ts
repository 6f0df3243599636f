import { expect, it } from 'vitest'
import { applyEvent, emptyState } from '../../../src/incident/fold.ts'
import type { FrontMatter } from '../../../src/postmortem/front-matter/schema.ts'
import { publicView } from '../../../src/postmortem/public/public-view.ts'
import { makeEvents, type TestDraft } from '../../events.ts'

const DRAFTS: TestDraft[] = [
  { type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } },
  {
    type: 'incident.updated',
    data: {
      impact_start: '2026-11-21T09:50:00.000Z',
      detected_at: '2026-11-21T09:55:30.000Z',
      precisions: { impact_start: 'about' },
      status: 'mitigated',
      effective_at: '2026-11-21T10:20:00.000Z',
    },
  },
  { type: 'action.closed', data: { action: 'limit', evidence: 'seen' } },
]

const view = (head?: Partial<FrontMatter>, drafts = DRAFTS) => {
  const events = makeEvents(drafts)
  const state = emptyState('2026-11-21-login-outage')
  for (const event of events) applyEvent(state, event)
  return publicView({ events, state, head: head && { hotwash: 1, ...head } })
}

it('without a head tells the title, the severity and the times, roughly where they are rough', () => {
  expect(view()).toMatchObject({
    title: 'Login fails',
    resolved: false,
    services: [],
    summary: '',
    impact: '',
    moments: [
      { name: 'Began', at: 'about 2026-11-21 09:50 UTC' },
      { name: 'Detected', at: '2026-11-21 09:55 UTC' },
      { name: 'Mitigated', at: '2026-11-21 10:20 UTC' },
    ],
    actions: [],
  })
})

it('tells how long it took to the minute, bounds outward, and the same length once', () => {
  const told = (data: Extract<TestDraft, { type: 'incident.updated' }>['data']) =>
    view(undefined, [DRAFTS[0] as TestDraft, { type: 'incident.updated', data }]).durations
  const mitigated = { status: 'mitigated', effective_at: '2026-11-21T10:20:42.000Z' } as const
  expect(told({ impact_start: '2026-11-21T10:00:11.000Z', ...mitigated })).toEqual([
    { name: 'Impact duration', value: '21 min' },
  ])
  expect(
    told({
      impact_start: '2026-11-21T10:00:00.000Z',
      precisions: { impact_start: 'minute' },
      ...mitigated,
    }),
  ).toEqual([{ name: 'Impact duration', value: '19 to 21 min' }])
  expect(told({ impact_start: '2026-11-21T10:20:40.000Z', ...mitigated })).toEqual([
    { name: 'Impact duration', value: '1 min' },
  ])
})

it('tells of factors and actions only those that are marked, in their order, and no declined one', () => {
  const told = view({
    contributing_factors: [
      { id: 'inner', says: 'inner words', because: [] },
      { id: 'pool', says: 'The pool was small.', because: [] },
    ],
    actions: [
      { id: 'limit', title: 'Raise the limit', type: 'repair' },
      { id: 'inner', title: 'inner words', type: 'repair' },
      { id: 'never', title: 'inner words', type: 'repair', declined: 'inner words' },
      { id: 'test', title: 'Test it', type: 'prevent', due: '2026-12-24' },
    ],
    trigger: 'inner words',
    went_wrong: ['inner words'],
    roles: { lead: 'inner words' },
    environment: 'inner words',
    hypotheses: [{ claim: 'inner words', state: 'dropped' }],
    public: { factors: ['pool'], actions: ['test', 'limit', 'never'] },
  })
  expect(told.factors).toEqual(['The pool was small.'])
  expect(told.actions).toEqual([
    { title: 'Test it', done: false, due: '2026-12-24' },
    { title: 'Raise the limit', done: true, due: '' },
  ])
  expect(JSON.stringify(told)).not.toContain('inner words')
})

it('other words for outsiders take the place of those for ourselves', () => {
  const impact = {
    numbers: { users: 1200, orders: { unknown: 'inner words' }, cost_usd: 5000 },
    says: 'inner words',
  }
  const told = view({
    impact,
    services: ['inner words'],
    public: {
      title: 'Logins',
      services: ['Login'],
      impact: 'You could not log in.',
      numbers: ['users'],
    },
  })
  expect(told).toMatchObject({
    title: 'Logins',
    services: ['Login'],
    impact: 'You could not log in.',
    numbers: [{ what: 'Users', number: '1,200' }],
  })
  expect(JSON.stringify(told)).not.toContain('inner words')
  const all = view({ impact: { ...impact, says: 'Told.' } })
  expect(all.numbers.map(({ what }) => what)).toEqual(['Users', 'Cost usd'])
  expect(view({ impact: { unknown: 'inner words' } }).impact).toBe('')
})

it('has the same fields whatever is known, so that a template never misses one', () => {
  const known = view({ public: { summary: 'x', cause: 'x', remedies: ['x'] } })
  expect(Object.keys(view())).toEqual(Object.keys(known))
})
