/**
 * A sign-up service that is broken as one really was. It loads `.env` and then `backend/.env`, and
 * what is read last wins: it works on another database than everybody looks at. Once that is cured,
 * its password hash refuses more than 72 bytes, as bcrypt libraries do since 2025.
 */
import { createHash, randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { compareSync, hashSync, truncates } from 'bcryptjs'
import { Pool } from 'pg'
import { listen, readJson } from '../daemon.ts'

export const ENV_FILES = ['.env', 'backend/.env'] as const
const ROUNDS = 4

type Settings = Readonly<Record<string, string | undefined>>
export const settingsOf = (dir: string): Settings =>
  Object.assign(
    {},
    ...ENV_FILES.map((file) => join(dir, file))
      .filter((path) => existsSync(path))
      .map((path) => parseEnv(readFileSync(path, 'utf8'))),
  ) as Settings

class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** What the hash is made of: all of the password, as much as fits, or the library's refusal. */
function hashed(password: string, long: string | undefined): string {
  if (long === 'prehash') return createHash('sha256').update(password).digest('base64')
  if (long === 'truncate') return Buffer.from(password).subarray(0, 72).toString('latin1')
  if (long === 'limit' && truncates(password)) throw new Refused(422, 'at most 72 bytes')
  if (truncates(password)) {
    throw new Error(
      'password cannot be longer than 72 bytes, truncate manually if necessary (e.g. password[:72])',
    )
  }
  return password
}

type Service = { pool: Pool; settings: Settings }

async function signUp({ pool, settings }: Service, body: Record<string, string>): Promise<object> {
  const { email = '', password = '' } = body
  const found = await pool.query('select id, password_hash from users where email = $1', [email])
  if (found.rowCount !== 0) throw new Refused(409, 'this address is taken')
  const hash = hashSync(hashed(password, settings['LONG_PASSWORDS']), ROUNDS)
  await pool.query('insert into users (email, password_hash) values ($1, $2)', [email, hash])
  return { ok: true, email }
}

async function logIn({ pool, settings }: Service, body: Record<string, string>): Promise<object> {
  const { email = '', password = '' } = body
  const { rows } = await pool.query<{ password_hash: string | null }>(
    'select password_hash from users where email = $1',
    [email],
  )
  const hash = rows[0]?.password_hash ?? ''
  if (!compareSync(hashed(password, settings['LONG_PASSWORDS']), hash)) {
    throw new Refused(401, 'wrong e-mail or password')
  }
  return { ok: true, email }
}

/** The token in the header must be the one in the cookie, where the settings ask for it. */
function checkCsrf({ settings }: Service, { method, headers }: IncomingMessage): void {
  if (settings['CSRF'] !== 'on' || method !== 'POST') return
  const cookie = /(?:^|; )csrf=([^;]+)/.exec(headers.cookie ?? '')?.[1]
  if (cookie === undefined || headers['x-csrf-token'] !== cookie) throw new Refused(403, 'csrf')
}

async function answer(service: Service, request: IncomingMessage): Promise<object> {
  checkCsrf(service, request)
  switch (`${request.method} ${request.url}`) {
    // Green all the while, since it asks nothing of the table that is broken.
    case 'GET /healthz':
      await service.pool.query('select 1')
      return { status: 'ok' }
    case 'GET /csrf':
      return { csrfToken: randomUUID() }
    case 'POST /signup':
      return signUp(service, await readJson(request))
    case 'POST /login':
      return logIn(service, await readJson(request))
    default:
      throw new Refused(404, 'no such page')
  }
}

export async function serve(dir: string): Promise<void> {
  const settings = settingsOf(dir)
  const pool = new Pool({ connectionString: settings['DATABASE_URL'], max: 8 })
  pool.on('error', () => {})
  const log = (entry: object): void =>
    appendFileSync(join(dir, 'run', 'service.log'), `${JSON.stringify(entry)}\n`)
  appendFileSync(join(dir, 'run', 'service.log'), '')
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, body: object): void => {
      if ('csrfToken' in body) response.setHeader('set-cookie', `csrf=${String(body.csrfToken)}`)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    try {
      send(200, await answer({ pool, settings }, request))
    } catch (error) {
      if (error instanceof Refused) return send(error.status, { error: error.message })
      const { message, code } = error as { message: string; code?: string }
      const category = code === undefined ? 'unknown' : 'database'
      const about = { endpoint: request.url, category, request_id: randomUUID() }
      log({ time: new Date().toISOString(), level: 'error', msg: message, code, ...about })
      send(500, { error: message })
    }
  }
  await listen((request, response) => void handle(request, response))
}

if (import.meta.main) await serve(process.argv[2] ?? '.')
