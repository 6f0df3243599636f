/** A choice of a person; the steps of the chosen option run, those of the others are skipped. */
import { z } from 'zod'
import { nestedSteps, text } from '../../runbook/fields.ts'
import type { GateKind } from '../kind.ts'

const params = z.strictObject({
  question: text(z.string().min(1)).describe('what is to be decided'),
  options: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name is [a-z][a-z0-9_]*'),
      z.strictObject({
        label: text().optional().describe('what the person reads; the name when left out'),
        steps: nestedSteps().optional().describe('the steps of this option'),
      }),
    )
    .refine((options) => Object.keys(options).length >= 2, 'at least two options are needed')
    .describe('at least two, by the name that is answered'),
})

export const decide: GateKind<typeof params> = {
  type: 'gate',
  gate: 'decide',
  kind: 'decide',
  summary: 'asks a person to choose, and runs the steps of the chosen option',
  params,
  example: `decide:
  question: Who is affected?
  options:
    everyone: {label: All users}
    tenant: {label: One tenant}`,
  effect: 'read',
  outcome: { choice: 'string' },
  defaultOutputs: { choice: 'choice' },
  timeoutMs: null,
  plan: ({ question, options }) => `asks: ${question} (${Object.keys(options).join(', ')})`,
  question: ({ question, options }) => {
    const labels = Object.entries(options).map(([name, { label }]) => [name, label ?? name])
    return { question, accepts: { options: Object.fromEntries(labels) } }
  },
  accept: ({ options }, answers) => {
    const names = Object.keys(options)
    const choice = answers.at(-1)?.answer.choose
    if (answers.length === 0) return { is: 'open', missing: `a choice of ${names.join(', ')}` }
    if (choice === undefined || !names.includes(choice)) {
      return { is: 'refused', why: `choose one of ${names.join(', ')}` }
    }
    return { is: 'accepted', outputs: { choice }, reason: `chose ${choice}` }
  },
}
