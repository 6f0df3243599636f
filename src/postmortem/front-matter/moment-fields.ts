/** The times of the head, which the log knows: each field with its moment. */
import type { MomentName } from '../../incident/moments.ts'

export const MOMENT_FIELDS = [
  ['impact_start', 'impact_start'],
  ['detected_at', 'detected'],
  ['declared_at', 'declared'],
  ['acknowledged_at', 'acknowledged'],
  ['mitigated_at', 'mitigated'],
  ['resolved_at', 'resolved'],
] as const satisfies readonly (readonly [string, MomentName])[]
