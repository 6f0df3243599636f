/** What is wrong with waivers is known only when all other rules have been carried out: lint-report.ts. */
import type { LintRule } from '../rule.ts'

export const waiverReason: LintRule = {
  id: 'waiver-reason',
  severity: 'error',
  reason: 'Whoever reads the waiver next year must be able to judge whether it still holds.',
  suggestion: 'say why after a colon: <!-- hotwash-waive RULE: the reason -->',
  good: '<!-- hotwash-waive human-error: the term is the subject of this paragraph -->\nThe report of the vendor speaks of human error.',
  bad: '<!-- hotwash-waive human-error -->\nThe system was in maintenance.',
  check: () => [],
}

export const waiverUnused: LintRule = {
  id: 'waiver-unused',
  severity: 'warning',
  reason: 'A waiver that waives nothing hides the next real finding in its place.',
  suggestion: 'delete it, or name the rule that it is for',
  good: '<!-- hotwash-waive human-error: the term is the subject of this paragraph -->\nThe report of the vendor speaks of human error.',
  bad: '<!-- hotwash-waive human-error: it was said so -->\nThe key was put back.',
  check: () => [],
}
