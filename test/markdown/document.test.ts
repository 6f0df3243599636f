import { array, assert as check, constantFrom, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeIn, readDocument } from '../../src/markdown/document.ts'
import { timelineIn } from '../../src/markdown/timeline.ts'
import { cpuMs } from '../cpu-time.ts'

const TEXT = `before
# One

| a | b |
|---|---|
| 1 | 2 \\| 3 | 4 |

- [x] done
  more
  - inner
1. first

## Two
> quoted
> # no section

\`\`\`sh
ls
\`\`\`
Three
-----
<div>
x
</div>
`

describe('a document', () => {
  const document = readDocument(TEXT)

  it('is sections with their lines and titles above', () => {
    expect(
      document.sections.map(({ level, path, line, endLine }) => [level, path, line, endLine]),
    ).toEqual([
      [0, [], 1, 1],
      [1, ['One'], 2, 12],
      [2, ['One', 'Two'], 13, 19],
      [2, ['One', 'Three'], 20, 25],
    ])
  })

  it('has tables with every cell, also those without a header', () => {
    const [table] = document.sections[1]?.blocks ?? []
    expect(table).toMatchObject({
      type: 'table',
      header: ['a', 'b'],
      rows: [
        {
          line: 6,
          cells: [
            { text: '1', column: 3 },
            { text: '2 | 3', column: 7 },
            { text: '4', column: 16 },
          ],
        },
      ],
    })
  })

  it('has items with their boxes and what is below them', () => {
    const lists = document.sections[1]?.blocks.filter(({ type }) => type === 'list')
    expect(lists).toMatchObject([
      {
        items: [
          {
            line: 8,
            text: 'done\nmore',
            checked: true,
            blocks: [{ items: [{ line: 10, text: 'inner' }] }],
          },
        ],
      },
      { ordered: true, items: [{ line: 11, text: 'first' }] },
    ])
    expect(
      document.sections[2]?.blocks.map(({ type, line, endLine }) => [type, line, endLine]),
    ).toEqual([
      ['quote', 14, 15],
      ['code', 17, 19],
    ])
  })

  it('finds the place of a word in the file', () => {
    const [list] = document.sections[1]?.blocks.filter((block) => block.type === 'list') ?? []
    const item = list?.items[0]
    if (item === undefined) throw new Error('no item')
    expect(placeIn(document, item, 0)).toEqual({ line: 8, column: 7 })
    expect(placeIn(document, item, item.text.indexOf('more'))).toEqual({ line: 9, column: 3 })
  })

  it('counts lines from where its text begins, whatever ends them', () => {
    const { sections } = readDocument('# A\r\rb\r\n## C\n', { firstLine: 11 })
    expect(sections.map(({ line }) => line)).toEqual([11, 11, 14])
  })
})

it('no Markdown makes it throw, and every line is one of the file', () => {
  const line = constantFrom(
    '# a',
    '## Timeline',
    '- 10:05 x',
    '  - [x] y',
    '> q',
    '| t | e |',
    '|---|---|',
    '| 1:05 | z',
    '```',
    '<div>',
    '---',
    '',
    '1. n',
    '\tcode',
    '**9:00** b',
    'T+5m',
    '***',
    '- ',
    '#',
    '|',
  )
  check(
    property(array(line, { maxLength: 40 }), (lines) => {
      const text = lines.join('\n')
      const document = readDocument(text)
      const count = text.split('\n').length
      const { rows, unplaced } = timelineIn(document, { day: '2026-03-02', zone: 'UTC' })
      for (const place of [...document.sections, ...rows, ...unplaced])
        expect(place.line >= 1 && place.line <= count).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

it.each([
  '# a\n',
  '- 10:05 x\n',
  '> '.repeat(50) + 'a\n',
  '| a |\n',
  '  - a\n',
  '- '.repeat(30) + '\n',
  '[a](',
  '10:05 a\n',
  '###### a\n## b\n',
  '**a',
  'goes on\n',
])('long documents take linear time: %j', (unit) => {
  const text = `## Timeline\n\n10:00 begins\n${unit.repeat(Math.floor(100_000 / unit.length))}`
  const started = cpuMs()
  timelineIn(readDocument(text), { day: '2026-03-02', zone: 'UTC' })
  expect(cpuMs() - started).toBeLessThan(5_000)
})
