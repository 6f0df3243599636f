/** A report as one page: what is text stays text, what is a mark for tools vanishes, nothing is lost. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { toHtml } from '../../../src/postmortem/html/to-html.ts'
import { pictureOf } from '../../../src/postmortem/timeline-svg/picture.ts'
import { HOSTILE } from '../hostile-report.ts'
import { modelOf, threeDays } from '../incidents-to-draw.ts'
import { cpuMs } from '../../cpu-time.ts'

const html = (markdown: string): Promise<string> => toHtml({ markdown, title: 'A title' })

const mainOf = (page: string): string => /<main[^>]*>\n([\s\S]*)<\/main>/.exec(page)?.[1] ?? ''
const body = async (markdown: string): Promise<string> => mainOf(await html(markdown))

describe('the page', () => {
  it('has a title, a language, a way past the contents, and a policy that allows its own styles only', async () => {
    const picture = pictureOf(modelOf(threeDays()))
    const page = await toHtml({ markdown: HOSTILE, title: 'A <b>title</b>', picture })
    expect(page).toContain('<html lang="en">')
    expect(page).toContain('<title>A &lt;b&gt;title&lt;/b&gt;</title>')
    expect(page).toContain('<a class="skip" href="#content">')
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? ''
    expect(policy).toContain(`default-src 'none'`)
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = '']) => style)
    expect(styles).toHaveLength(2)
    for (const style of styles)
      expect(policy).toContain(createHash('sha256').update(style).digest('base64'))
    // The policy refuses style attributes: there must be none to refuse.
    expect(page).not.toMatch(/<[^>]+ style=/)
    expect(page).not.toMatch(/<script|<link|<iframe|<object|<img|\son\w+="/)
  })

  it('gives the same bytes for the same report', async () => {
    expect(await html(HOSTILE)).toBe(await html(HOSTILE))
  })

  it('leaves the head out, and has one heading of the first level', async () => {
    expect(await body('---\nhotwash: 1\nseverity: SEV1\n---\n\nWords.\n')).toBe(
      '<h1>A title</h1>\n<p>Words.</p>\n',
    )
    expect(await body('# Post-mortem: x\n')).toBe('<h1 id="post-mortem-x">Post-mortem: x</h1>\n')
  })

  it('lists the headings, each with an id of its own that no id of the page can be', async () => {
    const page = await html(
      '# One\n## Contents\n## Same\n### Same\n## Same\n## *Über* `uns`!\n#### hw-title\n#### fn-a\n',
    )
    expect(
      [...page.matchAll(/<li class="level-\d"><a href="#([^"]+)">/g)].map(([, id]) => id),
    ).toEqual(['contents-1', 'same', 'same-1', 'same-2', encodeURIComponent('über-uns')])
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(['über-uns', 'section-hw-title', 'section-fn-a']))
  })

  it('stands where its parts are, and survives an empty one', async () => {
    const picture = pictureOf(modelOf(threeDays()))
    const page = await toHtml({ markdown: '# T\n\nIntro.\n\n## First\n', title: 'x', picture })
    const places = ['Intro.', 'id="picture"', '<svg ', '<table>', 'id="first"'].map((part) =>
      page.indexOf(part),
    )
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places).not.toContain(-1)
    expect(await body('')).toBe('<h1>A title</h1>\n')
  })
})

describe('comments', () => {
  it.each([
    ['Words.\n<!-- to-write: x -->\n', '<p>Words.</p>\n'],
    ['<!-- hotwash-waive blame: a quote -->\nWords.\n', '<p>Words.</p>\n'],
    ['<!-- over\n\nempty lines\n-->\n\nWords.\n', '<p>Words.</p>\n'],
    ['A <!-- b --> c.\n', '<p>A  c.</p>\n'],
    ['<!-- a --> words after it\n', '<p> words after it</p>\n'],
    [
      '> **To write:** x\n<!-- to-write: x -->\n',
      '<blockquote>\n<p><strong>To write:</strong> x</p>\n</blockquote>\n',
    ],
    ['- one <!-- a -->\n- two\n', '<ul>\n<li>one </li>\n<li>two</li>\n</ul>\n'],
    ['| a <!-- x --> |\n| --- |\n| b |\n', expect.stringContaining('<th scope="col">a </th>')],
  ])('vanish: %j', async (markdown, expected) => {
    expect((await body(markdown)).replace('<h1>A title</h1>\n', '')).toEqual(expected)
  })

  it('stay where they are text: in code, and where they never end', async () => {
    const shown = await body('`<!-- a -->`\n\n```\n<!-- b -->\n```\n\nWords <!-- c\n\n<!-- d\n')
    for (const letter of ['a --', 'b --', 'c', 'd']) expect(shown).toContain(`&lt;!-- ${letter}`)
  })

  it('are found in linear time', async () => {
    const began = cpuMs()
    for (const part of [
      '<!-- ',
      '<!-- a\n',
      '<!-- -',
      '--><!--',
      '> <!-- a\n',
      '[^a]: x\n',
      '[^1]',
    ])
      await html(part.repeat(20_000))
    expect(cpuMs() - began).toBeLessThan(20_000)
  })
})

describe('markup of others', () => {
  it('is text', async () => {
    const shown = await body(HOSTILE)
    expect(shown).not.toMatch(/<(?:script|img|b|iframe)[\s>]/)
    expect(shown).toContain('&lt;script&gt;globalThis.hit=1&lt;/script&gt;')
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example.test/',
    'java&#115;cript:alert(1)',
    '&#106;avascript:alert(1)',
    'blob:x',
    'about:blank',
  ])('leads nowhere: %s', async (url) => {
    expect(await body(`[words](${url}) [more][r] <${url}>\n\n[r]: ${url}\n`)).not.toContain('<a ')
  })

  it.each([
    ['https://a.example.test/x', ' rel="noopener noreferrer"'],
    ['http://a.example.test/', ' rel="noopener noreferrer"'],
    ['mailto:a@example.test', ''],
    ['evidence/abc.txt', ''],
    ['#summary', ''],
  ])('may lead to %s', async (url, rel) => {
    expect(await body(`[words](${url})`)).toContain(`<a href="${url}"${rel}>words</a>`)
  })

  it('leads from a PDF to no file beside it: there is none', async () => {
    const markdown = '[a](evidence/x) [b](#c) [d](https://a.example.test/) ![e](f.png)\n\n## C\n'
    const shown = mainOf(await toHtml({ markdown, title: 'x', onPaper: true }))
    expect(shown).toContain('<a>a</a> <a href="#c">b</a> <a href="https://a.example.test/"')
    expect(shown).not.toMatch(/evidence|f\.png/)
  })

  it('prints no address twice', async () => {
    expect(await body('https://a.example.test/x')).toContain('class="bare"')
    expect(await body('[words](https://a.example.test/x)')).not.toContain('bare')
  })

  it('shows the words of an image and asks for nothing', async () => {
    expect(await body('![a **graph**](https://a.example.test/x.png)')).toContain(
      '<a class="image" href="https://a.example.test/x.png" rel="noopener noreferrer">[image: a graph]</a>',
    )
    expect(await body('[![alt](x.png)](https://a.example.test)')).toContain(
      '<span class="image">[image: alt]</span></a>',
    )
    expect(await body('![](x.png)')).toContain('[image: without a description]')
  })
})

describe('tables and tasks', () => {
  it('a table scrolls in a region with a name, and says which cells are headings', async () => {
    const shown = await body('## Facts\n\n| A | |\n| ---: | :---: |\n| 1 | 2 |\n')
    expect(shown).toContain(
      '<div class="scroll" role="region" tabindex="0" aria-label="Table 1: Facts"><table>',
    )
    expect(shown).toContain('<th scope="col" class="right">A</th>')
    expect(shown).toContain('<td class="center"></td>')
    expect(shown).toContain('<td class="right">1</td>')
  })

  it('names and paths may be broken at their joints, what has none where it must; words never', async () => {
    const digest = 'a1'.repeat(32)
    const shown = await body(
      `| A |\n| --- |\n| \`no_session_refused\` |\n| /var/lib/app/backups/x.db |\n| ${digest} |\n| internationalization |\n| a\\<b_and_c_and_d_and_e |\n`,
    )
    expect(shown).toContain('<code>no_<wbr>session_<wbr>refused</code>')
    expect(shown).toContain('<td>/var/<wbr>lib/<wbr>app/<wbr>backups/<wbr>x.<wbr>db</td>')
    expect(shown).toContain(`<td>${digest.slice(0, 32)}<wbr>${digest.slice(32)}</td>`)
    expect(shown).toContain('<td>internationalization</td>')
    expect(shown).toContain('a&lt;b_<wbr>and_')
    expect(shown.replaceAll('<wbr>', '')).toContain('/var/lib/app/backups/x.db')
  })

  it('a number stays with its unit, and a day in one piece', async () => {
    const shown = await body(
      '| A | B |\n| --- | ---: |\n| 2026-11-21 10:00:00 | 167 ms |\n| a day of many words | 7 |\n',
    )
    expect(shown).toContain('<td class="when">2026-11-21 10:00:00</td>')
    expect(shown).toContain('<td class="right whole">167 ms</td>')
    expect(shown).toContain('<td>a day of many words</td>\n<td class="right">7</td>')
  })

  it('a task says whether it is done, nested ones too; other brackets are words', async () => {
    const shown = await body(
      '- [x] told\n- [ ] *wrote*\n  - [X] nested\n- [y] no task\n- [x]no task\n',
    )
    expect(shown.match(/<input type="checkbox" disabled checked aria-label="done">/g)).toHaveLength(
      2,
    )
    expect(shown.match(/<input type="checkbox" disabled aria-label="not done">/g)).toHaveLength(1)
    expect(shown).toContain('[y] no task')
    expect(shown).toContain('[x]no task')
    expect(shown).not.toContain('[x] told')
  })
})

describe('a table of thousands of rows', () => {
  const ROW = '| 10:00 | a \\| b `c` | [^e1] |\n'
  const table = (rows: number): string =>
    `## Timeline\n\n| Time | What | Source |\n| --- | :---: | --- |\n${ROW.repeat(rows)}\nAfter it.[^e1]\n\n[^e1]: Event 1.\n`

  it('is printed as a short one is, in one table', async () => {
    const [long, short] = [await body(table(2_345)), await body(table(3))]
    const rows = (shown: string): string[] =>
      shown.split('<tr>').map((row) => row.replace(/ id="[^"]*"/, ''))
    expect(long.match(/<table>/g)).toHaveLength(1)
    expect(rows(long).length).toBe(2_347)
    expect(new Set(rows(long).slice(2, -1))).toEqual(new Set(rows(short).slice(2, -1)))
    expect(long).toContain('aria-label="Table 1: Timeline"')
    expect(long.slice(long.indexOf('</tbody>'), long.indexOf('<section'))).toMatch(
      /^<\/tbody>\n<\/table><\/div>\n<p>After it/,
    )
  })

  it('counts its citations: each leads to its source, and back', async () => {
    const shown = await body(table(2_345))
    const places = [...shown.matchAll(/id="(fnref-e1[^"]*)"/g)].map(([, id]) => id)
    const backs = [...shown.matchAll(/href="#(fnref-e1[^"]*)"/g)].map(([, id]) => id)
    expect(places).toHaveLength(2_346)
    expect(new Set(backs)).toEqual(new Set(places))
    expect(shown.match(/<section class="sources"/g)).toHaveLength(1)
  })

  it.each(['words after it', '| x ^[in passing] | b | c |\n'])(
    'of another form is any table: %j',
    async (more) => {
      const shown = await body(table(1_500).replace('\nAfter', `${more}\n\nAfter`))
      expect(shown).toContain(more.includes('passing') ? 'in passing' : 'words after it')
      expect(shown.match(/<tr>/g)).toHaveLength(1_502)
    },
  )
})

describe('sources', () => {
  it('are called as they are cited, and lead back to each place', async () => {
    const shown = await body('A.[^e12] B.[^e12]\n\n[^e12]: Event `x` 12.\n')
    expect(shown).toContain('<a href="#fn-e12" id="fnref-e12">[e12]</a>')
    expect(shown).toContain('<a href="#fn-e12" id="fnref-e12:1">[e12]</a>')
    expect(shown).toContain(
      '<li id="fn-e12"><span class="mark">e12</span> Event <code>x</code> 12. <a class="back" href="#fnref-e12"',
    )
    expect(shown).toContain('aria-label="back to where e12 is cited (2)"')
  })

  it('are all there, in the order in which they are written, cited or not', async () => {
    const shown = await body(
      'A.[^b]\n\n[^a]: never cited\n[^b]: cited\n[^c]: one\n\n    - a list\n\n    more\n[^d]: # not one line of words\n',
    )
    expect([...shown.matchAll(/<li id="fn-(\w)">/g)].map(([, name]) => name)).toEqual([
      'a',
      'b',
      'c',
      'd',
    ])
    for (const words of ['never cited', '<li>a list</li>', '<p>more', 'not one line of words'])
      expect(shown).toContain(words)
  })

  it('keep both texts of a mark that is defined twice, and survive names of Object', async () => {
    const shown = await body(
      'A.[^a] B.[^__proto__] C.[^constructor]\n\n[^a]: first\n[^a]: second\n[^a]: fourth\n\n    and more\n[^__proto__]: third\n',
    )
    for (const words of ['first', 'second', 'third', 'fourth', 'and more', '[^constructor]'])
      expect(shown).toContain(words)
  })

  it('hold definitions inside a definition, and those that refer to themselves', async () => {
    const shown = await body('A.[^a]\n\n[^a]: see[^a] and[^b]\n\n    [^b]: inner\n')
    expect(shown).toContain('inner')
    expect(shown).toContain('see')
  })
})
