/** The names that every expression of a runbook may mention, and their types. */
import type { CelType, Names } from '../deferred.ts'
import type { InputSpec, Runbook, Step } from '../runbook.ts'

const TYPES = {
  string: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
} as const satisfies Record<InputSpec['type'], CelType>

export function namesOf(declared: {
  inputs: Readonly<Record<string, Pick<InputSpec, 'type'>>>
  secrets: readonly string[]
  /** Dotted names and types of what each step offers. */
  steps: Names
}): Names {
  const names: Record<string, CelType> = { 'incident.id': 'string', 'run.id': 'string' }
  for (const [name, { type }] of Object.entries(declared.inputs))
    names[`inputs.${name}`] = TYPES[type]
  for (const name of declared.secrets) names[`secrets.${name}`] = 'string'
  return Object.assign(names, declared.steps)
}

/** The steps that its own text names. */
export const ownSteps = (runbook: Pick<Runbook, 'steps' | 'always'>): Step[] =>
  [...runbook.steps, ...runbook.always].filter(({ origin }) => origin === undefined)

const ofRunbook = new WeakMap<Runbook, Names>()

/** For evaluation: outputs are open, since `parse` has found their typos. */
export function globalNames(runbook: Runbook): Names {
  const known = ofRunbook.get(runbook)
  if (known) return known
  const steps: Record<string, CelType> = {}
  for (const { id } of ownSteps(runbook)) {
    steps[`steps.${id}.status`] = 'string'
    steps[`steps.${id}.outputs`] = 'dyn'
  }
  const names = namesOf({ inputs: runbook.inputs, secrets: Object.keys(runbook.secrets), steps })
  // Groups that are empty in this runbook still exist, so that `has()` and messages work.
  for (const group of ['inputs', 'secrets', 'steps']) {
    if (!Object.keys(names).some((name) => name.startsWith(`${group}.`))) {
      Object.assign(names, { [group]: 'dyn' })
    }
  }
  ofRunbook.set(runbook, names)
  return names
}
