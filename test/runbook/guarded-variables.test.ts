import { expect, test } from 'vitest'
import { isInherited, mayBeSet } from '../../src/runbook/guarded-variables.ts'

test.each([
  ['GIT_DIR', false, false],
  ['LD_PRELOAD', false, false],
  ['NODE_OPTIONS', false, false],
  ['NPM_CONFIG_REGISTRY', true, false],
  ['CLASSPATH', true, false],
  ['ENVIRONMENT', true, true],
  ['GITHUB_SHA', true, true],
  ['PATH', true, true],
])('%s: inherited %s, set by a runbook %s', (name, inherited, set) => {
  expect([isInherited(name), mayBeSet(name)]).toEqual([inherited, set])
})
