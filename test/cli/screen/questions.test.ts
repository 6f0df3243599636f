import { expect, test } from 'vitest'
import { keysFor } from '../../../src/cli/screen/keys.ts'
import { questionLines } from '../../../src/cli/screen/question-lines.ts'
import type { Question, StepCard } from '../../../src/ports/operator.ts'

const CARD = { id: 'fix', inputs: {} } as StepCard
const FAILURE: Question = {
  type: 'failure',
  card: CARD,
  reason: 'exit code 3',
  checks: [{ name: 'login', status: 'failed', seen: '401', wanted: '200' }],
  undoable: 1,
}

test('why a step failed is said once: above, or in the question', () => {
  const look = { width: 79, nowMs: 0 }
  expect(questionLines(FAILURE, { ...look, isTold: true })).toEqual([
    '',
    'step fix FAILED; what now?',
  ])
  const asked = questionLines(FAILURE, look).join('\n')
  expect(asked).toMatch(/login: seen: 401; wanted: 200\nstep fix FAILED: exit code 3$/)
})

test.each([true, false])(
  'looking again is offered where there is something to look at: %s',
  (probes) => {
    const question: Question = {
      type: 'settle',
      card: CARD,
      why: 'hotwash ended',
      undo: false,
      runningPid: undefined,
      probes,
    }
    expect(keysFor(question).some(({ deed }) => deed === 'probe')).toBe(probes)
  },
)
