/** Many logins at the same time: some faults show in no other way. */
import { logIn, type Actor, type LoginRun, type Session } from '../flow.ts'
import { logOut, whoIs } from '../session.ts'
import { createTally } from '../../../error-tally.ts'
import { undeclared, type LoginCheck } from './check.ts'

const NO_LOAD = { count: 0, concurrency: 1, whoami: false }

export const concurrentLogins: LoginCheck = {
  name: 'concurrent_logins',
  missing: ({ flow }) => undeclared({ load: flow.load }),
  // Nobody can log in: then how the many fail is the finding.
  needsLogin: false,
  async run(run) {
    const { count, concurrency, whoami = false } = run.flow.load ?? NO_LOAD
    const failures = createTally()
    const sessions: Session[] = []
    await inPool({ count, concurrency, signal: run.context.signal }, async (index) => {
      const actor = run.actors[index % run.actors.length] as Actor
      const loggedIn = await logIn(run, actor, { forLoad: true })
      if (!loggedIn.ok) return failures.add(loggedIn.why)
      sessions.push(loggedIn.session)
      const known = whoami ? await whoIs(run, loggedIn.session) : { is: true, why: '' }
      if (!known.is) failures.add(`logged in, and then: ${known.why}`)
    })
    const ok = count - failures.total()
    Object.assign(run.logins, { ok, tried: count })
    await logOutAll(run, { sessions, concurrency })
    const seen = `${ok} of ${count} logins, ${concurrency} at a time`
    return {
      passed: failures.total() === 0,
      seen: failures.total() === 0 ? seen : `${seen}; ${failures.inWords()}`,
      wanted: `${count} of ${count} logins`,
    }
  },
}

/** Looking after an outage must not fill the table of sessions. */
export async function logOutAll(
  run: LoginRun,
  { sessions, concurrency }: { sessions: readonly Session[]; concurrency: number },
): Promise<void> {
  if (run.flow.logout === undefined) return
  const { signal } = run.context
  await inPool({ count: sessions.length, concurrency, signal }, async (index) => {
    await logOut(run, sessions[index] as Session)
  })
}

type Pool = { count: number; concurrency: number; signal: AbortSignal }

async function inPool(pool: Pool, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < pool.count && !pool.signal.aborted) {
      const index = next
      next += 1
      await task(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(pool.concurrency, pool.count) }, worker))
  pool.signal.throwIfAborted()
}
