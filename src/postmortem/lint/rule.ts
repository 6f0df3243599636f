/** The contract of a rule: a value in the table of rules.ts. */
import type { IncidentEvent } from '../../incident/event.ts'
import type { IncidentState } from '../../incident/state.ts'
import type { Found, Severity } from './finding.ts'
import type { LintDocument } from './lint-document.ts'
import type { RuleId } from './rule-ids.ts'

export type LintRecord = { events: readonly IncidentEvent[]; state: IncidentState }

export type LintContext = {
  /** RFC 3339. */
  now?: string | undefined
  /** Of a report of hotwash, where its log is at hand. */
  record?: LintRecord | undefined
}

export type LintRule = {
  /** For ever: waivers and hotwash.yaml name it. */
  id: RuleId
  severity: Severity
  /** Why it is worth a person's time, in one or two sentences. */
  reason: string
  suggestion: string
  /** Markdown in which it finds nothing, and in which it, and no other rule, finds something. */
  good: string
  bad: string
  /** It finds nothing where there is no log. */
  needs?: 'record'
  /** It judges the words of hotwash, so that a document that was imported is not its business. */
  ofHotwash?: true
  check(document: LintDocument, context: LintContext): Found[]
}
