import { expect, test } from 'vitest'
import { selected } from '../../src/catalog/select.ts'
import { statsOf } from '../../src/catalog/stats.ts'
import { summarize, type Summary } from '../../src/catalog/summary.ts'
import { quantile, timesOf, type Point } from '../../src/catalog/times.ts'
import type { EventDraft } from '../../src/incident/event.ts'
import { foldEvents } from '../../src/incident/fold.ts'
import type { FrontMatter } from '../../src/postmortem/front-matter/schema.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-21T10:00:00.000Z')
const BY = { now: Date.parse('2026-12-21T00:00:00Z'), severities: ['SEV1', 'SEV2', 'SEV3'] }

type Given = {
  id: string
  title?: string
  severity?: string
  drill?: true
  /** Minutes from the impact to the mitigation. */
  minutes?: number
  about?: boolean
  more?: readonly TestDraft[]
  head?: Partial<FrontMatter>
}

function incident({
  id,
  title = id,
  severity = 'SEV2',
  drill,
  minutes,
  about,
  more,
  head,
}: Given): Summary {
  const declared = { title, severity, ...(drill === undefined ? {} : { drill }) }
  const times: EventDraft[] =
    minutes === undefined
      ? []
      : [
          {
            type: 'incident.updated',
            data: {
              impact_start: new Date(START).toISOString(),
              ...(about === true ? { precisions: { impact_start: 'about' as const } } : {}),
            },
          },
          {
            type: 'incident.updated',
            data: {
              status: 'mitigated',
              effective_at: new Date(START + minutes * MINUTE).toISOString(),
            },
          },
        ]
  const events = makeEvents(
    [{ type: 'incident.declared', data: declared }, ...times, ...(more ?? [])],
    id,
  )
  return summarize({ events, state: foldEvents(id, events), head: { hotwash: 1, ...head } })
}

const mitigated = (incidents: readonly Summary[]) =>
  timesOf(incidents).find(({ id }) => id === 'time_to_mitigate')

test('median and p90 are the times of incidents, by nearest rank; every point has its incident', () => {
  const minutes = [40, 10, 20, 30, 50, 60, 70, 80, 90, 1000]
  const times = mitigated(
    minutes.map((one) => incident({ id: `2026-11-21-i-${one}`, minutes: one })),
  )
  expect(times?.n).toBe(10)
  expect(times?.median).toEqual({ incident: '2026-11-21-i-50', ms: 50 * MINUTE })
  expect(times?.p90).toEqual({ incident: '2026-11-21-i-90', ms: 90 * MINUTE })
  expect(times?.points.map(({ ms }) => ms / MINUTE)).toEqual(minutes.toSorted((a, b) => a - b))
  expect(JSON.stringify(times)).not.toMatch(/mean|average/)
})

test('what is not known is counted by its reason and never taken for a time', () => {
  const times = mitigated([
    incident({ id: 'a', minutes: 10 }),
    incident({ id: 'b' }),
    incident({ id: 'c' }),
    incident({ id: 'd', minutes: -5 }),
  ])
  expect(times?.n).toBe(1)
  expect(times?.unknown).toEqual([
    { says: 'no impact start and no mitigation', count: 2, incidents: ['b', 'c'] },
    { says: 'times that contradict each other', count: 1, incidents: ['d'] },
  ])
})

test('one estimate makes the median an interval', () => {
  const times = mitigated([
    incident({ id: 'a', minutes: 20 }),
    incident({ id: 'b', minutes: 30, about: true }),
    incident({ id: 'c', minutes: 60 }),
  ])
  expect(times?.points[1]?.range).toEqual({ fromMs: 15 * MINUTE, toMs: 45 * MINUTE })
  expect(times?.median).toMatchObject({
    ms: 30 * MINUTE,
    between: { fromMs: 20 * MINUTE, toMs: 45 * MINUTE },
  })
  expect(times?.p90).toMatchObject({ between: { fromMs: 60 * MINUTE, toMs: 60 * MINUTE } })
})

test.each([
  [1, 50, 1],
  [2, 50, 1],
  [3, 50, 2],
  [4, 90, 4],
  [10, 90, 9],
  [11, 90, 10],
  [100, 90, 90],
])('of %i points the %ith percentile is the one of rank %i', (count, percent, rank) => {
  const points = Array.from({ length: count }, (_, n): Point => ({ incident: `i${n}`, ms: n + 1 }))
  expect(quantile(points, percent)?.ms).toBe(rank)
})

test('of no points there is no percentile', () => {
  expect(quantile([], 50)).toBeUndefined()
})

test('drills are counted nowhere but as drills', () => {
  const stats = statsOf(
    [incident({ id: 'real', minutes: 10 }), incident({ id: 'drill', minutes: 1, drill: true })],
    BY,
  )
  expect(stats.count).toBe(1)
  expect(stats.times.flatMap(({ points }) => points.map((point) => point.incident))).not.toContain(
    'drill',
  )
  expect(stats.drills.map(({ id }) => id)).toEqual(['drill'])
})

