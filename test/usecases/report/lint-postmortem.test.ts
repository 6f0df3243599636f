import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { parseConfig } from '../../../src/usecases/config-schema.ts'
import { formattedFindings } from '../../../src/usecases/report/lint-output.ts'
import { lintPostmortems, lintSummary } from '../../../src/usecases/report/lint-postmortem.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'
import { goodFix } from '../../postmortem/outage.ts'

beforeAll(isolateGit)

let made: OnDisk[] = []
afterEach(() => {
  for (const one of made) one.remove()
  made = []
})

const outageIn = async (options: { repository: boolean }): Promise<OnDisk> => {
  const one = await incidentOnDisk(goodFix, options)
  made.push(one)
  return one
}

const rulesOf = (linted: Awaited<ReturnType<typeof lintPostmortems>>): string[] => [
  ...new Set(linted.findings.map(({ rule }) => rule)),
]

const thrown = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

describe('an incident', () => {
  test('its draft lacks what people know, and says nothing that the log does not', async () => {
    const one = await outageIn({ repository: true })
    await renderPostmortem(one.world, { incident: one.journal.incident })
    const linted = await lintPostmortems(one.world, [one.journal.incident])
    expect(rulesOf(linted)).toEqual(['to-write-left'])
    expect(linted.errors).toBe(linted.findings.length)
    expect(linted.findings[0]?.file).toMatch(/^incidents\/\d{4}\/.*\/postmortem\.md$/)
    expect(lintSummary(linted)).toMatch(/^1 report read: \d+ errors, 0 warnings$/)
  })

  test('without a report is told so, with what to type', async () => {
    const one = await outageIn({ repository: true })
    const error = await thrown(lintPostmortems(one.world, [one.journal.incident]))
    expect(error.code).toBe('NO_INCIDENT')
    expect(error.hint).toContain('hotwash postmortem draft')
  })

  test('in a folder, a time that was changed by hand is seen against the log', async () => {
    const one = await outageIn({ repository: false })
    const { file = '' } = await renderPostmortem(one.world, { incident: one.journal.incident })
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/^(\| \d{4}-\d\d-\d\d )\d\d(:\d\d:\d\d )/m, '$103$2'))
    const byIncident = await lintPostmortems(one.world, [one.journal.incident])
    expect(rulesOf(byIncident)).toContain('timeline-vs-log')
    const byFile = await lintPostmortems(one.world, [file])
    expect(byFile.findings).toEqual(byIncident.findings)
  })
})

describe('files', () => {
  const markdown = '# A\n\nThe root cause was human error.\n'

  test('of any tool are linted without a record; each once', async () => {
    const one = await outageIn({ repository: false })
    mkdirSync(join(one.root, 'docs'))
    writeFileSync(join(one.root, 'docs', 'a.md'), markdown)
    writeFileSync(join(one.root, 'notes'), markdown)
    const linted = await lintPostmortems(one.world, ['docs/a.md', 'docs/a.md', 'notes'])
    expect(linted.findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      'docs/a.md human-error',
      'notes human-error',
    ])
  })

  test('that are not there are a mistake of usage', async () => {
    const one = await outageIn({ repository: false })
    expect((await thrown(lintPostmortems(one.world, ['no.md']))).code).toBe('USAGE')
    expect((await thrown(lintPostmortems(one.world, ['no-such-incident']))).code).toBe(
      'NO_INCIDENT',
    )
  })

  test('a rule is switched by hotwash.yaml, and one that is not known is refused', async () => {
    const one = await outageIn({ repository: false })
    writeFileSync(join(one.root, 'a.md'), markdown)
    const config = parseConfig('lint:\n  rules:\n    human-error: error\n', 'hotwash.yaml')
    const linted = await lintPostmortems({ ...one.world, config }, ['a.md'])
    expect(linted.errors).toBe(1)
    expect(() => parseConfig('lint:\n  rules:\n    human-eror: off\n', 'hotwash.yaml')).toThrow(
      /hotwash\.yaml:3:5/,
    )
  })
})

describe('several files', () => {
  const markdown = '# A\n\nThe root cause was human error.\n'

  const place = async (files: Record<string, string | Buffer>): Promise<OnDisk> => {
    const one = await outageIn({ repository: false })
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(one.root, name, '..'), { recursive: true })
      writeFileSync(join(one.root, name), content)
    }
    return one
  }

  test('one that cannot be read hides no finding of the others, and is told', async () => {
    const one = await place({ 'a.md': markdown, 'b.md': markdown, 'x.png': Buffer.from([137, 0]) })
    const linted = await lintPostmortems(one.world, ['a.md', 'no.md', 'x.png', 'no-such', 'b.md'])
    expect(linted.findings.map(({ file }) => file)).toEqual(['a.md', 'b.md'])
    expect(linted.problems.map(({ code, message }) => `${code} ${message.split(';')[0]}`)).toEqual([
      'USAGE no.md: there is no such file',
      'USAGE x.png: it holds bytes that are no text',
      expect.stringMatching(/^NO_INCIDENT /),
    ])
  })

  test('that are all unreadable are the error of the first', async () => {
    const one = await place({ 'x.png': Buffer.from([137, 0]) })
    expect((await thrown(lintPostmortems(one.world, ['docs/*.md', 'x.png']))).message).toBe(
      'docs/*.md: no file matches',
    )
  })

  test('of a folder are read with those below it, but for what is hidden or installed', async () => {
    const one = await place({
      'docs/b.md': markdown,
      'docs/2026/a.markdown': markdown,
      'docs/notes.txt': markdown,
      'docs/.draft/c.md': markdown,
      'docs/node_modules/d.md': markdown,
      'empty/x.yaml': 'a: 1',
    })
    const linted = await lintPostmortems(one.world, ['docs', 'docs/b.md'])
    expect([...linted.texts.keys()]).toEqual(['docs/2026/a.markdown', 'docs/b.md'])
    const error = await thrown(lintPostmortems(one.world, ['empty']))
    expect(error.message).toBe('there is no Markdown file in empty')
  })

  test('are named from the top of the repository where they are shown beside the code', async () => {
    const one = await place({ 'docs/a b.md': markdown })
    const world = { ...one.world, cwd: join(one.root, 'docs') }
    const linted = await lintPostmortems(world, ['a b.md'])
    expect(linted.findings[0]?.file).toBe('a b.md')
    expect(formattedFindings(world, linted, 'github')).toContain('file=docs/a b.md,line=3')
    const sarif = JSON.parse(formattedFindings(world, linted, 'sarif'))
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'docs/a%20b.md',
    )
  })
})

describe('the output', () => {
  test('as SARIF has every finding', async () => {
    const one = await outageIn({ repository: false })
    writeFileSync(join(one.root, 'a.md'), 'A human error.\n')
    const linted = await lintPostmortems(one.world, ['a.md'])
    const sarif = JSON.parse(formattedFindings(one.world, linted, 'sarif'))
    expect(sarif.runs[0].results).toHaveLength(1)
  })

  test('as JSON names every field of the contract', async () => {
    const one = await outageIn({ repository: false })
    writeFileSync(join(one.root, 'a.md'), 'A human error.\n')
    const linted = await lintPostmortems(one.world, ['a.md'])
    const json = JSON.parse(formattedFindings(one.world, linted, 'json'))
    expect(json).toMatchObject({
      version: 1,
      findings: [{ rule: 'human-error', severity: 'warning', file: 'a.md', line: 1, column: 3 }],
    })
    expect(Object.keys(json.findings[0])).toEqual([
      'rule', 'severity', 'file', 'line', 'column', 'message', 'suggestion',
    ]) // prettier-ignore
  })
})
