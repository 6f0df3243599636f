/** The table of all rules, in the order of the documentation. */
import type { LintRule } from './rule.ts'
import { humanError } from './rules/blame.ts'
import { citationUndefined } from './rules/citations.ts'
import { toWriteLeft } from './rules/to-write.ts'
import { waiverReason, waiverUnused } from './rules/waivers.ts'

export const RULES: readonly LintRule[] = [
  toWriteLeft,
  citationUndefined,
  humanError,
  waiverReason,
  waiverUnused,
]
