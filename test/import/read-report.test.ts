import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readReport, type ReadReport } from '../../src/import/read-report.ts'
import { splitIncidents } from '../../src/import/split.ts'
import { fixture, fixtureFile } from './fixture.ts'
import { LOG_BY_HAND, ROWS_BY_HAND, type HandRow } from './rows-by-hand.ts'

const read = (name: string): ReadReport => readReport({ text: fixture(name), file: `${name}.md` })

const at = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')

/** Each row that a person finds, as the import has it: placed, named as not placed, or lost. */
const seen = (report: ReadReport, [line, , words]: HandRow): HandRow => {
  const row = report.rows.find((each) => each.line === line && each.text.includes(words))
  if (row !== undefined) return [line, at(row.at), words]
  const moment = Object.values(report.moments).find((each) => each.line === line)
  if (moment !== undefined) return [line, at(moment.at), words]
  const not = report.unplaced.find((each) => each.line === line && each.text.includes(words))
  return [line, undefined, not === undefined ? `LOST: ${words}` : words]
}

describe('timelines of many shapes', () => {
  it('every fixture is read by hand, too', () => {
    const files = readdirSync(dirname(fixtureFile('x'))).map((file) => file.replace(/\.md$/, ''))
    expect(files.toSorted()).toEqual([...Object.keys(ROWS_BY_HAND), 'incident-log'].toSorted())
  })

  it.each(Object.entries(ROWS_BY_HAND))(
    '%s: each row that a person finds is placed, or named as not placed',
    (name, rows) => {
      const report = read(name)
      expect(rows.map((row) => seen(report, row))).toEqual(rows)
      // And nothing is taken for a row that is none.
      const lines = new Set(rows.map(([line]) => line))
      expect(report.rows.filter(({ line }) => !lines.has(line))).toEqual([])
      expect(report.unplaced.filter(({ line }) => !lines.has(line))).toEqual([])
    },
  )

  it('an incident log gives each of its incidents', () => {
    const { parts, between } = splitIncidents(fixture('incident-log'))
    expect(parts.map(({ firstLine }) => firstLine)).toEqual([14, 43])
    expect(between).toEqual([{ from: 1, to: 13 }])
    for (const { text, firstLine } of parts) {
      const file = 'incident-log.md'
      const report = readReport({ text, file, firstLine, zone: 'Europe/London' })
      const rows = LOG_BY_HAND[firstLine] ?? []
      expect(rows.map((row) => seen(report, row))).toEqual(rows)
      expect(report.unplaced).toEqual([])
    }
  })

  it('a file with one incident is not taken for a log, though its timeline has days as headings', () => {
    for (const name of Object.keys(ROWS_BY_HAND))
      expect([name, splitIncidents(fixture(name)).parts]).toEqual([name, []])
    const goesOn = '# A\n\n## Timeline\n\n### 10:00\n\n## Feb 21, 13:00\n\n## Feb 22, 07:13\n'
    expect(splitIncidents(goesOn).parts).toEqual([])
  })
})

describe('what a report states', () => {
  it('title, severity and day come from the head of another tool', () => {
    expect(read('newest-first')).toMatchObject({
      title: 'Video calls drop',
      severity: 'P2',
      day: '2025-08-02',
      head: { kind: 'toml' },
    })
    expect(read('html-inside')).toMatchObject({ title: 'Map tiles are gray', day: '2025-06-11' })
  })

  it('times come from fields with a name and from rows that say nothing else', () => {
    const { moments } = read('twelve-hour')
    expect(at(moments.impact_start?.at ?? 0)).toBe('2025-11-21T04:42:00Z')
    expect(read('twelve-hour').severity).toBe('Sev 1')
    const book = read('book-template').moments
    expect(at(book.impact_start?.at ?? 0)).toBe('2025-10-21T14:54:00Z')
    expect(at(book.mitigated?.at ?? 0)).toBe('2025-10-21T16:00:00Z')
    expect(Object.keys(read('table-cet').moments)).toEqual([])
  })

  it('an end before its beginning is not believed', () => {
    const text =
      '# X\n\nStart: 2025-01-02 10:00 UTC\nDetected: 2025-01-02 10:05 UTC\nResolved: 2025-01-01 11:00 UTC\n'
    expect(Object.keys(readReport({ text, file: 'x.md' }).moments)).toEqual(['detected'])
  })

  it('without a zone or a day a row says so, and keeps its place in the order', () => {
    const text = '# X\n## Timeline\n- 10:00 one\n- 10:05 two\n'
    const { rows } = readReport({ text, file: 'x.md' })
    expect(rows.map(({ day, zone, line }) => ({ day, zone, line }))).toEqual([
      { day: undefined, zone: undefined, line: 3 },
      { day: undefined, zone: undefined, line: 4 },
    ])
    const given = readReport({ text, file: 'x.md', day: '2025-01-02', zone: 'Europe/Berlin' })
    expect(given.rows.map((row) => at(row.at))).toEqual([
      '2025-01-02T09:00:00Z',
      '2025-01-02T09:05:00Z',
    ])
  })

  it('lessons, factors and actions come into the fields of the head', () => {
    const { people } = read('book-template')
    expect(people.trigger).toBe('A rush of searches for a word that was in no poem.')
    expect(people.impact).toEqual({
      says: 'Estimated 1.21 million queries lost, no revenue impact.',
    })
    expect(people.went_well).toEqual(['Monitoring paged at once', 'The index was spread quickly'])
    expect(people.lucky).toEqual(['A list had the new sonnet in it already'])
    expect(people.actions?.map((each) => [each.type, each.owner, each.tracker, each.done])).toEqual(
      [
        ['mitigate', 'kim', undefined, true],
        ['prevent', 'agoo', 'Bug 5554825', false],
        ['process', 'docbrown', 'https://example.test/b/5554824', false],
      ],
    )
    expect(read('table-cet').people.contributing_factors?.map(({ says }) => says)).toEqual([
      'The notes of the vendor differ from those of the project',
      'Nobody watched the pages during the upgrade',
    ])
    const ticks = read('twelve-hour').people.actions ?? []
    expect(ticks.map(({ done, owner }) => [done, owner])).toEqual([
      [true, undefined],
      [false, 'pat'],
    ])
  })
})

describe('a report of a few lines', () => {
  const of = (text: string) => readReport({ text, file: 'x.md', day: '2026-11-20', zone: 'UTC' })

  it.each([
    ['one item', '# Outage\n\n- 14:05 it broke\n'],
    ['one paragraph', '# Outage\n\n14:05 it broke\n'],
    ['items under a date', '# Outage\n\n## 2026-11-20\n\n- 14:05 it broke\n'],
  ])('with %s that begins with a time has a row', (_, text) => {
    const { title, rows, unplaced } = of(text)
    expect(rows.map(({ at: ms, text: says }) => [at(ms), says])).toEqual([
      ['2026-11-20T14:05:00Z', 'it broke'],
    ])
    expect([title, unplaced]).toEqual(['Outage', []])
  })

  it('names what stands beside the row and has no time', () => {
    const { rows, unplaced } = of('# Outage\n\n- 14:05 it broke\n- later it was mended\n')
    expect(rows).toHaveLength(1)
    expect(unplaced.map(({ line }) => line)).toEqual([4])
  })

  it('has no row but its timeline where it has one', () => {
    const text = '# A\n\n## Timeline\n\n- 14:05 it broke\n\n## Next\n\n- 9:00 a.m. call every day\n'
    expect(of(text).rows.map(({ line }) => line)).toEqual([5])
  })
})
