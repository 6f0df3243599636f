/** Of whatever documents: what people really have in a report, in an order that nobody thought of. */
import {
  array,
  assert as check,
  asyncProperty,
  boolean,
  constantFrom,
  nat,
  oneof,
  record,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeReport, type ReportTexts } from '../../../src/postmortem/merge/merge-report.ts'
import { byGit } from './git-merge.ts'

const HEADINGS =
  '# Title|## Same|## Same|## Other|### Sub|### Sub|#### Deep|## Empty|#none|Setext|-----|===|## |# # x|## [link](x)'
const WORDS =
  'Alpha words here.|Beta words there.|||- item|  - nested|1. first|42|0|> quote|**bold**|   |naïve – “ünïcode” 日本語|tab\tin it|- [ ] task|\u0000odd|\u0001odd|constructor|__proto__|key: value|---|***'
const FENCES = '```|```|~~~|<!--|-->|<a id="x"></a>'
const MARKERS = '=======|<<<<<<< yours|>>>>>>> the record|\\<<<<<<< x'
const OF_THE_TOOL =
  'It broke. [^e1]|[^e1]: `note.added` (event 1), commit `abcdef`.|[^e2]: `note.added` (event 2), no commit yet.|> **To write:** what was it?|<!-- to-write: summary -->|rendered_by: "hotwash 0.1.0"|> Written by hotwash 0.1.0 from x (3 events).'
const ROWS = [
  '| a | b |',
  '| --- | --- |',
  '| 1 | 2 |',
  '| 3 | 4 |',
  '|',
  '| x',
  '||||||| the last',
]
const HEAD = ['---', 'title: x # why', 'trigger: null', 'impact: null', '---', '']

const oneOf = (lines: string | string[], weight: number) => ({
  arbitrary: constantFrom(...(typeof lines === 'string' ? lines.split('|') : lines)),
  weight,
})
const lines = array(
  oneof(
    oneOf(HEADINGS, 4),
    oneOf(WORDS, 4),
    oneOf(ROWS, 2),
    oneOf(FENCES, 1),
    oneOf(MARKERS, 1),
    oneOf(OF_THE_TOOL, 2),
  ),
  { maxLength: 25 },
)

const DEEDS = ['write', 'add to', 'delete', 'move', 'begin', 'repeat'] as const
const deeds = array(record({ deed: constantFrom(...DEEDS), at: nat(1000), n: nat(1000) }), {
  maxLength: 6,
})
type Deed = { deed: (typeof DEEDS)[number]; at: number; n: number }

/** Each edit writes a word that is nowhere else: its name and a number. */
const edited = (before: readonly string[], by: readonly Deed[], name: string): string[] => {
  const out = [...before]
  for (const [number, { deed, at: anywhere, n }] of by.entries()) {
    const at = anywhere % (out.length + 1)
    const word = `${name}${number}x`
    const line = out[at] ?? ''
    if (deed === 'write') out.splice(at, 0, `${word} words`)
    if (deed === 'add to') out.splice(at, 1, `${line} ${word}`)
    if (deed === 'begin') out.splice(at, 0, `${['##', '###', '-', '|'][n % 4]} ${word}`)
    if (deed === 'repeat') out.splice(n % (out.length + 1), 0, line)
    if (deed === 'delete' || deed === 'move') out.splice(at, 1)
    if (deed === 'move') out.splice(n % (out.length + 1), 0, line)
  }
  return out
}

/** The tool writes one kind of newline, and one at the end; people's editors do as they like. */
const texts = record({
  before: lines,
  mine: deeds,
  other: deeds,
  head: boolean(),
  windows: boolean(),
  ended: boolean(),
}).map(({ before, mine, other, head, windows, ended }): ReportTexts => {
  const whole = (body: readonly string[], newline = '\n', end = newline): string =>
    [...(head ? HEAD : []), ...body].join(newline) + end
  const newline = windows ? '\r\n' : '\n'
  return {
    base: whole(before),
    yours: whole(edited(before, mine, 'me'), newline, ended ? newline : ''),
    theirs: whole(edited(before, other, 'other')),
  }
})

const merged = async (of: ReportTexts): Promise<string> => (await mergeReport(of, byGit)).text
const linesOf = (text: string): string[] => text.split(/\r?\n/).map((line) => line.trimEnd())

/** What is not there and should be; rows are put together from the cells of both, so by word. */
const lossOf = ({ base, yours }: ReportTexts, text: string): string[] => {
  const there = new Set([...linesOf(base), ...linesOf(text)])
  const own = linesOf(yours).filter((line) => !line.trimStart().startsWith('|') && line !== '')
  const words = yours.match(/me\dx/g) ?? []
  return [...own.filter((line) => !there.has(line)), ...words.filter((one) => !text.includes(one))]
}

/**
 * Lines with their ends, but for the news. Footnotes of the record are gathered elsewhere, and come and
 * go with what cites them.
 */
const othersOf = (text: string, yours: string): string[] =>
  `${text}${yours.includes('\r\n') ? '\r\n' : '\n'}`
    .split(/(?<=\n)/)
    .filter((line) => !/^\s*$|^#+ From the record|^It has news|^\[\^e\d\]:/.test(line))

describe('of a hundred random documents', () => {
  const always = (holds: (of: ReportTexts) => Promise<void>): Promise<void> =>
    check(asyncProperty(texts, holds), { numRuns: 100 })

  test('no line and no word of a person is lost', () =>
    always(async (of) => {
      expect(lossOf(of, await merged(of))).toEqual([])
    }))

  test('a render of nothing new leaves every byte as it is', () =>
    always(async ({ base, yours }) => {
      expect(await merged({ base, yours, theirs: base })).toBe(yours)
    }))

  test('a new section leaves every other line as it is', () =>
    always(async ({ base, yours }) => {
      const theirs = `${base}\n## From the record\n\nIt has news.\n`
      const text = await merged({ base, yours, theirs })
      expect(othersOf(text, yours)).toEqual(othersOf(yours, yours))
      expect(text.endsWith('\n')).toBe(yours.endsWith('\n'))
    }))

  test('the same render again changes nothing, and costs nothing against the render before', () =>
    always(async (of) => {
      const { text, conflicts } = await mergeReport(of, byGit)
      if (conflicts.length > 0) return
      expect(await merged({ ...of, base: of.theirs, yours: text })).toBe(text)
      expect(lossOf(of, await merged({ ...of, yours: text }))).toEqual([])
    }))
})
