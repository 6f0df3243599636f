/** Ids of all rules; apart from the rules, so that hotwash.yaml can be read without them. */
export const RULE_IDS = [
  'to-write-left',
  'citation-undefined',
  'human-error',
  'waiver-reason',
  'waiver-unused',
] as const

export type RuleId = (typeof RULE_IDS)[number]
