/** Values that only a person knows; they become outputs. */
import { z } from 'zod'
import { text } from '../../runbook/fields.ts'
import type { GateKind } from '../kind.ts'
import { acceptsOf, fitValues, valueSpecs } from './values.ts'

const params = z.strictObject({
  question: text().optional().describe('what the person reads first'),
  values: valueSpecs()
    .refine((values) => Object.keys(values).length > 0, 'at least one value is needed')
    .describe('the values, by name; a secret one is masked and never stored'),
})

export const ask: GateKind<typeof params> = {
  type: 'gate',
  gate: 'ask',
  kind: 'ask',
  summary: 'asks a person for values',
  params,
  example: `ask:
  question: Why is this done by hand?
  values: {reason: {type: string}, token: {type: string, secret: true}}`,
  effect: 'read',
  outcome: { values: 'map' },
  shapes: {
    values: `by name, as asked for`,
  },
  defaultOutputs: {},
  timeoutMs: null,
  plan: ({ values }) => `asks for ${Object.keys(values).join(', ')}`,
  question: ({ question, values }) => ({
    question: question ?? `Please give: ${Object.keys(values).join(', ')}`,
    accepts: { values: acceptsOf(values) },
  }),
  accept: ({ values }, answers) => {
    const answer = answers.at(-1)?.answer
    if (answer === undefined) return { is: 'open', missing: Object.keys(values).join(', ') }
    const fitted = fitValues(values, answer.values ?? {})
    if (!fitted.ok) return { is: 'refused', why: fitted.why }
    return { is: 'accepted', outputs: fitted.values, reason: 'answered' }
  },
}
