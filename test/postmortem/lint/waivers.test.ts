import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import type { RuleSwitches } from '../../../src/postmortem/lint/lint-report.ts'

const rulesOf = (text: string, rules: RuleSwitches = {}): string[] =>
  lintReport({ text, file: 'report.md', rules }).map(({ rule, line }) => `${line} ${rule}`)

const WAIVER = '<!-- hotwash-waive human-error: the vendor calls it so -->'

describe('a waiver', () => {
  it('holds for the line after it, and for no other paragraph', () => {
    expect(rulesOf(`${WAIVER}\nA human error.\n\nA human error.\n`)).toEqual(['4 human-error'])
  })

  it('holds for the whole paragraph in which it stands', () => {
    expect(rulesOf(`First line ${WAIVER}\nand a human error\nand another human error.\n`)).toEqual(
      [],
    )
  })

  it('holds for its own item and its own row only', () => {
    expect(rulesOf(`- human error ${WAIVER}\n- human error\n`)).toEqual(['2 human-error'])
    const table = `| A |\n| --- |\n| human error ${WAIVER} |\n| human error |\n`
    expect(rulesOf(table)).toEqual(['4 human-error'])
  })

  it('before a table holds for what is said of the whole table, and for its rows', () => {
    const table = '## Actions\n\n| Action | Priority |\n| --- | --- |\n| Improve it | P1 |\n'
    expect(rulesOf(table)).toEqual([
      '3 action-owner',
      '3 action-due',
      '3 action-tracker',
      '5 vague-action',
    ])
    const waive = (rule: string) => `<!-- hotwash-waive ${rule}: kept in the tracker -->`
    const waived = table.replace(
      '| Action',
      () => `${waive('action-owner')} ${waive('vague-action')}\n| Action`,
    )
    expect(rulesOf(waived)).toEqual(['4 action-due', '4 action-tracker'])
  })

  it('before a heading holds for the heading', () => {
    const title =
      '# Logins failed 2025-03-04\n\n- 2026-03-04 10:15 alert\n- 2026-03-04 10:20 over\n'
    expect(rulesOf(title)).toEqual(['1 date-typo'])
    expect(rulesOf(`<!-- hotwash-waive date-typo: named by the ticket -->\n${title}`)).toEqual([])
  })

  it('holds over an empty line for the block that follows', () => {
    expect(rulesOf(`${WAIVER}\n\nA human error\nin two lines: human error.\n`)).toEqual([])
  })

  it('without a reason is the only finding of its place', () => {
    expect(rulesOf('<!-- hotwash-waive human-error -->\nA human error.\n')).toEqual([
      '1 waiver-reason',
    ])
    expect(rulesOf('<!-- hotwash-waive human-error:  -->\nA human error.\n')).toEqual([
      '1 waiver-reason',
    ])
  })

  it('that waives nothing, or names no rule, is a finding', () => {
    expect(rulesOf(`${WAIVER}\nAll is well.\n`)).toEqual(['1 waiver-unused'])
    const [finding] = lintReport({
      text: '<!-- hotwash-waive human-eror: reason -->\nA human error.\n',
      file: 'x.md',
    })
    expect(finding?.message).toContain('did you mean human-error?')
  })

  it('shown as an example in code is none', () => {
    expect(rulesOf(`Write \`${WAIVER}\` there.\n\n\`\`\`\n${WAIVER}\n\`\`\`\n`)).toEqual([])
  })

  it('for the report as a whole may stand anywhere', () => {
    const report = '# A\n\n## Impact\n\nAll logins failed.\n\n## Detection\n\nAn alert fired.\n'
    expect(rulesOf(report)).toEqual(['1 no-timeline'])
    expect(rulesOf(`${report}\n<!-- hotwash-waive no-timeline: times were lost -->\n`)).toEqual([])
  })

  it('in the head stands behind a number sign', () => {
    const head = (comment: string) =>
      `---\nhotwash: 1\ndetection_source: monitoring\nimpact: { unknown: not counted }\nactions:\n  - id: a\n    title: Alert on 1 % of failed logins\n    type: prevent\n    priority: P1\n    due: 2026-12-01\n    tracker: T-1\n    done_when: it fired\n    ${comment}\n    owner: null\n---\n\n# X\n\n## Timeline\n\n- 10:15 an alert fires\n- 10:20 it is over\n`
    expect(rulesOf(head('# nothing'))).toEqual(['14 action-owner'])
    expect(rulesOf(head('# <!-- hotwash-waive action-owner: hired next week -->'))).toEqual([])
  })
})

describe('switches of hotwash.yaml', () => {
  it('turn a rule off, and change what it counts for', () => {
    expect(rulesOf('A human error.\n', { 'human-error': 'off' })).toEqual([])
    const [finding] = lintReport({
      text: 'A human error.\n',
      file: 'x.md',
      rules: { 'human-error': 'error' },
    })
    expect(finding?.severity).toBe('error')
  })

  it('a waiver of a rule that is off is no finding', () => {
    expect(rulesOf(`${WAIVER}\nA human error.\n`, { 'human-error': 'off' })).toEqual([])
  })
})
