import { describe, expect, it } from 'vitest'
import { readDocument } from '../../src/markdown/document.ts'
import { timelineIn } from '../../src/markdown/timeline.ts'
import type { TimeOptions } from '../../src/markdown/times.ts'

const KNOWN = { day: '2026-03-02', zone: 'UTC' }

const read = (lines: string, options: TimeOptions = KNOWN) => {
  const { rows, unplaced } = timelineIn(readDocument(`## Timeline\n\n${lines}\n`), options)
  return {
    rows: rows.map(({ at, text }) => [new Date(at).toISOString().slice(5, 16), text]),
    unplaced: unplaced.map(({ line, why }) => [line, why]),
  }
}

const UNSURE =
  'the clock goes back and no date is said: the same day, or the next? A line with the date above it says which'

describe('the day of a row', () => {
  it('goes on after midnight', () => {
    expect(read('- 23:50 a\n- 00:10 b\n- 00:20 c').rows).toEqual([
      ['03-02T23:50', 'a'],
      ['03-03T00:10', 'b'],
      ['03-03T00:20', 'c'],
    ])
  })

  it('stays for rows that are a little out of order', () => {
    expect(read('- 10:05 a\n- 10:02 b\n- 10:06 c').rows).toEqual([
      ['03-02T10:05', 'a'],
      ['03-02T10:02', 'b'],
      ['03-02T10:06', 'c'],
    ])
  })

  it('is not guessed where the clock goes back by hours, until a date is said', () => {
    expect(read('- 18:00 a\n- 09:00 b\n- 09:10 c\n- 2026-03-04 08:00 d')).toEqual({
      rows: [
        ['03-02T18:00', 'a'],
        ['03-04T08:00', 'd'],
      ],
      unplaced: [
        [4, UNSURE],
        [5, UNSURE],
      ],
    })
  })

  it('is turned around where the newest row is first', () => {
    expect(read('- 00:10 d\n- 23:50 c\n- 23:40 b\n- 23:30 a\n- 23:20 z').rows).toEqual([
      ['03-03T00:10', 'd'],
      ['03-02T23:50', 'c'],
      ['03-02T23:40', 'b'],
      ['03-02T23:30', 'a'],
      ['03-02T23:20', 'z'],
    ])
  })

  it('comes from the heading or the line above', () => {
    expect(read('### March 4\n\n- 10:00 a\n\n**5 March 2026**\n\n10:00 b').rows).toEqual([
      ['03-04T10:00', 'a'],
      ['03-05T10:00', 'b'],
    ])
  })

  it('that can be read in two ways places nothing below it', () => {
    expect(read('### 02/03/2026\n\n- 10:00 a').unplaced).toEqual([
      [5, '02/03/2026 may be 2026-03-02 or 2026-02-03'],
    ])
  })
})

describe('rows', () => {
  it('without a time are named with their line', () => {
    expect(read('- 10:00 a\n- then tea\n- 2026-03-04 later')).toEqual({
      rows: [['03-02T10:00', 'a']],
      unplaced: [
        [4, 'begins with no time'],
        [5, 'says a day and no time'],
      ],
    })
  })

  it('keep what stands below them, and rows of an inner list are rows', () => {
    expect(
      read('- 10:00 a\n  - detail\n- **10:05** **b** c\n- 2026-03-04\n  - 11:00 d').rows,
    ).toEqual([
      ['03-02T10:00', 'a; detail'],
      ['03-02T10:05', '**b** c'],
      ['03-04T11:00', 'd'],
    ])
  })

  it('take the only zone that the timeline names', () => {
    const { rows } = timelineIn(readDocument('## Timeline\n\n- 10:00 PST a\n- 10:05 b\n'), {
      day: '2026-03-02',
    })
    expect(rows.map(({ zone }) => zone)).toEqual(['PST', 'PST'])
  })

  it('go on below a heading that should stand deeper', () => {
    expect(
      read('### 10:00\n\na\n\n## March 3, 09:00\n\nb\n\n### 9:30\n\nc\n\n### 2X:XX\n\nd'),
    ).toEqual({
      rows: [
        ['03-02T10:00', 'a'],
        ['03-03T09:00', 'b'],
        ['03-03T09:30', 'c'],
      ],
      unplaced: [[15, 'begins with no time']],
    })
  })

  it('are not the lines of a log that is shown between them', () => {
    const log = '```\n2026-03-02 00:46:54,810 WARNING x\n2026-03-02 00:46:55,810 WARNING y\n```'
    expect(read(`- 10:00 a\n\n${log}\n\n- 10:05 b`)).toEqual({
      rows: [
        ['03-02T10:00', 'a'],
        ['03-02T10:05', 'b'],
      ],
      unplaced: [],
    })
  })

  it('know one zone that is said twice, and none that is one of two', () => {
    const zone = (title: string): (string | undefined)[] =>
      timelineIn(readDocument(`## Timeline (${title})\n\n- 10:00 a\n`)).rows.map((row) => row.zone)
    expect(zone('CET, GMT+1')).toEqual(['CET'])
    expect(zone('UTC or PT')).toEqual([undefined])
  })

  it('of a list that is no timeline are left alone', () => {
    const text =
      '## Notes\n\n- see 10:00\n- version 2\n\n## Agenda\n\n- 10:00 a\n- nothing\n- more\n'
    expect(timelineIn(readDocument(text), KNOWN)).toEqual({ rows: [], unplaced: [] })
  })
})

