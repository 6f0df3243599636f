/**
 * Several actors at once: each must stay who they are. First interleaved, each being asked again
 * after every login, then all at the same time.
 */
import { counted } from '../../../../incident/counted.ts'
import { localsOf, holds, logIn, type LoginRun, type Session } from '../flow.ts'
import { answersOf, mustLogIn, whoamisOf, whoIs } from '../session.ts'
import { undeclared, type LoginCheck } from './check.ts'

const PARALLEL_ROUNDS = 4

export const isolation: LoginCheck = {
  name: 'isolation',
  missing: ({ flow, actors }) =>
    actors.length < 2 ? 'one actor alone cannot be mixed up' : undeclared({ whoami: flow.whoami }),
  needsLogin: true,
  async run(run) {
    const wanted = 'each actor stays who they are'
    if (run.able.length < 2) {
      return { passed: false, seen: `only ${run.able.length} actor can log in`, wanted }
    }
    const indistinct = await telling(run)
    if (indistinct !== undefined) return { passed: false, seen: indistinct, wanted }
    const turns = await interleaved(run)
    const rounds = await inParallel(run)
    const mixed = [...turns.mixed, ...rounds.mixed]
    const asked = turns.asked + rounds.asked
    const seen = `${asked - mixed.length} of ${counted(asked, 'answer')} about the right actor`
    const some = [...new Set(mixed)].slice(0, 3).join('; ')
    return { passed: mixed.length === 0, seen: some === '' ? seen : `${seen}; ${some}`, wanted }
  },
}

/** Conditions that hold for everybody would see no mix-up: an actor's answer is held against another. */
async function telling(run: LoginRun): Promise<string | undefined> {
  const [one, other] = run.able
  if (one === undefined || other === undefined) return undefined
  const session = await mustLogIn(run, one)
  const asked = await answersOf(run, session)
  const locals = { ...localsOf(session), actor: other.fields }
  const tells = whoamisOf(run).some((whoami, index) => {
    const answer = asked[index]
    return answer !== undefined && !holds(run, whoami.expect, { asked: answer, locals }).is
  })
  if (tells) return undefined
  return `whoami.expect does not tell ${one.name} from ${other.name}: ${one.name}'s answer passes for both`
}

type Round = { asked: number; mixed: string[] }

async function interleaved(run: LoginRun): Promise<Round> {
  const round: Round = { asked: 0, mixed: [] }
  const sessions: Session[] = []
  for (const actor of run.able) {
    sessions.push(await mustLogIn(run, actor))
    for (const session of sessions) {
      const known = await whoIs(run, session)
      round.asked += 1
      const when = `${session.actor.name} after ${actor.name} logged in`
      if (!known.is) round.mixed.push(`${when}: ${known.why}`)
    }
  }
  return round
}

/** A login that fails here is counted by `concurrent_logins`; only when that is not made, here. */
async function inParallel(run: LoginRun): Promise<Round> {
  const round: Round = { asked: 0, mixed: [] }
  const counted = run.flow.load !== undefined
  const once = async (actor: (typeof run.able)[number]): Promise<void> => {
    const loggedIn = await logIn(run, actor)
    if (!loggedIn.ok) {
      if (counted) return
      round.asked += 1
      round.mixed.push(`${actor.name}, logging in with the others: ${loggedIn.why}`)
      return
    }
    for (let turn = 0; turn < PARALLEL_ROUNDS; turn += 1) {
      const known = await whoIs(run, loggedIn.session)
      round.asked += 1
      if (!known.is) round.mixed.push(`${actor.name}, at the same time as others: ${known.why}`)
    }
  }
  await Promise.all(run.able.map(once))
  return round
}
