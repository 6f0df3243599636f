/** The values that `${{ }}` and CEL see at one moment of a run. */
import type { StepStatus } from '../../incident/state.ts'
import type { Value } from '../../incident/value.ts'

export type Scope = {
  inputs: Readonly<Record<string, Value>>
  /** Resolved secrets; a missing optional one is absent. */
  secrets: Readonly<Record<string, string>>
  steps: Readonly<Record<string, { status: StepStatus; outputs: Readonly<Record<string, Value>> }>>
  incident: { id: string }
  run: { id: string }
}

/** Before step 1, when nothing has run and no incident may be declared yet. */
export const scopeBeforeRun = (inputs: Scope['inputs'], secrets: Scope['secrets'] = {}): Scope => ({
  inputs,
  secrets,
  steps: {},
  incident: { id: '' },
  run: { id: '' },
})
