/** Lints a post-mortem: its text, and the log where there is one, to findings. Pure; never throws. */
import type { Finding, Found, Severity } from './finding.ts'
import { lintDocument } from './lint-document.ts'
import type { LintRecord, LintRule } from './rule.ts'
import { RULES } from './rules.ts'
import { waiverProblems, waiversIn, type Waiver } from './waivers.ts'

export type RuleSwitches = Readonly<Record<string, 'error' | 'warning' | 'off'>>

export type LintSource = {
  text: string
  /** As the user named it. */
  file: string
  record?: LintRecord | undefined
  /** RFC 3339; what lies before it is over. */
  now?: string | undefined
  rules?: RuleSwitches | undefined
}

/** In the order of the text. */
export const lintReport = ({ text, file, record, now, rules = {} }: LintSource): Finding[] => {
  const document = lintDocument(text, file)
  const waivers = waiversIn(document)
  const used = new Set<Waiver>()
  const findings: Finding[] = []
  const add = (rule: LintRule, found: Found): void => {
    const severity = rules[rule.id] ?? found.severity ?? rule.severity
    if (severity !== 'off') findings.push(findingOf({ rule, severity, file }, found))
  }
  for (const rule of RULES)
    for (const found of rule.check(document, { record, now })) {
      if (rule.ofHotwash === true && found.line >= document.importedFrom) continue
      const by = waivers.filter((waiver) => waives(waiver, rule, found))
      for (const waiver of by) used.add(waiver)
      // A waiver without a reason is a finding, and waives all the same: one fault, one finding.
      if (by.length === 0) add(rule, found)
    }
  const ids = RULES.map(({ id }) => id)
  for (const { rule: id, found } of waiverProblems(waivers, used, ids)) {
    const rule = RULES.find((one) => one.id === id)
    if (rule !== undefined) add(rule, found)
  }
  return findings.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

const waives = (waiver: Waiver, rule: LintRule, found: Found): boolean =>
  waiver.rule === rule.id &&
  (found.whole === true || (waiver.from <= found.line && found.line <= waiver.to))

const findingOf = (
  { rule, severity, file }: { rule: LintRule; severity: Severity; file: string },
  { line, column, message, suggestion = rule.suggestion, also }: Found,
): Finding => ({
  rule: rule.id,
  severity,
  file,
  line,
  column,
  message,
  suggestion,
  ...(also !== undefined && { also }),
})
