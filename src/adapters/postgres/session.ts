/**
 * One connection for one operation. An abort cancels the running statement over a second
 * connection, as psql does, so that the server stops too; where that fails the socket is closed.
 */
import { readFileSync } from 'node:fs'
import type { Client, ClientConfig } from 'pg'
import { aborted, DatabaseProblem, messageOf } from '../failure.ts'
import { connectProblem, statementProblem } from './failure.ts'
import type { PostgresTarget } from './url.ts'
import { typesConfig } from './values.ts'

const CONNECT_TIMEOUT_MS = 10_000
const CANCEL_TIMEOUT_MS = 3_000
const END_TIMEOUT_MS = 1_000

export type Session = {
  client: Client
  /** Set before a change is sent: from then on a lost connection leaves its effect unknown. */
  sent: boolean
  /** Codes of notices, e.g. 25P01: there is no transaction in progress. */
  notices: Set<string>
}

export type SessionOptions = { signal: AbortSignal; what: string; database?: string }

export async function withSession<T>(
  target: PostgresTarget,
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { signal, what } = options
  if (signal.aborted) throw aborted(what)
  const at = { ...target, database: options.database ?? target.database }
  const session: Session = {
    client: await connect(at, signal, what),
    sent: false,
    notices: new Set(),
  }
  session.client.on('notice', (notice) => notice.code && session.notices.add(notice.code))
  const stop = () => void cancel(at, session.client)
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) throw aborted(what)
    return await use(session)
  } catch (error) {
    const problem = statementProblem(error, { label: target.label, sent: session.sent })
    if (!signal.aborted) throw problem
    const tail = problem.state === 'unknown' ? '; it may have had its effect' : ', without effect'
    throw new DatabaseProblem('ABORTED', `${what} was ended${tail}`, problem.state)
  } finally {
    signal.removeEventListener('abort', stop)
    await end(session.client)
  }
}

async function connect(target: PostgresTarget, signal: AbortSignal, what: string): Promise<Client> {
  const ssl = sslConfig(target)
  // `prefer`, libpq's default: TLS where the server offers it, else plain.
  const ways = target.sslMode === 'prefer' && !target.host.startsWith('/') ? [ssl, false] : [ssl]
  for (const [index, way] of ways.entries()) {
    try {
      return await connectOnce(target, way, signal)
    } catch (error) {
      if (signal.aborted) throw aborted(what)
      const noTls = error instanceof Error && /SSL|TLS/i.test(error.message)
      if (index === ways.length - 1 || !noTls) throw connectProblem(error, target)
    }
  }
  throw new DatabaseProblem('CONNECT', `${target.label}: cannot connect`)
}

async function connectOnce(target: PostgresTarget, ssl: ClientConfig['ssl'], signal: AbortSignal) {
  const { default: pg } = await import('pg')
  const { host, port, user, password, database } = target
  const client = new pg.Client({
    // All stated: what is missing here, pg would take from PG… in the environment.
    host,
    port,
    user,
    password,
    database,
    ssl: ssl ?? false,
    application_name: 'hotwash',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: typesConfig(pg.types.arrayParser as never),
  })
  // Without a listener, a connection lost between two statements would end the process.
  client.on('error', () => {})
  const stop = () => tear(client)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await client.connect()
    await client.query(settings(target))
    return client
  } catch (error) {
    tear(client)
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function settings(target: PostgresTarget): string {
  const path =
    target.schema === undefined
      ? ''
      : `set search_path to "${target.schema.replaceAll('"', '""')}";`
  return `${path} set datestyle to iso; set intervalstyle to iso_8601; set timezone to 'UTC';
    set bytea_output to hex; set extra_float_digits to 1`
}

function sslConfig(target: PostgresTarget): ClientConfig['ssl'] {
  const { sslMode, sslFiles } = target
  if (sslMode === 'disable') return false
  const read = (path: string | undefined, name: 'ca' | 'cert' | 'key') =>
    path === undefined ? {} : { [name]: readTlsFile(path, target.label) }
  const verifies = sslMode.startsWith('verify') || sslFiles.ca !== undefined
  return {
    rejectUnauthorized: verifies && sslMode !== 'prefer',
    ...read(sslFiles.ca, 'ca'),
    ...read(sslFiles.cert, 'cert'),
    ...read(sslFiles.key, 'key'),
    // verify-ca, and require with a root file: any name, but a certificate of this authority.
    ...(sslMode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
}

function readTlsFile(path: string, label: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new DatabaseProblem('TLS', `${label}: cannot read for TLS: ${messageOf(error)}`)
  }
}

/** pg's own cancel needs its internals; this asks the server by the backend's pid. */
async function cancel(target: PostgresTarget, client: Client): Promise<void> {
  const { processID } = client as Client & { processID: number }
  const late = AbortSignal.timeout(CANCEL_TIMEOUT_MS)
  try {
    const other = await connect(target, late, 'cancel')
    late.addEventListener('abort', () => tear(other))
    await other.query('select pg_cancel_backend($1)', [processID])
    await end(other)
  } catch {
    tear(client)
  }
}

async function end(client: Client): Promise<void> {
  const late = setTimeout(() => tear(client), END_TIMEOUT_MS)
  await client.end().catch(() => {})
  clearTimeout(late)
}

/** Closes the socket without a goodbye: the server rolls back. */
function tear(client: Client): void {
  const { connection } = client as Client & { connection: { stream: { destroy(): void } } }
  connection.stream.destroy()
}
