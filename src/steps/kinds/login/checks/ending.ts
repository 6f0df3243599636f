/** Sessions end when they should, and only those. */
import { ask, localsOf, prepareAgain, type LoginRun, type Session } from '../flow.ts'
import { isRefused, logOut, mustLogIn, refusedBy, replayed, whoIs } from '../session.ts'
import { undeclared, type LoginCheck } from './check.ts'

export const logoutEndsThisSessionOnly: LoginCheck = {
  name: 'logout_ends_this_session_only',
  missing: (run) => {
    const { logout, whoami } = run.flow
    return undeclared({ logout, whoami, 'refused for whoami': refusedBy(run, 'whoami') })
  },
  needsLogin: true,
  async run(run) {
    const [actor, other] = run.able
    if (actor === undefined) throw new Error('logout ran without an actor')
    const ended = await mustLogIn(run, actor)
    const same = await mustLogIn(run, actor)
    const others = other === undefined ? [] : [await mustLogIn(run, other)]
    const kept = replayed(run, ended)
    const answer = await logOut(run, ended)
    const wanted = `${actor.name}'s session is refused, other sessions go on`
    if (answer === undefined || !answer.ok || answer.status >= 400) {
      return { passed: false, seen: `logout: ${answer?.shape ?? 'not sent'}`, wanted }
    }
    const refused = await isRefused(run, kept)
    const problems = refused.is ? [] : [`${actor.name} after logout: ${refused.why}`]
    problems.push(...(await lost(run, [same, ...others])))
    const count = `1 session ended, ${1 + others.length} of ${1 + others.length} others go on`
    return { passed: problems.length === 0, seen: problems.join('; ') || count, wanted }
  },
}

async function lost(run: LoginRun, sessions: readonly Session[]): Promise<string[]> {
  const problems: string[] = []
  for (const session of sessions) {
    const known = await whoIs(run, session)
    if (!known.is)
      problems.push(`another session of ${session.actor.name} no longer works: ${known.why}`)
  }
  return problems
}

export const revoke: LoginCheck = {
  name: 'revoke',
  missing: (run) => {
    const { revoke: stated, whoami } = run.flow
    return undeclared({ revoke: stated, whoami, 'refused for whoami': refusedBy(run, 'whoami') })
  },
  needsLogin: true,
  async run(run) {
    if (run.flow.revoke === undefined) throw new Error('revoke ran undeclared')
    const { as, of, ...request } = run.flow.revoke
    const [by, victim] = [as, of].map((name) => run.able.find((actor) => actor.name === name))
    const wanted = `every session of ${of} is refused, those of ${as} go on`
    if (by === undefined || victim === undefined) {
      return { passed: false, seen: `${by === undefined ? as : of} cannot log in`, wanted }
    }
    const acting = await mustLogIn(run, by)
    const ended = [await mustLogIn(run, victim), await mustLogIn(run, victim)]
    const ready = await prepareAgain(run, acting)
    const locals = { ...localsOf(ready), of: victim.fields }
    const answer = await ask(run, request, { jar: acting.jar, locals })
    // The kept session of this actor is among the revoked ones.
    run.kept.delete(of)
    if (!answer.ok || answer.status >= 400) {
      return { passed: false, seen: `revoke: ${answer.shape}`, wanted }
    }
    const problems: string[] = []
    for (const session of ended) {
      const refused = await isRefused(run, session)
      if (!refused.is) problems.push(`${of} after revoke: ${refused.why}`)
    }
    if (by !== victim) problems.push(...(await lost(run, [acting])))
    const count = `${ended.length} of ${ended.length} sessions of ${of} refused`
    return {
      passed: problems.length === 0,
      seen: [...new Set(problems)].join('; ') || count,
      wanted,
    }
  },
}
