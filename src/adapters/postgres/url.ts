/**
 * A PostgreSQL url, read once and handed on in parts: to pg as an object, to the dump tools as
 * environment. pg-connection-string is not used: it misreads keyword lists and host lists, and what
 * its `sslmode` means is not what libpq, and so pg_dump, understands.
 */
import { HotwashError } from '../../errors.ts'

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof SSL_MODES)[number]

export type PostgresTarget = {
  readonly engine: 'postgres'
  readonly label: string
  /** A name, an address, or the folder of a socket. */
  host: string
  port: number
  user: string
  password: string
  database: string
  sslMode: SslMode
  sslFiles: { ca?: string; cert?: string; key?: string }
  /** search_path, where the url names a schema. */
  schema: string | undefined
}

const EXAMPLE = 'postgres://user:password@host:5432/name'
/** Settings of other clients' pools, which mean nothing here. */
const IGNORED = new Set(
  'application_name connect_timeout connection_limit pool_timeout pgbouncer statement_cache_size gssencmode channel_binding'.split(
    ' ',
  ),
)
const KNOWN = ['host', 'schema', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']

/** Never quotes the url: it may hold a password. */
function refuse(message: string, hint = `write ${EXAMPLE}`): never {
  throw new HotwashError('INVALID_RUNBOOK', `the database url ${message}`, { hint })
}

export function parsePostgresUrl(text: string): PostgresTarget {
  const url = split(text)
  const params = readParams(url)
  const host = params.get('host') ?? decode(url.hostname.replace(/^\[(.*)\]$/, '$1'), 'host')
  const user = decode(url.username, 'user')
  const password = decode(url.password, 'password')
  const database = decode(url.pathname.slice(1), 'database') || user
  if (!host) refuse('names no host')
  if (!user) refuse('names no user')
  if (database.includes('/')) refuse('has a database name with a slash')
  if (/[\0\r\n]/.test(password + user + host + database)) {
    refuse('holds a line break or a NUL, which no password file can hold')
  }
  const port = url.port === '' ? 5432 : Number(url.port)
  const place = port === 5432 ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    engine: 'postgres',
    label: `${place}/${database}`,
    host,
    port,
    user,
    password,
    database,
    sslMode: sslMode(params.get('sslmode')),
    sslFiles: sslFiles(params),
    schema: params.get('schema') ?? undefined,
  }
}

function split(text: string): URL {
  // SQLAlchemy names its driver in the scheme: postgresql+asyncpg://
  const plain = text.trim().replace(/^postgres(ql)?(\+[a-z0-9_]+)?:/i, 'postgres:')
  if (!plain.startsWith('postgres://')) refuse('has no // after its scheme')
  const authority = /^postgres:\/\/([^/?#]*)/.exec(plain)?.[1] ?? ''
  const hosts = authority.slice(authority.lastIndexOf('@') + 1)
  if (hosts.includes(',')) {
    refuse('lists several hosts, which is not accepted', 'name the one host that takes writes')
  }
  const url = URL.canParse(plain) ? new URL(plain) : undefined
  if (url === undefined || url.hash !== '') {
    refuse(
      'cannot be read',
      `write ${EXAMPLE}; in a password, write # as %23, / as %2F, ? as %3F, : as %3A, @ as %40, % as %25`,
    )
  }
  return url
}

function decode(part: string, name: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return refuse(`has a % in its ${name} that begins no escape`, 'write % as %25')
  }
}

function readParams(url: URL): URLSearchParams {
  for (const name of url.searchParams.keys()) {
    if (KNOWN.includes(name) || IGNORED.has(name)) continue
    refuse(`has the parameter ${name}, which is not known`, `known are ${KNOWN.join(', ')}`)
  }
  return url.searchParams
}

function sslMode(given: string | null): SslMode {
  if (given === null || given === 'allow') return 'prefer'
  const mode = SSL_MODES.find((name) => name === given)
  return mode ?? refuse('has an unknown sslmode', `known are ${SSL_MODES.join(', ')}`)
}

function sslFiles(params: URLSearchParams): PostgresTarget['sslFiles'] {
  const [ca, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map((name) => params.get(name))
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}
