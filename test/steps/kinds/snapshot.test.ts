import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../../src/ports/database.ts'
import type { Outcome } from '../../../src/steps/kind.ts'
import { snapshot } from '../../../src/steps/kinds/snapshot.ts'
import type { SnapshotParams } from '../../../src/steps/kinds/snapshot/params.ts'
import { commandContext, limitAfter, type ContextOptions } from '../command-context.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hotwash-snapshot-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

let status = 200
const server = createServer((_request, response) => {
  response.statusCode = status
  response.end('{"ok":true}')
}).listen(0, '127.0.0.1')
afterAll(() => server.close())
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`

const textOf = (outcome: Outcome, label: string): string => {
  const draft = outcome.evidence.find((one) => one.label === label)
  if (draft === undefined || !('text' in draft)) throw new Error(`no evidence ${label}`)
  return draft.text
}
const take = (asked: SnapshotParams, options: ContextOptions = {}) =>
  snapshot.run(asked, commandContext(folder, options))
const valuesOf = (outcome: Outcome) =>
  outcome.data['values'] as Record<string, Record<string, unknown>>
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
/** Parsing hands over what the step `before` asked for. */
const like = (before: Outcome, asked: SnapshotParams, options: ContextOptions = {}) =>
  take(
    { ...asked, like: 'before' },
    { ...options, evidenceOf: () => Promise.resolve(textOf(before, 'snapshot')) },
  )

const git = (...args: string[]) =>
  execFileSync(
    'git',
    [
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.test',
      '-c',
      'init.defaultBranch=main',
      ...args,
    ],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
      },
    },
  )

const database = {
  engine: 'sqlite',
  label: 'app.db',
  describe: () =>
    Promise.resolve({
      ok: true,
      serverVersion: '3',
      tables: { users: [{ column: 'id', type: 'int', nullable: false }] },
      indexes: { users: { users_key: { columns: ['id'], unique: true } } },
    }),
  countTable: () => Promise.resolve({ ok: true, rows: 7 }),
  digestTable: () =>
    Promise.resolve({ ok: false, state: 'not_sent', code: 'X', message: 'no such column' }),
} as unknown as Database

describe('a snapshot', () => {
  test('records what it sees of files, variables, programs, services and commands', async () => {
    write('app.conf', 'a=1')
    status = 200
    const outcome = await take(
      {
        files: ['app.conf', 'missing'],
        env: ['MODE', 'API_TOKEN', 'NOT_SET'],
        versions: ['node'],
        http: [url()],
        run: { here: ['sh', '-c', 'echo hi; exit 2'] },
      },
      { env: { PATH: process.env['PATH'] ?? '', MODE: 'staging', API_TOKEN: 'do-not-show-me' } },
    )
    expect(outcome).toMatchObject({ ended: 'completed', data: { seen: 8, failed: [] } })
    const values = valuesOf(outcome)
    expect(values['file app.conf']).toMatchObject({ exists: true, size: 3, kind: 'file' })
    expect(values['file missing']).toEqual({ exists: false })
    expect(values['env MODE']).toEqual({ set: true, value: 'staging' })
    expect(values['env NOT_SET']).toEqual({ set: false })
    expect(values['version node']).toEqual({ version: process.version })
    expect(values[`http ${url()}`]).toMatchObject({ status: 200, body: '{"ok":true}' })
    expect(values['run here']).toEqual({ exit_code: 2, output: 'hi\n' })
    expect(textOf(outcome, 'snapshot')).not.toContain('do-not-show-me')
  })

  test('of files with secrets holds names and keyed digests, and nothing that can be guessed from', async () => {
    write('.env', 'JWT_SECRET=changeme\nPORT=8080\n')
    write('token', 'changeme')
    const secretFiles = [join(folder, 'token')]
    const outcome = await take({ files: ['.env', 'token'] }, { secretFiles })
    const text = textOf(outcome, 'snapshot')
    expect(valuesOf(outcome)['file .env']?.['keys']).toMatchObject({
      JWT_SECRET: expect.any(String),
    })
    expect(text).not.toContain('changeme')
    expect(text).not.toMatch(/"(sha256|size)"/)
  })

  test('of a checkout holds its commit and what is changed, and runs nothing of it', async () => {
    git('init', '-q')
    write('a', 'one')
    write('.gitattributes', 'a filter=evil\n')
    git('add', '.')
    git('commit', '-q', '-m', 'first')
    git('tag', 'v1')
    git('config', 'filter.evil.clean', `touch ${join(folder, 'pwned')}; cat`)
    git('config', 'core.fsmonitor', `touch ${join(folder, 'pwned')}`)
    write('a', 'two')
    write('b', 'new')
    const outcome = await take({ git: true })
    expect(valuesOf(outcome)['git']).toMatchObject({
      branch: 'main',
      described: 'v1',
      head: expect.stringMatching(/^[0-9a-f]{40}$/),
      changed: ['M a'],
      untracked: ['b'],
    })
  })

  test('of a checkout names no file that was written again with the same content', async () => {
    git('init', '-q')
    write('a', 'one')
    write('b', 'one')
    git('add', '.')
    git('commit', '-q', '-m', 'first')
    git('config', 'diff.autoRefreshIndex', 'false')
    git('config', 'diff.external', 'false')
    write('b', 'two')
    for (const name of ['a', 'b']) utimesSync(join(folder, name), 1, 1)
    const outcome = await take({ git: true })
    expect(valuesOf(outcome)['git']).toMatchObject({ changed: ['M b'] })
  })

  test('of a database holds tables, columns and rows', async () => {
    const asked = { database: 'app', tables: { users: { rows: true }, odd: { digest: ['id'] } } }
    const outcome = await take(asked, { database })
    expect(valuesOf(outcome)).toMatchObject({
      'database app': {
        label: 'app.db',
        tables: { users: { id: 'int not null' } },
        indexes: { users: { users_key: 'a unique index on id' } },
      },
      'table users': { rows: 7 },
    })
    expect(outcome.data['failed']).toEqual(['table odd'])
    expect(outcome.notes).toEqual(['table odd: no such column'])
  })

  test('says what it could not see, and goes on', async () => {
    write('a', 'one')
    const outcome = await take({
      files: ['a'],
      git: true,
      http: ['http://127.0.0.1:1/'],
      versions: ['hotwash-no-such-program'],
    })
    expect(outcome.ended).toBe('completed')
    expect(outcome.data['failed']).toHaveLength(3)
  })

  test('fails when nothing could be seen, or something that is required', async () => {
    expect(await take({ http: ['http://127.0.0.1:1/'] })).toMatchObject({
      ended: 'failed',
      reason: expect.stringContaining('nothing'),
    })
    write('a', 'one')
    const required = await take({ files: ['a', 'missing'], require: ['files'] })
    expect(required).toMatchObject({
      ended: 'failed',
      reason: expect.stringContaining('file missing'),
    })
    expect(textOf(required, 'snapshot')).toContain('file a')
  })

  test('ends when the step is ended', async () => {
    const outcome = await take({ run: { slow: ['sleep', '30'] } }, { signal: limitAfter(50) })
    expect(outcome.ended).toBe('timed_out')
  })
})

describe('a comparison', () => {
  test('looks at the same again and shows each difference', async () => {
    write('app.conf', 'a=1')
    write('.env', 'DATABASE=one\nPORT=8080\n')
    status = 200
    const asked = { files: ['app.conf', '.env'], http: [url()], run: { list: ['ls'] } }
    const before = await take(asked)
    write('app.conf', 'a=2!')
    write('.env', 'DATABASE=two\nPORT=8080\n')
    write('new', '')
    status = 503
    const after = await like(before, asked)
    const diff = textOf(after, 'diff')
    expect(after.data['changed']).toEqual([
      'file app.conf',
      'file .env',
      `http ${url()}`,
      'run list',
    ])
    expect(diff).toContain('size: 3 -> 4')
    expect(diff).toContain('status: 200 -> 503')
    expect(diff).toMatch(/keys\.DATABASE: \w+ -> \w+/)
    expect(diff).not.toContain('keys.PORT')
    expect(diff).toContain('+ new')
    expect(after.notes?.at(-1)).toMatch(/^differs from step before in: file app.conf/)
  })

  test('that finds nothing says so', async () => {
    write('a', 'one')
    const after = await like(await take({ files: ['a'] }), { files: ['a'] })
    expect(after.data['changed']).toEqual([])
    expect(textOf(after, 'diff')).toBe('no difference\n')
    expect(after.notes).toEqual(['the same as in step before'])
  })

  test('shows what came back, and what went away', async () => {
    write('a', 'one')
    const down = { files: ['a'], run: { tool: ['./tool'] } }
    const before = await take(down)
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho up\n', { mode: 0o755 })
    const after = await like(before, down)
    expect(textOf(after, 'diff')).toContain('run tool: can be seen again\n  seen: no: ')
    rmSync(join(folder, 'tool'))
    expect(textOf(await like(after, down), 'diff')).toContain('run tool: cannot be seen now')
  })

  test('without its counterpart has nothing to compare with', async () => {
    const outcome = await take({ like: 'before', env: ['MODE'] })
    expect(outcome).toMatchObject({ ended: 'completed', data: { seen: 1, changed: [] } })
    expect(outcome.evidence.map(({ label }) => label)).toEqual(['snapshot'])
    expect(outcome.notes).toEqual([
      'nothing to compare with: step before left no snapshot that can be read',
    ])
  })

  test('with evidence that is damaged says the same, and still looks', async () => {
    const evidenceOf = () => Promise.resolve('{"seen": [')
    const outcome = await take({ like: 'before', env: ['MODE'] }, { evidenceOf })
    expect(outcome).toMatchObject({ ended: 'completed', data: { seen: 1 } })
    expect(outcome.notes?.join()).toContain('nothing to compare with')
  })
})

describe('its parameters', () => {
  test.each([
    [{}, false],
    [{ git: true }, true],
    [{ like: 'before' }, true],
    [{ like: 'before', require: ['git'] }, true],
    [{ like: 'before', git: true }, true],
    [{ health: {} }, false],
    [{ health: { url: 'http://127.0.0.1/healthz' } }, true],
    [{ ports: [0] }, false],
    [{ files: [{ path: 'a', content: true }] }, true],
    [{ packages: [{ path: 'a', names: [] }] }, false],
    [{ tables: { users: { rows: true } } }, false],
    [{ git: true, require: ['nonsense'] }, false],
    [{ files: [] }, false],
  ])('%j: %s', (given, fits) => {
    expect(snapshot.params.safeParse(given).success).toBe(fits)
  })
})
