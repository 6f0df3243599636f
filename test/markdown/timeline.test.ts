import { describe, expect, it } from 'vitest'
import { readDocument } from '../../src/markdown/document.ts'
import { timelineIn } from '../../src/markdown/timeline.ts'

const KNOWN = { day: '2026-03-02', zone: 'UTC' }

const read = (lines: string, options: { day?: string; zone?: string } = KNOWN) => {
  const { rows, unplaced } = timelineIn(readDocument(`## Timeline\n\n${lines}\n`), options)
  return {
    rows: rows.map(({ at, text }) => [new Date(at).toISOString().slice(5, 16), text]),
    unplaced: unplaced.map(({ line, why }) => [line, why]),
  }
}

const UNSURE = 'the clock goes back and no date is said: the same day, or the next?'

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
