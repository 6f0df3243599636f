import { describe, expect, test } from 'vitest'
import { metrics } from '../../src/incident/metrics.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const declared: TestDraft = { type: 'incident.declared', data: { title: 'x', severity: 'SEV2' } }
const at = (time: string): string => `2026-11-21T${time}.000Z`
const updated = (data: Extract<TestDraft, { type: 'incident.updated' }>['data']): TestDraft => ({
  type: 'incident.updated',
  data,
})

const says = (drafts: readonly TestDraft[]): Record<string, string> =>
  Object.fromEntries(metrics(makeEvents(drafts)).map(({ name, says }) => [name, says]))

describe('metrics', () => {
  test('each is computed by its formula from what people said', () => {
    expect(
      says([
        declared,
        updated({ impact_start: at('09:00:00'), detected_at: at('09:10:00') }),
        updated({ status: 'acknowledged', effective_at: at('09:12:30') }),
        updated({ status: 'mitigated', effective_at: at('10:05:00') }),
        { type: 'incident.resolved', data: { effective_at: at('12:00:00') } },
      ]),
    ).toEqual({
      'Time to detect': '10 min 0 s',
      'Time to acknowledge': '2 min 30 s',
      'Time to mitigate': '1 h 05 min',
      'Time to resolve': '3 h 00 min',
      'Impact duration': '1 h 05 min',
    })
  })

  test('what is missing is named, and nothing stands in for it', () => {
    expect(says([declared, updated({ status: 'mitigated' })])).toEqual({
      'Time to detect': 'not known: no impact start and no detection',
      'Time to acknowledge': 'not known: no detection and no acknowledgment',
      'Time to mitigate': 'not known: no impact start',
      'Time to resolve': 'not known: no impact start and no resolution',
      'Impact duration': 'not known: no impact start',
    })
  })

  test('a correction holds, and the metric cites the event that made it', () => {
    const [detect] = metrics(
      makeEvents([
        declared,
        updated({ impact_start: at('09:00:00'), detected_at: at('09:10:00') }),
        updated({ impact_start: at('09:05:00') }),
      ]),
    )
    expect(detect).toMatchObject({
      ms: 300_000,
      formula: 'detection − impact start',
      inputs: [
        { moment: 'detected', at: at('09:10:00'), told: true, event: { clock: 2 } },
        { moment: 'impact_start', at: at('09:05:00'), told: true, event: { clock: 3 } },
      ],
    })
  })

  test('times that contradict each other give no number', () => {
    const [detect] = metrics(
      makeEvents([
        declared,
        updated({ impact_start: at('09:00:00'), detected_at: at('08:00:00') }),
      ]),
    )
    expect(detect?.ms).toBeUndefined()
    expect(detect?.says).toBe(
      'not known: the detection (2026-11-21 08:00:00 UTC, event 2) is recorded as earlier than the impact start (2026-11-21 09:00:00 UTC, event 2)',
    )
  })
})
