/** Something that a person does, and says so. */
import { z } from 'zod'
import { text } from '../../runbook/fields.ts'
import type { GateKind } from '../kind.ts'
import { acceptsOf, fitValues, valueSpecs } from './values.ts'

const params = z.strictObject({
  instruction: text(z.string().min(1)).describe('what the person is to do'),
  evidence: z
    .enum(['required', 'optional'])
    .default('optional')
    .describe('what shows that it was done'),
  values: valueSpecs()
    .default({})
    .describe('values that the person brings back; outputs of the step'),
})

export const manual: GateKind<typeof params> = {
  type: 'gate',
  gate: 'manual',
  kind: 'manual',
  summary: 'asks a person to do something, and waits until it is done',
  params,
  example: `manual:
  instruction: Ask support to confirm one real login.
  evidence: required
  values: {ticket: {type: string, pattern: "^https://"}}`,
  effect: 'read',
  outcome: { values: 'map', evidence: 'string' },
  shapes: {
    values: `by name, as asked for`,
  },
  defaultOutputs: {},
  timeoutMs: null,
  plan: ({ instruction }) => `asks a person: ${instruction}`,
  question: ({ instruction, evidence, values }) => ({
    question: instruction,
    accepts: { done: 'boolean', evidence, values: acceptsOf(values) },
  }),
  accept: ({ instruction, evidence, values }, answers) => {
    const answer = answers.at(-1)?.answer
    if (answer === undefined) return { is: 'open', missing: instruction }
    if (answer.done === false) {
      return { is: 'rejected', reason: answer.reason ?? answer.evidence ?? 'not done' }
    }
    if (answer.done !== true) return { is: 'refused', why: 'say whether it is done' }
    const shown = answer.evidence?.trim() ?? ''
    if (evidence === 'required' && shown === '') {
      return { is: 'refused', why: 'evidence is required: what shows that it was done?' }
    }
    const fitted = fitValues(values, answer.values ?? {})
    if (!fitted.ok) return { is: 'refused', why: fitted.why }
    return { is: 'accepted', outputs: fitted.values, reason: shown === '' ? 'done' : shown }
  },
}
