import { expect, it } from 'vitest'
import type { ActionState } from '../../../src/postmortem/actions/action-state.ts'
import { agedActions } from '../../../src/postmortem/actions/aged-actions.ts'

const NOW = Date.parse('2026-12-10T09:00:00Z')
const SEVERITIES = ['SEV1', 'SEV2', 'SEV3']

const action = (id: string, more: Partial<ActionState> = {}): ActionState => ({
  id,
  title: id,
  type: 'repair',
  owner: undefined,
  priority: undefined,
  due: undefined,
  tracker: undefined,
  done_when: undefined,
  declined: undefined,
  status: 'open',
  ...more,
})

const incident = (severity: string, actions: ActionState[]) => ({
  id: `2026-11-21-${severity.toLowerCase()}`,
  title: 'T',
  severity,
  declaredAt: '2026-11-21T10:00:00.000Z',
  resolvedAt: '2026-11-22T10:00:00.000Z',
  actions,
})

it('the worst come first: overdue, then by priority, severity and days', () => {
  const aged = agedActions(
    [
      incident('SEV3', [
        action('done', { status: 'done', done_by: 'check', done_at: '2026-11-25T11:00:00.000Z' }),
        action('p0', { priority: 'P0' }),
        action('late-p2', { priority: 'P2', due: '2026-12-01' }),
        action('declined', { status: 'declined', declined: 'no' }),
      ]),
      incident('SEV1', [
        action('late-p2-sev1', { priority: 'P2', due: '2026-12-08' }),
        action('late-no-priority', { due: '2026-01-01' }),
        action('no-priority'),
      ]),
    ],
    { now: NOW, severities: SEVERITIES },
  )
  expect(aged.map(({ id }) => id)).toEqual([
    'late-p2-sev1',
    'late-p2',
    'late-no-priority',
    'p0',
    'no-priority',
    'done',
    'declined',
  ])
})

it('an action is overdue from the day after it was due, and only while it is open', () => {
  const overdue = (more: Partial<ActionState>) =>
    agedActions([incident('SEV1', [action('a', more)])], { now: NOW, severities: SEVERITIES })[0]
      ?.days_overdue
  expect(overdue({ due: '2026-12-10' })).toBeUndefined()
  expect(overdue({ due: '2026-12-09' })).toBe(1)
  expect(overdue({ due: '2026-11-30' })).toBe(10)
  expect(overdue({ due: '2026-11-30', status: 'done' })).toBeUndefined()
})

it('age counts from the end of the incident, until it was done', () => {
  const [aged] = agedActions(
    [incident('SEV1', [action('a', { status: 'done', done_at: '2026-11-25T11:00:00.000Z' })])],
    { now: NOW, severities: SEVERITIES },
  )
  expect(aged).toMatchObject({ days_open: 3, since: '2026-11-22T10:00:00.000Z' })
  const open = agedActions([{ ...incident('SEV1', [action('a')]), resolvedAt: undefined }], {
    now: NOW,
    severities: SEVERITIES,
  })
  expect(open[0]).toMatchObject({ days_open: 18 })
})
