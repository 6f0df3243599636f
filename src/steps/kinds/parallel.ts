/** Steps that run at the same time. */
import { z } from 'zod'
import { integer, nestedSteps } from '../../runbook/fields.ts'
import type { GroupKind } from '../kind.ts'
import { GROUP_OUTCOME, GROUP_OUTPUTS, memberIds } from './group/outcome.ts'

const params = z.strictObject({
  steps: nestedSteps().describe('what runs at the same time; no gates and no `tty`'),
  limit: integer({ min: 1, max: 32 }).default(4).describe('how many at a time; 4 unless stated'),
})

export const parallel: GroupKind<typeof params> = {
  type: 'group',
  members: 'together',
  kind: 'parallel',
  summary: 'runs several steps at the same time',
  params,
  example: `parallel:
  limit: 2
  steps:
    - {id: api, http: {url: "https://example.test/healthz"}}
    - {id: web, http: {url: "https://www.example.test/"}}`,
  effect: 'read',
  outcome: GROUP_OUTCOME,
  defaultOutputs: GROUP_OUTPUTS,
  timeoutMs: null,
  plan: ({ steps, limit }) => {
    const ids = memberIds(steps)
    return `runs ${ids.length} ${ids.length === 1 ? 'step' : 'steps'}, at most ${limit} at a time: ${ids.join(', ')}`
  },
}
