import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listPostmortemTemplates, templateLines } from '../../src/usecases/report/list-templates.ts'

const packageRoot = join(import.meta.dirname, '..', '..')
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hotwash-list-'))
  mkdirSync(join(root, 'templates', 'partials'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const own = (name: string, text: string): void =>
  writeFileSync(join(root, 'templates', `${name}.md.hbs`), text)
const list = () => listPostmortemTemplates({ root, packageRoot })
const find = async (name: string) =>
  (await list()).templates.find((template) => template.name === name)

test('the packaged ones are told with what each is for and needs, and none is broken', async () => {
  const { templates } = await list()
  expect(templates).toHaveLength(10)
  for (const { purpose, from, path, name, error, log } of templates) {
    expect(error).toBeNull()
    expect(from).toBe('packaged')
    expect(path).toBe(`templates/${name}.md.hbs`)
    expect(purpose).toMatch(/^.{30,160}\.$/)
    expect(log.length).toBeGreaterThan(3)
  }
  const sre = templates.find(({ name }) => name === 'google-sre')
  expect(sre?.people).toEqual(
    expect.arrayContaining(['trigger', 'factors', 'actions', 'lucky', 'impact_numbers']),
  )
  expect(sre?.log).toEqual(expect.arrayContaining(['timeline', 'metrics', 'runs.steps']))
  expect(sre?.asks).toContain('resolution')
})

test('the default shows everything that people can tell in the head', async () => {
  const { templates } = await list()
  const needed = new Set(templates.find(({ name }) => name === 'google-sre')?.people)
  expect([...needed]).toEqual(
    expect.arrayContaining(['services', 'environment', 'roles', 'surprising', 'detection_source']),
  )
})

test("a team's own stands for a packaged one, and a partial changes all", async () => {
  own('brief', '{{!-- Ours, in\n  two lines --}}\n{{title}}\n')
  writeFileSync(join(root, 'templates', 'partials', 'facts.md.hbs'), '{{people.services}}\n')
  const brief = await find('brief')
  expect(brief).toMatchObject({ from: 'own', purpose: 'Ours, in two lines', log: ['title'] })
  expect((await find('google-sre'))?.log).not.toContain('facts')
  expect((await list()).own_partials).toEqual(['facts'])
  const lines = templateLines(await list())
  expect(lines).toContain('own partials, used in every template: facts')
  expect(lines.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test.each([
  ['a block that is open', '\n{{#if title}}', 'templates/mine.md.hbs:2:'],
  ['a field that is not there', 'x\n\n {{titel}}', 'templates/mine.md.hbs:3:4: there is no field'],
  ['a partial that is not there', '{{> nope}}', 'templates/mine.md.hbs:1:1: there is no partial'],
  ['logic', '{{lookup runs 0}}', 'templates/mine.md.hbs:1:1: "lookup" is called like a function'],
])(
  'one with %s is listed with its error and place, and the others still are',
  async (_, text, message) => {
    own('mine', text)
    const { templates } = await list()
    expect(templates).toHaveLength(11)
    const broken = templates.filter(({ error }) => error !== null)
    expect(broken).toHaveLength(1)
    expect(broken[0]?.error?.code).toBe('INVALID_TEMPLATE')
    expect(broken[0]?.error?.message).toContain(message)
    expect(templateLines({ templates, own_partials: [] })).toContain(`broken: ${message}`)
  },
)

test('one that leads out of its folder is named and not read', async () => {
  writeFileSync(join(root, 'secret.md.hbs'), 'secret {{title}}')
  symlinkSync(join(root, 'secret.md.hbs'), join(root, 'templates', 'mine.md.hbs'))
  const mine = await find('mine')
  expect(mine?.error?.message).toContain('leads out of its folder')
  expect(mine?.log).toEqual([])
})
