/**
 * Logins as five common stacks do them, in memory: what the ready runbooks must be able to say with
 * inputs alone. Each has the habits of its stack, and no fault unless `anyPassword` or, of express,
 * `oneUser`: who logged in last is who everybody is.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const PASSWORDS: Readonly<Record<string, string>> = {
  'ada@example.test': 'pass-of-ada-7731',
  'bo@example.test': 'pass-of-bo-2290',
}

export type StackName = 'authjs' | 'fastapi' | 'express' | 'rails' | 'laravel'

type Session = { user: string | undefined; csrf: string }
type Turn = {
  request: IncomingMessage
  response: ServerResponse
  path: string
  form: URLSearchParams
  json: Record<string, unknown>
  cookies: ReadonlyMap<string, string>
  sessions: Map<string, Session>
  right(user: string | null | undefined, password: string | null | undefined): boolean
  oneUser: { name: string | undefined } | undefined
}

export async function startStack(
  name: StackName,
  options: { anyPassword?: boolean; oneUser?: boolean } = {},
): Promise<{ base: string; stop(): Promise<void> }> {
  const sessions = new Map<string, Session>()
  const right: Turn['right'] = (user, password) =>
    options.anyPassword === true || PASSWORDS[user ?? ''] === password
  const oneUser = options.oneUser === true ? { name: undefined } : undefined
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await textOf(request)
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const cookies = cookiesOf(request)
    const form = new URLSearchParams(text)
    const json = parsed(text)
    STACKS[name]({ request, response, path, form, json, cookies, sessions, right, oneUser })
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
  return { base: `http://127.0.0.1:${port}`, stop }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

function cookiesOf({ headers }: IncomingMessage): Map<string, string> {
  const pairs = (headers.cookie ?? '').split('; ').filter(Boolean)
  return new Map(pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.replace(/^[^=]*=/, '')]))
}

const random = (): string => randomBytes(18).toString('base64')

const answer = ({ response }: Turn, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const page = ({ response }: Turn, html: string): void =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end(html)
const redirect = ({ response }: Turn, location: string): void =>
  void response.writeHead(302, { location }).end()
const setCookies = ({ response }: Turn, ...cookies: string[]): void =>
  void response.setHeader('set-cookie', cookies)

function open(turn: Turn, user: string | undefined): string {
  const id = randomBytes(24).toString('hex')
  turn.sessions.set(id, { user, csrf: random() })
  return id
}

/** In its middle stands %2F: a change there would make the cookie unreadable. */
const SIGNATURE = `.${'/+a'.repeat(8)}bb`

/** Of a signed cookie that is whole; none when it is not, undefined when it cannot be decoded. */
function expressId(cookie: string): string | undefined {
  try {
    const value = decodeURIComponent(cookie)
    return value.endsWith(SIGNATURE) ? value.slice(2, -SIGNATURE.length) : ''
  } catch {
    return undefined
  }
}

