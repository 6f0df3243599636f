/** What lint says of a report: one sentence with its place, and what to do about it. */
export type Severity = 'error' | 'warning' | 'note'

/** From 1, in the file; columns count UTF-16 units. */
export type Position = { line: number; column: number }

export type Finding = Position & {
  rule: string
  severity: Severity
  file: string
  message: string
  suggestion: string
  /** Where the facts stand that the claim disagrees with. */
  also?: Position[]
}

/** What a rule finds; the rest of the finding follows from the rule. */
export type Found = Position & {
  message: string
  suggestion?: string
  also?: Position[]
  /** Where it is less sure than the rule. */
  severity?: 'note'
  /** About the report as a whole: its waiver may stand anywhere. */
  whole?: true
}
