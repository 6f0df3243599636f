/** How a report shows times that people told, corrected, and know roughly. */
import { describe, expect, test } from 'vitest'
import { foldEvents } from '../../src/incident/fold.ts'
import { buildView } from '../../src/postmortem/view.ts'
import { JON, makeEvents, type TestDraft } from '../events.ts'

const at = (time: string): string => `2026-11-21T${time}.000Z`
const drafts: TestDraft[] = [
  { type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } },
  { type: 'incident.updated', data: { impact_start: at('09:30:00') } },
  {
    type: 'incident.updated',
    data: {
      impact_start: at('09:00:00'),
      precisions: { impact_start: 'about' },
      source: 'load balancer | log',
    },
  },
  {
    type: 'incident.updated',
    data: { detected_at: at('09:40:00'), precisions: { detected_at: 'minute' } },
  },
  {
    type: 'note.added',
    data: { text: 'pool is full', effective_at: at('09:41:00'), precision: 'minute', by: 'omar' },
  },
  { type: 'note.added', actor: JON, data: { text: 'pool was at 98 of 100', corrects: 'e5' } },
  {
    type: 'postmortem.rendered',
    data: { path: 'postmortem.md', template: 'google-sre', sha256: 'a'.repeat(64) },
  },
  { type: 'note.added', data: { text: 'after the draft', corrects: 'e6' } },
]

const events = makeEvents(drafts)
const view = buildView({
  events,
  state: foldEvents('2026-11-21-login-outage', events),
  readEvidence: () => undefined,
  tool: 'hotwash 0.1.0',
  template: 'google-sre',
})

describe('a report', () => {
  test('says how well a time is known, where from, and what was said before', () => {
    expect(view.facts.find(({ name }) => name === 'Impact start')?.value).toBe(
      'about 2026-11-21 09:00 UTC, from load balancer \\| log [^e3], corrected from 2026-11-21 09:30:00 UTC [^e2]',
    )
  })

  test('gives bounds for a metric over times that are known roughly, with both events', () => {
    expect(view.metrics[0]).toMatchObject({
      value: '25 to 56 min',
      inputs: 'detection 2026-11-21 09:40 UTC [^e4]; impact start about 2026-11-21 09:00 UTC [^e3]',
    })
  })

  test('tells who did what somebody else told, and cites the note and its corrections', () => {
    const row = view.timeline.find(({ at }) => at === '2026-11-21 09:41')
    expect(row).toMatchObject({
      actor: 'omar (told by Maria Example)',
      cites: '[^e5][^e6][^e8]',
    })
    expect(row?.says).toMatch(
      /^Note: after the draft \(corrected by Maria Example from "pool is full", then "pool was at 98 of 100"\)/,
    )
    expect(view.footnotes.join('\n')).toMatch(/^\[\^e8\]: /m)
  })

  test('says why nobody can know a time, and asks for it no more', () => {
    const bare = makeEvents(drafts.slice(0, 1))
    const source = {
      events: bare,
      state: foldEvents('2026-11-21-login-outage', bare),
      readEvidence: () => undefined,
      tool: 'hotwash 0.1.0',
      template: 'google-sre',
    }
    const people = { hotwash: 1 as const, unknown_times: { impact_start: 'the logs are *gone*' } }
    const impact = ({ facts }: typeof view) => facts.find(({ name }) => name === 'Impact start')
    expect(impact(buildView(source))?.value).toBe('not known yet')
    expect(buildView(source).impact_known).toBe(false)
    expect(impact(buildView({ ...source, people }))?.value).toBe(
      'not known: the logs are \\*gone\\*',
    )
    expect(buildView({ ...source, people }).impact_known).toBe(true)
  })
})
