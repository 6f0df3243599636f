/** A login, judged: the flow is stated once, and the checks follow from it. */
import type { z } from 'zod'
import { CATEGORIES, type Category } from '../../incident/error-category.ts'
import type { Check } from '../../incident/event.ts'
import type { Rendered } from '../../runbook/fields.ts'
import { endedBy } from '../ended.ts'
import type { ActionKind, Outcome, StepContext } from '../kind.ts'
import { describeRequest, hostOf, shown } from './http/request.ts'
import { makeChecks, type LoginError } from './login/make-checks.ts'
import { statedParts } from './login/stated-parts.ts'
import { CHECKS, isFlow, LOCALS, params, type LoginParams } from './login/params.ts'

type Params = z.output<typeof params>

export const login: ActionKind<typeof params> = {
  type: 'action',
  kind: 'login',
  summary: 'logs real actors in and checks that login, sessions and logout do what they should',
  params,
  example: `login:
  request:
    method: POST
    url: https://login.example.test/login
    json: {email: "\${{ actor.email }}", password: "\${{ actor.password }}"}
  actors:
    admin: {email: admin@example.test, password: "\${{ secrets.ADMIN_PASSWORD }}"}
    user: {email: user@example.test, password: "\${{ secrets.USER_PASSWORD }}"}
  success: status == 200
  session: {cookie: session-token}
  cookie: {http_only: true, same_site: lax}
  whoami:
    url: https://login.example.test/me
    expect: status == 200 && json.user.email == actor.email
  refused: status == 401
  wrong_password: one
  logout: {method: POST, url: "https://login.example.test/logout"}
  load: {concurrency: 16, count: 64}`,
  effect: 'change',
  locals: LOCALS,
  outcome: {
    checks: 'list',
    failed: 'list',
    logins_ok: 'int',
    logins_tried: 'int',
    categories: 'map',
    errors: 'list',
  },
  shapes: {
    checks: `[{name, status, seen, wanted}]; status is passed, failed or not_checked`,
    failed: `names of checks`,
    categories: `{database, auth, config, dependency, unknown}, failed requests of each`,
    errors: `[{check, shape, category, count, first: {endpoint, user_agent, at, request_id}}]`,
  },
  expect: 'size(failed) == 0',
  defaultOutputs: { logins_ok: 'logins_ok', logins_tried: 'logins_tried' },
  timeoutMs: 120_000,
  plan: (asked) => planOf(asked),
  target: (asked) => (asked.request === undefined ? '' : hostOf(asked.request.url)),
  run,
}

function planOf(asked: LoginParams): string {
  const without = asked.skip.length === 0 ? '' : ` without ${asked.skip.join(', ')}`
  if (!isFlow(asked)) return `the login of step ${shown(asked.like)}${without}`
  const lines = [
    `log in as ${Object.keys(asked.actors).join(', ')}${without}`,
    describeRequest(asked.request),
  ]
  const { load, revoke, survives } = asked
  if (load !== undefined) {
    lines.push(`${shown(load.count)} logins, ${shown(load.concurrency)} at a time`)
  }
  if (revoke !== undefined) lines.push(`end the sessions of ${revoke.of} as ${revoke.as}`)
  if (survives !== undefined) lines.push('see whether sessions survive what the step declares')
  for (const [part, { source }] of Object.entries(asked.when ?? {})) {
    lines.push(`${part} only when ${source}`)
  }
  return lines.join('\n')
}

async function run(asked: Rendered<Params>, context: StepContext): Promise<Outcome> {
  // `parse` has put the flow of the other step in the place of `like`.
  if (!isFlow(asked)) throw new Error('a login without a flow')
  const seen: Seen = { checks: [], logins: { ok: 0, tried: 0 }, errors: [] }
  const { checks } = seen
  const stated = statedParts(asked, context)
  if (!stated.ok) return { ...outcomeOf(seen), ended: 'failed', reason: stated.message }
  try {
    await makeChecks({ ...stated, context, ...seen })
  } catch (error) {
    if (!context.signal.aborted) throw error
    const ended = endedBy(context.signal)
    const missing = `${checks.length} of ${CHECKS.length} checks were made`
    const why = ended === 'timed_out' ? 'the time limit was reached' : 'ended by the operator'
    return { ...outcomeOf(seen), ended, reason: `${why}; ${missing}` }
  }
  return outcomeOf(seen)
}

const MAX_ERRORS = 50

type Seen = { checks: Check[]; logins: { ok: number; tried: number }; errors: LoginError[] }

function outcomeOf({ checks, logins, errors }: Seen): Outcome {
  const failed = checks.filter(({ status }) => status === 'failed').map(({ name }) => name)
  const data = {
    checks: checks.map((check) => ({ ...check })),
    failed,
    logins_ok: logins.ok,
    logins_tried: logins.tried,
    categories: Object.fromEntries(CATEGORIES.map((name) => [name, countOf(errors, name)])),
    errors: errors.slice(0, MAX_ERRORS).map((error) => ({ ...error, first: { ...error.first } })),
  }
  const lines = checks.map(
    ({ name, status, seen, wanted }) =>
      `${status.padEnd(11)} ${name}: ${seen}${wanted === '' ? '' : ` (wanted: ${wanted})`}`,
  )
  return {
    ended: 'completed',
    data,
    checks,
    evidence: [{ label: 'checks', text: lines.join('\n') }],
  }
}

const countOf = (errors: readonly LoginError[], category: Category): number =>
  errors.reduce((sum, error) => sum + (error.category === category ? error.count : 0), 0)
