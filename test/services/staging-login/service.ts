/**
 * A login service on staging. What it does with a user is in `release/handlers.mjs` of its
 * repository, under tags; its settings are in `config/staging.env`. It is broken in up to three
 * ways at once: a signing secret that is too weak, a migration that was never applied, and a
 * release whose session names nobody.
 */
import { randomUUID } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { compareSync } from 'bcryptjs'
import { jwtVerify, SignJWT } from 'jose'
import { Pool } from 'pg'
import { listen, readJson } from '../daemon.ts'

const MIN_SECRET_CHARS = 32
const COOKIE = 'session-token'

type User = Record<string, unknown>
type Release = {
  version: string
  columns: readonly string[]
  identityOf(user: User): object | null
  claimsOf(user: User): Record<string, unknown>
}

class Trouble extends Error {
  readonly category: string
  readonly status: number
  constructor(category: string, message: string, status = 500) {
    super(message)
    this.category = category
    this.status = status
  }
}

type Service = {
  pool: Pool
  env: Readonly<Record<string, string | undefined>>
  release: Release
}
type Answer = { body: object; status?: number; cookie?: string }

function key({ env }: Service): Uint8Array {
  const secret = env['SESSION_SECRET'] ?? ''
  if (secret.length >= MIN_SECRET_CHARS) return new TextEncoder().encode(secret)
  const why = `SESSION_SECRET is too short: ${secret.length} of ${MIN_SECRET_CHARS} characters`
  throw new Trouble('config', why)
}

async function userBy({ pool, release }: Service, email: string): Promise<User | undefined> {
  const columns = release.columns.join(', ')
  return (await pool.query<User>(`select ${columns} from users where email = $1`, [email])).rows[0]
}

async function logIn(service: Service, body: Record<string, string>): Promise<Answer> {
  const user = await userBy(service, body['email'] ?? '')
  const hash = typeof user?.['password_hash'] === 'string' ? user['password_hash'] : ''
  if (user === undefined || !compareSync(body['password'] ?? '', hash)) {
    throw new Trouble('auth', 'wrong e-mail or password', 401)
  }
  const id = randomUUID()
  const token = await new SignJWT(service.release.claimsOf(user))
    .setProtectedHeader({ alg: 'HS256' })
    .setJti(id)
    .setIssuer(service.env['SESSION_ISSUER'] ?? 'none')
    .setExpirationTime('1h')
    .sign(key(service))
  await service.pool.query('insert into sessions (id, email) values ($1, $2)', [id, user['email']])
  return { body: { ok: true }, cookie: cookieOf(token) }
}

const cookieOf = (value: string, more = ''): string =>
  `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax${more}`

async function sessionOf(service: Service, request: IncomingMessage) {
  const refused = new Trouble('auth', 'not logged in', 401)
  const cookies = (request.headers.cookie ?? '').split('; ')
  const token = cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
  if (token === undefined) throw refused
  const secret = key(service)
  const read = await jwtVerify(token, secret, { algorithms: ['HS256'] }).catch(() => undefined)
  if (read === undefined) throw refused
  const sql = 'select 1 from sessions where id = $1'
  if ((await service.pool.query(sql, [read.payload.jti])).rowCount === 0) throw refused
  return read.payload
}

async function whoAmI(service: Service, request: IncomingMessage): Promise<Answer> {
  const claims = await sessionOf(service, request)
  return { body: { user: service.release.identityOf(claims) } }
}

async function logOut(service: Service, request: IncomingMessage): Promise<Answer> {
  const { jti } = await sessionOf(service, request)
  await service.pool.query('delete from sessions where id = $1', [jti])
  return { body: { ok: true }, cookie: cookieOf('', '; Max-Age=0') }
}

/** Each part of the service says of itself how it is. */
const PARTS: Record<string, (service: Service) => Promise<void>> = {
  async database(service) {
    await service.pool.query(`select ${service.release.columns.join(', ')} from users limit 1`)
  },
  async auth(service) {
    const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' })
    await token.sign(key(service))
    const [user] = (await service.pool.query<User>('select id, email, role from users limit 1'))
      .rows
    const claims = service.release.claimsOf(user ?? {})
    if (service.release.identityOf(claims) === null) {
      throw new Trouble('auth', 'a session of this release names nobody')
    }
  },
  async config(service) {
    key(service)
    if (service.env['SESSION_ISSUER'] === undefined) {
      throw new Trouble('config', 'SESSION_ISSUER must be set')
    }
  },
}

async function health(service: Service, names: readonly string[]): Promise<Answer> {
  const checks: Record<string, { status: string; message?: string }> = {}
  for (const name of names) {
    const wrong = await PARTS[name]?.(service).then(
      () => undefined,
      (error: Error) => error.message,
    )
    checks[name] = wrong === undefined ? { status: 'ok' } : { status: 'down', message: wrong }
  }
  const isOk = Object.values(checks).every(({ status }) => status === 'ok')
  const { version } = service.release
  return { status: isOk ? 200 : 503, body: { status: isOk ? 'ok' : 'down', version, checks } }
}

async function route(service: Service, request: IncomingMessage): Promise<Answer> {
  const path = request.url ?? '/'
  if (path === '/health') return health(service, Object.keys(PARTS))
  const part = /^\/health\/(\w+)$/.exec(path)?.[1]
  if (part !== undefined && Object.hasOwn(PARTS, part)) return health(service, [part])
  switch (`${request.method} ${path}`) {
    case 'POST /login':
      return logIn(service, await readJson(request))
    case 'GET /me':
      return whoAmI(service, request)
    case 'POST /logout':
      return logOut(service, request)
    default:
      throw new Trouble('unknown', 'no such page', 404)
  }
}

export const envOf = (dir: string): Service['env'] =>
  parseEnv(readFileSync(join(dir, 'config/staging.env'), 'utf8'))

export async function serve(dir: string): Promise<void> {
  const env = envOf(dir)
  const pool = new Pool({ connectionString: env['DATABASE_URL'], max: 8 })
  pool.on('error', () => {})
  const code = pathToFileURL(join(dir, 'release/handlers.mjs')).href
  const service = { pool, env, release: (await import(code)) as Release }
  const log = (entry: object): void =>
    appendFileSync(join(dir, 'run', 'service.log'), `${JSON.stringify(entry)}\n`)
  appendFileSync(join(dir, 'run', 'service.log'), '')
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = ({ status = 200, body, cookie }: Answer): void => {
      if (cookie !== undefined) response.setHeader('set-cookie', cookie)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    try {
      send(await route(service, request))
    } catch (error) {
      const { message } = error as Error
      const { category, status } =
        error instanceof Trouble ? error : { category: 'database', status: 500 }
      const about = { endpoint: request.url, category, request_id: randomUUID() }
      const level = status < 500 ? 'warn' : 'error'
      log({ time: new Date().toISOString(), level, msg: message, ...about })
      send({ status, body: { error: message } })
    }
  }
  await listen((request, response) => void handle(request, response))
}

if (import.meta.main) await serve(process.argv[2] ?? '.')
