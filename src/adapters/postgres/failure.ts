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

type Words = (target: PostgresTarget, said: string) => [code: string, words: string]

const unreachable: Words = ({ host }) => [
  'TIMEOUT',
  `${host} does not answer: a firewall, or the wrong host?`,
]
const unknownHost: Words = ({ host }) => ['NO_HOST', `the host name ${host} is not known`]

/** By the code of the system or the server. */
const CONNECT_WORDS: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ({ host, port }) => [
    'REFUSED',
    `nothing accepts connections on ${host} port ${port}: is it running there?`,
  ],
  ENOENT: ({ host }) => [
    'REFUSED',
    `no server socket in ${host}: is it running, and is this its folder?`,
  ],
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  '28P01': ({ user }) => ['AUTH', `the server refuses the password of user ${user}`],
  '28000': ({ user }, said) => ['AUTH', `the server does not let user ${user} in: ${said}`],
  '3D000': ({ database }) => ['NO_DATABASE', `there is no database ${database} on this server`],
  '53300': (_target, said) => ['FULL', `the server has no free connection: ${said}`],
  '57P03': (_target, said) => ['STARTING', `the server is starting up or shutting down: ${said}`],
}

export function connectProblem(error: unknown, target: PostgresTarget): DatabaseProblem {
  const [code, words] = connectWords(error, target)
  return new DatabaseProblem(code, `${target.label}: ${words}`)
}

function connectWords(error: unknown, target: PostgresTarget): [string, string] {
  const code = codeOf(error) ?? 'CONNECT'
  const said = messageOf(error)
  const known = CONNECT_WORDS[code]
  if (known) return known(target, said)
  if (/timeout expired/i.test(said)) return ['TIMEOUT', `${target.host} did not answer in time`]
  if (/password must be a/i.test(said)) {
    return ['AUTH', 'the server asks for a password, and the url has none']
  }
  if (/does not support SSL/i.test(said)) {
    return ['TLS', 'the server does not offer TLS, which sslmode asks for']
  }
  return [code, `cannot connect: ${said}`]
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
