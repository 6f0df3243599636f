/** Makes the checks one after the other, and leaves nothing open behind them. */
import type { Check } from '../../../incident/event.ts'
import type { Value } from '../../../incident/value.ts'
import type { ErrorGroup } from '../../error-tally.ts'
import type { StepContext } from '../../kind.ts'
import { setBearer } from '../http/bearer.ts'
import type { LoginCheck } from './checks/check.ts'
import { logOutAll } from './checks/concurrent-logins.ts'
import { LOGIN_CHECKS } from './checks/table.ts'
import { createFailedExchanges, signsInWords } from './failed-exchanges.ts'
import { logIn, type Actor, type LoginRun, type Session } from './flow.ts'
import type { CheckName, Flow, Part } from './params.ts'
import { NoSession } from './session.ts'

const CLEAN_UP_AT_A_TIME = 4
/** Looking must not restart production, or throw a person out of the service. */
const NOT_UNDER_OBSERVE: readonly CheckName[] = ['survives', 'revoke']

type Making = {
  flow: Flow
  context: StepContext
  /** Filled as they are made, so that an interrupted step still tells what it saw. */
  checks: Check[]
  logins: { ok: number; tried: number }
  /** Of the checks that failed, what failed in them. */
  errors: LoginError[]
  off: ReadonlySet<Part>
}

export type LoginError = ErrorGroup & { check: CheckName }

export async function makeChecks(making: Making): Promise<void> {
  const { flow, context, checks, logins, off, errors } = making
  const run: LoginRun = {
    flow,
    context,
    actors: actorsOf(flow, context),
    off,
    able: [],
    opened: [],
    kept: new Map(),
    logins,
    failedExchanges: createFailedExchanges(),
  }
  for (const check of LOGIN_CHECKS) {
    run.failedExchanges.begin()
    const made = await make(check, run)
    const failed = made.status === 'failed' ? run.failedExchanges.in(made.seen) : []
    checks.push({ ...made, seen: `${made.seen}${signsInWords(failed)}` })
    errors.push(...failed.map((group) => ({ check: check.name, ...group })))
    if (made.status !== 'not_checked') context.say(`${made.name}: ${made.status}`)
  }
  await keepSessions(run)
  const kept = new Set(run.kept.values())
  const sessions = run.opened.filter((session) => !kept.has(session))
  await logOutAll(run, { sessions, concurrency: CLEAN_UP_AT_A_TIME })
}

async function make(check: LoginCheck, run: LoginRun): Promise<Check> {
  const { name } = check
  const why = whyNot(check, run)
  if (why !== undefined) return { name, status: 'not_checked', seen: why, wanted: '' }
  try {
    const { passed, seen, wanted } = await check.run(run)
    return { name, status: passed ? 'passed' : 'failed', seen, wanted }
  } catch (error) {
    if (!(error instanceof NoSession)) throw error
    return { name, status: 'failed', seen: error.message, wanted: 'a login that works' }
  }
}

function whyNot(check: LoginCheck, run: LoginRun): string | undefined {
  if (run.flow.skip.includes(check.name)) return 'skipped by the runbook'
  const missing = check.missing(run)
  if (missing !== undefined) return missing
  if (run.context.observe && NOT_UNDER_OBSERVE.includes(check.name)) {
    return 'left out: this step only observes'
  }
  return check.needsLogin && run.able.length === 0 ? 'nobody could log in' : undefined
}

function actorsOf(flow: Flow, context: StepContext): Actor[] {
  return Object.entries(flow.actors).map(([name, stated]) => ({
    name,
    fields: context.render(stated, {}) as Record<string, Value>,
  }))
}

/** A later step may say `session: STEP.ACTOR`: the session moves to the run's jar of that name. */
async function keepSessions(run: LoginRun): Promise<void> {
  for (const actor of run.able) {
    const session = run.kept.get(actor.name) ?? (await again(run, actor))
    if (session === undefined) continue
    const jar = run.context.jar(`${run.context.step}.${actor.name}`)
    const url = run.context.render<string>(run.flow.request.url, {
      actor: actor.fields,
      prepare: session.prepared,
    })
    for (const cookie of session.jar.cookies(url)) {
      const flags = `; Path=${cookie.path}${cookie.secure ? '; Secure' : ''}`
      jar.set(url, `${cookie.name}=${cookie.value}${flags}`)
    }
    if (session.bearer !== undefined) setBearer(jar, session.bearer)
  }
}

async function again(run: LoginRun, actor: Actor): Promise<Session | undefined> {
  const loggedIn = await logIn(run, actor)
  if (!loggedIn.ok) return undefined
  run.kept.set(actor.name, loggedIn.session)
  return loggedIn.session
}
