/**
 * A login service of its own, good unless told otherwise: each fault is one way in which real ones
 * were broken. State lives in memory, as of a database that outlives restarts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import { compareSync, hashSync } from 'bcryptjs'
import { decodeJwt, exportJWK, exportSPKI, generateKeyPair, jwtVerify, SignJWT } from 'jose'

export type Fault =
  /** The identity of whoever logged in last is everybody's. */
  | 'mixes_sessions'
  | 'logout_ends_all'
  | 'logout_does_nothing'
  | 'revoke_does_nothing'
  | 'revoke_ends_all'
  | 'no_http_only'
  | 'not_lax'
  | 'wrong_algorithm'
  | 'never_expires'
  | 'wrong_issuer'
  | 'lost_on_restart'
  | 'null_session'
  | 'open_whoami'
  | 'one_of_many'
  | 'any_password'
  | 'accepts_forged'
  | 'accepts_alg_none'
  /** Verifies HS256 with the text of its public key, as libraries once did. */
  | 'confuses_algorithms'
  | 'no_cookie'
  | 'login_500'
  | 'hangs'
  /** Its own health says that a column is missing. */
  | 'ill'

export const SECRET = 'sample-secret-sample-secret-sample'
export const USERS = [
  { email: 'admin@example.test', password: 'admin-pass-8472', role: 'admin' },
  { email: 'user@example.test', password: 'user-pass-1934', role: 'user' },
] as const

const HASHES = new Map(USERS.map(({ email, password }) => [email as string, hashSync(password, 4)]))
const LOGIN_TAKES_MS = 4
const ILL = { status: 'down', checks: { database: { status: 'down', message: 'no such column' } } }

export type LoginService = {
  base: string
  open(): number
  restart(): Promise<void>
  stop(): Promise<void>
  requests: Record<string, number>
  /** With `asymmetric`: the PEM of the key that verifies. */
  publicKey: string | undefined
}

type State = { sessions: Map<string, string>; last: string | undefined; inFlight: number }

