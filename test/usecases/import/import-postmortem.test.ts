import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { momentsOf } from '../../../src/incident/moments.ts'
import { timeline } from '../../../src/incident/timeline.ts'
import { parseFrontMatter } from '../../../src/postmortem/front-matter/parse-front-matter.ts'
import {
  importPostmortems,
  type ImportRequest,
} from '../../../src/usecases/import/import-postmortem.ts'
import { importLines } from '../../../src/usecases/import/import-lines.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import type { ReportWorld } from '../../../src/usecases/report/report-text.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import { fixture, sentencesOf, wordsOf } from '../../import/fixture.ts'
import { ROWS_BY_HAND } from '../../import/rows-by-hand.ts'
import { git, openLab, type Lab } from '../world.ts'

let lab: Lab
let world: ReportWorld
beforeEach(async () => {
  lab = await openLab()
  world = { ...recordWorldOf(lab.world), packageRoot: lab.world.packageRoot }
})
afterEach(() => lab.close())

const ASKED: Omit<ImportRequest, 'files'> = {
  zone: undefined,
  day: undefined,
  title: undefined,
  severity: undefined,
  split: false,
  dryRun: false,
}

const inFolder = (): ReportWorld => {
  rmSync(join(lab.dir, '.git'), { recursive: true })
  const { packageRoot } = lab.world
  return { ...recordWorldOf({ ...lab.world, repository: undefined }), packageRoot }
}

const put = (name: string, text: string | Uint8Array): string => {
  mkdirSync(join(lab.dir, 'docs'), { recursive: true })
  writeFileSync(join(lab.dir, 'docs', name), text)
  return `docs/${name}`
}

const take = (files: readonly string[], request: Partial<ImportRequest> = {}) =>
  importPostmortems(world, { ...ASKED, files, ...request })

const takeOne = async (text: string | Uint8Array, request: Partial<ImportRequest> = {}) => {
  const { incidents, warnings } = await take([put('report.md', text)], request)
  const [imported] = incidents
  if (imported?.incident === undefined) throw new Error('nothing was imported')
  const journal = world.store.open(imported.incident)
  const draft = git(lab.dir, 'show', `${imported.branch}:${imported.path}`)
  return { imported, journal, draft, events: journal.events(), warnings }
}

const refusal = async (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'not refused',
    (error: unknown) => error,
  )

const SHORT = `# Cart empties itself

Severity: sev-2
Detected at: 2025-02-11 14:09 UTC

## Timeline

- 14:02 UTC Deploy of [cart](https://example.test/x)
- 14:16 UTC **Rolled back**

## Action items

- [x] Alert on empty carts
`

