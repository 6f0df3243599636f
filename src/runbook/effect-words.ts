/** An effect as a person reads it: what changes the world is in capitals. */
import type { Effect } from './runbook.ts'

export const EFFECT_WORDS = {
  read: 'reads',
  change: 'CHANGES',
  destroy: 'DESTROYS',
} as const satisfies Record<Effect, string>
