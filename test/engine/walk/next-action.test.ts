import { expect, test } from 'vitest'
import { noProgress, type Mode } from '../../../src/engine/walk/action.ts'
import { nextAction } from '../../../src/engine/walk/next-action.ts'
import { retryDelayMs } from '../../../src/engine/attempt/retry.ts'
import type { Step } from '../../../src/runbook/runbook.ts'
import {
  brief,
  check,
  done,
  failed,
  runbookOf,
  started,
  step,
  Tape,
  unattended,
  when,
} from '../tape.ts'

type Row = {
  says: string
  steps: Step[]
  always?: Step[]
  tape?: [type: string, data: object, step?: string][]
  mode?: Partial<Mode>
  expect: string
}
const TABLE: Row[] = [
  { says: 'begins with the first step', steps: [step('a'), step('b')], expect: 'attempt a' },
  { says: 'asks for `when` first', steps: [step('a', { when, check })], expect: 'evaluate_when a' },
  {
    says: 'then for `check`',
    steps: [step('a', { check, confirm: 'x' })],
    expect: 'probe_check a',
  },
  {
    says: 'then for the confirmation',
    steps: [step('a', { confirm: 'x' })],
    expect: 'open_gate a',
  },
  { says: 'destroy always asks', steps: [step('a', { effect: 'destroy' })], expect: 'open_gate a' },
  {
    says: '--yes covers it',
    steps: [step('a', { effect: 'destroy' })],
    mode: { yes: true },
    expect: 'attempt a',
  },
  {
    says: 'a guided run asks',
    steps: [step('a')],
    mode: { interactive: true, guided: true },
    expect: 'ask_step a',
  },
  {
    says: 'a gate is opened',
    steps: [step('a', { kind: 'ask' })],
    mode: { yes: true },
    expect: 'open_gate a',
  },
  {
    says: 'an open gate is awaited',
    steps: [step('a', { kind: 'ask' })],
    tape: [['gate.opened', { gate: 'ask' }, 'a']],
    expect: 'await_gate a',
  },
  {
    says: 'what ended is over',
    steps: [step('a'), step('b')],
    tape: [started('a'), done('a')],
    expect: 'attempt b',
  },
  {
    says: 'stop ends the run',
    steps: [step('a'), step('b')],
    tape: [started('a'), failed('a')],
    expect: 'finish failed',
  },
  {
    says: 'continue goes on',
    steps: [step('a', { onFailure: 'continue' }), step('b')],
    tape: [started('a'), failed('a')],
    expect: 'attempt b',
  },
  {
    says: 'a continued failure does not decide',
    steps: [step('a', { onFailure: 'continue' })],
    tape: [started('a'), failed('a')],
    expect: 'finish succeeded',
  },
  {
    says: 'ask asks',
    steps: [step('a', { onFailure: 'ask' })],
    tape: [started('a'), failed('a')],
    mode: { interactive: true },
    expect: 'ask_failure a',
  },
  {
    says: 'rollback is requested',
    steps: [step('a', { onFailure: 'rollback' })],
    tape: [started('a'), failed('a')],
    expect: 'request_rollback',
  },
  {
    says: 'an announced retry is waited for',
    steps: [step('a', { onFailure: 'rollback' })],
    tape: [started('a'), failed('a', { retry_in_ms: 5 })],
    expect: 'wait_retry a',
  },
  {
    says: 'a retry asks `check` again',
    steps: [step('a', { check })],
    tape: [started('a'), failed('a')],
    mode: { progress: { ...noProgress('a'), when: true, again: true } },
    expect: 'probe_check a',
  },
  {
    says: 'an interrupted harmless step is no failure once the run is resumed',
    steps: [step('a', { idempotent: true })],
    tape: [started('a'), failed('a', { interrupted: true }), ['run.resumed', {}]],
    expect: 'attempt a',
  },
  {
    says: 'before that it is one',
    steps: [step('a', { idempotent: true })],
    tape: [started('a'), failed('a', { interrupted: true })],
    expect: 'finish failed',
  },
  {
    says: 'an interrupted step that changes something is not repeated',
    steps: [step('a')],
    tape: [started('a'), failed('a', { interrupted: true }), ['run.resumed', {}]],
    expect: 'finish failed',
  },
  {
    says: 'a harmless step that failed by itself is not repeated',
    steps: [step('a', { idempotent: true })],
    tape: [started('a'), failed('a'), ['run.resumed', {}]],
    expect: 'finish failed',
  },
  {
    says: 'undone to a step only, the run is stopped',
    steps: [step('a'), step('b')],
    tape: [
      started('a'),
      done('a'),
      started('b'),
      done('b'),
      ['rollback.requested', { reason: 'r', to: 'b' }],
      ['undo.started', {}, 'b'],
      ['undo.finished', { status: 'succeeded' }, 'b'],
    ],
    expect: 'finish stopped',
  },
  {
    says: 'always runs at a failed end',
    steps: [step('a')],
    always: [step('z')],
    tape: [started('a'), failed('a')],
    expect: 'attempt z',
  },
  {
    says: 'a failing always turns success',
    steps: [],
    always: [step('z')],
    tape: [started('z'), failed('z')],
    expect: 'finish failed',
  },
  {
    says: 'an unknown step is settled, never always',
    steps: [step('a')],
    always: [step('z')],
    tape: [started('a'), ['step.finished', { status: 'unknown', duration_ms: 1 }, 'a']],
    expect: 'settle a',
  },
  {
    says: 'not done runs again',
    steps: [step('a')],
    tape: [started('a'), ['step.settled', { as: 'not_done', how: 'hand' }, 'a']],
    expect: 'attempt a',
  },
  {
    says: 'undo is last in first out',
    steps: [step('a'), step('b')],
    tape: [
      started('a'),
      done('a'),
      started('b'),
      failed('b'),
      ['rollback.requested', { reason: 'r' }],
    ],
    expect: 'undo b',
  },
  {
    says: 'a rollback settles unknown steps first',
    steps: [step('a'), step('b')],
    tape: [started('a'), done('a'), started('b'), ['rollback.requested', { reason: 'r' }]],
    expect: 'settle b',
  },
  {
    says: 'not done is undone all the same',
    steps: [step('a')],
    tape: [
      started('a'),
      ['step.settled', { as: 'not_done', how: 'hand' }, 'a'],
      ['rollback.requested', { reason: 'r' }],
    ],
    expect: 'undo a',
  },
  {
    says: 'a failed undo stops',
    steps: [step('a')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.started', {}, 'a'],
      ['undo.finished', { status: 'failed' }, 'a'],
    ],
    expect: 'finish stopped',
  },
  {
    says: 'a failed undo asks',
    steps: [step('a')],
    mode: { interactive: true },
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.finished', { status: 'failed' }, 'a'],
    ],
    expect: 'ask_undo_failed a',
  },
  {
    says: 'an interrupted undo is settled',
    steps: [step('a')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.started', {}, 'a'],
    ],
    expect: 'settle a',
  },
  {
    says: 'always comes after the rollback',
    steps: [step('a')],
    always: [step('z')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.finished', { status: 'succeeded' }, 'a'],
    ],
    expect: 'attempt z',
  },
  {
    says: 'rolled back',
    steps: [step('a')],
    tape: [
      started('a'),
      done('a'),
      ['rollback.requested', { reason: 'r' }],
      ['undo.finished', { status: 'succeeded' }, 'a'],
    ],
    expect: 'finish rolled_back',
  },
  {
    says: 'the chosen option runs',
    steps: [step('d', { kind: 'decide' }), step('a', { within: { decide: 'd', option: 'x' } })],
    tape: [done('d', { choice: 'x' })],
    expect: 'attempt a',
  },
  {
    says: 'the others are skipped',
    steps: [step('d', { kind: 'decide' }), step('a', { within: { decide: 'd', option: 'y' } })],
    tape: [done('d', { choice: 'x' })],
    expect: 'skip a',
  },
]

