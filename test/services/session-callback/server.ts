/**
 * A service with the endpoints and cookies of Auth.js: a CSRF token, a login by form, a signed token
 * as the session, set in chunks. How the session is made of the token is the release: current.ts.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { compare } from 'bcryptjs'
import { SignJWT } from 'jose'
import { sessionOf } from './current.ts'
import { key, pool } from './session.ts'

const port = Number(process.env['PORT'])
const secret = process.env['AUTH_SECRET'] ?? ''
const COOKIE = 'authjs.session-token'
const CSRF = 'authjs.csrf-token'
/** Small, so that the token needs several. */
const CHUNK_CHARS = 120

const log = (level: string, msg: string, more: object = {}): void => {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, msg, ...more })}\n`,
  )
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function cookiesOf(request: IncomingMessage): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split('; ').filter(Boolean)
  return new Map(pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.replace(/^[^=]*=/, '')]))
}

function tokenIn(request: IncomingMessage): string {
  const cookies = cookiesOf(request)
  let token = ''
  for (let at = 0; cookies.has(`${COOKIE}.${at}`); at += 1) token += cookies.get(`${COOKIE}.${at}`)
  return token
}

const signed = (csrf: string): string =>
  `${csrf}|${createHash('sha256')
    .update(csrf + secret)
    .digest('hex')}`

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return new URLSearchParams(text)
}

const hasCsrf = (request: IncomingMessage, form: URLSearchParams): boolean =>
  cookiesOf(request).get(CSRF) === encodeURIComponent(signed(form.get('csrfToken') ?? ''))

type User = { email: string; role: string; password_hash: string }

async function login(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await formOf(request)
  const found = await pool.query<User>(
    'select email, role, password_hash from users where email = $1',
    [form.get('email')],
  )
  const [user] = found.rows
  const right = user && (await compare(form.get('password') ?? '', user.password_hash))
  if (!right || !hasCsrf(request, form)) {
    const url = '/api/auth/signin?error=CredentialsSignin'
    if (form.get('json') === 'true') return send(response, 401, { url })
    response.writeHead(302, { location: url }).end()
    return
  }
  const token = await new SignJWT({ role: user.role, device: randomUUID() })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.email)
    .setExpirationTime('1h')
    .sign(key)
  const chunks = token.match(new RegExp(`.{1,${CHUNK_CHARS}}`, 'g')) ?? []
  const cookies = chunks.map(
    (chunk, at) => `${COOKIE}.${at}=${chunk}; Path=/; HttpOnly; SameSite=Lax`,
  )
  response.setHeader('set-cookie', cookies)
  if (form.get('json') === 'true') return send(response, 200, { url: '/' })
  response.writeHead(302, { location: '/' }).end()
}

/** Whatever goes wrong, there is just no session: that is why nobody saw it. */
async function session(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const token = tokenIn(request)
  if (token === '') return send(response, 200, null)
  try {
    send(response, 200, await sessionOf(token))
  } catch (error) {
    const msg = error instanceof Error ? error.message : String(error)
    log('error', msg, { path: '/api/auth/session', requestId: randomUUID() })
    send(response, 200, null)
  }
}

function csrf(response: ServerResponse): void {
  const token = randomBytes(32).toString('hex')
  const value = encodeURIComponent(signed(token))
  response.setHeader('set-cookie', `${CSRF}=${value}; Path=/; HttpOnly; SameSite=Lax`)
  send(response, 200, { csrfToken: token })
}

async function signOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await formOf(request)
  if (!hasCsrf(request, form)) return send(response, 400, { error: 'csrf' })
  const chunks = [...cookiesOf(request).keys()].filter((name) => name.startsWith(`${COOKIE}.`))
  response.setHeader(
    'set-cookie',
    chunks.map((name) => `${name}=; Path=/; Max-Age=0`),
  )
  send(response, 200, { url: '/' })
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url: path = '/', method } = request
  if (path === '/healthz') return send(response, 200, { status: 'ok' })
  if (path === '/api/auth/csrf') return csrf(response)
  if (path === '/api/auth/session') return session(request, response)
  if (path === '/api/auth/callback/credentials' && method === 'POST')
    return login(request, response)
  if (path === '/api/auth/signout' && method === 'POST') return signOut(request, response)
  send(response, 404, { error: 'no such page' })
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    log('error', String(error), { path: request.url })
    send(response, 500, { error: 'Internal error' })
  })
})
server.listen(port, '127.0.0.1', () => log('info', 'listening', { port }))
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => void pool.end().finally(() => process.exit(0)))
})
