/**
 * HTTP on undici's own Agent: it reports the real error of a connection, refuses no port, and
 * follows no proxy of the environment. Redirects are followed here, so that every cookie set on
 * the way is seen.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Agent } from 'undici'
import type { CookieJar, HttpPort, HttpRequest, HttpResponse } from '../ports/http.ts'
import { createJar, loadCookies, readSetCookies, type Jar } from './cookie-jar.ts'
import { ENCODINGS, readBody } from './http-body.ts'
import { describeFailure } from './http-failure.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** Short, so that an idle connection rarely outlives a restart of the service. */
const KEEP_ALIVE_MS = 2_000

type Hop = { url: string; method: string; body: string | Uint8Array | undefined }
type Sent = Awaited<ReturnType<HttpPort['send']>>

export function createHttpPort(): HttpPort {
  const agents = new Map<string, Promise<Agent>>()
  const jars = new WeakMap<CookieJar, Jar>()
  const agentOf = (tls: HttpRequest['tls']): Promise<Agent> => {
    const key = JSON.stringify([tls?.ca, tls?.insecure === true])
    const known = agents.get(key)
    if (known !== undefined) return known
    const made = openAgent(tls)
    agents.set(key, made)
    return made
  }
  return {
    newJar: () => {
      const jar = createJar()
      jars.set(jar, jar)
      return jar
    },
    warmUp: async () => {
      await Promise.all([loadCookies(), agentOf(undefined)])
    },
    send: async (request) => {
      await loadCookies()
      const jar = request.jar === undefined ? createJar() : jars.get(request.jar)
      if (jar === undefined) throw new Error('the cookie jar is of another http port')
      return follow(request, jar, await agentOf(request.tls))
    },
  }
}

async function openAgent(tls: HttpRequest['tls']): Promise<Agent> {
  // A CommonJS library: bundled, its names are on `default` only.
  const { Agent } = (await import('undici')).default
  return new Agent({
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The step's own limit ends a request; the library's limits would only hide which one it was.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.insecure === true ? { rejectUnauthorized: false } : {}),
    },
  })
}

async function follow(request: HttpRequest, jar: Jar, agent: Agent): Promise<Sent> {
  const began = performance.now()
  const cookies: HttpResponse['cookies'][number][] = []
  let hop: Hop = { url: request.url, method: request.method.toUpperCase(), body: request.body }
  const wire = { sent: false }
  for (let followed = 0; ; followed += 1) {
    let answer: Answer
    try {
      answer = await exchange(request, hop, { jar, agent, wire })
    } catch (error) {
      return { ok: false, failure: describeFailure(error, { host: hostOf(hop.url), ...wire }) }
    }
    cookies.push(...readSetCookies(hop.url, answer.setCookies))
    for (const line of answer.setCookies) jar.set(hop.url, line)
    const next = followed < request.redirects ? redirected(hop, answer) : undefined
    if (next === undefined) {
      const { status, headers, body, bodyBytes } = answer
      const durationMs = Math.round(performance.now() - began)
      return {
        ok: true,
        response: { status, headers, body, bodyBytes, cookies, url: hop.url, durationMs },
      }
    }
    const message = request.refuseHop?.(next.url)
    if (message !== undefined) {
      return { ok: false, failure: { state: 'not_sent', code: 'NOT_DECLARED', message } }
    }
    hop = next
  }
}

type Answer = Pick<HttpResponse, 'status' | 'headers' | 'body' | 'bodyBytes'> & {
  setCookies: readonly string[]
}
type Wire = { jar: Jar; agent: Agent; wire: { sent: boolean } }

async function exchange(request: HttpRequest, hop: Hop, { jar, agent, wire }: Wire) {
  request.signal.throwIfAborted()
  const url = new URL(hop.url)
  // undici says when it begins to write: before that, whatever happens, nothing was sent.
  const watched = agent.compose((dispatch) => (options, handler) => {
    const begin = handler.onRequestStart?.bind(handler)
    handler.onRequestStart = (...started) => {
      wire.sent = true
      begin?.(...started)
    }
    return dispatch(options, handler)
  })
  const answer = await watched.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: hop.method,
    body: hop.body ?? null,
    headers: headersOf(request, hop, jar),
    signal: request.signal,
  })
  const encoding = one(answer.headers, 'content-encoding')
  const read = await readBody(answer.body, encoding, request.maxBytes)
  return {
    status: answer.statusCode,
    headers: plainHeaders(answer.headers),
    body: read.body,
    bodyBytes: read.bytes,
    setCookies: [answer.headers['set-cookie'] ?? []].flat(),
  }
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)

/** `PRIVATE-TOKEN`, `X-Api-Key`: services have names of their own for `Authorization`. */
const CREDENTIAL = /auth|cookie|token|secret|api-?key|passw|session|credential|signature/

/** Credentials belong to the first origin only; the jar decides for cookies. */
function headersOf(request: HttpRequest, hop: Hop, jar: Jar): Record<string, string> {
  const url = new URL(hop.url)
  const same = url.origin === new URL(request.url).origin
  const headers: Record<string, string> = { 'accept-encoding': ENCODINGS, 'user-agent': 'hotwash' }
  for (const [name, value] of Object.entries(request.headers)) {
    const lower = name.toLowerCase()
    if (!same && CREDENTIAL.test(lower)) continue
    if (hop.body === undefined && lower.startsWith('content-')) continue
    headers[lower] = value
  }
  if (url.username !== '' && headers['authorization'] === undefined) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`
  }
  const held = jar.header(hop.url)
  if (held !== '') headers['cookie'] = [headers['cookie'], held].filter(Boolean).join('; ')
  return headers
}

/** RFC 9110, 15.4: 303, and by custom 301 and 302, turn a POST into a GET; 307 and 308 repeat it. */
function redirected(hop: Hop, answer: Answer): Hop | undefined {
  const location = answer.headers['location']
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) {
    return undefined
  }
  if (!URL.canParse(location, hop.url)) return undefined
  const url = new URL(location, hop.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const repeat = answer.status >= 307 || hop.method === 'GET' || hop.method === 'HEAD'
  return repeat ? { ...hop, url: url.href } : { url: url.href, method: 'GET', body: undefined }
}

const one = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, one(headers, name) ?? '']))
