/** The steps of another runbook, with inputs of their own. */
import { z } from 'zod'
import { json } from '../../runbook/fields.ts'
import type { GroupKind } from '../kind.ts'
import { GROUP_OUTCOME, GROUP_OUTPUTS } from './group/outcome.ts'

const params = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(1_000)
    .describe('a path in the repository, or a name in ./runbooks or among the packaged ones'),
  inputs: z
    .record(z.string(), json())
    .optional()
    .describe('values of its inputs, checked like those of -i when the step starts'),
})

export const runbook: GroupKind<typeof params> = {
  type: 'group',
  members: 'included',
  kind: 'runbook',
  summary: 'includes another runbook: its guards, secrets, steps, rollbacks and always steps',
  params,
  example: `runbook:
  path: database-backup
  inputs: {keep: 5}`,
  effect: 'read',
  outcome: GROUP_OUTCOME,
  defaultOutputs: GROUP_OUTPUTS,
  timeoutMs: null,
  plan: ({ path, inputs = {} }) => {
    const given = Object.entries(inputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    return `runs the runbook ${path}${given.length === 0 ? '' : ` with ${given.join(', ')}`}`
  },
}
