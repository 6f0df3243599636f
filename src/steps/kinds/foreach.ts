/** The same steps, once for each item of a list, in order. */
import { z } from 'zod'
import { Cel } from '../../runbook/deferred.ts'
import { nestedSteps } from '../../runbook/fields.ts'
import type { GroupKind } from '../kind.ts'
import { GROUP_OUTCOME, GROUP_OUTPUTS, memberIds } from './group/outcome.ts'

const A_LIST = `expected CEL that gives a list, such as '["web1", "web2"]' or steps.find.outputs.hosts`

const params = z.strictObject({
  in: z
    .string({ error: A_LIST })
    .min(1)
    .transform((source) => new Cel(source, 'none'))
    .describe('CEL that gives the list; at most 1,000 items, taken when the step starts'),
  as: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, 'a name is [a-z][a-z0-9_]*')
    .describe('what the steps call the item, in ${{ }} and CEL'),
  steps: nestedSteps().describe('what is done for each item; ids become ID.1, ID.2 and so on'),
})

export const foreach: GroupKind<typeof params> = {
  type: 'group',
  members: 'per_item',
  kind: 'foreach',
  summary: 'runs the same steps once for each item of a list',
  params,
  example: `foreach:
  in: '["web1.example.test", "web2.example.test"]'
  as: host
  steps:
    - {id: look, http: {url: "https://\${{ host }}/healthz"}}`,
  effect: 'read',
  outcome: GROUP_OUTCOME,
  defaultOutputs: GROUP_OUTPUTS,
  timeoutMs: null,
  plan: (asked, look) =>
    `runs ${memberIds(asked.steps).join(', ')} for each ${asked.as} in ${look.source(asked.in)}`,
}
