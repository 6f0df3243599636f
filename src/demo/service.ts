/**
 * The sample service of the demo: a real login over HTTP. It is good; what breaks it is a change
 * to its database. `/healthz` sees nothing of that, as so often.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compare } from 'bcryptjs'
import { jwtVerify, SignJWT } from 'jose'
import type { DemoDatabase } from './database.ts'

const SESSION_COOKIE = 'session-token'
const ISSUER = 'hotwash-demo'
const MAX_BODY_BYTES = 16_384

type Answer = { status: number; body: object; cookie?: string }
type Service = { database: DemoDatabase; secret: Uint8Array }

export type Listening = { port: number; close(): Promise<void> }

export async function listen(options: {
  database: DemoDatabase
  secret: string
  port: number
}): Promise<Listening> {
  const service = { database: options.database, secret: new TextEncoder().encode(options.secret) }
  const server = createServer((request, response) => void serve(service, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await options.database.close()
    },
  }
}

async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: Answer
  try {
    answer = await route(service, request)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    answer = { status: 500, body: { error: `Failed query: ${message}` } }
  }
  if (answer.cookie !== undefined) response.setHeader('set-cookie', answer.cookie)
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer.body))
}

const REFUSED: Answer = { status: 401, body: { error: 'not logged in' } }

async function route(service: Service, request: IncomingMessage): Promise<Answer> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /healthz':
      await service.database.query('select 1 as one')
      return { status: 200, body: { status: 'ok' } }
    case 'POST /login':
      return logIn(service, await readJson(request))
    case 'GET /me': {
      const who = await sessionOf(service, request)
      if (who === undefined) return REFUSED
      return { status: 200, body: { user: { email: who.email, role: who.role } } }
    }
    case 'POST /logout': {
      const who = await sessionOf(service, request)
      if (who === undefined) return REFUSED
      await service.database.query('delete from sessions where id = $1', [who.id])
      return { status: 200, body: { ok: true }, cookie: cookieOf('', 'Max-Age=0') }
    }
    default:
      return { status: 404, body: { error: 'no such page' } }
  }
}

async function logIn(service: Service, body: Record<string, unknown>): Promise<Answer> {
  const [user] = await service.database.query(
    'select id, email, password_hash from users where email = $1',
    [String(body['email'])],
  )
  const hash = typeof user?.['password_hash'] === 'string' ? user['password_hash'] : ''
  const right = await compare(String(body['password']), hash)
  if (user === undefined || !right) {
    return { status: 401, body: { error: 'wrong e-mail or password' } }
  }
  const id = randomUUID()
  await service.database.query('insert into sessions (id, user_id) values ($1, $2)', [
    id,
    String(user['id']),
  ])
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setJti(id)
    .setIssuer(ISSUER)
    .setExpirationTime('1h')
    .sign(service.secret)
  return { status: 200, body: { ok: true }, cookie: cookieOf(token) }
}

const cookieOf = (value: string, ...more: string[]): string =>
  [`${SESSION_COOKIE}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax', ...more].join('; ')

async function sessionOf(
  service: Service,
  request: IncomingMessage,
): Promise<{ id: string; email: string; role: string } | undefined> {
  const cookies = (request.headers.cookie ?? '').split('; ')
  const token = cookies.find((one) => one.startsWith(`${SESSION_COOKIE}=`))?.split('=')[1]
  if (token === undefined) return undefined
  let id: string | undefined
  try {
    const options = { algorithms: ['HS256'], issuer: ISSUER }
    id = (await jwtVerify(token, service.secret, options)).payload.jti
  } catch {
    return undefined
  }
  const [row] = await service.database.query(
    'select u.email, u.role from sessions s join users u on u.id = s.user_id where s.id = $1',
    [id ?? ''],
  )
  if (row === undefined || id === undefined) return undefined
  return { id, email: String(row['email']), role: String(row['role']) }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > MAX_BODY_BYTES) return {}
  }
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch {
    return {}
  }
}
