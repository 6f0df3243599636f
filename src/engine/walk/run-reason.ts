/** Why a run, or a rollback, is as it is, in one line: the details stay with the step. Pure. */
import type { Check } from '../../incident/event.ts'
import type { StepState } from '../../incident/state.ts'

const MAX_CHARACTERS = 200

/** `2 of 12 checks failed`; undefined when none did. */
export function checksFailed(checks: readonly Check[]): string | undefined {
  const failed = checks.filter((check) => check.status === 'failed')
  return failed.length === 0 ? undefined : `${failed.length} of ${checks.length} checks failed`
}

export const stepFailed = (step: Pick<StepState, 'id' | 'reason' | 'checks'>): string =>
  `step ${step.id} failed: ${briefly(step.reason, step.checks)}`

export function briefly(reason: string | undefined, checks: readonly Check[] = []): string {
  if (reason === undefined) return 'no reason was given'
  const counted = checksFailed(checks)
  if (counted !== undefined && reason.startsWith(counted)) return counted
  const [line = ''] = reason.trim().split('\n', 1)
  return line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS)}…` : line
}
