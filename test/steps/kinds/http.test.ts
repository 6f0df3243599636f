import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { http } from '../../../src/steps/kinds/http.ts'
import type { Outcome } from '../../../src/steps/kind.ts'
import { testContext, type TestContext } from '../step-context.ts'

let server: Server
let base: string
/** Called when a request came that is never answered. */
let hanging = (): void => {}

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      if (request.url === '/hang') return hanging()
      if (request.url === '/login') {
        response.setHeader('set-cookie', 'sid=0123456789abcdef0123; HttpOnly; Path=/')
      }
      const asked = new URL(request.url ?? '/', 'http://x')
      const [, kind, status] = asked.pathname.split('/')
      if (kind === 'status') {
        response.writeHead(Number(status), { 'content-type': 'application/json' })
        return response.end(JSON.stringify({ message: asked.searchParams.get('body') }))
      }
      if (kind === 'id') for (const [name, id] of asked.searchParams) response.setHeader(name, id)
      const type = request.headers['content-type'] ?? 'none'
      const cookie = request.headers.cookie ?? 'none'
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ body, type, cookie }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const run = (given: object, context: TestContext = testContext()): Promise<Outcome> =>
  http.run(http.params.parse(given) as never, context)

it('sends json, a form, or a body as it is', async () => {
  const url = `${base}/`
  const json = await run({ method: 'POST', url, json: { a: [1] } })
  expect(json.data['json']).toMatchObject({ body: '{"a":[1]}', type: 'application/json' })
  const form = await run({ method: 'POST', url, form: { a: 'x y', b: '&' } })
  expect(form.data['json']).toMatchObject({
    body: 'a=x+y&b=%26',
    type: 'application/x-www-form-urlencoded',
  })
  const raw = await run({ method: 'PUT', url, body: 'raw', headers: { 'Content-Type': 'text/x' } })
  expect(raw.data['json']).toMatchObject({ body: 'raw', type: 'text/x' })
})

it('keeps the cookies of a named session for later steps, and never their values', async () => {
  const context = testContext()
  const first = await run({ method: 'POST', url: `${base}/login`, session: 'admin' }, context)
  expect(context.secrets.get('0123456789abcdef0123')).toBe('cookie sid')
  expect(JSON.stringify(first.evidence)).not.toContain('0123456789abcdef0123')
  const second = await run({ url: `${base}/`, session: 'admin' }, context)
  expect(second.data['json']).toMatchObject({ cookie: 'sid=0123456789abcdef0123' })
  const other = await run({ url: `${base}/`, session: 'user' }, context)
  expect(other.data['json']).toMatchObject({ cookie: 'none' })
})

it('says that the session of a login step is empty, as it is after a resume', async () => {
  const outcome = await run({ url: `${base}/`, session: 'validate.user' })
  expect(outcome.notes).toEqual([
    'session validate.user is empty: no login of this process made it',
  ])
})

it('calls a change unknown when it was sent and not answered, and a read timed out', async () => {
  const url = `${base}/hang`
  /** Ends it once the server has the request. */
  const ending = (reason: string): AbortSignal => {
    const controller = new AbortController()
    hanging = () => controller.abort(new DOMException('ended', reason))
    return controller.signal
  }
  const late = testContext({ signal: ending('TimeoutError') })
  const change = await run({ method: 'POST', url }, late)
  expect(change.ended).toBe('unknown')
  expect(change.reason).toMatch(/sent and not answered/)
  const read = await run({ url }, testContext({ signal: ending('TimeoutError') }))
  expect(read).toMatchObject({ ended: 'timed_out', reason: 'no answer within the time limit' })
  const ended = await run({ url }, testContext({ signal: ending('AbortError') }))
  expect(ended.ended).toBe('aborted')
})

it.each([
  ['/status/500?body=Failed query: select 1', { category: 'database' }],
  ['/status/502?body=Bad Gateway', { category: 'dependency' }],
  ['/status/401?body=no', { category: 'auth' }],
  ['/status/500?body=oops', { category: 'unknown' }],
  // Whatever words are in it, an answer that is no error has no category.
  ['/status/200?body=Failed query: select 1', { category: '' }],
  ['/status/302?body=unauthorized', { category: '' }],
])('gives an answer that is an error its category: %s', async (path, wanted) => {
  const { data } = await run({ url: `${base}${path}` })
  expect(data).toMatchObject(wanted)
})

it.each([
  ['x-request-id', 'req-1', 'req-1'],
  [
    'traceparent',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  ],
  ['x-amzn-trace-id', 'Root=1-67891233-abcdef', 'Root=1-67891233-abcdef'],
  ['cf-ray', '230b030023ae2822-SJC', '230b030023ae2822-SJC'],
  ['x-request-id', 'two words', ''],
  ['x-request-id', 'x'.repeat(101), ''],
  ['x-other', 'req-1', ''],
])('finds the id of the request in %s', async (header, value, id) => {
  const { data } = await run({ url: `${base}/id?${header}=${encodeURIComponent(value)}` })
  expect(data['request_id']).toBe(id)
})

it('fails without effect where nothing listens', async () => {
  const outcome = await run({ method: 'POST', url: 'http://127.0.0.1:1/' })
  expect(outcome).toMatchObject({ ended: 'failed', reason: '127.0.0.1:1: connection refused' })
})

it('reads with GET and HEAD, and changes with all else', () => {
  const effect = http.effect as (params: never) => string
  const of = (method: string): string => effect(http.params.parse({ method, url: base }) as never)
  expect(['GET', 'HEAD', 'POST', 'DELETE'].map(of)).toEqual(['read', 'read', 'change', 'change'])
})

it('plans with names only: no value that may be secret', () => {
  const given = http.params.parse({
    method: 'POST',
    url: 'https://me:hunter2@login.example.test/x',
    headers: { Authorization: 'Bearer abc' },
    json: { password: 'hunter2' },
  })
  expect(http.plan(given as never, {} as never)).toBe(
    'POST https://login.example.test/x; headers: Authorization; json: password',
  )
})

it.each([
  [{ url: 'ftp://example.test' }, /begins with http/],
  [{ url: 'https://example.test', json: {}, body: 'x' }, /one of json, form and body/],
  [{ url: 'https://example.test', headers: { 'a b': 'x' } }, /header/],
  [{ url: 'https://example.test', headers: { a: 'x\r\nb: y' } }, /one line/],
  [{ url: 'https://example.test', method: 'BREW' }, /GET/],
  [{ url: 'https://example.test', redirects: 99 }, /20/],
])('refuses %j', (given, message) => {
  const parsed = http.params.safeParse(given)
  expect(parsed.success).toBe(false)
  expect(JSON.stringify(parsed.error?.issues)).toMatch(message)
})
