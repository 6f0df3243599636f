/** Where an answer came from, for whoever looks for it in the service's own logs. */
import { withoutPrivate } from '../../error-shape.ts'
import type { ErrorContext } from '../../error-tally.ts'
import { shown } from './request.ts'

/** As the adapter sends it where a request does not state one. */
const USER_AGENT = 'hotwash'
const MAX_ENDPOINT_CHARS = 200
const MAX_ID_CHARS = 100

/** Method and address; a query may hold a token or a name, and is left out. */
export function contextOf(asked: {
  method: unknown
  url: unknown
  headers?: unknown
}): ErrorContext {
  const [address = ''] = shown(asked.url).split(/[?#]/, 1)
  return {
    endpoint: withoutPrivate(`${shown(asked.method)} ${address}`).slice(0, MAX_ENDPOINT_CHARS),
    user_agent: userAgentOf(asked.headers),
  }
}

function userAgentOf(headers: unknown): string {
  if (headers === null || typeof headers !== 'object') return USER_AGENT
  const stated = Object.entries(headers).find(([name]) => name.toLowerCase() === 'user-agent')
  return stated === undefined ? USER_AGENT : String(stated[1]).slice(0, MAX_ENDPOINT_CHARS)
}

/** In the order in which services and what stands before them set them. */
const ID_HEADERS = [
  'x-request-id',
  'request-id',
  'x-correlation-id',
  'x-trace-id',
  'traceparent',
  'x-amzn-requestid',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'x-ms-request-id',
  'x-vercel-id',
  'cf-ray',
] as const

/** Characters that such ids have: a header that holds anything else is not one. */
const ID = /^[\w.:;=/+@-]+$/

/** '' when the answer has none. */
export function requestIdOf(headers: Readonly<Record<string, string>>): string {
  const found = ID_HEADERS.map((name) => headers[name]).find(
    (id) => id !== undefined && id.length <= MAX_ID_CHARS && ID.test(id),
  )
  return found ?? ''
}