describe('importing reports', () => {
  it('keeps every sentence of thirteen documents of different shape, and the records verify', async () => {
    const names = Object.keys(ROWS_BY_HAND)
    // Without git, which would take most of the time; the other tests have it.
    world = inFolder()
    const { incidents } = await take(names.map((name) => put(`${name}.md`, fixture(name))))
    expect(incidents).toHaveLength(13)
    for (const [index, name] of names.entries()) {
      const { path = '', incident = '' } = incidents[index] ?? {}
      const draft = readFileSync(join(lab.dir, path), 'utf8')
      const words = wordsOf(draft)
      const lost = sentencesOf(fixture(name)).filter((sentence) => !words.includes(sentence))
      expect([name, lost]).toEqual([name, []])
      expect(parseFrontMatter(draft, 'postmortem.md').issues).toEqual([])
      expect(draft).not.toMatch(/^<{7}|^>{7}/m)
      expect(await verifyRecord(world, incident)).toMatchObject([{ verified: true }])
    }
  }, 120_000)

  it('says what is stated, and of the rest that it is not known', async () => {
    const { imported, journal, draft, events } = await takeOne(SHORT)
    expect(imported).toMatchObject({
      incident: '2025-02-11-cart-empties-itself',
      severity: 'SEV2',
      path: 'incidents/2025/2025-02-11-cart-empties-itself/postmortem.md',
    })
    const moments = momentsOf(events)
    expect(moments.detected[0]).toMatchObject({
      at: '2025-02-11T14:09:00.000Z',
      precision: 'minute',
      source: 'docs/report.md, line 4',
    })
    // When it was imported is not when it was declared, resolved or closed.
    expect([moments.declared, moments.resolved, moments.closed]).toEqual([[], [], []])
    expect(journal.state()).toMatchObject({ status: 'resolved', imported: true })
    expect(draft).toMatch(/^declared_at: null/m)
    const rows = timeline(events).filter(({ type }) => type === 'note.added')
    expect(rows).toMatchObject([
      { at: '2025-02-11T14:02:00.000Z', precision: 'minute', source: 'docs/report.md, line 8' },
      { at: '2025-02-11T14:16:00.000Z', text: expect.stringContaining('Rolled back') as string },
    ])
    expect(events.find(({ type }) => type === 'action.closed')?.data).toEqual({
      action: 'alert-empty-carts',
      evidence: 'marked as done in docs/report.md, line 13',
      imported: true,
    })
    // The day of the import is not the day on which it was done.
    expect(draft).toContain('done at a time that is not known, closed by hand')
    const event = events.find((each) => each.type === 'postmortem.imported')
    expect(event?.data).toMatchObject({ file: 'docs/report.md', placed: 2, unplaced: 0 })
    expect(await verifyRecord(world, imported.incident)).toMatchObject([{ verified: true }])
    const [kept] = event?.type === 'postmortem.imported' ? event.data.evidence : []
    expect(journal.readEvidence(kept?.sha256 ?? '')).toBe(SHORT)
  })

  it('the draft is rendered again without losing a word, and is the same when nothing changed', async () => {
    const { imported, draft } = await takeOne(SHORT)
    const again = await renderPostmortem(world, { incident: imported.incident })
    expect(again).toMatchObject({ conflicts: 0 })
    expect(again.text).toBe(draft)
  })

  it('the same text twice is said, and adds nothing', async () => {
    const { imported, events } = await takeOne(SHORT)
    const other = put('copy.md', `\uFEFF${SHORT.replaceAll('\n', '\r\n')}`)
    const result = await take([other])
    expect(result.incidents).toMatchObject([{ already: imported.incident }])
    expect(importLines(result, false)[0]).toBe(
      `docs/copy.md: the same text is incident ${imported.incident} already; nothing was added`,
    )
    expect(world.store.list()).toEqual([imported.incident])
    expect(world.store.open(imported.incident ?? '').events()).toHaveLength(events.length)
  })

  it('a log of incidents becomes one for each, and what is between them is named', async () => {
    const file = put('log.md', fixture('incident-log'))
    const whole = await take([file], { zone: 'Europe/London', dryRun: true })
    expect(whole.warnings).toEqual([
      'docs/log.md seems to hold 2 incidents: --split makes one of each',
    ])
    const { incidents, left } = await take([file], { zone: 'Europe/London', split: true })
    expect(incidents.map(({ incident }) => incident)).toEqual([
      '2025-05-25-incident-on-2025-05-25-log-search-stands',
      '2025-04-15-incident-on-2025-04-15-09-31-nodes-witho',
    ])
    expect(left).toEqual([{ file, lines: { from: 1, to: 13 } }])
    const resolved = momentsOf(world.store.open(incidents[1]?.incident ?? '').events()).resolved
    expect(resolved).toMatchObject([
      { at: '2025-04-16T11:42:00.000Z', source: 'docs/log.md, line 49' },
    ])
    expect(await take([file], { split: true })).toMatchObject({
      incidents: incidents.map(({ incident }) => ({ already: incident })),
    })
  })

  it('a row that finds no place is named on the screen and in the draft', async () => {
    const file = put('brackets.md', fixture('brackets-pst'))
    const result = await take([file])
    const words = 'line 51: 02-05 16:21 may be 05-02 or 02-05: 02-05 16:21 The change is merged'
    expect(importLines(result, false)).toContain(`  not placed: ${words}`)
    const [imported] = result.incidents
    const draft = git(lab.dir, 'show', `${imported?.branch}:${imported?.path}`)
    expect(draft).toContain(
      '- line 51 (02-05 16:21 may be 05-02 or 02-05): 02-05 16:21 The change is merged',
    )
  })

  it('a zone of several meanings places nothing, until --zone decides', async () => {
    const file = put(
      'gate.md',
      '# Gate shut\n\n2025-07-02\n\n## Timeline\n\nAll times in BST\n\n- 10:00 shut\n- 10:05 open\n',
    )
    const asked = await take([file], { dryRun: true })
    expect(importLines(asked, true)).toEqual(
      expect.arrayContaining([
        '  not placed: line 9: BST is the name of several time zones: 10:00 shut',
        '  which of the time zones is meant, --zone says: --zone Europe/London',
      ]),
    )
    const [known] = (await take([file], { dryRun: true, zone: 'Europe/London' })).incidents
    expect(known?.read.rows.map(({ at }) => new Date(at).toISOString())).toEqual([
      '2025-07-02T09:00:00.000Z',
      '2025-07-02T09:05:00.000Z',
    ])
  })

  it('broken letters are repaired and named', async () => {
    const { imported, draft } = await takeOne('# CafÃ© is closed\n\n2025-01-02: itâ€™s \ufffd\n')
    expect(draft).toContain('title: "Café is closed"')
    expect(draft).toContain('it’s')
    const all = { incidents: [imported], left: [], warnings: [], refused: undefined }
    const lines = importLines(all, false)
    expect(lines).toContain('  repaired: line 1: Ã© is é')
    expect(lines.join('\n')).toMatch(/look at: line 3: letters may be broken/)
  })

  it('a secret in the source reaches neither evidence nor draft', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`
    const { draft, events, journal, warnings } = await takeOne(
      `# Leak\n\n## Timeline\n\n- 2025-01-02 10:00 UTC token ${secret} was pushed\n`,
    )
    const digests = events.flatMap((event) =>
      event.type === 'postmortem.imported' ? event.data.evidence : [],
    )
    expect(digests.map(({ sha256 }) => journal.readEvidence(sha256)).join()).not.toContain(secret)
    expect(draft + JSON.stringify(events)).not.toContain(secret)
    expect(draft).toContain('token [masked:suspected_token] was pushed')
    expect(warnings).toEqual([
      'docs/report.md:5: looks like a secret (token), and is masked: is it still valid?',
    ])
  })

  it('works in a folder that is no repository', async () => {
    world = inFolder()
    const { incidents } = await take([put('r.md', SHORT)])
    const text = readFileSync(join(lab.dir, incidents[0]?.path ?? ''), 'utf8')
    expect(text).toContain('## As it was imported from `docs/r.md`')
  })
})

