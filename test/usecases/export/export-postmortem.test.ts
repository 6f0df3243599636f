/** What others get of an incident, from a real record: text, pages, data with a schema. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  exportPostmortem,
  formatOf,
  FORMATS,
  type Format,
} from '../../../src/usecases/export/export-postmortem.ts'
import { exportJsonSchema, exportSchema } from '../../../src/usecases/export/export-schema.ts'
import { findChromium } from '../../../src/usecases/export/find-chromium.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { incidentOnDisk, isolateGit, type OnDisk } from '../../postmortem/incident-on-disk.ts'
import { wrongFix } from '../../postmortem/outage.ts'
import { every } from '../../incident/every-event.ts'

const SECRET = 'hunter2-correct-horse'

let disk: OnDisk
const exported = (format: Format, more: { template?: string; output?: string } = {}) =>
  exportPostmortem(disk.world, { incident: undefined, format, ...more })

beforeAll(async () => {
  isolateGit()
  disk = await incidentOnDisk(wrongFix, { repository: false })
  disk.world.redactor.add('pin', SECRET)
})
afterAll(() => disk.remove())

describe('exporting', () => {
  it('needs a report where it exports one, and none where it does not', async () => {
    await expect(exported('html')).rejects.toMatchObject({ code: 'NO_INCIDENT' })
    expect((await exported('html', { template: 'brief' })).text).toContain('<!doctype html>')
    expect((await exported('svg')).text).toMatch(/^<svg /)
    expect(JSON.parse((await exported('json')).text ?? '')).toMatchObject({ people: null })
  })

  it('gives the report as it is, or rendered anew', async () => {
    const { file } = await renderPostmortem(disk.world, { incident: undefined })
    writeFileSync(file ?? '', `${readFileSync(file ?? '', 'utf8')}\nA person wrote ${SECRET}.\n`)
    const [md, page] = [await exported('md'), await exported('html')]
    expect(md.text).toContain('A person wrote')
    expect(page.text).toContain('A person wrote')
    for (const { text } of [md, page]) expect(text).not.toContain(SECRET)
    const { text: brief } = await exported('md', { template: 'brief' })
    expect(brief).not.toContain('A person wrote')
    // Its head is for the report that people fill in.
    expect([md.text?.slice(0, 4), brief?.slice(0, 2)]).toEqual(['---\n', '# '])
  })

  it('takes the summary that people wrote into another template, without its footnotes', async () => {
    const { file = '' } = await renderPostmortem(disk.world, { incident: undefined })
    const before = readFileSync(file, 'utf8')
    const wrote = (words: string) =>
      writeFileSync(
        file,
        before.replace(/> \*\*To write:.*\n<!-- to-write: summary -->/, () => words),
      )
    const brief = async () => (await exported('md', { template: 'brief' })).text
    expect(await brief()).toContain('<!-- to-write: summary -->')
    wrote('Nobody could log in. [^e1]\n\nIt cost $& an hour.')
    expect(await brief()).toContain('\n\nNobody could log in.\n\nIt cost $& an hour.\n\n| Severity')
    expect(await brief()).not.toContain('to-write: summary')
    writeFileSync(file, before)
  })

  it('shows outsiders no picture of who did what', async () => {
    expect((await exported('html', { template: 'public' })).text).not.toContain('<svg')
  })

  it('takes the format from the ending of the file, unless one is asked for', () => {
    expect(formatOf({ output: 'out/report.html' })).toBe('html')
    expect(formatOf({ output: 'REPORT.PDF' })).toBe('pdf')
    expect(formatOf({ output: 'report.html', format: 'md' })).toBe('md')
    expect(formatOf({ output: 'report.txt' })).toBe('md')
    expect(formatOf({})).toBe('md')
    expect(() => formatOf({ output: 'report.docx' })).toThrow(/no format has the ending \.docx/)
    expect(formatOf({ output: 'report.docx', format: 'md' })).toBe('md')
  })

  it('gives the same bytes for the same record', async () => {
    for (const format of FORMATS.filter((name) => name !== 'pdf'))
      expect((await exported(format)).sha256).toBe((await exported(format)).sha256)
  })

  it('writes a file that people can read, making its folder; says so where it cannot', async () => {
    const written = await exported('svg', { output: 'out/deep/timeline.svg' })
    expect(written).toMatchObject({
      file: join(disk.root, 'out/deep/timeline.svg'),
      text: undefined,
    })
    expect(statSync(written.file ?? '').size).toBe(written.bytes)
    writeFileSync(join(disk.root, 'plain'), '')
    await expect(exported('svg', { output: 'plain/x.svg' })).rejects.toMatchObject({
      code: 'USAGE',
    })
    await expect(exported('svg', { output: 'out' })).rejects.toMatchObject({ code: 'USAGE' })
    expect(existsSync(join(disk.root, `out.partial-${process.pid}`))).toBe(false)
  })

  it('refuses a PDF without a file, and a template where there is none', async () => {
    await expect(exported('pdf')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(exported('pdf', { output: '-' })).rejects.toMatchObject({ code: 'USAGE' })
    for (const format of ['svg', 'json', 'cloudevents'] as const)
      await expect(exported(format, { template: 'brief' })).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('the JSON', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
    exportJsonSchema(),
  )
  const problems = (text: string | undefined): unknown[] => {
    const data: unknown = JSON.parse(text ?? '')
    validate(data)
    return [...(exportSchema.safeParse(data).error?.issues ?? []), ...(validate.errors ?? [])]
  }

  it('is of its schema, for an outage with a report', async () => {
    const { text } = await exported('json')
    expect(problems(text)).toEqual([])
    const data = JSON.parse(text ?? '') as {
      citations: { mark: string; cited: boolean }[]
      people: object
    }
    expect(data.citations.find(({ mark }) => mark === 'e1')?.cited).toBe(true)
    expect(data.people).toMatchObject({ impact: null })
  })

  it('is of its schema, whatever the events', async () => {
    const odd = await incidentOnDisk(every, { repository: false })
    const { text } = await exportPostmortem(odd.world, {
      incident: odd.journal.incident,
      format: 'json',
    })
    expect(problems(text)).toEqual([])
    odd.remove()
  })

  it('is not of its schema when a field is missing or unknown', async () => {
    const data = JSON.parse((await exported('json')).text ?? '') as Record<string, unknown>
    expect(exportSchema.safeParse({ ...data, timeline: undefined }).success).toBe(false)
    expect(exportSchema.safeParse({ ...data, more: 1 }).success).toBe(false)
  })
})

describe('the browser for a PDF', () => {
  const world = (env: Record<string, string>, chromium?: string) => ({
    ...disk.world,
    config: { ...disk.world.config, chromium },
    process: {
      ...disk.world.process,
      env: () => env,
      which: (name: string) => (name === 'google-chrome' ? '/usr/bin/env' : undefined),
    },
  })

  it('is the one that is named, else the first on PATH', () => {
    expect(findChromium(world({}))).toBe('/usr/bin/env')
    expect(findChromium(world({ CHROMIUM: process.execPath }, '/usr/bin/env'))).toBe(
      process.execPath,
    )
    expect(findChromium(world({}, process.execPath))).toBe(process.execPath)
  })

  it('is never another one than the one that is named, and never one of the repository', () => {
    expect(() => findChromium(world({ CHROMIUM: '/no/such' }))).toThrow('CHROMIUM names /no/such')
    expect(() => findChromium(world({}, '/no/such'))).toThrow('chromium in hotwash.yaml names')
    const own = join(disk.root, 'browser')
    writeFileSync(own, '')
    expect(() => findChromium(world({}, own))).toThrow('lies in the repository')
    for (const found of [undefined, own, 'browser']) {
      const none = { ...world({}), process: { ...world({}).process, which: () => found } }
      expect(() => findChromium(none)).toThrow('none of chromium, chromium-browser')
    }
  })

  it('that writes something else than a PDF has written none; its words are shown as words', async () => {
    const other = join(disk.root, '..', `${disk.journal.incident}-other`)
    const script = [
      '#!/bin/bash',
      'for a in "$@"; do case $a in --print-to-pdf=*) echo "<html>" > "${a#*=}";; esac; done',
      String.raw`printf '\033]0;title\007%01000d' 7 >&2`,
    ]
    writeFileSync(other, script.join('\n'), { mode: 0o755 })
    const failing = {
      ...disk.world,
      ...world({ ...(process.env as Record<string, string>), CHROMIUM: other }),
    }
    const { message } = await exportPostmortem(failing, {
      incident: undefined,
      format: 'pdf',
      output: 'x.pdf',
    }).then(
      () => ({ message: 'nothing was said' }),
      (error: Error) => error,
    )
    expect(message).toContain('wrote no PDF')
    expect(message).not.toContain('\u001b')
    expect(message.length).toBeLessThan(1000)
    expect(existsSync(join(disk.root, 'x.pdf'))).toBe(false)
  })

  it('that fails leaves no file behind, and is named', async () => {
    const broken = join(disk.root, '..', `${disk.journal.incident}-browser`)
    writeFileSync(broken, '#!/bin/sh\necho "cannot open display" >&2\nexit 7\n', { mode: 0o755 })
    const failing = {
      ...disk.world,
      ...world({ ...(process.env as Record<string, string>), CHROMIUM: broken }),
    }
    await expect(
      exportPostmortem(failing, { incident: undefined, format: 'pdf', output: 'x.pdf' }),
    ).rejects.toMatchObject({
      code: 'NO_PDF',
      message: expect.stringContaining('exit code 7: cannot open display') as string,
    })
    expect(existsSync(join(disk.root, 'x.pdf'))).toBe(false)
  })
})
