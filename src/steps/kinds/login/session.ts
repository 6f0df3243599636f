/** Sessions after the login: who they are, whether they still count, how they end. */
import type { Cel } from '../../../runbook/deferred.ts'
import { setBearer } from '../http/bearer.ts'
import {
  ask,
  holds,
  localsOf,
  logIn,
  prepareAgain,
  type Actor,
  type Asked,
  type LoginRun,
  type Session,
} from './flow.ts'
import { wholeValue, withWholeValue } from './whole-value.ts'

export type Whoami = { url: string; expect: Cel; repeat: number }

export const whoamisOf = (run: LoginRun): Whoami[] =>
  run.flow.whoami === undefined ? [] : [run.flow.whoami].flat()

const requestOf = (whoami: Whoami): object => {
  const { expect: _expect, repeat: _repeat, ...request } = whoami
  return request
}

/** Asks every whoami, each as often as it repeats; the first wrong answer ends it. */
export async function whoIs(
  run: LoginRun,
  session: Session,
): Promise<{ is: boolean; why: string }> {
  const locals = localsOf(session)
  for (const whoami of whoamisOf(run)) {
    for (let round = 0; round < whoami.repeat; round += 1) {
      const asked = await ask(run, requestOf(whoami), { jar: session.jar, locals })
      const judged = holds(run, whoami.expect, { asked, locals })
      if (!judged.is) return judged
    }
  }
  return { is: true, why: '' }
}

/** One answer of every whoami, unjudged. */
export async function answersOf(run: LoginRun, session: Session): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const whoami of whoamisOf(run)) {
    asked.push(await ask(run, requestOf(whoami), { jar: session.jar, locals: localsOf(session) }))
  }
  return asked
}

export const refusedBy = (run: LoginRun, what: 'login' | 'whoami'): Cel | undefined => {
  const { refused } = run.flow
  if (refused === undefined) return undefined
  return 'source' in refused ? refused : refused[what]
}

/** Whether every whoami refuses this session. */
export async function isRefused(
  run: LoginRun,
  session: Session,
): Promise<{ is: boolean; why: string }> {
  const cel = refusedBy(run, 'whoami')
  if (cel === undefined) return { is: false, why: 'refused is not declared' }
  let why = ''
  for (const asked of await answersOf(run, session)) {
    const judged = holds(run, cel, { asked, locals: localsOf(session) })
    if (!judged.is) return judged
    why = judged.why
  }
  return { is: true, why }
}

/**
 * A session as somebody would replay it: its values in a jar of their own. The first jar does not
 * do for that, since a logout empties it in the browser whatever the server thinks.
 */
export function replayed(
  run: LoginRun,
  session: Session,
  change: (value: string) => string = (value) => value,
): Session {
  const jar = run.context.ports.http.newJar()
  const urls = run.context.render<string[]>(
    [run.flow.request, ...whoamisOf(run), run.flow.logout]
      .filter((request) => request !== undefined)
      .map((request) => request.url),
    localsOf(session),
  )
  const whole = wholeValue({ bearer: undefined, cookies: session.cookies })
  const cookies = withWholeValue(session.cookies, change(whole))
  for (const { name, value, secure } of cookies) {
    for (const url of urls) jar.set(url, `${name}=${value}; Path=/${secure ? '; Secure' : ''}`)
  }
  const bearer = session.bearer === undefined ? undefined : change(session.bearer)
  if (bearer !== undefined) setBearer(jar, bearer)
  return { ...session, jar, cookies, bearer }
}

/** Nobody: no cookie and no token, with the actor's name for conditions that mention it. */
export const anonymous = (run: LoginRun, actor: Actor): Session => ({
  actor,
  jar: run.context.ports.http.newJar(),
  cookies: [],
  bearer: undefined,
  prepared: {},
})

export async function logOut(run: LoginRun, session: Session): Promise<Asked | undefined> {
  if (run.flow.logout === undefined) return undefined
  const ready = await prepareAgain(run, session)
  return ask(run, run.flow.logout, { jar: session.jar, locals: localsOf(ready) })
}

/** Thrown by a check that needs a session and cannot get one; it fails the check, in words. */
export class NoSession extends Error {
  override readonly name = 'NoSession'
}

export async function mustLogIn(run: LoginRun, actor: Actor): Promise<Session> {
  const loggedIn = await logIn(run, actor)
  if (loggedIn.ok) return loggedIn.session
  throw new NoSession(`${actor.name} could not log in afresh: ${loggedIn.why}`)
}