describe('nothing is recorded of', () => {
  afterEach(() => expect(world.store.list()).toEqual([]))

  it('a dry run, which shows the rows', async () => {
    const result = await take([put('r.md', SHORT)], { dryRun: true })
    expect(importLines(result, true)).toEqual([
      'docs/r.md: would be imported as "Cart empties itself", severity SEV2',
      '  day: 2025-02-11; time zone: UTC',
      '  detected: 2025-02-11 14:09 UTC (line 4)',
      '  not stated: impact start, declared, acknowledged, mitigated, resolved',
      '  line 8: 2025-02-11 14:02 UTC  Deploy of cart',
      '  line 9: 2025-02-11 14:16 UTC  Rolled back',
      '  head of the report: actions (1)',
    ])
  })

  it('times without a zone or a day, of any of the files', async () => {
    const good = put('good.md', SHORT)
    const noZone = put('zone.md', '# A\n## Timeline\n- 2025-01-02 10:00 a\n')
    expect(await refusal(take([good, noZone]))).toMatchObject({
      code: 'USAGE',
      message: 'docs/zone.md:3: the report says times, and nowhere in which time zone',
    })
    const noDay = put('day.md', '# A\n## Timeline\n- 10:00 UTC a\n')
    expect(await refusal(take([good, noDay]))).toMatchObject({
      message: 'docs/day.md:3: the report says times, and nowhere of which day',
    })
  })

  const AMBIGUOUS = '# Outage\n\n## Timeline (UTC)\n\n### 6/7/2025\n\n- 10:00 AM full\n'

  it.each([
    ['a heading', AMBIGUOUS],
    ['the title', AMBIGUOUS.replace(/### .*\n\n/, '').replace('Outage', 'Outage of 6/7/2025')],
    ['a label', AMBIGUOUS.replace('## Timeline (UTC)', '**Timeline** (UTC)').replace('### ', '')],
    ['a row', '# A\n## Timeline\n- 6/7/2025 10:00 AM UTC full\n'],
    ['a field', '# A\n\n**Date:** 6/7/2025\n\nNothing more.\n'],
  ])('a date that may be two days, in %s, until it is said which', async (_, text) => {
    const file = put('two.md', text)
    const line = 1 + text.split('\n').findIndex((each) => each.includes('6/7/2025'))
    expect(await refusal(take([file]))).toMatchObject({
      code: 'USAGE',
      message: `docs/two.md:${line}: 6/7/2025 may be 2025-07-06 or 2025-06-07`,
      hint: 'say which: --day 2025-06-07 or --day 2025-07-06; --plan shows what is read',
    })
    for (const day of ['2025-06-07', '2025-07-06']) {
      const { incidents, refused } = await take([file], { day, dryRun: true })
      expect(refused).toBeUndefined()
      expect(incidents[0]?.read).toMatchObject({ day, unplaced: [] })
      const rows = incidents[0]?.read.rows.map(({ at }) => new Date(at).toISOString())
      expect(rows).toEqual(text.includes('full') ? [`${day}T10:00:00.000Z`] : [])
    }
  })

  it('a heading that may be two days, of which the one that was said is none', async () => {
    const error = await refusal(take([put('two.md', AMBIGUOUS)], { day: '2025-06-09' }))
    expect(error).toMatchObject({
      message: 'docs/two.md:5: 6/7/2025 may be 2025-07-06 or 2025-06-07',
    })
  })

  it('a dry run, which ends as the real one would and says what is missing', async () => {
    const file = put('both.md', '# A\n## Timeline\n- 10:00 a\n')
    const result = await take([file], { dryRun: true })
    expect(result.refused).toMatchObject({ exitCode: 2 })
    expect(importLines(result, true).slice(-3)).toEqual([
      '  head of the report: nothing found for it',
      'would be refused: nothing was imported, for 2 reasons:\n  docs/both.md:3: the report says times, and nowhere in which time zone\n  docs/both.md:3: the report says times, and nowhere of which day',
      'hint: say it: --zone UTC, --zone Europe/Berlin, --zone +02:00; say on which day it began: --day 2026-03-02',
    ])
    expect(await refusal(take([file]))).toEqual(result.refused)
    expect(await take([file], { zone: 'UTC', day: '2025-01-02', dryRun: true })).toMatchObject({
      refused: undefined,
    })
  })

  it('a batch with bad files, each of which is named', async () => {
    const files = [
      put('a.md', SHORT),
      put('b.md', ''),
      put('c.md', '# C\n\n## Timeline\n- 2025-01-02 10:00 c'),
      'docs/none.md',
    ]
    const error = await refusal(take(files))
    expect(error).toMatchObject({ code: 'INVALID_INPUT' })
    expect(String(error).split('\n')).toEqual([
      'HotwashError: nothing was imported, for 3 reasons:',
      '  docs/b.md: the file is empty',
      '  docs/none.md: there is no such file',
      '  docs/c.md:4: the report says times, and nowhere in which time zone',
    ])
    const plan = await take(files, { dryRun: true })
    expect(plan.incidents.map(({ file }) => file)).toEqual(['docs/a.md', 'docs/c.md'])
    expect(plan.refused).toEqual(error)
  })

  it.each([
    [{ day: '6/7/2025' }, '--day 6/7/2025: not a day'],
    [{ zone: 'Nowhere' }, '--zone Nowhere: not one time zone'],
  ])('what is asked for with %o', async (request, message) => {
    expect(await refusal(take([put('r.md', SHORT)], request))).toMatchObject({
      code: 'USAGE',
      message,
    })
  })

  it.each([
    ['nothing', '', 'docs/bad.md: the file is empty'],
    [
      'a picture',
      Buffer.from('89504e470d0a1a0a00ff', 'hex'),
      'docs/bad.md: it holds a NUL at byte 8: no text',
    ],
    ['Latin-1', Buffer.from('caf\xe9', 'latin1'), 'docs/bad.md: it is not UTF-8 text'],
    [
      'ten megabytes',
      Buffer.alloc(10_000_000, 'a'),
      'docs/bad.md: it has 10,000,000 bytes; at most 4,194,304 are read',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await refusal(take([put('bad.md', bytes)]))).toMatchObject({
      code: 'INVALID_INPUT',
      message,
    })
  })

  it('a file that is not there, or one title for two', async () => {
    expect(await refusal(take(['docs/none.md']))).toMatchObject({ code: 'USAGE' })
    const files = [put('a.md', SHORT), put('b.md', '# B')]
    expect(await refusal(take(files, { title: 'T' }))).toMatchObject({ code: 'USAGE' })
  })
})

it('UTF-16 with its mark is read', async () => {
  const { draft } = await takeOne(Buffer.from(`\uFEFF${SHORT}`, 'utf16le'))
  expect(draft).toContain('title: "Cart empties itself"')
})
