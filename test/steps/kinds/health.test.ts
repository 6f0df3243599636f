import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import { health } from '../../../src/steps/kinds/health.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { openLab, type Lab } from '../../usecases/world.ts'
import { commandContext, limitAfter } from '../command-context.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void
const servers: { close(): unknown }[] = []
const folder = mkdtempSync(join(tmpdir(), 'hotwash-health-'))
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  rmSync(folder, { recursive: true, force: true })
})

async function serve(answer: Answer): Promise<string> {
  const server: Server = createServer(answer)
  servers.push({ close: () => (server.closeAllConnections(), server.close()) })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const ask = async (asked: object, signal?: AbortSignal) => {
  const context = commandContext(folder, signal === undefined ? {} : { signal })
  return health.run(health.params.parse(asked) as never, context)
}

describe('a service that tells its own health', () => {
  test('is rolled up from its parts, with category and what is wrong, and no login in it', async () => {
    const base = await serve((_, response) => {
      response.writeHead(503, { 'content-type': 'application/json' })
      const error = 'cannot reach postgres://app:Zx81kq9LmPq2@db/login for admin@example.test'
      response.end(
        JSON.stringify({
          status: 'DOWN',
          components: { db: { status: 'DOWN', details: { error } }, mail: { status: 'UP' } },
        }),
      )
    })
    const outcome = await ask({ url: `${base}/actuator/health` })
    expect(outcome).toMatchObject({
      ended: 'completed',
      data: {
        status: 'down',
        failed: ['endpoint', 'db'],
        checks: {
          endpoint: { status: 'down', seen: 'HTTP 503, says DOWN' },
          db: {
            status: 'down',
            category: 'database',
            seen: 'DOWN: cannot reach postgres://db/login for ADDRESS',
          },
          mail: { status: 'ok' },
        },
      },
    })
    expect(JSON.stringify(outcome)).not.toMatch(/Zx81kq9LmPq2|admin@/)
  })

  test('sends headers and follows as many redirects as it may', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/health' }).end()
      else response.end(request.headers['x-probe'] === 'yes' ? 'ok' : 'fail')
    })
    const headers = { 'x-probe': 'yes' }
    expect((await ask({ url: `${base}/`, headers, redirects: 1 })).data['status']).toBe('ok')
    expect((await ask({ url: `${base}/`, headers })).data['status']).toBe('down')
  })

  test('that nobody runs is a dependency that is down', async () => {
    const outcome = await ask({ url: 'http://127.0.0.1:1/healthz' })
    expect(outcome.data).toMatchObject({
      status: 'down',
      checks: {
        endpoint: { category: 'dependency', seen: expect.stringContaining('connection refused') },
      },
    })
  })

  test('that never answers ends with the step', async () => {
    const base = await serve(() => {})
    const outcome = await ask({ url: base }, limitAfter(50))
    expect(outcome.ended).toBe('timed_out')
  })

  test('that is slower than it may be is degraded', async () => {
    const base = await serve((_, response) => setTimeout(() => response.end('ok'), 30))
    const outcome = await ask({ url: base, slow: '10ms' })
    expect(outcome.data).toMatchObject({ status: 'degraded', degraded: ['endpoint'] })
    expect((await ask({ url: base, slow: '60s' })).data['status']).toBe('ok')
  })
})

