/**
 * Where a value points: host and database, and never a user or a password. Understands urls
 * (JDBC's too) and lists of `host=…` as of libpq, ODBC and .NET.
 */
export type Connection = {
  host: string
  /** Empty for what is no database. */
  database: string
  /** What must not be shown. */
  user: string
  secrets: string[]
}

const DATABASE_SCHEME =
  /^(postgres(ql)?|mysql|mariadb|mongodb|redis|rediss|sqlserver|mssql|oracle|cockroachdb|clickhouse|db2)(\+[a-z0-9_]+)?$/i
const URL_PARTS =
  /^(?:jdbc:)?([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(\?[^#]*)?$/i
const FILE = /^(?:jdbc:)?(?:sqlite3?|file):(?:\/\/)?([\w./ -]{1,200})(?:\?.*)?$/i
/** Anything else may be part of a password that was not escaped. */
const PLAIN_HOST = /^[\w.:,[\]-]{1,253}$/
const PLAIN_DATABASE = /^[\w.$ -]{1,128}$/

export function connectionOf(value: string): Connection | undefined {
  const text = value.trim()
  if (text.length > 4_096) return undefined
  const file = FILE.exec(text)
  if (file !== null) return { host: '', database: file[1] ?? '', user: '', secrets: [] }
  const url = URL_PARTS.exec(text)
  return url === null ? fromPairs(text) : fromUrl(url)
}

function fromUrl(parts: RegExpExecArray): Connection | undefined {
  const [, scheme = '', login = '', host = '', path = '', query = ''] = parts
  // An @ that is left belongs to a password with a / or ? in it: then nothing here is what it seems.
  if (!PLAIN_HOST.test(host) || /@/.test(path + query)) return undefined
  const [user = '', ...rest] = login.split(':')
  const password = rest.join(':')
  const params = new URLSearchParams(query)
  const hidden = ['password', 'pass', 'pwd', 'token', 'sslpassword'].map((name) => params.get(name))
  const isDatabase = DATABASE_SCHEME.test(scheme)
  const named = isDatabase ? decoded(path.slice(1)) || (params.get('database') ?? '') : ''
  return {
    host,
    database: PLAIN_DATABASE.test(named) ? named : '',
    user: decoded(user),
    secrets: [password, decoded(password), ...hidden].filter(
      (one) => one !== null && one !== '',
    ) as string[],
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const NAMES = {
  host: /^(host|hostaddr|server|data source|address|addr)$/i,
  port: /^port$/i,
  database: /^(dbname|database|initial catalog)$/i,
  user: /^(user|uid|user id|username)$/i,
  secret: /^(password|pwd|passwd)$/i,
}

/** `host=db dbname=app user=…` and `Server=db;Database=app;User Id=…`. */
function fromPairs(text: string): Connection | undefined {
  const parts = text.includes(';') ? text.split(';') : text.split(/\s+/)
  const found: Record<string, string> = {}
  for (const part of parts) {
    const at = part.indexOf('=')
    if (at === -1) continue
    const name = part.slice(0, at).trim()
    const kind = Object.entries(NAMES).find(([, pattern]) => pattern.test(name))?.[0]
    if (kind !== undefined)
      found[kind] = part
        .slice(at + 1)
        .trim()
        .replace(/^'(.*)'$/, '$1')
  }
  const { host, port, database = '', user = '', secret } = found
  if (host === undefined || database === '') return undefined
  const place = port === undefined || !/^\d+$/.test(port) ? host : `${host}:${port}`
  if (!PLAIN_HOST.test(place) || !PLAIN_DATABASE.test(database)) return undefined
  return { host: place, database, user, secrets: secret === undefined ? [] : [secret] }
}

export const placeOf = ({ host, database }: Pick<Connection, 'host' | 'database'>): string =>
  [host, database].filter((part) => part !== '').join('/')
