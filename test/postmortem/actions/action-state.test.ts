import { describe, expect, it } from 'vitest'
import { actionsOf, criterionOf } from '../../../src/postmortem/actions/action-state.ts'
import type { Action } from '../../../src/postmortem/front-matter/schema.ts'
import { makeEvents, type TestDraft } from '../../events.ts'

const POOL: Action = { id: 'pool', title: 'Alert on the pool', type: 'detect', owner: 'ana' }

const checked = (status: 'passed' | 'failed', action = 'pool'): TestDraft => ({
  type: 'action.checked',
  data: { action, status, preview: 'npm test', duration_ms: 5 },
})
const closed: TestDraft = {
  type: 'action.closed',
  data: { action: 'pool', evidence: 'seen in the dashboard' },
}

const stateOf = (drafts: readonly TestDraft[], action: Action = POOL) =>
  actionsOf({ actions: [action] }, makeEvents(drafts))[0]

describe('what has become of an action', () => {
  it('is open as long as nothing is recorded', () => {
    expect(stateOf([])).toEqual({
      id: 'pool',
      title: 'Alert on the pool',
      type: 'detect',
      owner: 'ana',
      status: 'open',
    })
    expect(actionsOf(undefined, [])).toEqual([])
    expect(actionsOf({ actions: null }, [])).toEqual([])
  })

  it('is done at a time that is not known where an imported report says no more', () => {
    const imported: TestDraft = {
      type: 'action.closed',
      data: { action: 'pool', evidence: 'marked as done in a.md, line 3', imported: true },
    }
    const state = stateOf([imported])
    expect(state).toMatchObject({ status: 'done', done_by: 'hand', clock: 1 })
    expect(state).not.toHaveProperty('done_at')
  })

  it('is done since the first check that passed, however often it passes again', () => {
    expect(stateOf([checked('failed'), checked('passed'), checked('passed')])).toMatchObject({
      status: 'done',
      done_by: 'check',
      done_at: '2026-11-21T10:00:01.000Z',
      clock: 2,
      checked: { clock: 3, status: 'passed' },
    })
  })

  it('is opened again by a check that fails later', () => {
    const state = stateOf([checked('passed'), checked('failed')])
    expect(state).toMatchObject({ status: 'open', checked: { status: 'failed' } })
    expect(state).not.toHaveProperty('done_at')
    expect(stateOf([closed, checked('failed')])).toMatchObject({ status: 'open' })
  })

  it('is done by hand where a person closed it after the last failed check', () => {
    expect(stateOf([checked('failed'), closed])).toMatchObject({
      status: 'done',
      done_by: 'hand',
      clock: 2,
    })
  })

  it('stays proven by its check when a person closes it, too', () => {
    expect(stateOf([checked('passed'), closed])).toMatchObject({ done_by: 'check', clock: 1 })
  })

  it('is declined where the head says so, whatever a check saw', () => {
    const state = stateOf([checked('passed')], { ...POOL, declined: 'the service is replaced' })
    expect(state).toMatchObject({ status: 'declined', declined: 'the service is replaced' })
    expect(state).not.toHaveProperty('done_by')
  })

  it('keeps the issue that it was synced to, also when a later sync names none', () => {
    const synced = (url?: string): TestDraft => ({
      type: 'action.synced',
      data: { action: 'pool', to: 'github', state: 'open', ...(url === undefined ? {} : { url }) },
    })
    expect(stateOf([synced('https://forge.test/7'), synced()])?.url).toBe('https://forge.test/7')
  })

  it('is judged by its own events alone', () => {
    expect(stateOf([checked('passed', 'other')])?.status).toBe('open')
  })

  it('is not proven by the check of another criterion than it has now', () => {
    const done_when = { run: ['npm', 'test'], expect: 'exit_code == 0' }
    const data = { action: 'pool', status: 'passed', preview: 'npm test', duration_ms: 5 } as const
    const seen: TestDraft = {
      type: 'action.checked',
      data: { ...data, criterion: criterionOf(done_when) },
    }
    expect(stateOf([seen], { ...POOL, done_when })?.status).toBe('done')
    const swapped = { expect: 'exit_code == 0', run: ['npm', 'test'] }
    expect(stateOf([seen], { ...POOL, done_when: swapped })?.status).toBe('done')
    expect(stateOf([seen], { ...POOL, done_when: { run: ['true'] } })?.status).toBe('open')
    expect(stateOf([seen, closed], { ...POOL, done_when: { run: ['true'] } })).toMatchObject({
      status: 'done',
      done_by: 'hand',
    })
  })
})
