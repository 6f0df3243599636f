import { expect, test } from 'vitest'
import { nextAction } from '../../../src/engine/walk/next-action.ts'
import { briefly, checksFailed, stepFailed } from '../../../src/engine/walk/run-reason.ts'
import { leftOut } from '../../../src/engine/walk/selection.ts'
import type { Step } from '../../../src/runbook/runbook.ts'
import { done, failed, runbookOf, step, Tape, unattended } from '../tape.ts'

const inside = (id: string, decide: string, option: string, tags: string[] = []): Step =>
  step(id, { tags, within: { decide, option } })

const BOOK = runbookOf(
  [
    step('look', { tags: ['read'] }),
    step('who', { kind: 'decide' }),
    inside('everyone', 'who', 'all', ['fix', 'slow']),
    inside('which', 'who', 'one'),
    step('after', { tags: ['fix'] }),
  ],
  [step('snap')],
)

const taken = (selection: object): string[] => {
  const tape = new Tape(BOOK, selection).add(...done('who', { choice: 'all' }))
  return [...BOOK.steps, ...BOOK.always]
    .filter((one) => leftOut(one, { run: tape.run, runbook: BOOK })?.by !== 'selection')
    .map(({ id }) => id)
}

test('--tags takes the steps with one of them, and the decisions on the way to them', () => {
  expect(taken({ tags: ['fix'] })).toEqual(['who', 'everyone', 'after', 'snap'])
  expect(taken({ tags: ['read', 'slow'] })).toEqual(['look', 'who', 'everyone', 'snap'])
})

test('--skip-tags leaves them out, also when --tags names them', () => {
  expect(taken({ skip_tags: ['fix'] })).toEqual(['look', 'who', 'which', 'snap'])
  expect(taken({ tags: ['fix'], skip_tags: ['slow'] })).toEqual(['who', 'after', 'snap'])
})

test('what is nested in a tagged decision has its tags', () => {
  const book = runbookOf([
    step('who', { kind: 'decide', tags: ['ask'] }),
    inside('one', 'who', 'x'),
    step('last'),
  ])
  const { run } = new Tape(book, { tags: ['ask'] })
  const reasons = book.steps.map((one) => leftOut(one, { run, runbook: book })?.reason)
  expect(reasons).toEqual([undefined, 'who chose nothing', 'not tagged ask (--tags)'])
})

test('--from, --until and tags all have to agree', () => {
  expect(taken({ from: 'who', tags: ['read', 'fix'] })).toEqual([
    'who',
    'everyone',
    'after',
    'snap',
  ])
  expect(taken({ until: 'who', tags: ['fix'] })).toEqual(['who', 'everyone', 'snap'])
})

test('a step that is not selected is skipped as such before anything else of it is asked', () => {
  const { run } = new Tape(BOOK, { tags: ['fix'] })
  expect(nextAction(BOOK, run, unattended)).toMatchObject({
    do: 'skip',
    step: { id: 'look' },
    by: 'selection',
    reason: 'not tagged fix (--tags)',
  })
})

const checks = [
  { name: 'whoami', status: 'failed', seen: '401 '.repeat(200), wanted: '200' },
  { name: 'token', status: 'passed', seen: '', wanted: '' },
] as const
const long = `1 of 2 checks failed: whoami (${checks[0].seen})`

test('the reason of a run counts failed checks and leaves what was seen to the step', () => {
  expect(checksFailed(checks)).toBe('1 of 2 checks failed')
  expect(checksFailed([])).toBeUndefined()
  expect(stepFailed({ id: 'validate', reason: long, checks })).toBe(
    'step validate failed: 1 of 2 checks failed',
  )
  // Checks that failed are not why a step timed out.
  expect(briefly('timed out after 100 ms', checks)).toBe('timed out after 100 ms')
})

test('any other reason is its first line, of bounded length', () => {
  expect(briefly('first\nsecond')).toBe('first')
  expect(briefly('x'.repeat(1_000))).toHaveLength(201)
  expect(briefly(undefined)).toBe('no reason was given')
})

test.each([
  ['stop', 'finish'],
  ['rollback', 'request_rollback'],
] as const)('a failing login with on_failure %s says so briefly', (onFailure, action) => {
  const book = runbookOf([step('validate', { onFailure })])
  const { run } = new Tape(book).add(...failed('validate', { reason: long, checks }))
  expect(nextAction(book, run, unattended)).toMatchObject({
    do: action,
    reason: 'step validate failed: 1 of 2 checks failed',
  })
})
