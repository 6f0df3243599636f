/** One HTTP request. A change that was sent and not answered is `unknown`, never failed. */
import { z } from 'zod'
import type { CookieJar, HttpFailure, HttpResponse } from '../../ports/http.ts'
import { text, type Rendered } from '../../runbook/fields.ts'
import { endedBy } from '../ended.ts'
import { shapeOf } from '../error-shape.ts'
import type { ActionKind, Outcome, OutcomeSigns, StepContext } from '../kind.ts'
import { bearerOf } from './http/bearer.ts'
import { contextOf, requestIdOf } from './http/context.ts'
import { HTTP_OUTCOME, outcomeOf } from './http/outcome.ts'
import * as request from './http/request.ts'

const MAX_CA_BYTES = 1_048_576
const MAX_EVIDENCE_CHARS = 65_536
const LIKELY_SECRET_CHARS = 16

const params = z
  .strictObject({
    ...request.requestFields,
    session: text()
      .optional()
      .describe('a cookie jar of the run by any name, or STEP.ACTOR for a session of a login step'),
  })
  .refine(request.oneBody, request.ONE_BODY)

type Params = z.output<typeof params>

/** One that is an expression may turn out to be any. */
const isRead = (method: unknown): boolean => method === 'GET' || method === 'HEAD'

export const http: ActionKind<typeof params> = {
  type: 'action',
  kind: 'http',
  summary: 'sends one HTTP request and judges the answer',
  params,
  example: `http: {method: POST, url: "https://login.example.test/cache/clear", json: {scope: all}}
expect: 'status == 200 && json.cleared == true'`,
  effect: ({ method }) => (isRead(method) ? 'read' : 'change'),
  outcome: HTTP_OUTCOME,
  shapes: {
    headers: `{name: text}, names in lower case`,
    json: `the body, where it is JSON; else null`,
    cookies: `{NAME: {value, http_only, secure, same_site, path}}`,
  },
  expect: 'status < 400',
  defaultOutputs: { status: 'status' },
  timeoutMs: 120_000,
  plan: (asked) => {
    const session = asked.session === undefined ? '' : `; session ${request.shown(asked.session)}`
    return request.describeRequest(asked) + session
  },
  target: ({ url }) => request.hostOf(url),
  run,
  signsOf,
}

async function run(asked: Rendered<Params>, context: StepContext): Promise<Outcome> {
  const { files, http: port } = context.ports
  const ca = asked.tls === undefined ? undefined : await files.readText(asked.tls.ca, MAX_CA_BYTES)
  const jar = asked.session === undefined ? port.newJar() : context.jar(asked.session)
  const notes: string[] = []
  if (asked.session?.includes('.') === true && isEmpty(jar, asked.url)) {
    notes.push(`session ${asked.session} is empty: no login of this process made it`)
  }
  const sent = await port.send(request.toRequest(asked, { signal: context.signal, jar, ca }))
  if (!sent.ok) return failed(sent.failure, { method: asked.method, signal: context.signal })
  const { response } = sent
  for (const cookie of response.cookies) {
    const likelySecret = cookie.httpOnly && cookie.value.length >= LIKELY_SECRET_CHARS
    if (likelySecret) context.learnSecret(`cookie ${cookie.name}`, cookie.value)
  }
  if (response.bodyBytes > request.MAX_BODY_BYTES) {
    notes.push('the body was longer than 1 MiB; only its beginning was looked at')
  }
  return {
    ended: 'completed',
    data: outcomeOf(response),
    evidence: [{ label: 'response', text: evidenceOf(response) }],
    notes,
  }
}

/** Sessions live as long as the process: a run that is resumed has to log in again. */
const isEmpty = (jar: CookieJar, url: string): boolean =>
  bearerOf(jar) === undefined && jar.cookies(url).length === 0

function failed(failure: HttpFailure, at: { method: string; signal: AbortSignal }): Outcome {
  const nothing = { data: {}, evidence: [] }
  const maybeDone = failure.state === 'unknown' && !isRead(at.method)
  if (maybeDone) {
    const reason = `the request was sent and not answered: ${failure.message}`
    return { ...nothing, ended: 'unknown', reason }
  }
  if (!at.signal.aborted) return { ...nothing, ended: 'failed', reason: failure.message }
  const ended = endedBy(at.signal)
  const why = ended === 'timed_out' ? 'no answer within the time limit' : 'ended by the operator'
  return { ...nothing, ended, reason: why }
}

/** A request that was not answered has no data: its reason tells. */
function signsOf(asked: Rendered<Params>, { ended, data }: Outcome): OutcomeSigns {
  const context = contextOf(asked)
  if (ended !== 'completed') return { context }
  const { status, headers, body } = data as Pick<HttpResponse, 'status' | 'headers' | 'body'>
  const id = requestIdOf(headers)
  return {
    text: shapeOf({ status, headers, body }),
    status,
    context: id === '' ? context : { ...context, request_id: id },
  }
}

/** The values of cookies are left out: they are keys to somebody's session. */
function evidenceOf(response: HttpResponse): string {
  const headers = Object.entries(response.headers)
    .filter(([name]) => name !== 'set-cookie')
    .map(([name, value]) => `${name}: ${value}`)
  const cookies = response.cookies.map((cookie) => {
    const flags = [cookie.httpOnly && 'HttpOnly', cookie.secure && 'Secure', cookie.sameSite]
    return `set-cookie: ${[`${cookie.name}=(not kept)`, ...flags.filter(Boolean)].join('; ')}`
  })
  const body = response.body.slice(0, MAX_EVIDENCE_CHARS)
  const left = response.body.length - body.length
  const more = left > 0 ? `\n(${left} more characters are not kept)` : ''
  const first = `${response.status} ${response.url} after ${response.durationMs} ms`
  return [first, ...headers, ...cookies, '', body + more].join('\n')
}