test.each(TABLE)('$says: $expect', (row) => {
  const runbook = runbookOf(row.steps, row.always)
  const tape = new Tape(runbook)
  for (const [type, data, id] of row.tape ?? []) tape.add(type, data, id)
  expect(brief(nextAction(runbook, tape.run, { ...unattended, ...row.mode }))).toBe(row.expect)
})

const FORWARD: [string, object, string?][] = [started('a'), done('a'), started('b'), done('b')]
const undone = (id: string, more: object = {}): [string, object, string] => [
  'undo.finished',
  { status: 'succeeded', ...more },
  id,
]

test.each<[string, [string, object, string?][], string]>([
  ['is undone at its end', FORWARD, 'request_rollback'],
  ['is undone after a failure, too', [started('a'), failed('a')], 'request_rollback'],
  [
    'undoes the last step first',
    [...FORWARD, ['rollback.requested', { reason: 'r', rehearsal: true }]],
    'undo b',
  ],
  [
    'succeeds when each step was undone, after always',
    [
      ...FORWARD,
      ['rollback.requested', { reason: 'r', rehearsal: true }],
      undone('b'),
      undone('a'),
      started('z'),
      done('z'),
    ],
    'finish succeeded',
  ],
  [
    'fails when a person undid a step',
    [
      ...FORWARD,
      ['rollback.requested', { reason: 'r', rehearsal: true }],
      undone('b', { by: 'hand' }),
      undone('a'),
      started('z'),
      done('z'),
    ],
    'finish failed',
  ],
  [
    'fails when a step was left out',
    [
      ...FORWARD,
      ['rollback.requested', { reason: 'r', rehearsal: true }],
      undone('b', { skipped: 'later' }),
      undone('a'),
      started('z'),
      done('z'),
    ],
    'finish failed',
  ],
  [
    'stops at an undo that failed',
    [
      ...FORWARD,
      ['rollback.requested', { reason: 'r', rehearsal: true }],
      ['undo.finished', { status: 'failed' }, 'b'],
      started('z'),
      done('z'),
    ],
    'finish stopped',
  ],
  [
    'is rolled back, and no success, after a failure',
    [
      started('a'),
      failed('a'),
      ['rollback.requested', { reason: 'r' }],
      undone('a'),
      started('z'),
      done('z'),
    ],
    'finish rolled_back',
  ],
])('a rehearsal %s', (_, tape, expected) => {
  const runbook = runbookOf([step('a'), step('b')], [step('z')])
  const rehearsal = new Tape(runbook, { rehearsal: true })
  for (const [type, data, id] of tape) rehearsal.add(type, data, id)
  expect(brief(nextAction(runbook, rehearsal.run, unattended))).toBe(expected)
})

test('--from and --until leave out what is before and after', () => {
  const runbook = runbookOf([step('a'), step('b'), step('c')])
  const tape = new Tape(runbook, { from: 'b', until: 'b' })
  const seen: string[] = []
  for (let turn = 0; turn < 4; turn += 1) {
    const action = nextAction(runbook, tape.run, unattended)
    seen.push(brief(action))
    if (action.do === 'skip') tape.add('step.skipped', { reason: 'r' }, action.step.id)
    if (action.do === 'attempt') tape.add(...started('b')).add(...done('b'))
  }
  expect(seen).toEqual(['skip a', 'attempt b', 'skip c', 'finish succeeded'])
})

test('retry delays grow up to their bound, and end with the limit', () => {
  const retry = { limit: 3, intervalMs: 100, backoff: 3, maxIntervalMs: 500, exitCodes: [7] }
  expect([1, 2, 3, 4].map((n) => retryDelayMs(retry, n, 7))).toEqual([100, 300, 500, undefined])
  expect(retryDelayMs(retry, 1, 8)).toBeUndefined()
  expect(retryDelayMs(retry, 1, undefined)).toBeUndefined()
  expect(retryDelayMs(undefined, 1, 7)).toBeUndefined()
})
