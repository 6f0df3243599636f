/** Loads through the engine, on servers that really are slow, fail, hang, refuse and break off. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createSocketServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { openLab, type Lab } from '../../usecases/world.ts'

const closers: (() => void)[] = []
let lab: Lab
afterEach(() => {
  lab?.close()
  for (const close of closers.splice(0)) close()
})

type Seen = { at: number[]; mostInFlight: number; agents: Set<string> }

/** Answers as `answer` says; tells when each request came and how many were there at once. */
async function serve(
  answer: (n: number, response: ServerResponse, request: IncomingMessage) => void,
): Promise<{ base: string; seen: Seen }> {
  const seen: Seen = { at: [], mostInFlight: 0, agents: new Set() }
  let inFlight = 0
  const server = createServer((request, response) => {
    seen.at.push(performance.now())
    seen.agents.add(String(request.headers['user-agent']))
    inFlight += 1
    seen.mostInFlight = Math.max(seen.mostInFlight, inFlight)
    response.on('close', () => (inFlight -= 1))
    answer(seen.at.length, response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

type Kept = { data: Record<string, unknown>; report: Awaited<ReturnType<typeof runRunbook>> }

/** Runs one step and gives what it kept as evidence. */
async function run(step: string, more = ''): Promise<Kept> {
  lab = await openLab({ git: false })
  lab.write('book.yaml', `hotwash: 1\nname: Load\nsteps:\n  - id: hit\n${step}\n${more}`)
  const report = await runRunbook(lab.world, { runbook: 'book.yaml' })
  return { data: JSON.parse((await evidence('load')) ?? '{}') as Kept['data'], report }
}

const journal = () => recordWorldOf(lab.world).store.open(lab.incident())
const finished = () =>
  journal()
    .events()
    .flatMap((event) => (event.type === 'step.finished' ? [event.data] : []))
const notes = (): string =>
  finished()
    .flatMap((data) => data.notes ?? [])
    .join('\n')

async function evidence(label: string): Promise<string | undefined> {
  const item = finished()
    .flatMap((data) => data.evidence)
    .find((one) => one.label === label)
  return item === undefined ? undefined : journal().readEvidence(item.sha256)
}

const load = (base: string, fields: string, expected = ''): string =>
  `    load:\n      step: {http: {url: "${base}/x?token=hidden"}${expected}}\n      ${fields.replaceAll('\n', '\n      ')}`

describe('a service', () => {
  test('that answers is measured, and the distribution is kept', async () => {
    const { base, seen } = await serve((_, response) => response.end('{"ok":true}'))
    const { data, report } = await run(
      load(base, 'count: 300\nconcurrency: 8\nlimit: error_rate < 0.01 && p95_ms < 5000'),
    )
    expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
    expect(seen.at.length).toBe(300)
    expect(seen.mostInFlight).toBeLessThanOrEqual(8)
    expect(data).toMatchObject({
      count: 300,
      errors: 0,
      error_rate: 0,
      late: 0,
      stopped_early: false,
      broken: [],
      latency_from: 'start',
    })
    const buckets = data['distribution'] as { count: number }[]
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(300)
    expect(await evidence('histogram')).toMatch(/<= [\d.]+ ms \| +\d+ \| #/)
    expect(report.steps[0]).toMatchObject({ outputs: { count: 300, errors: 0 } })
    expect(report.steps[0]).toMatchObject({
      checks: [
        { name: 'error_rate < 0.01', status: 'passed', seen: 'error_rate = 0' },
        { name: 'p95_ms < 5000', status: 'passed' },
      ],
    })
  })

  test('that fails every other time is counted by category and shape, with the context of the first', async () => {
    const { base } = await serve((n, response) => {
      response.setHeader('x-request-id', `req-${n}`)
      const isError = n % 2 === 1
      response.statusCode = isError ? 500 : 200
      const body = `{"error":"Failed query: select 1 params: ada@example.test,${n}"}`
      response.end(isError ? body : 'ok')
    })
    const { data, report } = await run(load(base, 'count: 40'))
    expect(report).toMatchObject({ status: 'failed', exit_code: 4 })
    expect(report.steps[0]).toMatchObject({
      checks: [{ name: 'errors == 0', status: 'failed', seen: 'errors = 20' }],
    })
    expect(data).toMatchObject({
      count: 40,
      errors: 20,
      error_rate: 0.5,
      by_category: { database: 20, auth: 0, unknown: 0 },
      broken: ['errors == 0 (errors = 20)'],
    })
    expect(data['shapes']).toEqual([
      {
        shape: '500 Failed query: select 1 params: …',
        category: 'database',
        count: 20,
        first: {
          endpoint: `GET ${base}/x`,
          user_agent: 'hotwash',
          at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
          request_id: 'req-1',
        },
        last_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      },
    ])
    expect(JSON.stringify(data)).not.toContain('ada@')
  })

  test('that answers 200 with the wrong content fails by the expectation, without its values', async () => {
    const { base } = await serve((_, response) => response.end('{"user":"ada"}'))
    const { data } = await run(load(base, 'count: 3', `, expect: 'json.user == "grace"'`))
    expect(data['shapes']).toMatchObject([
      { shape: expect.stringContaining('not so: json.user == "grace"') as string, count: 3 },
    ])
  })

  test('that hangs costs each request its own limit, and counts as a dependency that does not answer', async () => {
    const { base } = await serve((n, response) => {
      if (n > 2) response.end('ok')
    })
    const { data } = await run(load(base, 'count: 6\nconcurrency: 2', ', timeout: 1s'))
    expect(data).toMatchObject({ count: 6, errors: 2, by_category: { dependency: 2 } })
    expect(data['max_ms']).toBeGreaterThanOrEqual(995)
    expect(data['shapes']).toMatchObject([{ shape: 'no answer within the time limit' }])
  })

  test('that refuses the connection is counted as that', async () => {
    const { base } = await serve((_, response) => response.end())
    for (const close of closers.splice(0)) close()
    const { data } = await run(load(base, 'count: 5'))
    expect(data).toMatchObject({ count: 5, errors: 5, by_category: { dependency: 5 } })
    expect(data['shapes']).toMatchObject([{ shape: '127.0.0.1:N: connection refused', count: 5 }])
  })

  test('that breaks off in the middle of an answer is counted as that', async () => {
    const server = createSocketServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
        setTimeout(() => socket.resetAndDestroy(), 5)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => void server.close())
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { data } = await run(load(base, 'count: 4\nconcurrency: 2'))
    expect(data).toMatchObject({ count: 4, errors: 4, by_category: { dependency: 4 } })
  })
})

describe('a limit', () => {
  test('ends the load as soon as it cannot hold any more, and not before', async () => {
    const { base, seen } = await serve((_, response) => {
      response.statusCode = 500
      response.end('no')
    })
    const { data, report } = await run(load(base, 'count: 1000\nlimit: error_rate < 0.01'))
    // The tenth error of a thousand is the one per cent.
    expect(seen.at.length).toBe(10)
    expect(data).toMatchObject({ count: 10, errors: 10, stopped_early: true })
    expect(report).toMatchObject({ status: 'failed', exit_code: 4 })
    expect(JSON.stringify(report.steps)).toContain('error_rate < 0.01')
  })

  test('that is slow is broken by the order of the latencies', async () => {
    const { base, seen } = await serve((_, response) => void setTimeout(() => response.end(), 30))
    const { data } = await run(load(base, 'count: 200\nconcurrency: 2\nlimit: p95_ms < 10'))
    expect(data).toMatchObject({ stopped_early: true, count: 11 })
    expect(seen.at.length).toBeLessThanOrEqual(13)
  })

  test('can be looked at by a step that observes, or by another expectation', async () => {
    const { base } = await serve((n, response) => {
      response.statusCode = n === 1 ? 500 : 200
      response.end()
    })
    const { report } = await run(
      `${load(base, 'count: 10')}\n    expect: errors <= 1 && by_category.unknown == 1 && !stopped_early && late == 0 && size(shapes) == 1 && rps > 0.0`,
    )
    expect(report).toMatchObject({ status: 'succeeded' })
  })
})

describe('never more than stated:', () => {
  test('at the server, no second sees more starts than the rate, nor more at once than the concurrency', async () => {
    const { base, seen } = await serve((n, response) => {
      setTimeout(() => response.end(), n >= 20 && n < 23 ? 400 : 1)
    })
    const { data } = await run(load(base, 'for: 1800ms\nrate: 50/s\nconcurrency: 3'))
    expect(data['latency_from']).toBe('scheduled start')
    expect(seen.mostInFlight).toBeLessThanOrEqual(3)
    const inWindow = seen.at.map(
      (from) => seen.at.filter((at) => at >= from && at < from + 700).length,
    )
    // What requests take to the server differs, on a busy machine by more than a hundred
    // milliseconds. Those that waited for the slow ones, sent at once, would be 20 more.
    expect(Math.max(...inWindow)).toBeLessThanOrEqual(50)
    expect(seen.at.length).toBe(data['count'])
    expect(seen.at.length).toBeLessThanOrEqual(91)
    expect(seen.at.length).toBeGreaterThan(20)
  })

  test('what a stall delays is told as late, and waits from when it was due', async () => {
    const { base } = await serve((n, response) => {
      setTimeout(() => response.end(), n === 5 ? 600 : 0)
    })
    const { data } = await run(load(base, 'count: 40\nrate: 50/s\nconcurrency: 1'))
    // One was slow, and about thirty had to wait for it: a clock that starts when they are sent
    // would have seen one.
    expect(data['late']).toBeGreaterThan(15)
    expect(data['p50_ms']).toBeGreaterThan(50)
    expect(notes()).toContain('their latencies count from the scheduled start')
  })

  test('a duration ends the starts, and a count before it ends all', async () => {
    const { base, seen } = await serve((_, response) => void setTimeout(() => response.end(), 5))
    const { data } = await run(load(base, 'count: 7\nfor: 60s\nconcurrency: 2'))
    expect(data['count']).toBe(7)
    expect(seen.at.length).toBe(7)
  })
})

describe('ended from outside', () => {
  test('by the operator: at once, and what was measured until then is kept', async () => {
    const { base, seen } = await serve((n, response) => {
      if (n <= 20) response.end('ok')
      if (n === 21) setTimeout(() => lab.send('SIGTERM'), 1)
    })
    const { data, report } = await run(load(base, 'count: 100000\nconcurrency: 1'))
    expect(data['count']).toBe(20)
    expect(seen.at.length).toBe(21)
    expect(report.exit_code).not.toBe(0)
  })

  test('by the limit of the step', async () => {
    const { base } = await serve((_, response) => void setTimeout(() => response.end(), 2))
    const { data, report } = await run(`${load(base, 'count: 1000000')}\n    timeout: 300ms`)
    expect(report).toMatchObject({ status: 'failed' })
    expect(report.steps[0]).toMatchObject({
      reason: expect.stringContaining('the time limit was reached after') as string,
    })
    expect(data['count']).toBeGreaterThan(0)
  })
})

describe('any body that reads', () => {
  test('a command, whose output is neither shown nor kept', async () => {
    const { data } = await run(
      `    load:\n      step: {run: [sh, -c, "echo lo''ud; echo Failed query: x >&2; exit 3"], effect: read}\n      count: 4\n      concurrency: 2`,
    )
    expect(data).toMatchObject({ count: 4, errors: 4, by_category: { database: 4 } })
    expect(data['shapes']).toMatchObject([
      { shape: 'exit 3 Failed query: x', first: { endpoint: 'sh' } },
    ])
    expect(JSON.stringify(lab.shown)).not.toContain('loud')
  })

  test('a query, whose failure is of the database', async () => {
    const { data } = await run(
      `    load: {step: {sql: {database: app, query: "select nothing from nowhere"}}, count: 3}`,
      'databases: {app: {url: "sqlite:app.db"}}\n',
    )
    expect(data).toMatchObject({ count: 3, errors: 3, by_category: { database: 3 } })
  })

  test('a session of the run is shared by all requests', async () => {
    const cookies = new Set<string>()
    const { base } = await serve((n, response, request) => {
      cookies.add(request.headers.cookie ?? 'none')
      if (n === 1) response.setHeader('set-cookie', 'sid=0123456789abcdef0123; HttpOnly; Path=/')
      response.end()
    })
    await run(
      `    http: {url: "${base}/login", session: admin}\n  - id: many\n    load: {step: {http: {url: "${base}/me", session: admin}}, count: 5}`,
    )
    expect([...cookies]).toEqual(['none', 'sid=0123456789abcdef0123'])
  })

  test('sessions that answers bring are kept nowhere, and only some are learned to be masked', async () => {
    const cookie = (n: number): string => `session-${String(n).padStart(4, '0')}-0123456789abcdef`
    const { base } = await serve((n, response) => {
      response.setHeader('set-cookie', `sid=${cookie(n)}; HttpOnly; Path=/`)
      response.statusCode = n % 2 === 0 ? 200 : 500
      response.end(`no ${n}`)
    })
    const { data } = await run(load(base, 'count: 150'))
    expect(data).toMatchObject({ count: 150, errors: 75 })
    const kept = JSON.stringify([data, journal().events(), lab.shown])
    expect(kept).not.toMatch(/session-\d{4}/)
    // Each learned secret makes all masking slower: a load of a million would stop a run.
    const { redactor } = lab.world
    const learned = Array.from({ length: 150 }, (_, n) => cookie(n + 1)).filter(
      (value) => redactor.mask(value) !== value,
    )
    expect(learned).toHaveLength(100)
  })

  test('a change, when the step says so', async () => {
    const { base, seen } = await serve((_, response) => response.end())
    const { report } = await run(
      `    effect: change\n    load: {step: {http: {method: POST, url: "${base}/"}}, count: 3}`,
    )
    expect(report).toMatchObject({ status: 'succeeded' })
    expect(seen.at.length).toBe(3)
  })
})

describe('refused when the runbook is read:', () => {
  const issues = (step: string) => {
    const text = `hotwash: 1\nname: Load\nsteps:\n  - id: hit\n    ${step}\n`
    const result = parseRunbook({ text, path: 'book.yaml', kinds: KINDS })
    return result.ok
      ? []
      : result.issues.map(({ message, place }) => `${place.line}:${place.column} ${message}`)
  }
  const url = 'url: "http://login.example.test/"'

  test.each([
    [
      `load: {step: {http: {method: POST, ${url}}}, count: 1}`,
      '5:19 this http changes something, and load would repeat it',
    ],
    [
      'load: {step: {run: [restart]}, count: 1}',
      '5:19 this run changes something, and load would repeat it',
    ],
    [
      `load: {step: {http: {${url}}, retry: {limit: 2}}, count: 1}`,
      'load repeats the body by itself: a retry would hide its errors',
    ],
    [
      `load: {step: {http: {${url}}, outputs: {a: status}}, count: 1}`,
      'no one of them has the outputs',
    ],
    [
      `load: {step: {load: {step: {http: {${url}}}, count: 1}}, count: 1}`,
      'load cannot repeat a load',
    ],
    ['load: {step: {manual: {instruction: Look}}, count: 1}', 'load cannot repeat a manual'],
    [`load: {step: {http: {${url}}}}`, 'a load has an end: state count, for, or both'],
    [`load: {step: {http: {${url}}}, count: 0}`, 'at least 1 accepted here'],
    [`load: {step: {http: {${url}}}, count: "5"}`, 'expected a number, got "5"'],
    [`load: {step: {http: {${url}}}, count: 1, concurrency: 1001}`, ''],
    [`load: {step: {http: {${url}}}, count: 1, rate: 100}`, 'such as 100/s, not 100'],
    [`load: {step: {http: {${url}}}, count: 1, rate: 0/s}`, 'a rate is a number per s, m or h'],
    [`load: {step: {http: {${url}}}, count: 1, limit: p95 < 3}`, 'unknown name "p95"'],
    [
      `load: {step: {http: {${url}}}, count: 1, limit: errors}`,
      'this is int, where true or false is needed',
    ],
    [`load: {step: {http: {${url}}}, count: 1, limit: status < 3}`, 'unknown name "status"'],
    ['load: {count: 1}', ''],
  ])('%s', (step, wanted) => {
    const found = issues(step)
    expect(found.join('\n')).toContain(wanted)
    expect(found.length).toBeGreaterThan(0)
  })

  test.each([
    `load: {step: {http: {method: POST, ${url}}, effect: read}, count: 1}`,
    `{effect: change, load: {step: {http: {method: POST, ${url}}}, count: 1}}`.slice(1, -1),
    `load: {step: {http: {${url}}}, for: 10s, rate: 600/m, concurrency: 1000}`,
  ])('but not %s', (step) => {
    const lines = step.replace('effect: change, ', 'effect: change\n    ')
    expect(issues(lines)).toEqual([])
  })
})
