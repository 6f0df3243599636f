/** Forms that reports of other teams use: what they say is found, and nothing else. */
import { describe, expect, it } from 'vitest'
import { lintReport } from '../../../src/postmortem/lint/lint-report.ts'
import { cpuMs } from '../../cpu-time.ts'

const found = (text: string): string[] =>
  lintReport({ text, file: 'report.md', now: '2026-11-21T00:00:00Z' }).map(
    ({ rule, line }) => `${rule} ${line}`,
  )

/** What a report of three lines lacks is not asked here. */
const errors = (text: string): string[] =>
  lintReport({ text, file: 'report.md', now: '2026-11-21T00:00:00Z' })
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, line }) => `${rule} ${line}`)

const timeline = (...lines: string[]): string =>
  ['# Gates shut', '', '## Timeline', '', ...lines].join('\n')

describe('days of a timeline', () => {
  const days = (first: string, second: string, third: string): string =>
    [
      '| **Detected** | `2026-03-04 10:15` |\n| --- | --- |\n| **Resolved** | `2026-03-06 09:30` |\n',
      timeline(
        `### ${first}`,
        '* `10:15` - the bell rings',
        `### ${second}`,
        '* `08:00` - the smith comes',
        `### ${third}`,
        '* `09:30` - the gate opens',
      ),
    ].join('\n')

  it('are headings of one incident, not of many', () => {
    expect(errors(days('2026-03-04', '2026-03-05', '2026-03-06'))).toEqual([])
  })

  it.each([
    ['2025-03-04', '2026-03-05', '2026-03-06', 'date-typo 9'],
    ['2026-03-04', '2026-04-05', '2026-03-06', 'date-typo 11'],
    ['2026-03-04', '2026-03-25', '2026-03-06', 'date-typo 11'],
  ])('%s, %s, %s: the slip is found', (first, second, third, expected) => {
    expect(errors(days(first, second, third))).toEqual([expected])
  })
})

describe('times set as code', () => {
  it('are times', () => {
    const text = timeline('* `10:15` - a', '* `10:40` - b', '* `10:25` - c', '* `10:50` - d')
    expect(found(text)).toEqual(['timeline-order 6'])
  })

  it('are not, with anything else in it', () => {
    expect(found(timeline('- 10:15 a', '- 10:20 `sleep 09:00` b', '- 10:25 c'))).toEqual([])
  })
})

describe('rows that are lines', () => {
  it('are parted by line breaks of HTML', () => {
    const text = timeline('10:15 - the bell', 'rings<br> 10:40 - b<br> 10:25 - c<br> 10:50 - d')
    expect(found(text)).toEqual(['timeline-order 6'])
  })

  it('may be paragraphs', () => {
    const text = ['# Gates shut', '10:15 a', '10:40 b', '10:25 c', '10:50 d'].join('\n\n')
    expect(found(text)).toEqual(['timeline-order 5'])
  })

  it('say a label, too', () => {
    const text =
      'Status: final<br> Start: 2026-03-04 10:15<br> End: 2026-03-04 11:00<br> Duration: 1 hour 45 minutes'
    expect(found(`# Gates shut\n\n${text}`)).toEqual(['duration-mismatch 3'])
  })
})

describe('rows of several zones without a day', () => {
  it('are compared by the clock', () => {
    const rows = (zone: string) =>
      timeline('- 3:00 PM CAT a', '- 3:15 PM CAT b', `- 3:30 PM ${zone} c`, '- 3:45 PM CAT d')
    expect(found(rows('CAT'))).toEqual([])
    expect(found(rows('EDT'))).toEqual(['timeline-order 7'])
    expect(found(timeline('- 15:00 CAT a', '- 13:15 UTC b', '- 09:30 EDT c'))).toEqual([])
  })

  it('are not where a zone has summer time: in which season it was, nobody says', () => {
    const rows = ['- 19:31 UTC a', '- 12:35 PT b', '- 19:40 UTC c', '- 19:45 UTC d']
    expect(found(timeline(...rows))).toEqual([])
  })

  it('may be as many as a file holds', () => {
    const rows = (n: number) =>
      Array.from({ length: n }, (_, at) => `${at % 2 ? '11:00 CET' : '10:00 UTC'} a`)
    expect(found(timeline(rows(130_000).join('\n')))).toEqual([])
    const started = cpuMs()
    expect(found(timeline(rows(40_000).join('\n\n')))).toEqual([])
    expect(cpuMs() - started).toBeLessThan(5_000)
  })
})

describe('weekdays', () => {
  it('may have a part of the day beside them', () => {
    expect(found('It failed on Friday night 25 August 2003.')).toEqual(['weekday-mismatch 1'])
    expect(found('It failed on Monday night, 25 August 2003.')).toEqual([])
  })
})

describe('a range with a label', () => {
  const text = (duration: string): string =>
    `- Date: 2026-03-30\n- Time (PDT): 12:08 PM - 1:30 PM (19:08 - 20:30 UTC)\n- Duration: ${duration}`

  it('is what a duration beside it is held against', () => {
    expect(found(text('82 minutes'))).toEqual([])
    expect(found(text('72 minutes'))).toEqual(['duration-mismatch 3'])
  })

  it('is one finding where the duration stands beside it', () => {
    const beside = '- **Duration:** 21:45 to 23:28 UTC (113 minutes)\n- Date: 2026-03-30'
    expect(found(beside)).toEqual(['range-duration 1'])
    expect(found(beside.replace('113', '103'))).toEqual([])
  })

  it('is not any window', () => {
    const window = text('82 minutes').replace('Time (PDT)', 'Window')
    expect(found(window.replace('1:30 PM (19:08 - 20:30 UTC)', '3:30 PM'))).toEqual([])
  })
})

