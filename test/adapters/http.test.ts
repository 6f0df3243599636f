import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net'
import { gzipSync, brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpPort } from '../../src/adapters/http.ts'
import type { HttpRequest } from '../../src/ports/http.ts'

const http = createHttpPort()
let server: Server
let base: string
/** Called when a request came that is never answered. */
let hanging = (): void => {}
let seen: { url: string; method: string; headers: IncomingMessage['headers']; body: string }[] = []

const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
  const url = request.url ?? '/'
  seen.push({ url, method: request.method ?? '', headers: request.headers, body })
  const to = (status: number, location: string, cookie?: string): void => {
    if (cookie !== undefined) response.setHeader('set-cookie', cookie)
    response.writeHead(status, { location }).end()
  }
  if (url === '/login') return to(302, '/second', 'on_the_way=1; HttpOnly')
  if (url === '/second') return to(303, '/home', 'session=abc; Path=/; SameSite=Strict')
  if (url === '/again') return to(307, '/home')
  if (url === '/loop') return to(302, '/loop')
  if (url === '/elsewhere') return to(302, `http://localhost:${new URL(base).port}/home`)
  if (url === '/file') return to(302, 'file:///etc/passwd')
  if (url === '/gzip') {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5_000_000)))
    return
  }
  if (url === '/br') {
    response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('{"a":1}'))
    return
  }
  if (url === '/reset') return void request.socket.resetAndDestroy()
  if (url === '/hang') return hanging()
  if (url === '/half') {
    response.writeHead(200, { 'content-length': '100' }).write('half')
    setTimeout(() => request.socket.destroy(), 20)
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
}

