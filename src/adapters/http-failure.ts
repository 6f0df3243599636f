/** Turns what the network threw into a code, words, and whether anything may have been sent. */
import type { HttpFailure } from '../ports/http.ts'

const NAME_CA = 'with tls.ca, or for all of Node in the variable NODE_EXTRA_CA_CERTS'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ECONNRESET: 'the connection was reset before an answer',
  UND_ERR_SOCKET: 'the connection was closed before an answer',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time limit',
  UND_ERR_HEADERS_TIMEOUT: 'no answer within the time limit',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped halfway',
  DEPTH_ZERO_SELF_SIGNED_CERT: `the certificate is self-signed; name its CA ${NAME_CA}`,
  SELF_SIGNED_CERT_IN_CHAIN: `the certificate is of an unknown CA; name it ${NAME_CA}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `the certificate is of an unknown CA; name it ${NAME_CA}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `the certificate is of an unknown CA; name it ${NAME_CA}`,
  ERR_SSL_WRONG_VERSION_NUMBER: 'the answer is not TLS; is it http:// there?',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
}

/** Failures of the request itself, found before a connection is asked for. */
const REFUSED_HERE = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'ERR_INVALID_URL'])

export function describeFailure(
  error: unknown,
  where: { host: string; sent: boolean },
): HttpFailure {
  const cause = innermost(error)
  const code = codeOf(cause)
  const sent = where.sent && !REFUSED_HERE.has(code)
  const words = WORDS[code] ?? messageOf(cause)
  return { state: sent ? 'unknown' : 'not_sent', code, message: `${where.host}: ${words}` }
}

/** localhost has two addresses, and both failures come as one AggregateError. */
const innermost = (error: unknown): unknown => {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0]
  return error
}

const codeOf = (error: unknown): string => {
  if (error !== null && typeof error === 'object') {
    if ('code' in error && typeof error.code === 'string') return error.code
    if ('name' in error && typeof error.name === 'string') return error.name
  }
  return 'UNKNOWN'
}

const messageOf = (error: unknown): string =>
  error instanceof Error && error.message !== '' ? error.message : String(error)
