import { expect, test } from 'vitest'
import { updateLines } from '../../src/cli/update-lines.ts'
import { applyEvent, emptyState } from '../../src/incident/fold.ts'
import type { StepState } from '../../src/incident/state.ts'
import { makeEvents, type TestDraft } from '../events.ts'

const about = { run: 'r', step: 'fix' }
const BEGUN: TestDraft[] = [
  {
    type: 'run.started',
    run: 'r',
    data: {
      runbook: { name: 'Fix', path: 'r.yaml', sha256: 'a'.repeat(64) },
      inputs: {},
      guided: false,
      yes: true,
      steps: [{ id: 'fix', kind: 'run', name: 'fix', always: false }],
    },
  },
  {
    ...about,
    type: 'step.started',
    data: {
      kind: 'run',
      name: 'fix',
      effect: 'change',
      preview: 'do',
      digest: 'b'.repeat(64),
      timeout_ms: null,
      undo: { kind: 'run', preview: 'undo' },
    },
  },
  {
    ...about,
    type: 'step.finished',
    data: { status: 'failed', reason: 'no such host', duration_ms: 26, exit_code: 1 },
  },
  { ...about, type: 'undo.started', data: { kind: 'run', preview: 'u', digest: 'c'.repeat(64) } },
]

function stepAfter(...more: TestDraft[]): StepState {
  const state = emptyState('i')
  for (const event of makeEvents([...BEGUN, ...more])) applyEvent(state, event)
  const step = state.runs[0]?.steps.get('fix')
  if (step === undefined) throw new Error('no step')
  return step
}

const finished = (step: StepState, undo: boolean) =>
  updateLines({ type: 'finished', step, undo }).join('\n')

test('an undo that ended shows its own duration and reason, not those of its step', () => {
  const failed = stepAfter({
    ...about,
    type: 'undo.finished',
    data: { status: 'failed', reason: 'it is locked', duration_ms: 9, exit_code: 3 },
  })
  expect(finished(failed, true)).toBe('undo of fix: FAILED (9 ms, exit code 3)\n  it is locked')
  expect(finished(failed, false)).toBe('step fix: FAILED (26 ms, exit code 1)\n  no such host')
})

test('an undo that is tried again forgets how the first try ended', () => {
  const [, , , again] = BEGUN
  const step = stepAfter(
    { ...about, type: 'undo.finished', data: { status: 'failed', reason: 'x', duration_ms: 9 } },
    again as TestDraft,
    { ...about, type: 'undo.finished', data: { status: 'succeeded', duration_ms: 7 } },
  )
  expect(finished(step, true)).toBe('undo of fix: SUCCEEDED (7 ms)')
})

test('what a step noted is shown at its end, and the evidence of what was done by hand only once', () => {
  const noted = (data: object): StepState =>
    stepAfter({ ...about, type: 'step.finished', data: { duration_ms: 5, ...data } } as TestDraft)
  expect(finished(noted({ status: 'succeeded', notes: ['12 answered, no errors'] }), false)).toBe(
    'step fix: SUCCEEDED (5 ms)\n  note: 12 answered, no errors',
  )
  const byHand = noted({ status: 'succeeded', by: 'hand', reason: 'seen', notes: ['seen'] })
  expect(finished(byHand, false)).toBe('step fix: SUCCEEDED (by hand, 5 ms)\n  seen')
})

test('a diagnosis was carried out, which is not to say that all is well', () => {
  const [begun, started] = BEGUN
  const state = emptyState('i')
  const looked = { ...started, data: { ...started?.data, observe: true } } as TestDraft
  const data = { status: 'succeeded', duration_ms: 5 } as const
  const events = makeEvents([begun as TestDraft, looked, { ...about, type: 'step.finished', data }])
  for (const event of events) applyEvent(state, event)
  expect(finished(state.runs[0]?.steps.get('fix') as StepState, false)).toBe(
    'step fix: OBSERVED (5 ms)',
  )
})
