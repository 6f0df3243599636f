import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { RULE_IDS } from '../../../src/postmortem/lint/rule-ids.ts'
import { NOT_MEASURABLE, PRECISION } from '../../../src/postmortem/lint/measured.ts'
import { RULES } from '../../../src/postmortem/lint/rules.ts'
import { exampleRecord, inReport } from './complete-report.ts'

const found = (text: string, rule: (typeof RULES)[number]) =>
  lintReport({
    text: inReport(text),
    file: 'report.md',
    record: rule.needs === 'record' ? exampleRecord() : undefined,
    now: '2026-11-21T12:00:00Z',
  })

describe('the table of rules', () => {
  it('has every id once, in the order of the list that hotwash.yaml is checked against', () => {
    expect(RULES.map(({ id }) => id)).toEqual(RULE_IDS)
  })

  it('claims no precision for what public reports do not have', () => {
    const claimed = new Set(Object.keys(PRECISION))
    expect(NOT_MEASURABLE.filter((id) => claimed.has(id))).toEqual([])
    const ofLog = RULES.filter(({ needs }) => needs === 'record')
    expect(ofLog.filter(({ id }) => claimed.has(id))).toEqual([])
  })

  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s is quiet on its good example',
    (_, rule) => {
      expect(found(rule.good, rule)).toEqual([])
    },
  )

  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s finds its bad example, and no other rule does',
    (id, rule) => {
      const findings = found(rule.bad, rule)
      expect(new Set(findings.map((finding) => finding.rule))).toEqual(new Set([id]))
    },
  )
})
