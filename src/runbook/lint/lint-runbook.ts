/**
 * Rules beyond errors: each is one thing that has hurt somebody during an outage. Few and quiet, so
 * that a warning is read.
 */
import { declarationRules } from './declaration-rules.ts'
import { findingRules } from './finding-rules.ts'
import type { Linting } from './rule.ts'
import { stepRules } from './step-rules.ts'

export function lintRunbook(linting: Linting): void {
  for (const rule of [...declarationRules, ...stepRules, ...findingRules]) rule(linting)
}
