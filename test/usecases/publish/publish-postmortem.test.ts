import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { sha256 } from '../../../src/runbook/digest.ts'
import { placeOfReport } from '../../../src/usecases/report/report-place.ts'
import {
  publishPostmortem,
  type PublishRequest,
} from '../../../src/usecases/publish/publish-postmortem.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import type { TestDraft } from '../../events.ts'
import { reported, type Reported } from '../actions/reported.ts'
import { git } from '../world.ts'

let lab: Reported
afterEach(() => lab.close())

const HEAD = `services: [login]
impact:
  numbers: {users: 1200, failed_logins: {about: 300}}
  says: People could not log in for half an hour.
contributing_factors:
  - {id: pool, says: The pool of connections was too small.}
  - {id: alert, says: Kim missed the page on web2.}
actions:
  - {id: limit, title: Raise the limit, type: repair, owner: Kim Novak, due: 2026-12-24}
  - {id: inner, title: Rotate DB_PASSWORD on web2, type: repair}
public:
  title: Logins failed
  summary: Logins failed on the morning of 21 November.
  cause: Too few connections were allowed.
  remedies: [We raised the limit.]
  factors: [pool]
  actions: [limit]
`

const DRAFTS: TestDraft[] = [
  {
    type: 'incident.updated',
    data: {
      impact_start: '2026-11-21T10:00:00.000Z',
      detected_at: '2026-11-21T10:04:00.000Z',
      status: 'mitigated',
      effective_at: '2026-11-21T10:31:00.000Z',
    },
  },
  { type: 'note.added', data: { text: 'restarted db-primary-01, see LOGIN-512' } },
  { type: 'incident.resolved', data: { effective_at: '2026-11-21T10:40:00.000Z' } },
]

const open = async (head = HEAD, title = 'Logins failed'): Promise<void> => {
  lab = await reported(head, { drafts: DRAFTS, title })
}

const world = () => ({ ...recordWorldOf(lab.world), packageRoot: lab.world.packageRoot })

const publish = (more: Partial<PublishRequest> = {}) =>
  publishPostmortem(world(), {
    incident: undefined,
    formats: ['md', 'html'],
    output: undefined,
    force: 'customers are waiting',
    check: false,
    ...more,
  })

const refused = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

const onBranch = (path: string): string =>
  git(lab.dir, 'show', `incident/${lab.incident()}:${path}`)

