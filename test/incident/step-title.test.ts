import { expect, test } from 'vitest'
import { pendingStep } from '../../src/incident/pending-step.ts'
import type { StepState } from '../../src/incident/state.ts'
import { depthOf, ownName, roundInWords } from '../../src/incident/step-title.ts'

const step = (id: string, within?: string, items?: unknown[]): [string, StepState] => {
  const declared = { id, kind: 'run', name: id, always: false, within }
  return [id, { ...pendingStep(declared), ...(items === undefined ? {} : { group: { items } }) }]
}

test('a name that repeats the id is none', () => {
  expect(ownName({ id: 'mend', name: 'mend' })).toBeUndefined()
  expect(ownName({ id: 'mend.2', name: 'mend' })).toBeUndefined()
  expect(ownName({ id: 'save.copy', name: 'copy' })).toBeUndefined()
  expect(ownName({ id: 'save.copy', name: 'Copy it' })).toBe('Copy it')
})

test('a step in rounds says which they are, outermost first, however deep it is', () => {
  const run = {
    steps: new Map([
      step('regions', undefined, ['eu', { name: 'us' }]),
      step('hosts.2', 'regions', ['web1', 'web2', 'web3']),
      step('both.2.3', 'hosts.2'),
      step('mend.2.3', 'both.2.3'),
      step('save.1', 'regions'),
      step('save.1.copy', 'save.1'),
      step('alone'),
    ]),
  }
  expect(roundInWords(run, 'mend.2.3')).toBe('round 2 of 2: {"name":"us"}, round 3 of 3: web3')
  expect(roundInWords(run, 'save.1.copy')).toBe('round 1 of 2: eu')
  expect(roundInWords(run, 'alone')).toBeUndefined()
  expect(['regions', 'hosts.2', 'mend.2.3', 'gone'].map((id) => depthOf(run, id))).toEqual([
    0, 1, 3, 0,
  ])
})
