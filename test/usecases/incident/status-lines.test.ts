import { expect, it } from 'vitest'
import { foldEvents } from '../../../src/incident/fold.ts'
import { statusLines } from '../../../src/usecases/incident/show-incident.ts'
import { makeEvents } from '../../events.ts'

const DIGEST = 'a'.repeat(64)

it('says how long the step that is at work has been', () => {
  const events = makeEvents([
    { type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } },
    {
      type: 'run.started',
      run: 'run-1',
      data: {
        runbook: { name: 'Restart', path: 'restart.yaml', sha256: DIGEST },
        inputs: {},
        guided: true,
        yes: false,
        steps: [{ id: 'slow', kind: 'run', name: 'Restart the workers', always: false }],
      },
    },
    {
      type: 'step.started',
      run: 'run-1',
      step: 'slow',
      attempt: 1,
      data: {
        kind: 'run',
        name: 'Restart the workers',
        effect: 'change',
        preview: 'restart',
        digest: DIGEST,
        timeout_ms: 60_000,
      },
    },
  ])
  const nowMs = Date.parse(events.at(-1)?.at ?? '') + 43_000
  const lines = statusLines(
    { state: foldEvents('2026-11-21-login-outage', events), next: undefined },
    nowMs,
  )
  expect(lines.at(-1)).toBe('step slow: RUNNING for 43.0 s')
})

it('never says that an incident has been open for less than nothing', () => {
  const events = makeEvents([
    { type: 'incident.declared', data: { title: 'Login fails', severity: 'SEV2' } },
    { type: 'incident.resolved', data: {} },
  ])
  const at = Date.parse(events[0]?.at ?? '')
  const state = foldEvents('2026-11-21-login-outage', events.slice(0, 1))
  const over = { ...state, resolvedAt: new Date(at - 60_000).toISOString() }
  const said = (shown: typeof state) =>
    statusLines({ state: shown, next: undefined }, at - 7_200_000)[2]
  expect(said(state)).toMatch(/, 2 h 00 min ahead of the clock here: two clocks differ$/)
  expect(said(over)).toMatch(/, resolved 1 min 0 s before that: two clocks differ$/)
})
