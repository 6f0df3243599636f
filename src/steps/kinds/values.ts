/** Values that a person is asked for: how a runbook declares them, and whether an answer fits. */
import { z } from 'zod'
import type { Value } from '../../incident/value.ts'

const spec = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean']).default('string'),
  description: z.string().optional(),
  pattern: z.string().optional().describe('a regular expression that the whole or part must match'),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
  required: z.boolean().default(true),
  secret: z.boolean().default(false).describe('masked everywhere and never stored'),
})

export const valueSpecs = () =>
  z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name is [a-z][a-z0-9_]*'), spec)

type Spec = z.output<typeof spec>
export type ValueSpecs = Readonly<Record<string, Spec>>

/** What an answer may hold, as it is recorded with the question. */
export function acceptsOf(specs: ValueSpecs): Record<string, Value> {
  const entries = Object.entries(specs).map(([name, one]): [string, Value] => [
    name,
    Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as Value,
  ])
  return Object.fromEntries(entries)
}

export type FittedValues = { ok: true; values: Record<string, Value> } | { ok: false; why: string }

/** All problems at once; `--value k=v` gives strings, which are read as the declared type. */
export function fitValues(
  specs: ValueSpecs,
  given: Readonly<Record<string, unknown>>,
): FittedValues {
  const problems: string[] = []
  const values: Record<string, Value> = {}
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      problems.push(`there is no value ${name}; accepted: ${Object.keys(specs).join(', ')}`)
    }
  }
  for (const [name, one] of Object.entries(specs)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value === undefined || value === null || value === '') {
      if (one.required) problems.push(`${name} is missing`)
      continue
    }
    const fitted = fit(one, value)
    if (fitted === undefined) problems.push(`${name}: ${wanted(one)} is needed`)
    else values[name] = fitted
  }
  return problems.length === 0 ? { ok: true, values } : { ok: false, why: problems.join('; ') }
}

function fit(one: Spec, value: unknown): Value | undefined {
  const typed = ofType(one.type, value)
  if (typed === undefined) return undefined
  if (one.enum !== undefined && !one.enum.includes(typed)) return undefined
  const matches = one.pattern === undefined || new RegExp(one.pattern, 'u').test(String(typed))
  return matches ? typed : undefined
}

function ofType(type: Spec['type'], value: unknown): string | number | boolean | undefined {
  if (type === 'string') return typeof value === 'string' ? value : undefined
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value
    return value === 'true' || value === 'false' ? value === 'true' : undefined
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
  return type === 'number' || Number.isSafeInteger(number) ? number : undefined
}

function wanted(one: Spec): string {
  if (one.enum !== undefined) return `one of ${one.enum.join(', ')}`
  const pattern = one.pattern === undefined ? '' : ` that matches ${one.pattern}`
  return `a value of type ${one.type}${pattern}`
}