test('severities come in the order of the configuration, unknown ones last', () => {
  const stats = statsOf(
    ['SEV3', 'OLD', 'SEV1', 'SEV3'].map((severity, n) => incident({ id: `i${n}`, severity })),
    BY,
  )
  expect(stats.severities).toEqual([
    { severity: 'SEV1', count: 1 },
    { severity: 'SEV3', count: 2 },
    { severity: 'OLD', count: 1 },
  ])
})

const run = (path: string, rehearsal?: true): TestDraft => ({
  type: 'run.started',
  run: `run-${path}`,
  data: {
    runbook: { name: 'Fix', path, sha256: '0'.repeat(64) },
    inputs: {},
    guided: true,
    yes: false,
    steps: [],
    ...(rehearsal === undefined ? {} : { rehearsal }),
  },
})

const finding = (hypothesis: string, confidence: 'likely' | 'rejected'): TestDraft => ({
  type: 'finding.made',
  data: { says: 'seen', hypothesis, confidence, category: 'database' },
})

test('what repeats: runbooks, supported findings, categories, titles of the same words', () => {
  const { repeats } = statsOf(
    [
      incident({
        id: 'a',
        title: 'Login fails',
        more: [run('pool.yaml'), run('pool.yaml'), finding('pool', 'likely')],
      }),
      incident({
        id: 'b',
        title: 'logins failing!',
        more: [run('pool.yaml'), finding('pool', 'likely'), finding('dns', 'rejected')],
      }),
      incident({ id: 'c', more: [run('dns.yaml', true), finding('dns', 'rejected')] }),
      incident({ id: 'd', more: [run('dns.yaml')] }),
    ],
    BY,
  )
  expect(repeats.runbooks).toEqual([{ what: 'pool.yaml', count: 2, incidents: ['a', 'b'] }])
  expect(repeats.findings).toEqual([{ what: 'pool', count: 2, incidents: ['a', 'b'] }])
  expect(repeats.categories).toEqual([{ what: 'database', count: 2, incidents: ['a', 'b'] }])
  expect(repeats.titles).toEqual([{ what: 'Login fails', count: 2, incidents: ['a', 'b'] }])
})

test('deviations are counted, with how many incidents had them', () => {
  const command: TestDraft = {
    type: 'command.recorded',
    data: { argv: ['ls'], duration_ms: 1, exit_code: 0 },
  }
  const stats = statsOf(
    [incident({ id: 'a', more: [command, command] }), incident({ id: 'b', more: [command] })],
    BY,
  )
  expect(stats.deviations).toEqual([
    { what: 'Improvised command', count: 3, incidents: ['a', 'b'] },
  ])
})

test('actions are counted by type: open, overdue, done, proven, declined, and how long the oldest waits', () => {
  const action = (id: string, more: object) => ({
    id,
    title: id,
    type: 'prevent' as const,
    ...more,
  })
  const head = {
    actions: [
      action('late', { due: '2026-12-01' }),
      action('soon', { due: '2027-01-01' }),
      action('no', { declined: 'too dear' }),
      action('shut', {}),
      action('proven', { done_when: 'the test passes' }),
    ],
  }
  const more: TestDraft[] = [
    { type: 'action.closed', data: { action: 'shut', evidence: 'seen' } },
    {
      type: 'action.checked',
      data: { action: 'proven', status: 'passed', preview: 'npm test', duration_ms: 1 },
    },
  ]
  const { actions } = statsOf([incident({ id: 'a', head, more })], BY)
  expect(actions).toMatchObject([{ type: 'prevent', open: 2, overdue: 1, declined: 1 }])
  expect(actions[0]?.done).toBeGreaterThanOrEqual(1)
  expect(actions[0]?.oldestDays).toBe(29)
})

test('only what was asked for is counted', () => {
  const all = [
    { ...incident({ id: 'a', severity: 'SEV1' }), declaredAt: '2026-01-01T00:00:00.000Z' },
    {
      ...incident({ id: 'b', head: { services: ['Login'] } }),
      declaredAt: '2026-02-01T00:00:00.000Z',
    },
  ]
  const none = { since: undefined, until: undefined, severities: undefined, service: undefined }
  const ids = (selection: object): string[] =>
    selected(all, { ...none, ...selection }).map(({ id }) => id)
  expect(ids({})).toEqual(['a', 'b'])
  expect(ids({ since: '2026-01-02T00:00:00.000Z' })).toEqual(['b'])
  expect(ids({ until: '2026-02-01T00:00:00.000Z' })).toEqual(['a'])
  expect(ids({ severities: ['SEV1'] })).toEqual(['a'])
  expect(ids({ service: 'login' })).toEqual(['b'])
})
