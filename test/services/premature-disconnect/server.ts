/**
 * A login service whose sessions live in its database. How it reaches the database is the release:
 * current.ts. Its health check says that the process is alive, and nothing more.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { compare } from 'bcryptjs'
import { close, withDatabase } from './current.ts'

const port = Number(process.env['PORT'])

function log(level: 'INFO' | 'ERROR', text: string, context: Record<string, string>): void {
  const pairs = Object.entries(context).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  process.stdout.write(`${new Date().toISOString()} ${level} ${text} ${pairs.join(' ')}\n`)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readJson(request: IncomingMessage): Promise<Record<string, string>> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  try {
    return JSON.parse(text) as Record<string, string>
  } catch {
    return {}
  }
}

const sessionIn = (request: IncomingMessage): string =>
  /(?:^|; )sid=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? ''

type User = { id: number; password_hash: string }

async function login(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { email = '', password = '' } = await readJson(request)
  const token = await withDatabase(async (database) => {
    const found = await database.query<User>(
      'select id, password_hash from users where email = $1',
      [email],
    )
    const [user] = found.rows
    if (user === undefined || !(await compare(password, user.password_hash))) return undefined
    const made = randomBytes(24).toString('hex')
    await database.query('insert into sessions (token, user_id) values ($1, $2)', [made, user.id])
    return made
  })
  if (token === undefined) return send(response, 401, { error: 'invalid email or password' })
  response.setHeader('set-cookie', `sid=${token}; Path=/; HttpOnly; SameSite=Lax`)
  send(response, 200, { ok: true })
}

let limitedNow = 0

/** The same behind a limit: two at a time. */
async function limited(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (limitedNow >= 2) return send(response, 429, { error: 'too many requests' })
  limitedNow += 1
  await login(request, response).finally(() => (limitedNow -= 1))
}

async function me(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { rows } = await withDatabase((database) =>
    database.query<{ email: string }>(
      'select users.email from sessions join users on users.id = user_id where token = $1',
      [sessionIn(request)],
    ),
  )
  const [user] = rows
  if (user === undefined) return send(response, 401, { error: 'not logged in' })
  send(response, 200, { user: { email: user.email } })
}

async function logout(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await withDatabase((database) =>
    database.query('delete from sessions where token = $1', [sessionIn(request)]),
  )
  response.setHeader('set-cookie', 'sid=; Path=/; Max-Age=0')
  send(response, 200, { ok: true })
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/'
  if (path === '/healthz') return send(response, 200, { status: 'ok' })
  if (path === '/login' && request.method === 'POST') return login(request, response)
  if (path === '/limited' && request.method === 'POST') return limited(request, response)
  if (path === '/me') return me(request, response)
  if (path === '/logout' && request.method === 'POST') return logout(request, response)
  send(response, 404, { error: 'no such page' })
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    const [message, id] = [error instanceof Error ? error.message : String(error), randomUUID()]
    log('ERROR', 'request failed', { request_id: id, path: request.url ?? '', error: message })
    send(response, 500, { error: message, request_id: id })
  })
})
server.listen(port, '127.0.0.1', () => log('INFO', 'listening', { port: String(port) }))
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => void close().finally(() => process.exit(0)))
})
