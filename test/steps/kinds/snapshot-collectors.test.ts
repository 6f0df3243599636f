/** What a snapshot sees of files, packages, processes, ports, health and real databases. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { comparison as comparisonSchema } from '../../../src/incident/comparison.ts'
import type { Outcome } from '../../../src/steps/kind.ts'
import { snapshot } from '../../../src/steps/kinds/snapshot.ts'
import { versionsIn } from '../../../src/steps/kinds/snapshot/collect-packages.ts'
import type { SnapshotParams } from '../../../src/steps/kinds/snapshot/params.ts'
import { testDatabases } from '../../adapters/database-parts.ts'
import { commandContext, type ContextOptions } from '../command-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-collectors-'))
const its = testDatabases()
let answer = { status: 200, body: '{"status":"ok","database":"up"}' }
const server = createServer((_request, response) => {
  response.statusCode = answer.status
  response.end(answer.body)
})
let port: number
let sleeper: ChildProcess
const MARK = 'hotwash-collector-mark'
const HIDDEN = 'argument-Zx81kq9LmPq2'

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
  sleeper = spawn('sh', ['-c', 'echo up; read line', MARK, HIDDEN], { stdio: 'pipe' })
  await new Promise((up) => sleeper.stdout?.once('data', up))
})
afterAll(() => {
  server.close()
  sleeper.kill()
  its.remove()
  rmSync(folder, { recursive: true, force: true })
})

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const take = (asked: SnapshotParams, options: ContextOptions = {}) =>
  snapshot.run(asked, commandContext(folder, options))
const textOf = (outcome: Outcome, label: string): string => {
  const draft = outcome.evidence.find((one) => one.label === label)
  if (draft === undefined || !('text' in draft)) throw new Error(`no evidence ${label}`)
  return draft.text
}
const valuesOf = (outcome: Outcome) =>
  outcome.data['values'] as Record<string, Record<string, unknown>>
async function twice(asked: SnapshotParams, between: () => unknown, options: ContextOptions = {}) {
  const before = await take(asked, options)
  await between()
  const evidenceOf = () => Promise.resolve(textOf(before, 'snapshot'))
  const after = await take({ ...asked, like: 'before' }, { ...options, evidenceOf })
  const found = comparisonSchema.parse(JSON.parse(textOf(after, 'comparison')))
  return { before, after, found, diff: textOf(after, 'diff') }
}

describe('files', () => {
  test('hold their text only when asked, masked, and never that of a file with secrets', async () => {
    write('app.toml', 'mode = "live"\npassword = "Tr0ub4dor-and-3"\n')
    write('.env', 'JWT_SECRET=Tr0ub4dor-and-3\n')
    const context = commandContext(folder)
    context.redactor.add('password', 'Tr0ub4dor-and-3')
    const files = ['app.toml', { path: 'app.toml', content: true }, { path: '.env', content: true }]
    const [plain, asked] = [
      await take({ files: ['app.toml'] }),
      await snapshot.run({ files }, context),
    ]
    expect(textOf(plain, 'snapshot')).not.toContain('live')
    const { 'file app.toml': toml, 'file .env': env } = valuesOf(asked)
    expect(toml?.['content']).toMatch(/^mode = "live"\npassword = "/)
    expect(textOf(asked, 'snapshot')).not.toContain('Tr0ub4dor')
    expect(env).not.toHaveProperty('content')
  })

  test('that hold a masked secret are the same twice', async () => {
    write('token.txt', 'token Tr0ub4dor-and-3\n')
    const context = commandContext(folder)
    context.redactor.add('password', 'Tr0ub4dor-and-3')
    const asked = { files: [{ path: 'token.txt', content: true }] }
    const before = await snapshot.run(asked, context)
    const evidenceOf = () => Promise.resolve(textOf(before, 'snapshot'))
    const after = await snapshot.run({ ...asked, like: 'before' }, { ...context, evidenceOf })
    expect(after.data['changed']).toEqual([])
  })
})

describe('packages', () => {
  test('are told by version, all or those that were asked for', async () => {
    const lock = (bcrypt: string) =>
      JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { version: '1.0.0' },
          'node_modules/bcrypt': { version: bcrypt },
          'node_modules/express': { version: '4.18.2' },
          'node_modules/express/node_modules/bcrypt': { version: '1.0.0' },
        },
      })
    write('package-lock.json', lock('5.1.0'))
    write(
      'requirements.txt',
      'Flask_Login==0.6.2 ; python_version > "3" # pinned\nbcrypt>=4,<5\n-r other.txt\nuvicorn[standard]==0.30\n',
    )
    const packages = [
      'package-lock.json',
      { path: 'requirements.txt', names: ['flask-login', 'nope'] },
      'missing.lock',
    ]
    const { before, diff, found } = await twice({ packages }, () =>
      write('package-lock.json', lock('5.1.1')),
    )
    const values = valuesOf(before)
    expect(values['packages package-lock.json']).toMatchObject({
      count: 3,
      versions: { bcrypt: '5.1.0', express: '4.18.2', 'express/node_modules/bcrypt': '1.0.0' },
    })
    expect(values['packages requirements.txt']).toMatchObject({
      versions: { 'flask-login': '0.6.2', nope: 'none' },
    })
    expect(values['packages missing.lock']).toEqual({ exists: false })
    expect(diff).toContain('versions.bcrypt: 5.1.0 -> 5.1.1')
    expect(found.groups).toEqual([{ group: 'packages', unchanged: 2, differ: { changed: 1 } }])
  })

  test.each([
    [
      'uv.lock',
      'version = 1\n\n[[package]]\nname = "bcrypt"\nversion = "4.0.1"\nsource = { registry = "x" }\n[package.metadata]\nname = "other"\n',
      { bcrypt: '4.0.1' },
    ],
    [
      'poetry.lock',
      '[[package]]\nname = "a"\nversion = "1"\n\n[[package]]\nname = "a"\nversion = "2"\n',
      { a: '1, 2' },
    ],
    [
      'Gemfile.lock',
      'GEM\n  specs:\n    rails (7.1.0)\n      rack (>= 2.0)\n    rack (3.0)\n',
      { rails: '7.1.0', rack: '3.0' },
    ],
    [
      'composer.lock',
      '{"packages":[{"name":"a/b","version":"v1"}],"packages-dev":[{"name":"c/d","version":"v2"}]}',
      { 'a/b': 'v1', 'c/d': 'v2' },
    ],
    [
      'package-lock.json',
      '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0"}}}',
      { a: '1.0.0' },
    ],
    ['requirements-dev.txt', 'a==1\nb\n--hash=sha256:x\n./local\n', { a: '1', b: 'any' }],
  ])('of %s are read', (file, text, versions) => {
    expect(Object.fromEntries(versionsIn(file, text) ?? [])).toEqual(versions)
  })

  test('of a file that is not understood have its digest, and no made-up versions', async () => {
    write('pnpm-lock.yaml', 'lockfileVersion: 9\n')
    const plain = await take({ packages: ['pnpm-lock.yaml'] })
    expect(valuesOf(plain)['packages pnpm-lock.yaml']).toEqual({
      exists: true,
      sha256: expect.any(String),
    })
    const named = await take({ packages: [{ path: 'pnpm-lock.yaml', names: ['a'] }] })
    expect(named.reason ?? named.notes?.join()).toContain('nothing of it could be seen')
  })
})

describe('processes and ports', () => {
  test('are told by program and start, and no argument is kept', async () => {
    const outcome = await take({ ports: [port, 1], processes: [MARK, 'no-such-program-anywhere'] })
    const values = valuesOf(outcome)
    expect(values[`port ${port}`]).toMatchObject({ open: true, addresses: ['127.0.0.1'] })
    expect(values['port 1']).toEqual({ open: false, addresses: [], programs: [] })
    expect(values[`process ${MARK}`]).toEqual({
      count: 1,
      processes: [expect.stringMatching(new RegExp(`^sh, process ${sleeper.pid}, since \\d{4}-`))],
    })
    expect(values['process no-such-program-anywhere']).toEqual({ count: 0, processes: [] })
    expect(textOf(outcome, 'snapshot')).not.toContain(HIDDEN)
  })

  test('that went down or came back are called so', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const at = (other.address() as AddressInfo).port
    const asked = { ports: [at, port] }
    const { found } = await twice(asked, () => new Promise((done) => other.close(done)))
    expect(found.changes.map(({ name, how }) => [name, how])).toEqual([[`port ${at}`, 'lost']])
    const back = await twice(
      asked,
      () => new Promise<void>((done) => other.listen(at, '127.0.0.1', done)),
    )
    expect(back.found.changes.map(({ name, how }) => [name, how])).toEqual([[`port ${at}`, 'back']])
    expect(back.diff).toMatch(/^1 up again, 1 unchanged since step before\nport \d+: up again\n/)
    other.close()
  })
})

describe('health', () => {
  test('is told check by check before and after, though only some of it changed', async () => {
    answer = { status: 503, body: '{"status":"error","database":"down","cache":"up"}' }
    const asked = { health: { url: `http://127.0.0.1:${port}/health` } } as SnapshotParams
    const { found, diff, after } = await twice(asked, () => {
      answer = { status: 200, body: '{"status":"ok","database":"up","cache":"up"}' }
    })
    expect(found.changes).toMatchObject([{ name: 'health', how: 'back' }])
    expect(
      found.health.map(({ name, before, after: now }) => [name, before?.status, now?.status]),
    ).toEqual([
      ['endpoint', 'down', 'ok'],
      ['database', 'down', 'ok'],
      ['cache', 'ok', 'ok'],
    ])
    expect(diff).toMatch(/checks\.database\.status: down -> ok/)
    expect(diff).toMatch(
      /health checks, before and after\n {2}endpoint {2}down \(\d+ ms\) {2}-> {2}ok \(\d+ ms\)/,
    )
    expect(after.notes?.at(-1)).toBe(
      'differs from step before in: health (in all 1 up again, 0 unchanged)',
    )
  })

  test('that is as before differs in nothing, whatever its latency', async () => {
    answer = { status: 200, body: '{"status":"ok"}' }
    const asked = { health: { url: `http://127.0.0.1:${port}/health` } } as SnapshotParams
    const { found, diff } = await twice(asked, () => undefined)
    expect(found.changes).toEqual([])
    expect(diff).toMatch(/^no difference\nhealth checks, before and after\n/)
  })
})

describe('a database', () => {
  test('differs by column, by index, by rows and by content', async () => {
    const path = join(its.folder, 'app.db')
    const change = (ddl: string) => {
      const live = new DatabaseSync(path)
      live.exec(ddl)
      live.close()
    }
    change(
      "create table users (id integer primary key, email text); insert into users values (1, 'a')",
    )
    const database = its.port.open(`sqlite:${path}`)
    const asked = {
      database: 'app',
      tables: { users: { digest: ['id', 'email'] } },
    }
    const { found, diff, before } = await twice(
      asked,
      () => {
        change('alter table users add password_hash text; create unique index e on users (email)')
        change("update users set email = 'b'")
      },
      { database },
    )
    expect(valuesOf(before)['database app']).toMatchObject({
      tables: { users: { id: 'INTEGER not null' } },
    })
    expect(diff).toContain('+ tables.users.password_hash: TEXT')
    expect(diff).toContain('+ indexes.users.e: a unique index on email')
    expect(diff).toMatch(/table users\n {2}sha256: [0-9a-f]{12}… -> [0-9a-f]{12}…/)
    expect(found.groups.map(({ group, differ }) => [group, differ])).toEqual([
      ['database', { changed: 1 }],
      ['tables', { changed: 1 }],
    ])
  })

  test('differs by the tables that changed, where nobody named them', async () => {
    const path = join(its.folder, 'all.db')
    const change = (sql: string) => {
      const live = new DatabaseSync(path)
      live.exec(sql)
      live.close()
    }
    change('create table a (x text); create table b (y text); insert into a values (1)')
    const database = its.port.open(`sqlite:${path}`)
    const asked = { database: 'app', tables: 'all' } as SnapshotParams
    const { diff, before } = await twice(asked, () => change("update a set x = 'other'"), {
      database,
    })
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(valuesOf(before)['tables']).toEqual({ a: { rows: 1, sha256 }, b: { rows: 0, sha256 } })
    expect(diff).toMatch(/tables\n {2}a\.sha256: [0-9a-f]{12}… -> [0-9a-f]{12}…/)
    expect(diff).not.toContain('b.sha256')
  })
})

describe('a comparison', () => {
  test('is bounded, and says how much it left out', async () => {
    const many = (from: number) =>
      JSON.stringify({
        packages: Object.fromEntries(
          Array.from({ length: 3_000 }, (_, n) => [
            `node_modules/p${n}`,
            { version: `${from}.${n}` },
          ]),
        ),
      })
    write('package-lock.json', many(1))
    const { found, diff, after } = await twice({ packages: ['package-lock.json'] }, () =>
      write('package-lock.json', many(2)),
    )
    expect(found.changes[0]?.facts).toHaveLength(40)
    expect(found.changes[0]?.more).toBe(2_961)
    expect(diff).toContain('(2961 more)')
    expect(after.data['changed']).toEqual(['packages package-lock.json'])
  })

  test('is told on the screen as well, some lines of it', async () => {
    write('long.txt', Array.from({ length: 30 }, (_, n) => `one ${n}`).join('\n'))
    const asked = { files: [{ path: 'long.txt', content: true }] }
    const before = await take(asked)
    write('long.txt', Array.from({ length: 30 }, (_, n) => `two ${n}`).join('\n'))
    const context = commandContext(folder, {
      evidenceOf: () => Promise.resolve(textOf(before, 'snapshot')),
    })
    const after = await snapshot.run({ ...asked, like: 'before' }, context)
    expect(context.lines[0]).toBe('  1 changed, 0 unchanged since step before')
    expect(context.lines).toContain('      - one 0')
    expect(textOf(after, 'diff')).toContain('(10 more lines)')
    expect(context.lines.length).toBeLessThanOrEqual(61)
  })
})