describe('named checks', () => {
  let lab: Lab
  beforeEach(async () => {
    lab = await openLab()
    const database = new DatabaseSync(join(lab.dir, 'app.db'))
    database.exec('create table users (id integer)')
    database.close()
  })
  afterEach(() => lab.close())

  const run = async (checks: string, more = '') => {
    const text = `hotwash: 1\nname: Health\nowner: t\ndatabases: {app: {url: "sqlite:app.db"}}\nsteps:\n  - id: look\n    health:\n      checks:\n${checks}\n    outputs: {all: checks, failed: failed, degraded: degraded}\n${more}`
    lab.write('r.yaml', text)
    const report = await runRunbook(lab.world, { runbook: 'r.yaml', yes: true })
    return { report, step: report.steps.find(({ id }) => id === 'look') }
  }
  const OBSERVE = '    observe: true\n'

  test('are rolled up worst-of, and the step says which failed and why', async () => {
    const base = await serve((request, response) => {
      response.statusCode = request.url === '/session' ? 401 : 500
      response.end('{"error": "JWT secret is missing"}')
    })
    const { report, step } = await run(
      `        database: {sql: {database: app, query: "select 1"}}
        schema: {category: database, sql: {database: app, query: "select hash from users"}}
        auth: {http: {url: "${base}/session"}, expect: status == 401}
        login: {http: {url: "${base}/login"}}
        refused: {http: {url: "http://127.0.0.1:1"}}
        tool: {run: [sh, -c, "exit 3"], effect: read, critical: false}`,
      OBSERVE,
    )
    expect(report.status).toBe('succeeded')
    expect(step?.outputs).toMatchObject({
      status: 'down',
      failed: ['schema', 'login', 'refused'],
      degraded: ['tool'],
      all: {
        database: { status: 'ok', category: 'database', seen: 'rows: 1' },
        schema: {
          status: 'down',
          category: 'database',
          seen: expect.stringContaining('no such column: hash'),
        },
        auth: { status: 'ok', category: 'auth', seen: 'HTTP 401' },
        login: {
          status: 'down',
          category: 'config',
          seen: expect.stringMatching(/^HTTP 500: .*JWT secret is missing/),
        },
        refused: {
          status: 'down',
          category: 'dependency',
          seen: expect.stringContaining('connection refused'),
        },
        tool: { status: 'degraded', seen: expect.stringContaining('exit code 3') },
      },
    })
    expect(
      step?.checks?.filter(({ status }) => status === 'passed').map(({ name }) => name),
    ).toEqual(['database', 'auth'])
  })

  test('let the step fail unless all is ok, or it says otherwise', async () => {
    const bad = '        tool: {run: ["false"], effect: read, critical: false}'
    const { report, step } = await run(bad)
    expect(report.status).toBe('failed')
    expect(step?.reason).toMatch(/1 of 1 checks failed: tool \(degraded/)
    const lenient = await run(bad, "    expect: status != 'down'\n")
    expect(lenient.report.status).toBe('succeeded')
  })

  test('do not wait for one that hangs beyond its own limit', async () => {
    const base = await serve((request, response) => {
      if (request.url !== '/hang') response.end('ok')
    })
    const { step } = await run(
      `        hang: {http: {url: "${base}/hang"}, timeout: 1s}
        sleeps: {run: [sleep, "300"], effect: read, timeout: 1s, category: auth}
        fine: {http: {url: "${base}/"}, slow: 60s}
        slow: {http: {url: "${base}/"}, slow: 1ms}`,
      OBSERVE,
    )
    const all = (step?.outputs?.['all'] ?? {}) as Record<string, { latency_ms: number }>
    expect(all).toMatchObject({
      hang: {
        status: 'down',
        category: 'dependency',
        seen: expect.stringContaining('no answer within its limit'),
      },
      sleeps: { status: 'down', category: 'auth' },
      fine: { status: 'ok' },
    })
    expect(all['fine']?.latency_ms).toBeLessThan(all['hang']?.latency_ms ?? 0)
  })

  test('may hold another health, whose degradation counts', async () => {
    const base = await serve((_, response) => response.end('{"status": "warn"}'))
    const { step } = await run(
      `        service: {health: {url: "${base}"}, expect: "status != 'down'"}`,
      OBSERVE,
    )
    expect(step?.outputs).toMatchObject({ status: 'degraded' })
  })

  test('that cannot be rendered are down, and the others are asked', async () => {
    const { step } = await run(
      `        broken: {sql: {database: app, query: "select $1", params: ["\${{ int('x') }}"]}}
        fine: {run: ["true"], effect: read}`,
      OBSERVE,
    )
    expect(step?.outputs).toMatchObject({
      all: { broken: { status: 'down', category: 'config' }, fine: { status: 'ok' } },
    })
  })

  test('mask what is a secret', async () => {
    lab.write('.env', 'API_TOKEN=q7Gm2VxT9pLk4RzW\n', 0o600)
    const { step } = await run(
      '        tool: {run: [sh, -c, "cat .env >&2; exit 1"], effect: read}',
      `${OBSERVE}  - {id: after, config: {files: [.env]}}\n`,
    )
    expect(JSON.stringify(step)).not.toContain('q7Gm2VxT9pLk4RzW')
  })
})

describe('bad input is found with its place', () => {
  test.each<[string, string, string]>([
    [
      'a key beside the kind misspelt',
      '{checks: {a: {categry: auth, http: {url: "http://x"}}}}',
      '6:27 unknown key "categry" | did you mean "category"?',
    ],
    [
      'a category misspelt',
      '{checks: {a: {category: databse, http: {url: "http://x"}}}}',
      '6:37 "databse" is not accepted here',
    ],
    [
      'a field of the nested kind misspelt',
      '{checks: {a: {category: auth, http: {urll: "http://x"}}}}',
      '6:50 unknown key "urll" | did you mean "url"?',
    ],
    [
      'a check that changes',
      '{checks: {a: {run: [x]}}}',
      '6:27 this run changes something, and health must only look',
    ],
    [
      'a gate',
      '{checks: {a: {manual: {instruction: x}}}}',
      '6:27 health cannot carry out a manual',
    ],
    ['no check', '{checks: {}}', '6:22 name a check'],
    [
      'both ways',
      '{url: "http://x", checks: {a: {http: {url: "http://x"}}}}',
      '6:13 health has one of checks and url',
    ],
    ['neither', '{}', '6:13 health has one of checks and url'],
    [
      'a slowness that is none',
      '{checks: {a: {slow: fast, http: {url: "http://x"}}}}',
      '6:33 "fast": a duration is',
    ],
    ['a check that is no body', '{checks: {a: 1}}', '6:23 expected a map with one kind'],
    ['a url that is none', '{url: "ftp://x"}', '6:19 "ftp://x": a url begins with http'],
  ])('%s', (_, text, expected) => {
    const book = `hotwash: 1\nname: A\nowner: t\nsteps:\n  - id: a\n    health: ${text}\n`
    const parsed = parseRunbook({ text: book, path: 'book.yaml', kinds: KINDS })
    const issues = parsed.ok ? [] : parsed.issues
    const lines = issues.map(
      ({ place, message, hint }) =>
        `${place.line}:${place.column} ${message}${hint ? ` | ${hint}` : ''}`,
    )
    expect(lines.join('\n')).toContain(expected)
  })
})
