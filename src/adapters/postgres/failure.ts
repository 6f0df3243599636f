/** What pg and the network say, in words that name the place and what to do next. */
import { codeOf, DatabaseProblem, messageOf } from '../failure.ts'
import type { PostgresTarget } from './url.ts'

const SQLSTATE = /^[0-9A-Z]{5}$/

/** True when the server itself answered: then the statement, and its transaction, had no effect. */
function answered(error: unknown): boolean {
  const code = codeOf(error)
  // Classes 57P and 08: the server says that the connection is over, not how the statement ended.
  return code !== undefined && SQLSTATE.test(code) && !/^(57P|08)/.test(code)
}

export function connectProblem(error: unknown, target: PostgresTarget): DatabaseProblem {
  const [code, words] = connectWords(error, target)
  return new DatabaseProblem(code, `${target.label}: ${words}`)
}

function connectWords(error: unknown, target: PostgresTarget): [string, string] {
  const { host, port, user, database } = target
  const code = codeOf(error)
  const said = messageOf(error)
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'REFUSED',
        `nothing accepts connections on ${host} port ${port}: is it running there?`,
      ]
    case 'ENOENT':
      return ['REFUSED', `no server socket in ${host}: is it running, and is this its folder?`]
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['NO_HOST', `the host name ${host} is not known`]
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return ['TIMEOUT', `${host} does not answer: a firewall, or the wrong host?`]
    case '28P01':
      return ['AUTH', `the server refuses the password of user ${user}`]
    case '28000':
      return ['AUTH', `the server does not let user ${user} in: ${said}`]
    case '3D000':
      return ['NO_DATABASE', `there is no database ${database} on this server`]
    case '53300':
      return ['FULL', `the server has no free connection: ${said}`]
    case '57P03':
      return ['STARTING', `the server is starting up or shutting down: ${said}`]
  }
  if (/timeout expired/i.test(said)) return ['TIMEOUT', `${host} did not answer in time`]
  if (/password must be a/i.test(said)) {
    return ['AUTH', 'the server asks for a password, and the url has none']
  }
  if (/does not support SSL/i.test(said)) {
    return ['TLS', 'the server does not offer TLS, which sslmode asks for']
  }
  return [code ?? 'CONNECT', `cannot connect: ${said}`]
}

/** A failed statement. `sent`: a change may have reached the server. */
export function statementProblem(
  error: unknown,
  { label, sent }: { label: string; sent: boolean },
) {
  if (error instanceof DatabaseProblem) return error
  if (!answered(error)) {
    const lost = `${label}: the connection was lost (${messageOf(error)})`
    if (!sent) return new DatabaseProblem('LOST', lost)
    const message = `${lost} after a change was sent: it may or may not have been carried out`
    return new DatabaseProblem('LOST', message, 'unknown')
  }
  const detail = (error as { detail?: string }).detail
  const hint = HINTS[codeOf(error) ?? ''] ?? (error as { hint?: string }).hint
  const words = [messageOf(error), detail, hint].filter(Boolean).join('; ')
  return new DatabaseProblem(codeOf(error) ?? 'SQL', `${label}: ${words}`)
}

const HINTS: Readonly<Record<string, string>> = {
  25006: 'only a step with `effect: change` may write',
  42601: 'one statement, unless the step changes and has no params',
}
