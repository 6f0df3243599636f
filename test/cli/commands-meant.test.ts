import { expect, test } from 'vitest'
import { commandsMeant } from '../../src/cli/commands-meant.ts'
import { COMMANDS } from '../../src/commands/table.ts'

test.each([
  ['verify', ['audit verify']],
  ['lint', ['postmortem lint', 'runbook lint']],
  ['lst', ['list']],
  ['audit verfy', ['audit verify']],
  ['undo', ['rollback']],
  ['mitigated', ['update']],
  ['the', []],
  ['zebra', []],
])('%s', (typed, meant) => {
  expect(commandsMeant(COMMANDS, typed)).toEqual(meant)
})
