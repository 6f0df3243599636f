/** Logging in, and being who one is. */
import { counted } from '../../../../incident/counted.ts'
import { logIn, type LoginRun, type Session } from '../flow.ts'
import { anonymous, isRefused, mustLogIn, refusedBy, whoIs } from '../session.ts'
import { failuresInWords } from '../../../error-tally.ts'
import { undeclared, type LoginCheck } from './check.ts'

type Failure = { who: string; why: string }

export const validLogin: LoginCheck = {
  name: 'valid_login',
  missing: () => undefined,
  needsLogin: false,
  async run(run) {
    const failures: Failure[] = []
    for (const actor of run.actors) {
      const loggedIn = await logIn(run, actor)
      if (loggedIn.ok) {
        run.able.push(actor)
        run.kept.set(actor.name, loggedIn.session)
      } else failures.push({ who: actor.name, why: loggedIn.why })
    }
    const [ok, of] = [run.able.length, run.actors.length]
    Object.assign(run.logins, { ok, tried: of })
    const seen = `${ok} of ${counted(of, 'actor')} logged in`
    return {
      passed: ok === of,
      seen: ok === of ? seen : `${seen}; ${failuresInWords(failures)}`,
      wanted: `${of} of ${of} log in and get a session`,
    }
  },
}

export const whoami: LoginCheck = {
  name: 'whoami',
  missing: ({ flow }) => undeclared({ whoami: flow.whoami }),
  needsLogin: true,
  async run(run) {
    const failures: Failure[] = []
    for (const actor of run.able) {
      const known = await whoIs(run, await mustLogIn(run, actor))
      if (!known.is) failures.push({ who: actor.name, why: known.why })
    }
    const of = run.able.length
    const seen = `${of - failures.length} of ${counted(of, 'actor')} known after the login`
    return {
      passed: failures.length === 0,
      seen: failures.length === 0 ? seen : `${seen}; ${failuresInWords(failures)}`,
      wanted: 'each actor is who logged in',
    }
  },
}

export const noSessionRefused: LoginCheck = {
  name: 'no_session_refused',
  missing: (run) =>
    undeclared({ whoami: run.flow.whoami, 'refused for whoami': refusedBy(run, 'whoami') }),
  needsLogin: false,
  async run(run) {
    const [actor] = run.actors
    if (actor === undefined) throw new Error('a login without an actor was parsed')
    const refused = await isRefused(run, anonymous(run, actor))
    return { passed: refused.is, seen: `no session: ${refused.why}`, wanted: 'refused' }
  },
}

/** Many services give everybody a session: only one that is somebody's was given for the password. */
async function isSomebody(run: LoginRun, session: Session): Promise<boolean> {
  if (run.flow.whoami === undefined) return true
  if (refusedBy(run, 'whoami') !== undefined) return !(await isRefused(run, session)).is
  return (await whoIs(run, session)).is
}

export const wrongPasswordRefused: LoginCheck = {
  name: 'wrong_password_refused',
  missing: ({ flow }) =>
    flow.wrong_password === 'off'
      ? 'wrong_password is off'
      : undeclared({ wrong_password: flow.wrong_password }),
  needsLogin: false,
  async run(run) {
    const { context } = run
    const cel = refusedBy(run, 'login')
    const accepted: Failure[] = []
    for (const actor of run.actors) {
      const password = `wrong-${context.ports.random.hex(12)}`
      context.learnSecret('wrong password', password)
      const tried = await logIn(run, actor, { password })
      const locals = { actor: { ...actor.fields, password }, prepare: {} }
      if (tried.ok) {
        if (await isSomebody(run, tried.session)) {
          accepted.push({ who: actor.name, why: 'accepted, with a session' })
        }
      } else if (!tried.asked.ok) accepted.push({ who: actor.name, why: tried.why })
      else {
        const status = tried.asked.status
        const judged = cel && context.evaluate(cel, { ...tried.asked.outcome, ...locals })
        // Without a condition: no session was given, and the service did not just break.
        const refused = judged === undefined ? status < 500 : judged.ok && judged.value === true
        if (!refused) accepted.push({ who: actor.name, why: tried.asked.shape })
      }
    }
    const of = run.actors.length
    const seen = `${of - accepted.length} of ${counted(of, 'wrong password')} refused`
    return {
      passed: accepted.length === 0,
      seen: accepted.length === 0 ? seen : `${seen}; ${failuresInWords(accepted)}`,
      wanted: `${of} of ${of} refused`,
    }
  },
}
