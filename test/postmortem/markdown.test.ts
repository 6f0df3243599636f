/** Whatever a value holds, it reads as itself: proven by parsing the result with markdown-it. */
import * as fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, test } from 'vitest'
import { visibleBlock, visibleLine } from '../../src/incident/visible.ts'
import { code, fence, text } from '../../src/postmortem/view/markdown.ts'
import { markdownLines } from '../../src/postmortem/markdown-lines.ts'
import { tidy } from '../../src/postmortem/tidy.ts'

const tidied = (markdown: string): string => tidy(markdownLines(markdown))

const md = new MarkdownIt({ html: true })

/** Strings that are likely to mean something in Markdown, mixed with anything else. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '`',
        '``',
        '```',
        '|',
        '\\',
        '\\|',
        '*',
        '_',
        '__',
        '[',
        '](',
        ')',
        '<b>',
        '<!--',
        '-->',
        '&amp;',
        '&#124;',
        '~~',
        '\n',
        '\r',
        ' ',
        '  ',
        '\t',
        '# ',
        '- ',
        '1. ',
        '> ',
        '---',
        '===',
        '$',
        '[^e1]',
        '![](http://evil.test/p)',
        '{{x}}',
        'a',
        'b_c',
        'é',
        '🔥',
        '\u202E',
        '\u200B',
        '\u001B[31m',
        '\u001B]8;;x\u0007',
        '<script>',
        'x.test',
      ),
    )
    .map((parts) => parts.join('')),
)

const inline = (markdown: string) => md.parse(markdown, {}).flatMap((token) => token.children ?? [])

const plain = (markdown: string): string =>
  inline(markdown)
    .map((token) => token.content)
    .join('')

describe('a value as text', () => {
  test('is one paragraph of nothing but that text', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        fc.pre(visibleLine(value) !== '')
        const tokens = md.parse(text(value), {})
        expect(tokens.map(({ type }) => type)).toEqual([
          'paragraph_open',
          'inline',
          'paragraph_close',
        ])
        expect(new Set(inline(text(value)).map(({ type }) => type))).toEqual(new Set(['text']))
        expect(plain(text(value))).toBe(visibleLine(value))
      }),
      { numRuns: 1000 },
    )
  })

  test('cannot break out of its cell of a table', () => {
    fc.assert(
      fc.property(nasty, nasty, (first, second) => {
        const source = tidied(
          `| A | B |\n| --- | --- |\n| ${text(first)} | ${code(second)} |\n| end | end |\n`,
        )
        const tokens = md.parse(source, {})
        expect(tokens[0]?.type).toBe('table_open')
        expect(tokens.at(-1)?.type).toBe('table_close')
        const cells = tokens.filter(({ type }) => type === 'inline')
        expect(cells).toHaveLength(6)
        const said = cells
          .slice(2, 4)
          .map(({ children }) => (children ?? []).map(({ content }) => content).join(''))
        expect(said[0]).toBe(visibleLine(first))
        expect(said[1]?.trim()).toBe(visibleLine(second) || '—')
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['a link to a script', '[x](javascript:alert(1))'],
    ['an image', '![](http://evil.test/p)'],
    ['raw HTML', '<script>alert(1)</script>'],
    ['a heading', '# no'],
    ['a rule', '---'],
    ['an ordered list', '1. no'],
    ['a citation', '[^e1]'],
    ['emphasis over words', '_a_ __b__ *c*'],
  ])('%s stays what was written', (_, value) => {
    expect(plain(text(value))).toBe(value)
    expect(md.render(text(value))).not.toMatch(/<(?!\/?p>)/)
  })

  test('stays readable: names in snake_case and numbers are not escaped', () => {
    expect(text('password_hash took 3.2 s')).toBe('password_hash took 3.2 s')
    expect(text('2026-11-21 10:00:00')).toBe('2026-11-21 10:00:00')
  })
})

describe('a value as code', () => {
  test('is one code span with exactly that text', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        fc.pre(visibleLine(value) !== '' && !value.includes('|'))
        const tokens = inline(code(value))
        expect(tokens.map(({ type }) => type)).toEqual(['code_inline'])
        expect(tokens[0]?.content).toBe(visibleLine(value))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('output in a fence', () => {
  test('ends where it ends, whatever it holds', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const tokens = md.parse(`${fence(value)}\n\nafter`, {})
        expect(tokens.map(({ type }) => type)).toEqual([
          'fence',
          'paragraph_open',
          'inline',
          'paragraph_close',
        ])
        expect(tokens[0]?.content.replace(/\n+$/, '')).toBe(visibleBlock(value).replace(/\n+$/, ''))
      }),
      { numRuns: 1000 },
    )
  })

  test('M03: backticks get a longer fence, and terminal sequences do nothing', () => {
    const output =
      '````\nhi\n```\n\u001B]52;c;ZXZpbA==\u0007\u001B]8;;http://evil.test\u0007x\u001B]8;;\u0007'
    expect(fence(output)).toBe('`````text\n````\nhi\n```\nx\n`````')
  })

  test('tidying leaves it byte by byte', () => {
    const block = fence('a\n\n\n| x|y |\n   trailing   \n\n\nb')
    expect(tidied(`one\n\n\n${block}\n\n\n\ntwo`)).toBe(`one\n\n${block}\n\ntwo\n`)
  })
})

test('M04: direction overrides and zero-width characters in a title are written out', () => {
  expect(plain(text('login\u202Egpj.exe\u200B'))).toBe('login\\u{202E}gpj.exe\\u{200B}')
})
