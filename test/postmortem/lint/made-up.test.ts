import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'

const lint = (text: string): string[] =>
  lintReport({ text, file: 'a.md', now: '2026-11-21T12:00:00Z' }).map(
    ({ rule, line }) => `${line} ${rule}`,
  )

const REPORT = (impact: string, rest = '') => `# Queue backlog

## Impact

${impact}

## Detection

Alert.

## Timeline

| Event | Local (CET) | Time (UTC) |
|---|---|---|
| Retries begin | 11:02 | 10:02 |
| Alert | 11:10 | 10:10 |
| Fixed | 11:45 | 10:45 |

${rest}`

describe('a report without a fault', () => {
  it.each([
    ['numbers in a table of impact', '| Region | Lost |\n| --- | --- |\n| eu | 1,204 |'],
    ['numbers of what was harmed', 'In all, 220 builds were delayed.'],
    ['a labeled number', '| Users affected | 1,900 |\n| --- | --- |\n| Users affected | 1,900 |'],
  ])('may tell its impact as %s', (_, impact) => {
    expect(lint(REPORT(impact))).toEqual([])
  })

  it('may have its times in another column than the first', () => {
    expect(lint(REPORT('All logins failed.'))).toEqual([])
  })

  it('may speak of user errors as a rate', () => {
    expect(lint(REPORT('The user error rate rose to 40 %.'))).toEqual([])
  })

  it('may be in another language: what is looked for by words is not missed there', () => {
    const text =
      '# Ausfall\n\n## Wirkung\n\nNiemand kam hinein.\n\n## Verlauf\n\n- 10:15 Uhr rot\n- 10:40 Uhr alter Schlüssel\n\n## Maßnahmen\n\nSchlüssel ablegen.\n'
    expect(lint(text)).toEqual([])
  })
})

describe('a report with one fault has one finding', () => {
  const all = 'All logins failed.'
  it.each([
    ['a row in another column', REPORT(all).replace('11:10 | 10:10', '11:10 | 10:50'), '16 timeline-order'],
    ['zones without a day', REPORT(all, 'Failover at 02:17 UTC (04:17 CET).\n'), '19 zone-mismatch'],
    ['a weekday before brackets', REPORT(all, 'Released on Friday (2026-05-07).\n'), '19 weekday-mismatch'],
    ['days without times', REPORT(all, '- Start: 2026-01-05\n- Resolved: 2026-01-22\n- Duration: 27 days\n'), '21 duration-mismatch'],
    ['days out of order', REPORT(all, '- Start: 2026-01-05\n- Detected: 2026-01-02\n'), '20 moment-order'],
    ['an end before its start', REPORT(all, '- Start: 2026-01-05 10:00\n- End: 2026-01-04 11:00\n- Duration: 1 h\n'), '20 moment-order'],
    ['a wrong month, and a duration of it', REPORT(all, '- Start: 2026-01-05 10:00\n- Detected: 2026-02-05 10:05\n- Mitigated: 2026-01-05 10:20\n- Resolved: 2026-01-05 11:00\n- Time to mitigate: 15 min\n'), '20 date-typo'],
  ])('%s', (_, text, found) => {
    expect(lint(text)).toEqual([found])
  }) // prettier-ignore

  it('zones that have summer time are compared where both readings are wrong', () => {
    expect(lint(REPORT(all, 'At 13:25 UTC (06:25 PT).\n'))).toEqual([])
    expect(lint(REPORT(all, 'At 13:25 UTC (05:25 PT).\n'))).toEqual([])
    expect(lint(REPORT(all, 'At 13:25 UTC (09:25 PT).\n')).length).toBeLessThanOrEqual(1)
  })
})
