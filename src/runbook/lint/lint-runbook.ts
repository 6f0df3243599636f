/**
 * Rules beyond errors: each is one thing that has hurt somebody during an outage. Few and quiet, so
 * that a warning is read.
 */
import type { Uses } from '../check-pending.ts'
import type { KindShapes } from '../kind-shape.ts'
import type { Report } from '../report.ts'
import type { Runbook } from '../runbook.ts'
import type { Source } from '../yaml-source.ts'
import { declarationRules } from './declaration-rules.ts'
import { findingRules } from './finding-rules.ts'
import { stepRules } from './step-rules.ts'

export type Linting = {
  runbook: Runbook
  uses: Uses
  kinds: KindShapes
  source: Source
  report: Report
}

export function lintRunbook(linting: Linting): void {
  for (const rule of [...declarationRules, ...stepRules, ...findingRules]) rule(linting)
}
