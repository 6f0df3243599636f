/** An input changed in the middle of a run: recorded, and voiding the approvals it was part of. */
import { readInput } from '../../runbook/inputs.ts'
import type { LiveRun } from '../live-run.ts'
import { runState } from '../live-run.ts'
import { recordRun, say } from '../record-step.ts'

export function editInput(live: LiveRun, name: string, given: string): void {
  const spec = live.runbook.inputs[name]
  if (spec === undefined) return say(live, 'warning', `there is no input ${name}`)
  const read = readInput(name, spec, given)
  if (!read.ok) return say(live, 'warning', read.problem)
  const secret = live.redactor.finds(JSON.stringify(read.value))
  if (secret !== undefined) {
    return say(live, 'warning', `input ${name} holds the secret ${secret}; inputs are recorded`)
  }
  const was = runState(live).inputs[name] ?? null
  recordRun(live, { type: 'input.changed', data: { name, value: read.value, was } })
  say(live, 'info', `input ${name} is now ${JSON.stringify(read.value)}; nothing was run yet`)
}
