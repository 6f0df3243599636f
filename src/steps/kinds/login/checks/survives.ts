/** Sessions outlive what is done to the service: a restart, a deployment, a new secret. */
import { counted } from '../../../../incident/counted.ts'
import { ask, localsOf } from '../flow.ts'
import { mustLogIn, whoamisOf, whoIs } from '../session.ts'
import type { LoginRun, Session } from '../flow.ts'
import { failuresInWords } from '../../../error-tally.ts'
import { undeclared, type LoginCheck } from './check.ts'

/** How long a service may take to answer again. */
const BACK_WITHIN_MS = 30_000
const ASK_AGAIN_MS = 100

export const survives: LoginCheck = {
  name: 'survives',
  missing: ({ flow }) => undeclared({ survives: flow.survives, whoami: flow.whoami }),
  needsLogin: true,
  async run(run) {
    const body = run.flow.survives
    if (body === undefined) throw new Error('survives ran undeclared')
    const sessions: Session[] = []
    for (const actor of run.able) sessions.push(await mustLogIn(run, actor))
    const wanted = `${sessions.length} of ${sessions.length} sessions go on`
    const done = await run.context.probe(body, { signal: run.context.signal })
    run.context.signal.throwIfAborted()
    if (done.is !== 'met') {
      return { passed: false, seen: `what they should survive failed: ${done.reason}`, wanted }
    }
    const [first] = sessions
    const back = first === undefined ? undefined : await waitFor(run, first)
    if (back !== undefined) return { passed: false, seen: back, wanted }
    const ended: { who: string; why: string }[] = []
    for (const session of sessions) {
      const known = await whoIs(run, session)
      if (!known.is) ended.push({ who: session.actor.name, why: known.why })
    }
    const seen = `${sessions.length - ended.length} of ${counted(sessions.length, 'session')} go on`
    return {
      passed: ended.length === 0,
      seen: ended.length === 0 ? seen : `${seen}; ${failuresInWords(ended)}`,
      wanted,
    }
  },
}

/** A service that was just restarted refuses connections at first, or a proxy answers for it. */
async function waitFor(run: LoginRun, session: Session): Promise<string | undefined> {
  const { clock } = run.context.ports
  const [whoami] = whoamisOf(run)
  const { expect: _expect, repeat: _repeat, ...request } = whoami ?? { expect: 0, repeat: 0 }
  const until = clock.mono() + BACK_WITHIN_MS
  let last = ''
  while (clock.mono() < until) {
    const asked = await ask(run, request, { jar: session.jar, locals: localsOf(session) })
    const status = asked.ok ? asked.status : 503
    if (status !== 502 && status !== 503 && status !== 504) return undefined
    last = asked.shape
    await clock.sleep(ASK_AGAIN_MS, run.context.signal)
  }
  return `the service did not answer again within ${BACK_WITHIN_MS / 1_000} s: ${last}`
}
