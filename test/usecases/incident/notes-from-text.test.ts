/** Rows of a timeline in what people paste: nothing is lost without a word. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { notesFromText } from '../../../src/usecases/incident/notes-from-text.ts'
import { cpuMs } from '../../cpu-time.ts'

const NOW = Date.parse('2026-11-22T12:00:00.000Z')
const read = (text: string, given: { day?: string; zone?: string } = {}) =>
  notesFromText(text, { day: '2026-11-21', zone: undefined, nowMs: NOW, ...given })

/** `line time precision by|text` of each row. */
const rows = (text: string, given: { day?: string; zone?: string } = {}): string[] =>
  read(text, given).rows.map(
    ({ line, at, precision, by, text: says }) =>
      `${line} ${at.slice(0, 16)} ${precision} ${by ?? '-'}|${says}`,
  )
const lost = (text: string, given: { day?: string; zone?: string } = {}): string[] =>
  read(text, given).not.map(({ line, why }) => `${line} ${why}`)

describe('rows of a pasted text', () => {
  it.each<[string, string, string[]]>([
    [
      'lines, over midnight',
      '23:58 maria: pool is full\n00:03:10 restarted',
      ['1 2026-11-21T23:58 minute maria|pool is full', '2 2026-11-22T00:03 exact -|restarted'],
    ],
    [
      'lines that name their day',
      '2026-11-20 23:58 first\n2026-11-21 00:10 again',
      ['1 2026-11-20T23:58 minute -|first', '2 2026-11-21T00:10 minute -|again'],
    ],
    [
      'a list below a day, with more lines',
      '## 2026-11-20\n\n- 14:05 maria: restarted the pool\n  and waited for it\n- ~14:10 Jon Example: logins work',
      [
        '3 2026-11-20T14:05 minute maria|restarted the pool and waited for it',
        '5 2026-11-20T14:10 about Jon Example|logins work',
      ],
    ],
    [
      'a table',
      '| Time (UTC) | Who | What |\n|---|---|---|\n| 14:05 | maria | restarted |\n| ~14:10 | jon | ok |',
      ['3 2026-11-21T14:05 minute maria|restarted', '4 2026-11-21T14:10 about jon|ok'],
    ],
    [
      'a copied chat',
      'Maria Example  2:05 PM\nrestarting the pool now\nit takes a while\n\nJon Example  2:07 PM\nlooks good\n',
      [
        '1 2026-11-21T14:05 minute Maria Example|restarting the pool now it takes a while',
        '5 2026-11-21T14:07 minute Jon Example|looks good',
      ],
    ],
    [
      'another chat',
      '[14:05] @maria: restarted\n[14:06:10] jon: ok',
      ['1 2026-11-21T14:05 minute maria|restarted', '2 2026-11-21T14:06 exact jon|ok'],
    ],
    [
      'words before a colon that are nobody',
      '14:05 Update: nothing new\n14:06 Root cause: the pool\n14:07 https://example.test/1 says so',
      [
        '1 2026-11-21T14:05 minute -|Update: nothing new',
        '2 2026-11-21T14:06 minute -|Root cause: the pool',
        '3 2026-11-21T14:07 minute -|https://example.test/1 says so',
      ],
    ],
    [
      'a file of Windows with a mark',
      '\uFEFF14:05 a\r\n14:06 b\r\n',
      ['1 2026-11-21T14:05 minute -|a', '2 2026-11-21T14:06 minute -|b'],
    ],
  ])('are found in %s', (_, text, wanted) => {
    expect(rows(text)).toEqual(wanted)
    expect(lost(text)).toEqual([])
  })

  it('are taken in the zone that was asked for, with its summer time', () => {
    expect(rows('14:05 a', { zone: 'Europe/Berlin' })[0]).toContain('2026-11-21T13:05')
    expect(rows('14:05 a', { zone: 'Europe/Berlin', day: '2026-07-01' })[0]).toContain(
      '2026-07-01T12:05',
    )
    expect(rows('14:05 a', { zone: '-03:30' })[0]).toContain('T17:35')
    expect(rows('00:30 a', { zone: '+01:00' })[0]).toContain('2026-11-20T23:30')
    expect(rows('14:05 UTC a\n14:06 b', { zone: '+01:00' })).toEqual([
      '1 2026-11-21T14:05 minute -|a',
      '2 2026-11-21T13:06 minute -|b',
    ])
  })

  it('are taken as the text says, where nobody asked for a zone', () => {
    const text = 'All times are in CET.\n\n- 14:05 a\n- 14:06 b\n- 14:07 c'
    expect(rows(text)[0]).toContain('T13:05')
    expect(lost(text)).toEqual([])
  })

  it('are named with their line and the reason where they are not understood', () => {
    const text = [
      '14:05 a',
      '',
      'some words of nobody',
      '',
      '- later: b',
      '',
      '09:00 an earlier one',
    ].join('\n')
    expect(rows(text)).toHaveLength(1)
    expect(lost(text)).toEqual([
      '3 begins with no time, and belongs to no row',
      expect.stringMatching(/^5 begins with no time/),
      expect.stringMatching(/^7 the clock goes back .* A line with the date above it says which/),
    ])
    const said = text.replace('09:00', '2026-11-21\n\n09:00')
    expect(rows(said).at(-1)).toMatch(/2026-11-21T09:00.*an earlier one/)
  })

  it('are no rows in the future, nor without words', () => {
    expect(lost('23:00 tomorrow', { day: '2026-11-22' })).toEqual([
      '1 2026-11-22 23:00 UTC is in the future: --day and --zone say which day and zone are meant',
    ])
    expect(rows('14:05\n\n14:06 b')).toEqual(['3 2026-11-21T14:06 minute -|b'])
    expect(lost('14:05\n\n14:06 b')).toHaveLength(1)
  })

  it('a line that only looks like a part of another row is not lost in it', () => {
    expect(lost('14:05 it looked ok\n\n14:06 b\n\nok')).toEqual([
      '5 begins with no time, and belongs to no row',
    ])
  })

  it('a line like a row of its own is no part of the list item or line before it', () => {
    const text = [
      '- 14:05 a',
      'and more of a',
      '25:99 nonsense',
      '14:07 b',
      '| 14:08 | c |',
      'and d',
      '',
      '14:10 e',
      '2x:xx f',
    ]
    expect(rows(text.join('\n'))).toEqual([
      '1 2026-11-21T14:05 minute -|a and more of a',
      '4 2026-11-21T14:07 minute -|b',
      '8 2026-11-21T14:10 minute -|e',
    ])
    expect(lost(text.join('\n'))).toEqual([
      expect.stringMatching(/^3 begins with no time/),
      expect.stringMatching(/^5 begins with no time/),
      expect.stringMatching(/^6 begins with no time/),
      expect.stringMatching(/^9 begins with no time/),
    ])
  })

  it('a table right below a list is one', () => {
    const text = '- 14:05 a\n| Time | What |\n|---|---|\n| 14:06 | b |\n| 14:07 | c |'
    expect(rows(text).map((row) => row.replace(/ .*\|/, ' '))).toEqual(['1 a', '4 b', '5 c'])
    expect(lost(text)).toEqual([])
  })

  it('a row that stands where a table has the names of its columns is named', () => {
    expect(lost('| 14:05 | a |\n|---|---|\n| 14:06 | b |')).toHaveLength(1)
    expect(lost('14:05 a\n\n| pool | full |\n|---|---|')).toHaveLength(1)
  })

  it('what a chat puts below messages is left out, and named', () => {
    const text = [
      'Maria Example  2:05 PM',
      'restarting the pool now',
      ':+1: 3 :tada: 1',
      'it takes a while',
      ':eyes:',
      '4',
      '2 replies',
      'Last reply 2 days ago',
      '',
      'Statusbot',
      'APP',
      '  2:10 PM',
      'all good',
      '',
      'Statusbot APP  2:11 PM',
      ':tada:',
      '3 replies were lost',
    ].join('\n')
    expect(rows(text)).toEqual([
      '1 2026-11-21T14:05 minute Maria Example|restarting the pool now it takes a while',
      '12 2026-11-21T14:10 minute Statusbot|all good',
      '15 2026-11-21T14:11 minute Statusbot|:tada: 3 replies were lost',
    ])
    expect(lost(text)).toEqual([])
    expect(read(text).noise.map(({ line }) => line)).toEqual([3, 5, 6, 7, 8, 11])
    expect(read(text).noise[0]).toEqual({ line: 3, text: ':+1: 3 :tada: 1' })
  })

  it('name what stands in an item of nothing but markup', () => {
    expect(read('14:05 pool full\n\n- <!-- login ok\n-').not).toEqual([
      expect.objectContaining({ line: 3, text: '- <!-- login ok' }),
    ])
  })

  it('name what stands in a comment', () => {
    expect(read('<!--\n14:05 <!-- pool >').not).toContainEqual(
      expect.objectContaining({ line: 2, text: '14:05 <!-- pool >' }),
    )
  })

  it('keep every word: in a row, or named', () => {
    const word = fc.constantFrom(
      'pool',
      'login',
      'maria:',
      'full',
      'ok',
      '-',
      '#',
      // Alone it makes tables, whose first lines are names of columns.
      '|x',
      '>',
      '`x`',
      '**b**',
      '<!--',
    )
    const time = fc.constantFrom(
      '14:05 ',
      '~9:10 ',
      '- 10:00:01 ',
      '',
      '',
      '## ',
      '2026-11-20 08:00 ',
      '[11:11] ',
      '25:99 ',
    )
    const line = fc
      .tuple(time, fc.array(word, { maxLength: 5 }))
      .map(([at, words]) => `${at}${words.join(' ')}`)
    const bare = (text: string): string => text.replace(/[^\p{L}]+/gu, '')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const { rows: found, not } = read(lines.join('\n'))
        const kept = bare(
          [
            ...found.map(({ by, text }) => `${by ?? ''}${text}`),
            ...not.map(({ text }) => text),
          ].join(''),
        )
        for (const each of ['pool', 'login', 'full', 'maria']) {
          const count = (text: string): number => text.split(each).length - 1
          expect(count(kept)).toBeGreaterThanOrEqual(count(lines.map(bare).join('|')))
        }
      }),
      { numRuns: 400 },
    )
  })

  it('takes a text of any kind in time that grows with its length', () => {
    for (const text of [
      '14:05 a\n'.repeat(5_000),
      ': '.repeat(50_000),
      `${':a: 1 '.repeat(20_000)}x`,
      '\u{1F44D}'.repeat(50_000),
      '- a\n25:99 b\n'.repeat(3_000),
      `14:05 ${'a b: '.repeat(20_000)}`,
    ]) {
      const begun = cpuMs()
      read(text)
      expect(cpuMs() - begun).toBeLessThan(3_000)
    }
  })
})
