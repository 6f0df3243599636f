/**
 * A service with a login as FastAPI's: a form of OAuth2, a bearer token in the answer. What a token
 * is, and whether a session can end, is the release: current.ts.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { compare } from 'bcryptjs'
import { close, end, endAll, open, whose } from './current.ts'
import { pool, type User } from './sessions.ts'

const port = Number(process.env['PORT'])

const log = (level: string, text: string): void => {
  const at = new Date().toISOString().replace('T', ' ').replace('Z', '')
  process.stdout.write(`${at} ${level}: ${text}\n`)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const tokenOf = (request: IncomingMessage): string =>
  request.headers.authorization?.replace(/^Bearer /, '') ?? ''

type Row = User & { role: string; password_hash: string }

const find = async (email: string): Promise<Row | undefined> =>
  (await pool.query<Row>('select * from users where email = $1', [email])).rows[0]

async function login(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams(await textOf(request))
  if (form.get('grant_type') !== 'password') {
    return send(response, 422, { detail: 'grant_type: field required' })
  }
  const user = await find(form.get('username') ?? '')
  if (user === undefined || !(await compare(form.get('password') ?? '', user.password_hash))) {
    return send(response, 400, { detail: 'Incorrect username or password' })
  }
  const token = await open({ id: user.id, email: user.email })
  log('INFO', `POST /token 200 ${user.email}`)
  send(response, 200, { access_token: token, token_type: 'bearer' })
}

async function identity(request: IncomingMessage): Promise<User | undefined> {
  const token = tokenOf(request)
  if (token === '') return undefined
  try {
    return await whose(token)
  } catch (error) {
    log('WARNING', `token refused: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

async function revoke(request: IncomingMessage, by: User): Promise<number> {
  const acting = await find(by.email)
  if (acting?.role !== 'admin') return 403
  const { email = '' } = JSON.parse(await textOf(request)) as { email?: string }
  const user = await find(email)
  if (user === undefined) return 404
  await endAll(user)
  log('INFO', `sessions of ${email} revoked by ${by.email}`)
  return 200
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url: path = '/', method } = request
  if (path === '/healthz') return send(response, 200, { status: 'ok' })
  if (path === '/token' && method === 'POST') return login(request, response)
  const user = await identity(request)
  if (user === undefined) return send(response, 401, { detail: 'Not authenticated' })
  if (path === '/users/me') return send(response, 200, { id: user.id, email: user.email })
  if (path === '/logout' && method === 'POST') {
    await end(tokenOf(request))
    return send(response, 200, { detail: 'logged out' })
  }
  if (path === '/admin/revoke' && method === 'POST') {
    const status = await revoke(request, user)
    return send(response, status, { detail: status === 200 ? 'revoked' : 'refused' })
  }
  send(response, 404, { detail: 'Not Found' })
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    log('ERROR', `${request.method} ${request.url} ${randomUUID()} ${String(error)}`)
    send(response, 500, { detail: 'Internal Server Error' })
  })
})
server.listen(port, '127.0.0.1', () => log('INFO', `listening on ${port}`))
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => void close().finally(() => process.exit(0)))
})
