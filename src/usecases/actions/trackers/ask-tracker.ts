/** One request to a tracker, and in words what went wrong where something did. */
import { z } from 'zod'
import type { HttpPort, HttpResponse } from '../../../ports/http.ts'

const LIMIT_MS = 30_000
const MAX_BYTES = 20_000_000

/** `rest`: whether it is about all further requests, too, and not about this one alone. */
export class TrackerTrouble extends Error {
  override readonly name = 'TrackerTrouble'
  readonly hint: string | undefined
  readonly rest: boolean

  constructor(message: string, { hint, rest }: { hint?: string | undefined; rest: boolean }) {
    super(message)
    this.hint = hint
    this.rest = rest
  }
}

export type Api = {
  http: HttpPort
  /** Without a slash at its end. */
  base: string
  headers: Readonly<Record<string, string>>
  /** `the repository acme/login`, for messages. */
  what: string
  now: () => number
}

export type Asked = { method: 'GET' | 'POST' | 'PATCH' | 'PUT'; path: string; json?: object }

/** undefined: 404 or 410 for a thing that may be gone. */
export async function askTracker<T>(
  api: Api,
  asked: Asked & { schema: z.ZodType<T>; mayBeGone?: boolean },
): Promise<{ value: T; headers: HttpResponse['headers'] } | undefined> {
  const { method, path, json } = asked
  const sent = await api.http.send({
    method,
    url: `${api.base}${path}`,
    headers: {
      ...api.headers,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    // What is written must not become a reading of something else.
    redirects: method === 'GET' ? 3 : 0,
    // Another server has no say in what there is here, and gets no token.
    refuseHop: (next) =>
      new URL(next).origin === new URL(api.base).origin
        ? undefined
        : `it sends on to ${new URL(next).host}, another server`,
    maxBytes: MAX_BYTES,
    signal: AbortSignal.timeout(LIMIT_MS),
  })
  if (!sent.ok) throw unreached(api, asked, sent.failure)
  const { response } = sent
  const { status, headers } = response
  if (asked.mayBeGone === true && (status === 404 || status === 410)) return undefined
  if (status < 200 || status > 299) throw refused(api, response)
  const parsed = asked.schema.safeParse(jsonOf(response.body))
  if (!parsed.success)
    throw new TrackerTrouble(
      `${hostOf(api)} answered ${status} with something else than expected`,
      {
        hint: 'is this the address of its API? trackers in hotwash.yaml',
        rest: true,
      },
    )
  return { value: parsed.data, headers }
}

const hostOf = ({ base }: Api): string => new URL(base).host

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const unreached = (
  api: Api,
  { method }: Asked,
  failure: { state: 'not_sent' | 'unknown'; message: string },
): TrackerTrouble => {
  const perhaps = failure.state === 'unknown' && method !== 'GET'
  return new TrackerTrouble(
    perhaps
      ? `${hostOf(api)} did not answer: ${failure.message}; it may have been done all the same`
      : `${hostOf(api)} cannot be asked: ${failure.message}`,
    {
      hint: 'sync again: what is there already is found by its mark and not made twice',
      rest: true,
    },
  )
}

const refused = (api: Api, response: HttpResponse): TrackerTrouble => {
  const { status, headers } = response
  const said = saidBy(response.body)
  const says = said === '' ? '' : `: ${said}`
  const trouble = (message: string, hint?: string, rest = true): TrackerTrouble =>
    new TrackerTrouble(message, { hint, rest })
  const host = hostOf(api)
  const limited = waitFor(headers, api.now())
  if (status === 429 || (status === 403 && limited !== undefined))
    return trouble(
      `${host} asks for a pause: its limit of requests is reached${says}`,
      limited === undefined ? 'sync again later' : `sync again after ${limited}`,
    )
  if (status === 401)
    return trouble(
      `${host} does not know the token (401)${says}`,
      'is it the right one, and not expired?',
    )
  if (status === 403)
    return trouble(
      `${host} refuses this to the token (403)${says}`,
      `it needs to write issues in ${api.what}`,
    )
  if (status === 404)
    return trouble(
      `${host} knows no ${api.what}, or hides it from the token (404)`,
      'check the name in hotwash.yaml, and what the token may see',
    )
  if (status === 410) return trouble(`${api.what} has no issues (410)${says}`)
  if (status >= 300 && status < 400)
    return trouble(`${api.what} has moved (${status})`, 'write its new name into hotwash.yaml')
  if (status === 400 || status === 409 || status === 422)
    return trouble(`${host} does not take this (${status})${says}`, undefined, false)
  return trouble(`${host} failed (${status})${says}`, 'sync again later')
}

const message = z.looseObject({
  message: z.unknown().optional(),
  error: z.unknown().optional(),
  errors: z.unknown().optional(),
})

const MOST_CHARACTERS = 300

/** `{"message": "Validation Failed", "errors": […]}`, or GitLab's `{"message": {"title": ["is too long"]}}`. */
const saidBy = (body: string): string => {
  const read = message.safeParse(jsonOf(body))
  if (!read.success) return ''
  const parts = [read.data.message, read.data.error, read.data.errors].filter(
    (part) => part !== undefined && part !== null,
  )
  const words = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
  return words.join(' ').slice(0, MOST_CHARACTERS)
}

/** When the limit ends: seconds to wait, or the second of its end since 1970. */
const waitFor = (headers: HttpResponse['headers'], now: number): string | undefined => {
  const seconds = Number(headers['retry-after'])
  if (headers['retry-after'] !== undefined && Number.isFinite(seconds))
    return momentAt(now + seconds * 1000)
  const left = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining']
  const reset = Number(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'])
  return left === '0' && Number.isFinite(reset) ? momentAt(reset * 1000) : undefined
}

const momentAt = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
