/** What every group comes to: its members, counted by how they ended. */
import type { Names } from '../../../runbook/deferred.ts'

export const GROUP_OUTCOME: Names = { succeeded: 'int', failed: 'int', skipped: 'int' }

export const GROUP_OUTPUTS = {
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
} as const

/** Ids of nested steps, which is what `parse` leaves in their place. */
export const memberIds = (steps: unknown): string[] => steps as string[]
