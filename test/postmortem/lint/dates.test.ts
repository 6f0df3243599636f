import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'

const lint = (text: string, now = '2026-11-21T12:00:00Z') =>
  lintReport({ text, file: 'x.md', now }).map(
    ({ rule, line, message }) => `${line} ${rule}: ${message}`,
  )
const rulesOf = (text: string): string[] => lint(text).map((one) => one.split(':')[0] ?? '')

const rows = (...times: string[]): string => times.map((time) => `- ${time} something`).join('\n')

describe('the order of a timeline', () => {
  it('goes on over midnight without dates, and over noon on a clock of twelve hours', () => {
    expect(rulesOf(rows('23:40', '23:55', '00:10', '00:30'))).toEqual([])
    expect(rulesOf(rows('10:40', '11:55', '12:10', '1:05', '1:30'))).toEqual([])
  })

  it('may be told newest first', () => {
    expect(rulesOf(rows('12:30', '12:10', '11:55', '11:40'))).toEqual([])
    expect(rulesOf(rows('12:30', '11:40', '11:55', '11:20'))).toHaveLength(1)
  })

  it('names the row and the one that it contradicts, whichever stands first', () => {
    expect(lint(rows('10:00', '10:20', '10:10', '10:30', '10:40'))).toEqual([
      '2 timeline-order: 10:20 stands before 10:10 (line 3)',
    ])
    expect(lint(rows('10:00', '10:20', '10:30', '10:05', '10:40'))).toEqual([
      '4 timeline-order: 10:05 stands after 10:30 (line 3)',
    ])
  })

  it('is not looked for in a list that has none, and not among estimates', () => {
    expect(rulesOf(rows('10:00', '09:00', '10:05', '08:00', '09:30', '08:30'))).toEqual([])
    expect(rulesOf(rows('10:00', '10:20', '~10:10', '10:30'))).toEqual([])
  })

  it('is compared across time zones', () => {
    const [one, two] = ['2026-07-04 13:00 UTC', '2026-07-04 13:10 UTC']
    expect(rulesOf(rows(one, two, '2026-07-04 15:20 CEST', '2026-07-04 06:30 PDT'))).toEqual([])
    expect(rulesOf(rows(one, two, '2026-07-04 14:20 CEST', '2026-07-04 06:30 PDT'))).toEqual([
      '3 timeline-order',
    ])
  })

  it('is seen in headings and in tables with a column for the day', () => {
    const headings = ['2026-03-04 10:00', '10:20', '10:10', '10:30'].map(
      (time) => `### ${time}\n\nx\n`,
    )
    expect(rulesOf(`# A\n\n## Timeline\n\n${headings.join('\n')}`)).toContain('9 timeline-order')
    const table = ['10:00', '10:20', '10:10', '10:30'].map((time) => `| 2026-03-04 | ${time} | x |`)
    expect(rulesOf(`| Date | Time | What |\n| --- | --- | --- |\n${table.join('\n')}`)).toEqual([
      '4 timeline-order',
    ])
  })
})

describe('a date', () => {
  const among = (slip: string): string =>
    rows(
      '2026-03-04 10:00',
      '2026-03-04 10:20',
      `${slip} 10:30`,
      '2026-03-05 10:40',
      '2026-03-05 10:50',
    )

  it.each([
    ['2025-03-04', '2026-03-04'],
    ['2026-04-04', '2026-03-04'],
    ['2026-04-03', '2026-03-04'],
    ['2026-03-02', '2026-03-04'],
  ])('%s among days in March is a slip', (slip, meant) => {
    const found = lint(among(slip))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`3 date-typo: ${slip}`)
    expect(found[0]).toContain(slip === '2026-04-03' ? 'was probably meant' : meant)
  })

  it('far away for a reason is none', () => {
    expect(rulesOf(rows('2025-06-01 10:00', '2026-03-04 10:20', '2026-03-04 10:30'))).toEqual([])
  })

  it('over the turn of a year is none', () => {
    expect(rulesOf(rows('2025-12-31 23:50', '2025-12-31 23:58', '2026-01-01 00:10'))).toEqual([])
  })

  it('of the future is one, where the present is known', () => {
    const text = rows('2027-03-04 10:00', '2027-03-04 10:20', '2027-03-04 10:30')
    expect(lint(text)).toHaveLength(3)
    expect(lint(text, '2027-03-05T00:00:00Z')).toEqual([])
  })
})

