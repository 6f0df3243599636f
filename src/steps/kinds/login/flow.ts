/** One actor's way through a login: prepare, log in, be somebody, log out. */
import type { HttpCookie } from '../../../ports/http.ts'
import type { CookieJar } from '../../../ports/http.ts'
import type { Cel } from '../../../runbook/deferred.ts'
import type { Value } from '../../../incident/value.ts'
import type { StepContext } from '../../kind.ts'
import { shapeOf } from '../../error-shape.ts'
import type { ErrorContext } from '../../error-tally.ts'
import { setBearer } from '../http/bearer.ts'
import { contextOf, requestIdOf } from '../http/context.ts'
import { outcomeOf } from '../http/outcome.ts'
import { toRequest, type RequestParams } from '../http/request.ts'
import type { FailedExchanges } from './failed-exchanges.ts'
import type { Flow, Part } from './params.ts'

/** A login that takes longer than this is broken for the person who waits for it. */
const REQUEST_LIMIT_MS = 15_000
const MAX_CA_BYTES = 1_048_576

export type Actor = { name: string; fields: Record<string, Value> }

export type Session = {
  actor: Actor
  jar: CookieJar
  /** Cookies that carry the session, or none with a bearer token. */
  cookies: readonly HttpCookie[]
  bearer: string | undefined
  prepared: Prepared
}

type Prepared = Record<string, Record<string, unknown>>

export type Asked =
  | {
      ok: true
      status: number
      outcome: Record<string, Value>
      cookies: readonly HttpCookie[]
      shape: string
      context: ErrorContext
    }
  | Unasked
type Unasked = { ok: false; shape: string; code: string; context: ErrorContext }

export type LoggedIn = { ok: true; session: Session } | { ok: false; asked: Asked; why: string }

export type LoginRun = {
  flow: Flow
  context: StepContext
  actors: readonly Actor[]
  /** Parts that the flow states, and whose condition does not hold. */
  off: ReadonlySet<Part>
  /** Those whose first login worked; the other checks are made with them. */
  able: Actor[]
  /** Sessions that the checks opened, to be logged out again. */
  opened: Session[]
  /** One session per actor that a later step may use. */
  kept: Map<string, Session>
  logins: { ok: number; tried: number }
  failedExchanges: FailedExchanges
}

type How = { jar: CookieJar; locals: Record<string, unknown> }

/** Renders and sends one request of the flow, within its own limit. Throws when the step was ended. */
export async function ask(run: LoginRun, request: unknown, how: How): Promise<Asked> {
  const { context, flow } = run
  context.signal.throwIfAborted()
  const rendered = context.render(request, how.locals) as RequestParams
  const tls = rendered.tls ?? flow.request.tls
  const ca =
    tls === undefined ? undefined : await context.ports.files.readText(tls.ca, MAX_CA_BYTES)
  const limit = AbortSignal.timeout(REQUEST_LIMIT_MS)
  const signal = AbortSignal.any([context.signal, limit])
  const sent = await context.ports.http.send(toRequest(rendered, { signal, jar: how.jar, ca }))
  context.signal.throwIfAborted()
  const at = new Date(context.ports.clock.now()).toISOString()
  const where = { ...contextOf(rendered), at }
  if (sent.ok) {
    const outcome = outcomeOf(sent.response)
    const { status, cookies, headers } = sent.response
    const id = requestIdOf(headers)
    const seenAt = id === '' ? where : { ...where, request_id: id }
    return { ok: true, status, outcome, cookies, shape: shapeOf(sent.response), context: seenAt }
  }
  const slow = limit.aborted ? `no answer within ${REQUEST_LIMIT_MS / 1_000} s` : undefined
  const { message, code } = sent.failure
  return { ok: false, shape: slow ?? message, code, context: where }
}

export function holds(
  run: LoginRun,
  cel: Cel,
  given: { asked: Asked; locals: Record<string, unknown> },
): { is: boolean; why: string } {
  const judged = judge(run, cel, given)
  if (!judged.is) run.failedExchanges.add(given.asked)
  return judged
}

function judge(
  run: LoginRun,
  cel: Cel,
  given: { asked: Asked; locals: Record<string, unknown> },
): { is: boolean; why: string } {
  if (!given.asked.ok) return { is: false, why: given.asked.shape }
  const judged = run.context.evaluate(cel, { ...given.asked.outcome, ...given.locals })
  if (!judged.ok) {
    // The condition and the values it saw are in the message too: here the answer says it better.
    const [problem] = judged.message.replace(`"${cel.source}": `, '').split(' (')
    return { is: false, why: `${given.asked.shape} (${problem})` }
  }
  return { is: judged.value === true, why: given.asked.shape }
}