describe('a zone', () => {
  const AMBIGUOUS = 'BST is the name of several time zones'

  it('of several meanings places no row', () => {
    expect(read('All times in BST\n\n- 10:00 a\n- 10:05 b', { day: '2026-07-02' })).toEqual({
      rows: [],
      unplaced: [
        [5, AMBIGUOUS],
        [6, AMBIGUOUS],
      ],
    })
  })

  it('of several meanings is that of the reader', () => {
    const options = { day: '2026-07-02', reader: 'Europe/London' }
    expect(read('All times in BST\n\n- 10:00 a', options).rows).toEqual([['07-02T09:00', 'a']])
    expect(read('- 10:00 BST a', options).rows).toEqual([['07-02T09:00', 'a']])
  })

  it('named by one row in the middle is not that of all', () => {
    const rows = (text: string) =>
      timelineIn(readDocument(`## Timeline\n\n${text}`), { day: '2026-03-02' }).rows.map(
        ({ zone }) => zone,
      )
    expect(rows('- 10:00 a\n- 10:05 b\n- 10:10 c\n- 10:15 CET d\n- 10:20 e')).toEqual([
      undefined,
      undefined,
      undefined,
      'CET',
      undefined,
    ])
    expect(rows('- 10:00 CET a\n- 10:05 b\n- 10:10 c')).toEqual(['CET', 'CET', 'CET'])
  })

  it('of both seasons is that of the place', () => {
    const placed = (day: string) => read('All times in PST/PDT\n\n- 10:00 a', { day }).rows
    expect(placed('2026-01-15')).toEqual([['01-15T18:00', 'a']])
    expect(placed('2026-07-15')).toEqual([['07-15T17:00', 'a']])
  })
})

describe('a date without a year', () => {
  it('is of no year where none is known', () => {
    expect(read('- Feb 7 10:00 UTC a\n- 10:05 UTC b', {})).toEqual({
      rows: [],
      unplaced: [
        [3, 'Feb 7 10:00 UTC says no year'],
        [4, 'Feb 7 10:00 UTC says no year'],
      ],
    })
  })
})

describe('a day that is said for all rows', () => {
  it('holds for each row without a date, after one with another date, too', () => {
    const said = 'Unless otherwise noted, all events happened on 2026-03-03.'
    expect(read(`${said}\n\n- 2026-03-02 23:00 a\n- 01:38 b\n- 02:00 c`).rows).toEqual([
      ['03-02T23:00', 'a'],
      ['03-03T01:38', 'b'],
      ['03-03T02:00', 'c'],
    ])
  })

  it('ends at midnight, and where a heading says another', () => {
    const said = 'All events took place on 2026-03-03.'
    expect(read(`${said}\n\n- 23:50 a\n- 00:10 b\n- 00:20 c`).rows).toEqual([
      ['03-03T23:50', 'a'],
      ['03-04T00:10', 'b'],
      ['03-04T00:20', 'c'],
    ])
    expect(read(`${said}\n\n- 10:00 a\n\n### 2026-03-05\n\n- 09:00 b\n- 10:00 c`).rows).toEqual([
      ['03-03T10:00', 'a'],
      ['03-05T09:00', 'b'],
      ['03-05T10:00', 'c'],
    ])
  })

  it.each([
    'All events before 2026-03-01 are left out.',
    'All rows written since 2026-03-01 were gone.',
  ])('is not any day that is said: %s', (said) =>
    expect(read(`${said}\n\n- 10:00 a`).rows).toEqual([['03-02T10:00', 'a']]),
  )
})

describe('rows that are lines', () => {
  it('are parted by line breaks of HTML', () => {
    const text = '10:00 - the gate\nis shut<br> 10:05 - the bell\nrings<br>\n10:10 - open'
    expect(read(text).rows).toEqual([
      ['03-02T10:00', 'the gate is shut'],
      ['03-02T10:05', 'the bell rings'],
      ['03-02T10:10', 'open'],
    ])
  })

  const untold = (text: string) =>
    timelineIn(readDocument(text), KNOWN).rows.map(({ line, text: says }) => [line, says])

  it('count without a heading where three in a row begin with a time', () => {
    expect(untold('What happened\n\n10:00 AM: a\n10:05 AM: b\n10:10 AM: c\nCause: d')).toEqual([
      [3, 'a'],
      [4, 'b'],
      [5, 'c'],
    ])
    expect(untold('x\n\n10:00 a\n\n10:05 b\n\n10:10 c\n\ny')).toEqual([
      [3, 'a'],
      [5, 'b'],
      [7, 'c'],
    ])
    expect(untold('It was\n10:00 when\n10:05 came, and\nthen nothing.')).toEqual([])
    expect(untold('10:00 a\n\n10:05 b\n\n10:10 c\n\nx\n\n11:00 d')).toHaveLength(3)
  })
})
