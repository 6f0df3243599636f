import { describe, expect, test } from 'vitest'
import { HotwashError } from '../../src/errors.ts'
import { renderTemplate } from '../../src/postmortem/render.ts'

const view = {
  title: 'Login fails',
  facts: [{ name: 'a' }, { name: 'b' }],
  empty: [],
  nothing: null,
}

const render = (text: string, partials: Record<string, string> = {}) =>
  renderTemplate(
    {
      main: { path: 'templates/t.md.hbs', text },
      partial: (name) =>
        partials[name] === undefined
          ? undefined
          : { path: `templates/partials/${name}.md.hbs`, text: partials[name] },
    },
    view,
  )

const refused = async (text: string, partials?: Record<string, string>): Promise<HotwashError> => {
  const error = await render(text, partials).then(
    ({ text }) => text,
    (problem: unknown) => problem,
  )
  if (!(error instanceof HotwashError)) throw new Error(`not refused: ${String(error)}`)
  expect(error.code).toBe('INVALID_TEMPLATE')
  expect(error.exitCode).toBe(3)
  expect(error.message).not.toMatch(/\n\s+at /)
  return error
}

describe('a template', () => {
  test('has fields, each, if, unless, with and partials', async () => {
    const source =
      '{{title}}\n{{#each facts}}{{@index}}{{name}}{{#if @last}}.{{else}},{{/if}}{{/each}}\n{{#unless empty}}none{{/unless}}\n{{#with facts.[0]}}{{name}}{{/with}}\n{{> foot}}\n'
    const { text, warnings } = await render(source, { foot: 'end of {{title}}\n' })
    expect(text).toBe('Login fails\n0a,1b.\nnone\na\nend of Login fails\n')
    expect(warnings).toEqual([])
  })

  test('T01: reaching into JavaScript gives nothing, and a warning with the place', async () => {
    const { text, warnings } = await render('x{{constructor.constructor}}y\n{{title.__proto__}}z\n')
    expect(text).toBe('xy\nz\n')
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toMatch(/^templates\/t\.md\.hbs:1:4: "constructor\.constructor"/)
  })

  test.each([
    '{{#if constructor}}yes{{else}}no{{/if}}',
    '{{#with __proto__}}yes{{else}}no{{/with}}',
    '{{#each title.constructor}}yes{{else}}no{{/each}}',
  ])('T01: %s sees nothing there', async (source) => {
    expect((await render(source)).text).toBe('no\n')
  })

  test.each([
    ['T03: a block closed by another name', 'one\n{{#if title}}..{{/each}}', 2, 'if'],
    ['a block that is never closed', '{{#if title}}\nx', 2, 'ends before'],
    ['T04: a field that is not there', 'a\n\n  {{titel}}', 3, 'no field "titel"'],
    ['T04: a field that is not there, in an argument', '\n{{#each fakts}}x{{/each}}', 2, '"fakts"'],
    ['T04: a field that is not there, in a row', '{{#each facts}}\n{{nam}}{{/each}}', 2, '"nam"'],
    ['a helper', '{{lookup facts 0}}', 1, 'lookup'],
    ['log', 'x\n{{log title}}', 2, 'log'],
    ['a function call', '{{title "x"}}', 1, 'called like a function'],
    ['a subexpression', '{{#if (eq title "x")}}y{{/if}}', 1, 'only a field'],
    ['an unknown block', '{{#repeat 3}}x{{/repeat}}', 1, 'repeat'],
    ['a decorator', '{{#*inline "p"}}x{{/inline}}', 1, 'not supported'],
    ['T06: a partial outside of its folder', 'x\n{{> ../../secret}}', 2, '../../secret'],
    ['T06: an absolute partial', '{{> /etc/passwd}}', 1, ''],
    ['a partial chosen at run time', '{{> (lookup . "title")}}', 1, 'partial'],
    ['a partial that is not there', '{{> nope}}', 1, 'no partial "nope"'],
  ])('%s is refused with line and column', async (_, source, line, message) => {
    const error = await refused(source)
    expect(error.message).toContain(message)
    expect(error.message).toMatch(new RegExp(`^templates/t\\.md\\.hbs:${line}:\\d+: `))
    expect(error.issues[0]?.place).toMatchObject({ file: 'templates/t.md.hbs', line })
    expect(error.issues[0]?.excerpt).toContain('^')
  })

  test('T06: a path is refused before anybody looks for it', async () => {
    const error = await refused('{{> ../../secret}}', { '../../secret': 'leaked' })
    expect(error.message).toContain('is not the name of a partial')
  })

  test('a typo gets a suggestion', async () => {
    expect((await refused('{{titl}}')).hint).toBe('did you mean "title"?')
  })

  test('an error in a partial names the partial', async () => {
    const error = await refused('{{> foot}}', { foot: 'x\n{{oops}}' })
    expect(error.message).toMatch(/^templates\/partials\/foot\.md\.hbs:2:3: /)
  })

  test('T05: five thousand blocks in each other are refused, and quickly', async () => {
    const deep = '{{#if title}}'.repeat(5000) + '{{/if}}'.repeat(5000)
    expect((await refused(deep)).message).toContain('nested deeper than 40')
  })

  test('T05: partials that include each other without end are refused, with the circle', async () => {
    const error = await refused('{{> a}}', { a: '{{> b}}', b: 'x{{> a}}' })
    expect(error.message).toContain('a → b → a')
    expect((await refused('{{> a}}', { a: '{{> a}}' })).message).toContain('a → a')
  })

  test('T05: loops in loops stop at a bound', async () => {
    const rows = Array.from({ length: 2000 }, () => ({ name: 'x' }))
    const main = {
      path: 't',
      text: '{{#each facts}}{{#each @root.facts}}{{name}}{{/each}}{{/each}}',
    }
    await expect(
      renderTemplate({ main, partial: () => undefined }, { ...view, facts: rows }),
    ).rejects.toMatchObject({ code: 'INVALID_TEMPLATE' })
  })

  test('T07: a parsed tree in place of text is refused', async () => {
    const tree = { type: 'Program', body: [], loc: null }
    const error = await refused(tree as unknown as string)
    expect(error.message).toContain('a template is text')
  })

  test('a template of a megabyte is refused before it is parsed', async () => {
    expect((await refused('x'.repeat(1_000_000))).message).toContain('at most 100,000 are read')
  })
})