export async function logIn(
  run: LoginRun,
  actor: Actor,
  options: { password?: string; forLoad?: boolean } = {},
): Promise<LoggedIn> {
  const jar = run.context.ports.http.newJar()
  const fields = { ...actor.fields }
  if (options.password !== undefined) fields['password'] = options.password
  const ready = await prepare(run, fields, jar)
  if (!ready.ok) return { ok: false, asked: ready.asked, why: ready.why }
  const locals = { actor: fields, prepare: ready.prepared }
  const asked = await ask(run, run.flow.request, { jar, locals })
  const judged = holds(run, run.flow.success, { asked, locals })
  if (!judged.is || !asked.ok) return { ok: false, asked, why: judged.why }
  const found = findSession(run, asked, { jar, locals })
  if (typeof found === 'string') {
    run.failedExchanges.add({ ...asked, shape: found })
    return { ok: false, asked, why: found }
  }
  if (found.bearer !== undefined) setBearer(jar, found.bearer)
  const session: Session = { actor, jar, ...found, prepared: ready.prepared }
  if (options.forLoad !== true) remember(run, session)
  return { ok: true, session }
}

/** Tokens of a session are keys to an account: no sink may show them from now on. */
function remember(run: LoginRun, session: Session): void {
  const values = [...session.cookies.map(({ value }) => value), session.bearer]
  for (const value of values) {
    if (value !== undefined) run.context.learnSecret(`session of ${session.actor.name}`, value)
  }
  run.opened.push(session)
}

/** What a conditional `prepare` would have given: the request that mentions it gets null. */
const unprepared = (run: LoginRun): Prepared =>
  Object.fromEntries(
    Object.entries(run.flow.prepare ?? {}).map(([name, { outputs }]) => [
      name,
      Object.fromEntries(Object.keys(outputs).map((key) => [key, null])),
    ]),
  )

async function prepare(run: LoginRun, actor: Actor['fields'], jar: CookieJar) {
  if (run.off.has('prepare')) return { ok: true as const, prepared: unprepared(run) }
  const prepared: Prepared = {}
  for (const [name, step] of Object.entries(run.flow.prepare ?? {})) {
    const locals = { actor, prepare: prepared }
    const asked = await ask(run, step.http, { jar, locals })
    if (!asked.ok || asked.status >= 400) run.failedExchanges.add(asked)
    if (!asked.ok) return { ok: false as const, asked, why: `prepare.${name}: ${asked.shape}` }
    const outputs: Record<string, unknown> = {}
    for (const [key, cel] of Object.entries(step.outputs)) {
      const value = run.context.evaluate(cel, { ...asked.outcome, ...locals })
      if (!value.ok) {
        const why = `prepare.${name}.${key}: ${value.message}`
        return { ok: false as const, asked, why }
      }
      outputs[key] = value.value
    }
    prepared[name] = outputs
  }
  return { ok: true as const, prepared }
}

/**
 * Before what changes a session: a CSRF token belongs to a session, and many services give a new
 * one at the login. What is not given again keeps its value.
 */
export async function prepareAgain(run: LoginRun, session: Session): Promise<Session> {
  if (run.flow.prepare === undefined || run.off.has('prepare')) return session
  const again = await prepare(run, session.actor.fields, session.jar)
  if (!again.ok) return session
  const prepared: Prepared = { ...session.prepared }
  for (const [name, outputs] of Object.entries(again.prepared)) {
    const given = Object.entries(outputs).filter(([, value]) => value !== null && value !== '')
    prepared[name] = { ...prepared[name], ...Object.fromEntries(given) }
  }
  return { ...session, prepared }
}

type Found = Pick<Session, 'cookies' | 'bearer'>

/**
 * A service that keeps the session that it opened for the CSRF token sets no cookie at the login:
 * then it is the one that the jar has.
 */
function findSession(
  run: LoginRun,
  asked: Asked & { ok: true },
  { jar, locals }: How,
): Found | string {
  const { cookie, bearer } = run.flow.session
  const [url = ''] = run.context.render([run.flow.request.url], locals)
  const names = run.context
    .render([cookie ?? []], locals)
    .flat()
    .filter((name) => name !== null && name !== '')
  const cookies: HttpCookie[] = []
  for (const name of names) {
    const given = cookiesOf(asked.cookies, name)
    const set = given.length > 0 ? given : cookiesOf(jar.cookies(url), name)
    if (set.length === 0) return `${asked.status} without the cookie ${name}`
    cookies.push(...set)
  }
  if (bearer === undefined) {
    return names.length > 0 ? { cookies, bearer } : 'the flow names no cookie of the session'
  }
  const token = run.context.evaluate(bearer, { ...asked.outcome, ...locals })
  const found = token.ok && typeof token.value === 'string' && token.value !== ''
  if (found) return { cookies, bearer: token.value as string }
  if (names.length > 0) return { cookies, bearer: undefined }
  return `${asked.status} without the token of the session`
}

/** A long session is set in chunks, NAME.0 and so on: that is how Auth.js keeps below 4096 bytes. */
function cookiesOf(cookies: readonly HttpCookie[], name: string): HttpCookie[] {
  const last = (wanted: string): HttpCookie | undefined =>
    cookies.findLast((one) => one.name === wanted && one.value !== '')
  const whole = last(name)
  if (whole !== undefined) return [whole]
  const chunks: HttpCookie[] = []
  for (
    let chunk = last(`${name}.0`);
    chunk !== undefined;
    chunk = last(`${name}.${chunks.length}`)
  ) {
    chunks.push(chunk)
  }
  return chunks
}

export const localsOf = (session: Session): Record<string, unknown> => ({
  actor: session.actor.fields,
  prepare: session.prepared,
})