export async function startLoginService(
  /** A function is asked at each request, for faults that a fix takes away. */
  faults: readonly Fault[] | (() => readonly Fault[]) = [],
  options: { bearer?: boolean; csrf?: boolean; asymmetric?: boolean } = {},
): Promise<LoginService> {
  const has = (fault: Fault): boolean =>
    (typeof faults === 'function' ? faults() : faults).includes(fault)
  const state: State = { sessions: new Map(), last: undefined, inFlight: 0 }
  const requests: Record<string, number> = {}
  const csrf = new Set<string>()
  const pair = options.asymmetric
    ? await generateKeyPair('ES256', { extractable: true })
    : undefined
  const pem = pair && (await exportSPKI(pair.publicKey))

  const sign = (email: string, id: string): Promise<string> => {
    const token = new SignJWT({ email })
      .setProtectedHeader({ alg: pair ? 'ES256' : has('wrong_algorithm') ? 'HS512' : 'HS256' })
      .setJti(id)
      .setIssuer(has('wrong_issuer') ? 'other' : 'app')
    if (!has('never_expires')) token.setExpirationTime('1h')
    return token.sign(pair?.privateKey ?? new TextEncoder().encode(SECRET))
  }

  const verified = async (token: string, algorithm: string) => {
    const confused = pem !== undefined && has('confuses_algorithms') && algorithm === 'HS256'
    const text = new TextEncoder().encode(confused ? pem : SECRET)
    const key = pair && !confused ? pair.publicKey : text
    return (await jwtVerify(token, key)).payload
  }

  const read = async (token: string): Promise<{ email: string; jti: string } | undefined> => {
    try {
      const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
      const lenient = has('accepts_forged') || (has('accepts_alg_none') && header.alg === 'none')
      const claims = lenient ? decodeJwt(token) : await verified(token, header.alg)
      return claims as { email: string; jti: string }
    } catch {
      return undefined
    }
  }

  const whoIs = async (
    request: IncomingMessage,
  ): Promise<{ email: string; jti: string } | undefined> => {
    const cookie = /(?:^|; )session-token=([^;]*)/.exec(request.headers.cookie ?? '')?.[1]
    const token = options.bearer ? request.headers.authorization?.replace('Bearer ', '') : cookie
    const claims = token === undefined ? undefined : await read(token)
    if (claims === undefined || !state.sessions.has(claims.jti)) return undefined
    return has('mixes_sessions') && state.last ? { ...claims, email: state.last } : claims
  }

  const login = async (body: Record<string, string>, response: ServerResponse): Promise<void> => {
    if (has('hangs')) return
    if (has('login_500')) {
      response.setHeader('x-request-id', 'req-login')
      return send(response, 500, { error: 'Failed query: select "users"' })
    }
    if (options.csrf && !csrf.delete(body['csrf'] ?? ''))
      return send(response, 403, { error: 'csrf' })
    state.inFlight += 1
    const alone = state.inFlight === 1
    await new Promise((resolve) => setTimeout(resolve, LOGIN_TAKES_MS))
    state.inFlight -= 1
    if (has('one_of_many') && !alone) {
      return send(response, 500, { error: `Failed query: client must be connected` })
    }
    const email = body['email'] ?? ''
    const hash = HASHES.get(email)
    const right = hash !== undefined && compareSync(body['password'] ?? '', hash)
    if (!right && !has('any_password')) return send(response, 401, { error: 'wrong password' })
    const id = randomBytes(12).toString('hex')
    state.sessions.set(id, email)
    state.last = email
    const token = await sign(email, id)
    const flags = [
      'Path=/',
      ...(has('no_http_only') ? [] : ['HttpOnly']),
      `SameSite=${has('not_lax') ? 'None' : 'Lax'}`,
    ]
    if (!has('no_cookie') && !options.bearer) {
      response.setHeader('set-cookie', [`session-token=${token}; ${flags.join('; ')}`])
    }
    send(response, 200, options.bearer ? { ok: true, token } : { ok: true })
  }

  const forget = (email: string): void => {
    for (const [id, who] of state.sessions) if (who === email) state.sessions.delete(id)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/'
    requests[path] = (requests[path] ?? 0) + 1
    const body = await readJson(request)
    if (path === '/healthz') {
      return has('ill') ? send(response, 503, ILL) : send(response, 200, { status: 'ok' })
    }
    if (path === '/jwks' && pair) {
      return send(response, 200, { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256' }] })
    }
    if (path === '/csrf') {
      const token = randomBytes(8).toString('hex')
      csrf.add(token)
      return send(response, 200, { csrfToken: token })
    }
    if (path === '/login') return login(body, response)
    const who = await whoIs(request)
    if (path === '/me') {
      if (has('null_session')) return send(response, 200, { user: null })
      if (who !== undefined) return send(response, 200, { user: { email: who.email } })
      if (has('open_whoami')) return send(response, 200, { user: null })
      return send(response, 401, { error: 'not logged in' })
    }
    if (who === undefined) return send(response, 401, { error: 'not logged in' })
    if (path === '/logout') {
      if (has('logout_ends_all')) forget(who.email)
      if (!has('logout_does_nothing')) state.sessions.delete(who.jti)
      response.setHeader('set-cookie', ['session-token=; Path=/; Max-Age=0'])
      return send(response, 200, { ok: true })
    }
    if (path === '/admin/revoke') {
      if (has('revoke_ends_all')) state.sessions.clear()
      if (!has('revoke_does_nothing')) forget(body['email'] ?? '')
      return send(response, 200, { ok: true })
    }
    send(response, 404, { error: 'no such page' })
  }

  const listen = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => void handle(request, response))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return server
  }
  let server = await listen(0)
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    base: `http://127.0.0.1:${port}`,
    open: () => state.sessions.size,
    requests,
    publicKey: pem,
    restart: async () => {
      await stop()
      if (has('lost_on_restart')) state.sessions.clear()
      setTimeout(() => void listen(port).then((again) => (server = again)), 30)
    },
    stop,
  }
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