describe('publishing a post-mortem', () => {
  test('writes both files beside the report and records them, once', async () => {
    await open()
    const done = await publish()
    expect(done).toMatchObject({ changed: true, branch: `incident/${lab.incident()}` })
    const [md, html] = done.files
    const text = onBranch(md?.path ?? '')
    expect(md).toMatchObject({
      path: expect.stringMatching(/public\/public\.md$/),
      sha256: sha256(text),
    })
    expect(sha256(onBranch(html?.path ?? ''))).toBe(html?.sha256)
    expect(text).toMatch(/^# Logins failed\n/)
    for (const told of [
      'People could not log in',
      '1,200',
      'about 300',
      'Too few connections',
      'The pool of',
      'Raise the limit',
      '2026-11-21 10:00 UTC',
      '31 min',
    ])
      expect(text).toContain(told)
    for (const inner of ['Kim', 'web2', 'LOGIN', 'Maria', 'SEV2', 'db-primary', 'Rotate'])
      expect(text).not.toContain(inner)
    expect(lab.events().at(-1)).toMatchObject({
      type: 'postmortem.published',
      actor: { name: 'Maria' },
      data: { files: done.files, source: done.source, forced: 'customers are waiting' },
    })
    const events = lab.events().length
    expect(await publish()).toMatchObject({ changed: false, files: done.files })
    expect(lab.events()).toHaveLength(events)
    expect(git(lab.dir, 'status', '--porcelain')).toBe('')
    expect(done.checked_out).toBe(false)
    git(lab.dir, 'switch', '-q', done.branch ?? '')
    expect((await publish()).checked_out).toBe(true)
  })

  test('needs a reviewed report, or a reason', async () => {
    await open()
    expect(await refused(publish({ force: undefined }))).toMatchObject({
      code: 'WAITING',
      message: expect.stringContaining('not reviewed'),
    })
    expect(await refused(publish({ force: ' ' }))).toMatchObject({ code: 'USAGE' })
    const report = await placeOfReport(world(), lab.journal)
    const digest = sha256((await report.read()) ?? '')
    const review = (action: 'requested' | 'approved') =>
      lab.journal.append({ type: 'postmortem.reviewed', data: { action, sha256: digest } })
    review('requested')
    expect(await refused(publish({ force: undefined }))).toMatchObject({ code: 'WAITING' })
    const other = {
      ...world(),
      config: { ...world().config, review: { approvals: 0, require: [] } },
    }
    const done = await publishPostmortem(other, {
      incident: undefined,
      formats: ['md'],
      output: undefined,
      force: undefined,
      check: false,
    })
    expect(done.changed).toBe(true)
    expect(lab.events().at(-1)?.data).not.toHaveProperty('forced')
    await lab.report(HEAD.replace('half an hour', '40 minutes'))
    const edited = publishPostmortem(other, {
      incident: undefined,
      formats: ['md'],
      output: undefined,
      force: undefined,
      check: false,
    })
    expect((await refused(edited)).message).toContain('edited after its review')
  })

  test('--check looks, and writes and records nothing', async () => {
    await open()
    const events = lab.events().length
    const tip = git(lab.dir, 'rev-parse', `incident/${lab.incident()}`)
    const done = await publish({ check: true, force: undefined })
    expect(done.markdown).toContain('# Logins failed')
    expect(lab.events()).toHaveLength(events)
    expect(git(lab.dir, 'rev-parse', `incident/${lab.incident()}`)).toBe(tip)
  })

  test('--output writes elsewhere, and no path of this machine is recorded', async () => {
    await open()
    const dir = mkdtempSync(join(tmpdir(), 'hotwash-out-'))
    const done = await publish({ output: dir, formats: ['md'] })
    expect(readFileSync(join(dir, 'public.md'), 'utf8')).toBe(done.markdown)
    expect(existsSync(join(dir, 'public.html'))).toBe(false)
    expect(JSON.stringify(lab.events().at(-1))).not.toContain(dir)
    rmSync(dir, { recursive: true })
  })

  test('new words are published anew; a file that was changed by hand is replaced, and told', async () => {
    await open()
    const first = await publish()
    await lab.report(HEAD.replace('half an hour', '40 minutes'))
    const second = await publish()
    expect(second.changed).toBe(true)
    expect(second.files[0]?.sha256).not.toBe(first.files[0]?.sha256)
    const name = 'public/public.md'
    const place = await placeOfReport(world(), lab.journal, { name })
    const was = await place.read()
    await place.write({ text: `${was}by web2\n`, was, message: 'x' })
    const [verified] = await verifyRecord(world(), lab.incident())
    expect(verified?.notes.join('\n')).toContain('public.md differs from what was published')
    expect((await publish()).warnings.join('\n')).toContain('changed by hand')
    expect(onBranch(place.path)).toBe(second.markdown)
    const [again] = await verifyRecord(world(), lab.incident())
    expect(again?.notes.join('\n')).not.toContain('published')
    expect(again?.verified).toBe(true)
  })

  test('an id that names nothing is told at its place', async () => {
    await open(HEAD.replace('factors: [pool]', 'factors: [pol]'))
    const error = await refused(publish())
    expect(error).toMatchObject({
      code: 'INVALID_REPORT',
      issues: [{ message: expect.stringContaining('"pol"'), place: { line: 18, column: 13 } }],
    })
  })

  test('a report without words for outsiders tells times, services and impact', async () => {
    await open('services: [login]\nimpact: {says: People could not log in.}\n')
    const { markdown } = await publish()
    expect(markdown).toContain('People could not log in')
    expect(markdown).not.toContain('null')
  })
})

describe('a leak keeps everything back', () => {
  const WORDS = [
    ['a host', 'db-primary-01'],
    ['a ticket', 'LOGIN-512'],
    ['a responder', 'Maria'],
    ['an owner', 'Kim Novak'],
    ['an address', 'maria@example.test'],
    ['an IP address', '10.1.2.3'],
    ['a path', '/etc/login/pool.conf'],
    ['a setting', 'DB_PASSWORD'],
    ['a commit', '1a2b3c4d'],
    ['a url', 'https://grafana.corp.internal/d/1'],
    ['a team member', 'omar'],
    ['a denied word', 'Falcon'],
    ['a declared secret', 'correct-horse-battery'],
    ['a disguised name', 'M&#97;r\u200bia'],
  ] as const

  test('whatever is planted in whatever field is named at each place', async () => {
    await open()
    lab.world.redactor.add('TOKEN', 'correct-horse-battery')
    for (const [, word] of WORDS) expect(await plant(word)).toBeGreaterThanOrEqual(8)
  })

  /** In every field at once: how many were found. */
  const plant = async (word: string): Promise<number> => {
    const config = {
      ...lab.world.config,
      teams: { oncall: ['omar@example.test'] },
      public: { deny: ['falcon'], allow: [] },
    }
    const places = [
      ['title: Logins failed', `title: Logins failed ${word}`],
      ['summary: Logins', `summary: ${word} Logins`],
      ['services: [login]', `services: ["${word}"]`],
      ['Too few connections were allowed.', `Too few ${word} connections.`],
      ['We raised the limit.', `"We raised ${word}."`],
      ['half an hour.', `half an hour ${word}.`],
      ['The pool of connections', `The ${word} connections`],
      ['title: Raise the limit', `title: Raise ${word}`],
    ] as const
    let head = HEAD
    for (const [was, is] of places) head = head.replace(was, () => is)
    await lab.report(head)
    const error = await refused(
      publishPostmortem(
        { ...world(), config },
        {
          incident: undefined,
          formats: ['md', 'html'],
          output: undefined,
          force: 'customers are waiting',
          check: false,
        },
      ),
    )
    expect(error).toMatchObject({ code: 'FOUND', exitCode: 9 })
    const lines = error.issues.map(({ place }) => {
      expect(place.file).toMatch(/postmortem\.md$/)
      return place.line
    })
    const planted = places.map(
      ([, is]) => head.split('\n').findIndex((one) => one.includes(is)) + 3,
    )
    expect({ word, lines: new Set(lines) }).toEqual({ word, lines: new Set(planted) })
    expect(JSON.stringify(error.issues)).not.toContain('horse')
    expect(lab.events().some(({ type }) => type === 'postmortem.published')).toBe(false)
    const path = `incidents/${lab.incident().slice(0, 4)}/${lab.incident()}`
    expect(
      git(lab.dir, 'ls-tree', '-r', '--name-only', `incident/${lab.incident()}`, path),
    ).not.toContain('public')
    return lines.length
  }

  test('the title of the log is looked at, too, and the refused text is kept beside the journal', async () => {
    await open(HEAD.replace('  title: Logins failed\n', ''), 'db-primary-01 is full')
    const error = await refused(publish())
    expect(error.issues.map(({ message }) => message).join()).toContain('db-primary-01')
    expect(error.issues[0]?.place).toMatchObject({ file: 'public.md', line: 1 })
    expect(readFileSync(join(lab.journal.dir, 'local', 'public.md'), 'utf8')).toContain('is full')
  })

  test('a word that hotwash.yaml allows passes', async () => {
    await open(HEAD.replace('Too few', 'Of db-primary-01 too few'))
    const config = { ...lab.world.config, public: { deny: [], allow: ['db-primary-01'] } }
    const request = {
      incident: undefined,
      formats: ['md'] as const,
      output: undefined,
      force: undefined,
      check: true,
    }
    expect((await publishPostmortem({ ...world(), config }, request)).markdown).toContain(
      'db-primary-01',
    )
  })
})
