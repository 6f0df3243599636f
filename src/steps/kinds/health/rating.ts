/** How well something is, and of what sort it is: the words of every health check. Pure. */
import { categoryOf, type Category } from '../../../incident/error-category.ts'

export const STATUSES = ['ok', 'degraded', 'down'] as const
export type Status = (typeof STATUSES)[number]

export type CheckedHealth = {
  status: Status
  category: Category
  latency_ms: number
  /** In words, masked, without what anybody typed or owns. */
  seen: string
}

export type Health = { status: Status; checks: Record<string, CheckedHealth> }

/** Nothing that was looked at is better than what it depends on. */
export const worst = (statuses: readonly Status[]): Status =>
  STATUSES[Math.max(0, ...statuses.map((status) => STATUSES.indexOf(status)))] ?? 'down'

const OK =
  /^(ok(ay)?|pass(ed|ing)?|up|healthy|true|success(ful)?|good|alive|live|ready|green|connected|available|operational|running|serving|active|online|pong|fine|normal|open)$/
const DEGRADED = /^(warn(ing)?|degraded|yellow|partial|slow|unknown|starting|maintenance)$/
const DOWN =
  /^(down|fail(ed|ure|ing)?|error|err|critical|unhealthy|false|red|disconnected|unavailable|out[_ ]of[_ ]service|offline|dead|stopped|broken|bad|not[_ ](ok|ready|serving|connected)|unreachable|timeout|timed[_ ]out|ko|nok|closed|inactive|outage|major|refused)$/

/** undefined: no word that services use for it. */
export function statusOfWord(said: unknown): Status | undefined {
  if (typeof said === 'boolean') return said ? 'ok' : 'down'
  if (typeof said !== 'string') return undefined
  const word = said.trim().toLowerCase()
  if (OK.test(word)) return 'ok'
  if (DEGRADED.test(word)) return 'degraded'
  return DOWN.test(word) ? 'down' : undefined
}

/** Names that services give their parts. */
const NAMES: readonly (readonly [Category, RegExp])[] = [
  [
    'database',
    /(^|[^a-z])(db|rds|pg|sql|orm|migrations?)([^a-z]|$)|database|postgres|mysql|maria|mongo|sqlite|redis|prisma|typeorm|sequelize|cassandra|datasource|elastic/i,
  ],
  ['auth', /auth|session|login|jwt|token|oauth|oidc|saml|ldap|identity|keycloak|credential/i],
  ['config', /config|setting|(^|[^a-z])env([^a-z]|$)|secret|feature[-_ ]?flag/i],
]

const OTHER_PARTS =
  /cache|queue|broker|rabbit|kafka|amqp|nats|smtp|mail|s3|storage|disk|memory|upstream|api|gateway|dns|vault|search|stripe|payment|service|server|worker|scheduler|ping|live|ready/i

/** Whether a service would name a part of itself so. */
export const isPartName = (name: string): boolean =>
  OTHER_PARTS.test(name) || NAMES.some(([, pattern]) => pattern.test(name))

/** By its name, else by what is said of it. */
export function categoryOfPart(name: string, text: string): Category {
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0] ?? categoryOf({ text })
}