const listen = async (on: Server | TcpServer): Promise<number> => {
  await new Promise<void>((resolve) => on.listen(0, '127.0.0.1', resolve))
  return (on.address() as AddressInfo).port
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => answer(request, response, body))
  })
  base = `http://127.0.0.1:${await listen(server)}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const send = (path: string, more: Partial<HttpRequest> = {}): ReturnType<typeof http.send> => {
  seen = []
  return http.send({
    method: 'GET',
    url: path.startsWith('/') ? base + path : path,
    headers: {},
    redirects: 0,
    maxBytes: 1_000,
    signal: AbortSignal.timeout(60_000),
    ...more,
  })
}

const answered = async (...given: Parameters<typeof send>) => {
  const sent = await send(...given)
  if (!sent.ok) throw new Error(sent.failure.message)
  return sent.response
}

const failure = async (...given: Parameters<typeof send>) => {
  const sent = await send(...given)
  if (sent.ok) throw new Error('an answer came')
  return sent.failure
}

describe('redirects', () => {
  it('follows none unless asked', async () => {
    expect(await answered('/login')).toMatchObject({ status: 302, url: `${base}/login` })
    expect(seen).toHaveLength(1)
  })

  it('sees every cookie on the way and keeps them in the jar', async () => {
    const jar = http.newJar()
    const post = { method: 'POST', body: 'a=1', headers: { 'Content-Type': 'text/plain' } }
    const response = await answered('/login', { ...post, redirects: 5, jar })
    expect(response).toMatchObject({ status: 200, url: `${base}/home` })
    expect(
      response.cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]),
    ).toEqual([
      ['on_the_way', true, undefined],
      ['session', false, 'strict'],
    ])
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /login',
      'GET /second',
      'GET /home',
    ])
    expect(seen[2]?.headers.cookie).toContain('session=abc')
    expect(seen[2]?.headers['content-type']).toBeUndefined()
    expect(jar.cookies(`${base}/x`).map(({ name }) => name)).toContain('session')
  })

  it('repeats the body of a 307, and stops at the limit with the last answer', async () => {
    await answered('/again', { method: 'POST', body: 'kept', redirects: 1 })
    expect(seen[1]).toMatchObject({ method: 'POST', url: '/home', body: 'kept' })
    expect((await answered('/loop', { redirects: 3 })).status).toBe(302)
    expect(seen).toHaveLength(4)
  })

  it('keeps credentials from another origin, and leaves http alone only for http', async () => {
    const own = { 'Private-Token': 'abc', 'X-Api-Key': 'def', 'X-Trace': 'ghi' }
    await answered('/elsewhere', {
      redirects: 1,
      headers: { Authorization: 'Bearer abc', ...own },
    })
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer abc', undefined])
    expect(seen.map(({ headers }) => headers['private-token'])).toEqual(['abc', undefined])
    expect(seen.map(({ headers }) => headers['x-api-key'])).toEqual(['def', undefined])
    expect(seen.map(({ headers }) => headers['x-trace'])).toEqual(['ghi', 'ghi'])
    expect((await answered('/file', { redirects: 3 })).status).toBe(302)
  })
})

describe('bodies', () => {
  it('decompresses to the limit and no further', async () => {
    const response = await answered('/gzip')
    expect(response.body).toBe('x'.repeat(1_000))
    expect(response.bodyBytes).toBeGreaterThan(1_000)
    expect((await answered('/br')).body).toBe('{"a":1}')
  })
})

describe('cookie jars', () => {
  it('takes a cookie before the first exchange, and keeps jars apart', async () => {
    const [one, two] = [http.newJar(), http.newJar()]
    one.set(base, 'session=one; Path=/')
    await answered('/home', { jar: one })
    expect(seen[0]?.headers.cookie).toBe('session=one')
    await answered('/home', { jar: two })
    expect(seen[0]?.headers.cookie).toBeUndefined()
  })

  it('sends the user of an address as basic authentication, never in the address', async () => {
    await answered(base.replace('//', '//me:p%40ss@') + '/home')
    expect(seen[0]?.headers.authorization).toBe(`Basic ${btoa('me:p@ss')}`)
  })
})

describe('failures', () => {
  it('says not_sent where no byte can have reached a server', async () => {
    expect(await failure('http://127.0.0.1:1/', { method: 'POST' })).toEqual({
      state: 'not_sent',
      code: 'ECONNREFUSED',
      message: '127.0.0.1:1: connection refused',
    })
    const unknown = await failure('http://login.invalid/', { method: 'POST' })
    expect(unknown.state).toBe('not_sent')
    expect(await failure('http://[::1', {})).toMatchObject({ state: 'not_sent' })
    const early = await failure('/home', { signal: AbortSignal.abort(new Error('over')) })
    expect(early).toMatchObject({ state: 'not_sent' })
  })

  it('reports the real error on a port that browsers refuse', async () => {
    expect(await failure('http://127.0.0.1:6667/')).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('says unknown where a server may have acted', async () => {
    for (const path of ['/reset', '/half']) {
      expect(await failure(path, { method: 'POST' })).toMatchObject({ state: 'unknown' })
    }
    const stop = new AbortController()
    hanging = () => stop.abort()
    const hung = await failure('/hang', { method: 'POST', signal: stop.signal })
    expect(hung).toMatchObject({ state: 'unknown' })
    await failure('/login', { method: 'POST', redirects: 0, signal: AbortSignal.abort() })
  })

  it('goes straight to the server, whatever proxy the environment names', async () => {
    const before = { ...process.env }
    const dead = 'http://127.0.0.1:1'
    Object.assign(process.env, { HTTP_PROXY: dead, http_proxy: dead, ALL_PROXY: dead })
    try {
      expect((await answered('/home')).status).toBe(200)
    } finally {
      process.env = before
    }
  })

  it('gives up at once on a server that accepts and says nothing', async () => {
    const stop = new AbortController()
    const silent = createTcpServer((socket) => socket.once('data', () => stop.abort()))
    const port = await listen(silent)
    const failed = await failure(`http://127.0.0.1:${port}/`, { signal: stop.signal })
    expect(failed.state).toBe('unknown')
    silent.close()
  })
})