describe('one moment in two zones', () => {
  it('may be a range in each', () => {
    expect(found('It was shut 15:30-18:00 UTC / 08:30-11:00 PDT on 18 August 2025.')).toEqual([])
    expect(found('It was shut 15:30-18:00 UTC / 09:30-11:00 PDT on 18 August 2025.')).toEqual([
      'zone-mismatch 1',
    ])
  })
})

const report = (
  timelineText: string,
  impact = 'The gate was shut for 300 users.',
  more = '',
): string =>
  `# Gates shut\n\n## Impact\n\n${impact}\n\n## Timeline\n\n${timelineText}\n\n## Resolution\n\nThe alarm was reset.\n${more}`

describe('a timeline', () => {
  it.each([
    ['relative times', '- T+0:15 the bell\n- T+0:20 the smith'],
    [
      'relative times in a table',
      '| Time | Event |\n| --- | --- |\n| Morning | a |\n| +3 min | b |\n| +50 min | c |',
    ],
    ['days as headings', '### August 15\n\nThe bell.\n\n### August 17\n\nThe smith.'],
  ])('may have %s', (_, text) => {
    expect(found(report(text))).toEqual([])
  })

  it('without any times is named as that', () => {
    const [finding] = lintReport({ text: report('- the bell\n- the smith'), file: 'report.md' })
    expect(finding).toMatchObject({
      rule: 'no-timeline',
      line: 7,
      message: 'the timeline has no times',
    })
  })
})

const ROWS = '- 10:15 UTC logins fail\n- 10:40 UTC the key is put back'

describe('how it was noticed', () => {
  it.each([
    'The smith notices that the gate is shut.',
    'A guest reports their finding.',
    'We were notified by a guest.',
    'I encountered it when I came home.',
    'Discovery was by chance.',
  ])('%s', (sentence) => {
    const text = report(ROWS, 'It hit 300 users.').replace('The alarm was reset.', sentence)
    expect(found(text)).toEqual([])
  })

  it('is not said by a name of software', () => {
    const text = report(ROWS).replace('The alarm was reset.', 'Service discovery was restarted.')
    expect(found(text)).toEqual(['no-detection 1'])
  })
})

describe('how big it was', () => {
  it.each(['23 validators had to begin again.', '12 narrow wooden gates stayed shut.'])(
    '%s',
    (impact) => {
      expect(found(report(ROWS, impact))).toEqual([])
    },
  )

  it.each([
    'There was a 10 minutes gap.',
    'It was resolved in 2 hours.',
    'Only two gates were shut.',
  ])('%s', (sentence) => {
    const text = report(ROWS, 'Nothing worked.').replace(
      'The alarm was reset.',
      `An alarm rang. ${sentence}`,
    )
    expect(found(text)).toEqual([])
  })

  it.each([
    ['Version 2.1 was slow.', ''],
    ['On 4 March 2026 forges were cold.', ''],
    ['Nothing worked.', 'Only one engineer had the key.'],
  ])('is still asked for: %s %s', (impact, more) => {
    expect(found(report(ROWS, impact, more))).toEqual(['no-impact-numbers 1'])
  })
})

describe('actions in lists', () => {
  const actions = (text: string): string => `# Gates shut\n\n## Action items\n\n${text}`

  it('that are done need no owner', () => {
    expect(found(actions('Completed:\n\n- The gate is oiled.\n- The bell is hung.'))).toEqual([])
    expect(found('# Gates shut\n\n## Remediation applied\n\n- Oiled.\n- Hung.')).toEqual([])
    expect(found(actions('To be completed:\n\n- Oil the gate.\n- Hang the bell.'))).toEqual([
      'action-owner 7',
    ])
  })

  it('may name their tickets by reference', () => {
    const text = '1. Oil the gate ([issue][oil])\n2. Hang the bell\n\n[oil]: https://example.test/1'
    expect(found(actions(text))).toEqual([])
  })

  it('with what they make sure of can be finished', () => {
    expect(found(actions('- Review the rota to make sure that everybody has a key (Ana)'))).toEqual(
      [],
    )
    expect(found(actions('- Review the rota (Ana)'))).toEqual(['vague-action 5'])
  })
})

describe('lengths in prose', () => {
  const text = (sentence: string): string =>
    `${timeline('- 2026-03-04 10:15 a', '- 2026-03-04 10:25 b', '- 2026-03-04 12:17 c')}\n\n${sentence}`

  it.each([
    [
      'In total it was resolved in 2 hours and 2 minutes.',
      'It was resolved in 2 hours and 42 minutes.',
    ],
    ['It was a 2 hour outage.', 'There were 5 hours of downtime.'],
  ])('%s / %s', (good, bad) => {
    expect(found(text(good))).toEqual([])
    expect(found(text(bad))).toEqual(['duration-not-in-timeline 9'])
  })

  it.each([
    'A gate has to be restored in 3 days.',
    'The promise allows 43 minutes of downtime a month.',
    'In the 2024 incident there were 9 hours of downtime.',
    'It would have been a 6 hour outage.',
  ])('of another time, or of none, are not looked for: %s', (sentence) => {
    expect(found(text(sentence))).toEqual([])
  })
})