const STACKS: Readonly<Record<StackName, (turn: Turn) => void>> = {
  /** A CSRF token in JSON and a cookie, a form, a redirect either way, the session in chunks. */
  authjs(turn) {
    const { path, form, cookies, sessions } = turn
    const [first = '', second = ''] = [0, 1].map((n) => cookies.get(`authjs.session-token.${n}`))
    const id = first + second
    if (path === '/api/auth/csrf') {
      const token = randomBytes(16).toString('hex')
      setCookies(turn, `authjs.csrf-token=${token}; Path=/; HttpOnly`)
      return answer(turn, 200, { csrfToken: token })
    }
    if (path === '/api/auth/session') {
      const user = sessions.get(id)?.user
      return answer(turn, 200, user === undefined ? null : { user: { email: user } })
    }
    if (form.get('csrfToken') !== cookies.get('authjs.csrf-token')) {
      return redirect(turn, '/api/auth/signin?csrf=true')
    }
    if (path === '/api/auth/signout') {
      sessions.delete(id)
      return redirect(turn, '/')
    }
    if (!turn.right(form.get('email'), form.get('password'))) {
      return redirect(turn, '/api/auth/signin?error=CredentialsSignin')
    }
    const made = open(turn, form.get('email') ?? '')
    setCookies(
      turn,
      `authjs.session-token.0=${made.slice(0, 30)}; Path=/; HttpOnly`,
      `authjs.session-token.1=${made.slice(30)}; Path=/; HttpOnly`,
    )
    redirect(turn, '/dashboard')
  },

  /** The form of OAuth2 and a bearer token; who it is by a number. */
  fastapi(turn) {
    const { path, form, request, sessions } = turn
    const id = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (path === '/token') {
      if (form.get('grant_type') !== 'password') return answer(turn, 422, { detail: 'grant_type' })
      const user = form.get('username') ?? ''
      if (!turn.right(user, form.get('password'))) return answer(turn, 400, { detail: 'Incorrect' })
      return answer(turn, 200, { access_token: open(turn, user), token_type: 'bearer' })
    }
    const user = sessions.get(id)?.user
    if (user === undefined) return answer(turn, 401, { detail: 'Not authenticated' })
    if (path === '/users/me') return answer(turn, 200, { id: user.startsWith('ada') ? 1 : 2 })
    sessions.delete(id)
    answer(turn, 200, {})
  },

  /**
   * Everybody gets a session, also who is refused; a signature that is written with %2F; a logout by
   * GET; the name in a page; a form that ends the sessions of another user. A session that the page
   * of the form opened goes on after the login, and no cookie is set then.
   */
  express(turn) {
    const { path, form, cookies, sessions, oneUser } = turn
    const id = expressId(cookies.get('connect.sid') ?? '')
    if (id === undefined) return answer(turn, 500, { error: 'URI malformed' })
    if (path === '/login') {
      const user = form.get('username') ?? ''
      const fits = turn.right(user, form.get('password'))
      const session = sessions.get(id)
      if (session !== undefined) {
        session.user = fits ? user : undefined
        return redirect(turn, fits ? '/' : '/login')
      }
      const value = encodeURIComponent(`s:${open(turn, fits ? user : undefined)}${SIGNATURE}`)
      setCookies(turn, `connect.sid=${value}; Path=/; HttpOnly`)
      if (fits && oneUser !== undefined) oneUser.name = user
      return redirect(turn, fits ? '/' : '/login')
    }
    if (path === '/logout') sessions.delete(id)
    if (path.startsWith('/kick/')) {
      if (form.get('_csrf') !== sessions.get(id)?.csrf) return answer(turn, 403, { error: 'csrf' })
      const whom = path.slice('/kick/'.length)
      for (const [key, { user }] of sessions) if (user === whom) sessions.delete(key)
      return redirect(turn, '/')
    }
    if (path === '/form') {
      const known = sessions.has(id) ? id : open(turn, undefined)
      setCookies(turn, `connect.sid=${encodeURIComponent(`s:${known}${SIGNATURE}`)}; Path=/`)
      return page(turn, `<input name="_csrf" value="${sessions.get(known)?.csrf ?? ''}">`)
    }
    const known = oneUser === undefined ? sessions.get(id)?.user : oneUser.name
    const user = path === '/account' ? known : undefined
    if (user === undefined) return redirect(turn, '/login')
    page(turn, `<title>Account</title><p>Logged in as ${user}</p>`)
  },

  /** An authenticity token in the HTML, bound to the session and new after the login. */
  rails(turn) {
    const { path, form, cookies, sessions, request } = turn
    const id = cookies.get('_app_session') ?? ''
    const session = sessions.get(id)
    if (path === '/users/sign_in' && request.method === 'GET') {
      const known = session === undefined ? open(turn, undefined) : id
      const token = (sessions.get(known)?.csrf ?? '').replaceAll('+', '&#43;')
      setCookies(turn, `_app_session=${known}; Path=/; HttpOnly; SameSite=Lax`)
      return page(
        turn,
        `<form><input type="hidden" value="${token}" name="authenticity_token" /></form>`,
      )
    }
    if (path === '/account') {
      return session?.user === undefined
        ? redirect(turn, '/users/sign_in')
        : answer(turn, 200, { account: { login: session.user } })
    }
    if (session === undefined || form.get('authenticity_token') !== session.csrf) {
      return answer(turn, 422, { error: "Can't verify CSRF token authenticity" })
    }
    sessions.delete(id)
    if (path === '/users/sign_out') return redirect(turn, '/')
    const user = form.get('user[email]') ?? ''
    if (!turn.right(user, form.get('user[password]'))) {
      return answer(turn, 401, { error: 'Invalid Email or password.' })
    }
    setCookies(turn, `_app_session=${open(turn, user)}; Path=/; HttpOnly; SameSite=Lax`)
    redirect(turn, '/')
  },

  /** A token in a cookie that is sent back in a header, decoded; fields nested in JSON. */
  laravel(turn) {
    const { path, json, cookies, sessions, request } = turn
    const id = cookies.get('app_session') ?? ''
    if (path === '/sanctum/csrf-cookie') {
      setCookies(turn, `XSRF-TOKEN=${encodeURIComponent(random())}; Path=/`)
      return void turn.response.writeHead(204).end()
    }
    if (path === '/api/user') {
      const user = sessions.get(id)?.user
      return user === undefined
        ? answer(turn, 401, { message: 'Unauthenticated.' })
        : answer(turn, 200, { data: { email: user } })
    }
    const wanted = decodeURIComponent(cookies.get('XSRF-TOKEN') ?? '')
    if (wanted === '' || request.headers['x-xsrf-token'] !== wanted) {
      return answer(turn, 419, { message: 'CSRF token mismatch.' })
    }
    if (path === '/logout') {
      sessions.delete(id)
      return void turn.response.writeHead(204).end()
    }
    const { email, password } = (json['data'] ?? {}) as { email?: string; password?: string }
    if (!turn.right(email, password)) return answer(turn, 422, { message: 'These do not match.' })
    setCookies(turn, `app_session=${open(turn, email ?? '')}; Path=/; HttpOnly`)
    turn.response.writeHead(204).end()
  },
}
