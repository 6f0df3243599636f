import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'

const lint = (text: string): string[] =>
  lintReport({ text, file: 'a.md' }).map(({ rule, line, column, severity }) =>
    [`${line}:${column}`, severity, rule].join(' '),
  )
const table = (title: string, ...rows: string[]): string => {
  const [header = '', ...others] = rows
  const rule = header.replace(/[^|]+/g, ' --- ')
  return `## ${title}\n\n${[header, rule, ...others].join('\n')}\n`
}
const ALERT = 'Alert at 80 % of the disk'
const LOCK = 'Lock rows in the nightly job'

describe('a table of actions', () => {
  it.each([
    ['with every column', table('Follow-ups', '| # | Task | Assignee | Deadline | Jira |', `| 1 | ${ALERT} | Kim | 2026-05-01 | OPS-12 |`)],
    ['with two things in one column', table('Next steps', '| Item | Owner / Due date | Issue |', `| ${ALERT} | Kim / 2026-05-01 | [12](https://git.example.test/12) |`)],
    ['whose tickets say the rest', table('Action items', '| Action item | Priority | Link |', `| ${ALERT} | P1 | https://git.example.test/12 |`)],
    ['with tickets in the text', table('Corrective actions', '| Corrective action | Priority |', `| ${ALERT} (OPS-12) | high |`, `| ${LOCK} (#31) | low |`)],
    ['that are all done', table('Action items', '| Action | Owner | Status |', `| ${ALERT} | | Done |`, `| ~~${LOCK}~~ | | |`)],
    ['that were taken, not planned', table('Actions taken', '| Time | Action | By |', '| 10:15 | Restarted | Kim |', '| 10:20 | Rolled back | |')],
    ['of users, and not of the team', table('Impact', '| Action | Users hit |', '| Log in | 300 |')],
    ['of a runbook', table('Recovery actions', '| Step | Action | Expected |', '| 1 | Restart | 200 |')],
    ['that were carried out', table('Improvements', '| Area | What we changed | Result |', '| alerts | 80 % | fewer pages |')],
  ])('%s has no finding', (_, text) => {
    expect(lint(text)).toEqual([])
  }) // prettier-ignore

  it('without a column has one finding, not one for each row', () => {
    const rows = [ALERT, LOCK, 'Write the key into the vault'].map((title) => `| ${title} | P1 |`)
    expect(lint(table('Action items', '| Action item | Priority |', ...rows))).toEqual([
      '3:1 warning action-owner',
      '3:1 warning action-due',
      '3:1 warning action-tracker',
    ])
  })

  it('with empty cells has a finding for each, at the cell, but for what is done', () => {
    const text = table(
      'Action items',
      '| Action item | Owner(s) | Target date | Ticket | Done when | Status |',
      `| ${ALERT} | TBD |  | OPS-1 | the alert fired | not done |`,
      `| ${LOCK} | Kim | 2026-05-01 | — | – | open |`,
      '| Write the key into the vault | | | | | ✅ |',
    )
    const at = (row: string, cell: string): number =>
      (text.split('\n').find((line) => line.includes(row)) ?? '').indexOf(cell) + 1
    expect(lint(text)).toEqual([
      `5:${at(ALERT, 'TBD')} warning action-owner`,
      expect.stringMatching(/^5:\d+ warning action-due$/),
      `6:${at(LOCK, '—')} warning action-tracker`,
      `6:${at(LOCK, '–')} warning action-done-when`,
    ])
  })

  it('in a report with a head is the head’s business', () => {
    const text = table('Action items', '| Action item | Priority |', `| ${ALERT} | P1 |`)
    expect(lint(`---\nhotwash: 1\n---\n\n${text}`).join()).not.toContain('action-owner')
  })
})

describe('a list of actions', () => {
  const list = (...items: string[]): string =>
    `## Action items\n\n${items.map((item) => `- ${item}`).join('\n')}\n`

  it.each([
    ['names', [`Kim: ${ALERT}`, `Jo Example to lock rows`]],
    ['names in brackets', [`${ALERT} (Kim Example)`, `${LOCK} [Jo]`]],
    ['handles', [`${ALERT} @kim`, LOCK]],
    ['teams', [`${ALERT} (platform team)`, LOCK]],
    ['tickets', [`${ALERT} (#12)`, LOCK]],
    ['what is done', [`[x] ${ALERT}`, `~~${LOCK}~~`]],
    ['one action', [ALERT]],
  ])('with %s has no finding', (_, items) => {
    expect(lint(list(...items))).toEqual([])
  })

  it('that names nobody is a note, once for the report', () => {
    const text = list(ALERT, LOCK)
    expect(lint(`${text}\n### More\n\n- Write the key into the vault\n`)).toEqual([
      '3:1 note action-owner',
    ])
  })

  it('has a finding where one item lacks what the others say', () => {
    const [kim, jo] = ['**Owner:** Kim, due: 2026-05-01', '**Owner:** Jo, due: 2026-05-02']
    expect(
      lint(list(`${ALERT}. ${kim}`, `${LOCK}. ${jo}`, 'Write the key into the vault')),
    ).toEqual(['5:1 warning action-owner', '5:1 warning action-due'])
  })
})
