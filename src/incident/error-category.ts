/**
 * What kind of trouble an error is: the one vocabulary of `http`, `login`, `load`, `logs`, `health`
 * and of findings. Pure.
 */
export const CATEGORIES = ['database', 'auth', 'config', 'dependency', 'unknown'] as const
export type Category = (typeof CATEGORIES)[number]

/** What is known of an error: words of a message or an answer, an HTTP status, a code such as ECONNREFUSED. */
export type ErrorSigns = { text?: string; status?: number; code?: string }

/** The first rule that fits decides: a database error behind a 401 is a database error. */
const RULES: readonly (readonly [Exclude<Category, 'unknown'>, RegExp])[] = [
  [
    'database',
    /\b(sql(state|ite)?|postgres\w*|mysql|mongo\w*|prisma|sequelize|typeorm|drizzle|knex|alembic|deadlock|failed query)\b|\b(column|relation|table|database|role) .{0,80}(does not exist|not found)|no such (table|column)|too many (connections|clients)|client must be connected|not queryable|connection pool|duplicate key value/i,
  ],
  [
    'config',
    /\b(environment variable|env var|config(uration)?|\.env)\b|missing (secret|key|setting)|secret (is )?(missing|too short|not set|weak)|\b(NEXTAUTH|AUTH|JWT|SESSION)_(SECRET|URL)\b|MissingSecret|must be (set|defined)/i,
  ],
  [
    'auth',
    /\b(unauthori[sz]ed|forbidden|invalid (credentials|token|signature|password|grant)|jwt (expired|malformed)|csrf|access denied|permission denied|not authenticated|login failed)\b/i,
  ],
  [
    'dependency',
    /\b(E?CONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|EPIPE)\b|\b(bad gateway|gateway time-?out|service unavailable|upstream|socket hang up|name resolution|timed? ?out)\b/i,
  ],
]

export function categoryOf({ text = '', status, code = '' }: ErrorSigns): Category {
  const words = `${code} ${text}`
  const found = RULES.find(([, pattern]) => pattern.test(words))
  if (found !== undefined) return found[0]
  if (status === 401 || status === 403) return 'auth'
  if (status === 502 || status === 503 || status === 504) return 'dependency'
  return 'unknown'
}