describe('the day that a title or the name of the file says', () => {
  const found = (title: string, file: string): string[] =>
    lintReport({
      text: `# Logins failed ${title}\n\n- 2026-03-04 10:15 UTC alert\n- 2026-03-04 10:20 UTC fixed\n- 2026-03-05 00:10 UTC over\n`,
      file,
      now: '2026-11-21T12:00:00Z',
    }).map(({ line, rule, message, also }) => `${line} ${rule}: ${message} ${also?.[0]?.line}`)

  it.each(['2025-03-04', '(2026-04-04)', '2026-04-03', 'on 4 March 2025'])(
    'is a slip in the title: %s',
    (day) => {
      expect(found(day, 'a.md')).toEqual([
        expect.stringMatching(
          /^1 date-typo: the title says .* and the times below say 2026-03-04 3$/,
        ),
      ])
    },
  )

  it.each(['2025-03-04-logins.md', 'docs/logins-2026-02-04.md', '2027-03-04.md'])(
    'is a slip in the name of the file: %s',
    (file) => {
      expect(found('', file)).toEqual([
        expect.stringContaining('1 date-typo: the name of the file'),
      ])
    },
  )

  it.each([
    ['2026-03-04', '2026-03-04-logins.md'],
    ['2026-03-05', '2026-03-10-logins.md'],
    ['2026-03-12', '2026-04-04-logins.md'],
    ['(published 2026-04-04)', '2026-13-45.md'],
    ['2026-04-20', '20250304.md'],
  ])('is none in %s of %s', (title, file) => {
    expect(found(title, file)).toEqual([])
  })
})

describe('a duration', () => {
  const labeled = (start: string, end: string, claim: string): string =>
    `- Impact start: ${start}\n- Impact end: ${end}\n- Duration: ${claim}\n`

  it.each([
    ['2026-03-04 23:50 UTC', '2026-03-05 00:35 UTC', '45 minutes'],
    ['2026-03-04 23:50', '00:35', '45 min'],
    ['2026-03-04 10:00 UTC', '2026-03-04 12:30 CET', '1.5 hours'],
    ['2026-03-29 00:30 Europe/Berlin', '2026-03-29 04:30 Europe/Berlin', '3 hours'],
    ['2026-03-04 10:00', '2026-03-04 11:50', 'about 2 hours'],
    ['2026-03-04 10:00', '2026-03-04 10:43', '45 minutes'],
    ['2026-03-04 10:00', '2026-03-04 12:55', 'about 2 hours'],
    ['2026-03-04 10:00', '2026-03-04 15:00', 'over 2 hours'],
    ['2026-03-04 10:00', '2026-03-04 10:12', 'up to 30 minutes'],
    ['2026-03-04 10:00', '2026-03-04 10:43', '40 to 50 minutes'],
    ['2026-03-04 10:00', '2026-03-06 12:00', '2 days'],
  ])('from %s to %s is %s', (start, end, claim) => {
    expect(rulesOf(labeled(start, end, claim))).toEqual([])
  })

  it.each([
    ['2026-03-04 23:50 UTC', '2026-03-05 00:35 UTC', '55 minutes'],
    ['2026-03-04 10:00 UTC', '2026-03-04 12:30 CET', '2 h 30 min'],
    ['2026-03-29 00:30 Europe/Berlin', '2026-03-29 04:30 Europe/Berlin', '4 h 0 min'],
    ['2026-03-04 10:00', '2026-03-04 11:00', '2 hours'],
    ['2026-03-04 10:00', '2026-03-04 15:00', 'about 2 hours'],
    ['2026-03-04 10:00', '2026-03-04 10:20', 'about 2 hours'],
    ['2026-03-04 10:00', '2026-03-04 10:40', 'over 2 hours'],
    ['2026-03-04 10:00', '2026-03-04 11:00', 'less than 30 minutes'],
    ['2026-03-04 10:00', '2026-03-04 10:33', '45 minutes'],
  ])('from %s to %s is not %s', (start, end, claim) => {
    expect(rulesOf(labeled(start, end, claim))).toEqual(['3 duration-mismatch'])
  })

  it('said to be approximate is not that between any two rows when it is wrong by half', () => {
    const told = (claim: string): string[] =>
      rulesOf(`${rows('10:00', '15:00', '20:00')}\n\nThe outage lasted ${claim}.\n`)
    expect(told('about 2 hours')).toEqual(['5 duration-not-in-timeline'])
    expect(told('about 4 hours')).toEqual([])
    expect(told('over 2 hours')).toEqual([])
  })

  it('counted in office hours is not compared', () => {
    const claim = '9h 16m (during support hours 10:00-17:00)'
    expect(rulesOf(labeled('2026-03-04 10:00', '2026-03-05 16:16', claim))).toEqual([])
  })

  it('of one incident is not compared with the times of another in the same file', () => {
    const one = (day: string, claim: string) =>
      `## Incident on ${day}\n\n- First detected: ${day} 10:00\n- Resolved: ${day} 11:00\n- Time to resolve: ${claim}\n\n`
    const year =
      one('2026-03-04', '1h 0m') + one('2026-05-06', '1h 0m') + one('2026-07-08', '1h 9m')
    expect(rulesOf(`# Incident log\n\nAll users.\n\n${year}`)).toEqual(['21 duration-mismatch'])
  })
})
