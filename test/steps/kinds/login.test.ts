import { afterEach, describe, expect, it } from 'vitest'
import type { Outcome, Probed } from '../../../src/steps/kind.ts'
import { login } from '../../../src/steps/kinds/login.ts'
import { http } from '../../../src/steps/kinds/http.ts'
import { CHECKS, params } from '../../../src/steps/kinds/login/params.ts'
import {
  SECRET,
  startLoginService,
  USERS,
  type Fault,
  type LoginService,
} from '../../services/login-service.ts'
import { testContext, type TestContext } from '../step-context.ts'

const [ADMIN, USER] = USERS
let service: LoginService

afterEach(() => service.stop())

const flowOf = (base: string): Record<string, unknown> => ({
  request: {
    method: 'POST',
    url: `${base}/login`,
    json: { email: '${{ actor.email }}', password: '${{ actor.password }}' },
  },
  actors: {
    admin: { email: ADMIN.email, password: ADMIN.password },
    user: { email: USER.email, password: USER.password },
  },
  success: 'status == 200',
  session: { cookie: 'session-token' },
  cookie: { http_only: true, same_site: 'lax' },
  token: { secret: SECRET, algorithms: ['HS256'], issuer: 'app' },
  whoami: { url: `${base}/me`, expect: 'status == 200 && json.user.email == actor.email' },
  refused: 'status == 401',
  wrong_password: 'one',
  logout: { method: 'POST', url: `${base}/logout` },
  revoke: {
    as: 'admin',
    of: 'user',
    method: 'POST',
    url: `${base}/admin/revoke`,
    json: { email: '${{ of.email }}' },
  },
  load: { concurrency: 8, count: 16 },
  survives: { run: ['./restart.sh'] },
})

const restarting = async (): Promise<Probed> => {
  await service.restart()
  return { is: 'met', reason: '', outcome: { ended: 'completed', data: {}, evidence: [] } }
}

const judge = async (
  flow: Record<string, unknown>,
  context: TestContext = testContext({ probe: restarting }),
): Promise<Outcome> => login.run(params.parse(flow) as never, context)

const statuses = (outcome: Outcome): Record<string, string> =>
  Object.fromEntries((outcome.checks ?? []).map(({ name, status }) => [name, status]))

const check = (
  outcome: Outcome,
  name: string,
): { status: string; seen: string; wanted: string } => {
  const found = outcome.checks?.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no check ${name}`)
  return found
}

describe('a login that works', () => {
  it('passes all twelve checks, in their order, and closes what it opened', async () => {
    service = await startLoginService()
    const outcome = await judge(flowOf(service.base))
    expect(outcome.checks?.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(outcome.checks?.map(({ name }) => name)).toEqual([...CHECKS])
    expect(outcome.data).toMatchObject({ failed: [], logins_ok: 16, logins_tried: 16 })
    // Only the session of each actor that a later step may use is left.
    expect(service.open()).toBe(2)
  })

  it('lets a later http step use the session of an actor', async () => {
    service = await startLoginService()
    const context = testContext({ probe: restarting })
    await judge(flowOf(service.base), context)
    const asked = http.params.parse({ url: `${service.base}/me`, session: 'validate.user' })
    const outcome = await http.run(asked as never, context)
    expect(outcome.data['json']).toEqual({ user: { email: USER.email } })
  })

  it('works with a bearer token and a prepared csrf token', async () => {
    service = await startLoginService([], { bearer: true, csrf: true })
    const flow = flowOf(service.base)
    const context = testContext({ probe: restarting })
    const outcome = await judge(
      {
        ...flow,
        prepare: {
          csrf: { http: { url: `${service.base}/csrf` }, outputs: { token: 'json.csrfToken' } },
        },
        request: {
          method: 'POST',
          url: `${service.base}/login`,
          json: {
            email: '${{ actor.email }}',
            password: '${{ actor.password }}',
            csrf: '${{ prepare.csrf.token }}',
          },
        },
        session: { bearer: 'json.token' },
      },
      context,
    )
    expect(outcome.checks?.filter(({ status }) => status === 'failed')).toEqual([])
    expect(check(outcome, 'cookie_flags').status).toBe('not_checked')
    const asked = http.params.parse({ url: `${service.base}/me`, session: 'validate.admin' })
    const later = await http.run(asked as never, context)
    expect(later.data['status']).toBe(200)
  })

  it('asks each of several whoamis as often as it repeats', async () => {
    service = await startLoginService()
    const me = { url: `${service.base}/me`, expect: 'json.user.email == actor.email' }
    const { request, actors, success, session } = flowOf(service.base)
    const skip = ['isolation']
    const whoami = [me, { ...me, repeat: 3 }]
    const outcome = await judge({ request, actors, success, session, whoami, skip })
    expect(outcome.data['failed']).toEqual([])
    // Two actors, each asked once and three times.
    expect(service.requests['/me']).toBe(8)
  })

  it('learns every session and every wrong password as a secret', async () => {
    service = await startLoginService()
    const context = testContext({ probe: restarting })
    await judge(flowOf(service.base), context)
    const names = new Set(context.secrets.values())
    expect([...names].sort()).toEqual([
      'forged session',
      'session of admin',
      'session of user',
      'wrong password',
    ])
    for (const value of context.secrets.keys()) expect(value.length).toBeGreaterThan(16)
  })
})

describe('a login that is broken', () => {
  const faults: [Fault, string, RegExp][] = [
    ['no_cookie', 'valid_login', /0 of 2 actors logged in; admin, user: 200 without the cookie/],
    [
      'null_session',
      'whoami',
      /0 of 2 actors known after the login; admin, user: 200 .*No such key/,
    ],
    ['open_whoami', 'no_session_refused', /no session: 200/],
    [
      'any_password',
      'wrong_password_refused',
      /0 of 2 wrong passwords refused; admin, user: accepted/,
    ],
    ['accepts_forged', 'forged_token_refused', /0 of 3 forged sessions refused; changed: 200/],
    ['accepts_alg_none', 'forged_token_refused', /2 of 3 forged sessions refused; alg none: 200/],
    ['no_http_only', 'cookie_flags', /session-token: no HttpOnly, SameSite lax/],
    ['not_lax', 'cookie_flags', /session-token: HttpOnly, SameSite none/],
    ['wrong_algorithm', 'token', /signed with HS512/],
    ['never_expires', 'token', /never expires/],
    ['wrong_issuer', 'token', /iss/],
    ['mixes_sessions', 'isolation', /admin after user logged in: 200/],
    [
      'logout_ends_all',
      'logout_ends_this_session_only',
      /another session of admin no longer works: 401/,
    ],
    ['logout_does_nothing', 'logout_ends_this_session_only', /admin after logout: 200/],
    ['revoke_does_nothing', 'revoke', /user after revoke: 200/],
    ['revoke_ends_all', 'revoke', /another session of admin no longer works: 401/],
    ['one_of_many', 'concurrent_logins', /of 16 logins, 8 at a time; \d+ x 500 Failed query/],
    ['lost_on_restart', 'survives', /0 of 2 sessions go on; admin, user: 401/],
  ]
  const followUps: Partial<Record<Fault, string[]>> = {
    no_cookie: ['concurrent_logins'],
    null_session: [
      'no_session_refused',
      'forged_token_refused',
      'isolation',
      'logout_ends_this_session_only',
      'revoke',
      'survives',
    ],
    // Its sessions are somebody else's wherever another actor logs in.
    mixes_sessions: ['logout_ends_this_session_only', 'revoke', 'survives'],
    // A service that shows a page to anybody shows it to forged and ended sessions, too.
    open_whoami: ['forged_token_refused', 'logout_ends_this_session_only', 'revoke'],
  }

  it.each(faults)(
    '%s is refused by %s, and by what follows from it only',
    async (fault, name, seen) => {
      service = await startLoginService([fault])
      const outcome = await judge(flowOf(service.base))
      expect(check(outcome, name).seen).toMatch(seen)
      expect(outcome.data['failed']).toEqual(
        [...CHECKS].filter((one) => one === name || followUps[fault]?.includes(one)),
      )
    },
  )

  it('counts failures by shape when nobody can log in, and checks nothing it cannot', async () => {
    service = await startLoginService(['login_500'])
    const outcome = await judge(flowOf(service.base))
    expect(check(outcome, 'concurrent_logins').seen).toBe(
      '0 of 16 logins, 8 at a time; 16 x 500 Failed query: select "users" [database, request req-login]',
    )
    expect(check(outcome, 'isolation')).toMatchObject({
      status: 'not_checked',
      seen: 'nobody could log in',
    })
    expect(outcome.data).toMatchObject({ logins_ok: 0, logins_tried: 16 })
  })

  it('tells of each failed check what failed in it: category, shape, and where and when', async () => {
    service = await startLoginService(['login_500'])
    const { data } = await judge(flowOf(service.base))
    // Two actors in valid_login and with wrong passwords, and sixteen logins at once.
    expect(data['categories']).toMatchObject({ database: 20, auth: 0, unknown: 0 })
    const errors = data['errors'] as Record<string, unknown>[]
    expect(errors.map(({ check: name, count }) => [name, count])).toEqual([
      ['valid_login', 2],
      ['wrong_password_refused', 2],
      ['concurrent_logins', 16],
    ])
    expect(errors[0]).toMatchObject({
      shape: '500 Failed query: select "users"',
      category: 'database',
      first: {
        endpoint: `POST ${service.base}/login`,
        user_agent: 'hotwash',
        at: expect.stringMatching(/Z$/) as string,
        request_id: 'req-login',
      },
    })
  })

  it('counts no error where every check passes, although wrong passwords are refused', async () => {
    service = await startLoginService()
    const { data } = await judge(flowOf(service.base))
    expect(data['failed']).toEqual([])
    expect(data['errors']).toEqual([])
    expect(Object.values(data['categories'] as object)).toEqual([0, 0, 0, 0, 0])
  })

  it('says that nobody answers where nothing listens', async () => {
    service = await startLoginService()
    await service.stop()
    const outcome = await judge(flowOf(service.base))
    expect(outcome.ended).toBe('completed')
    expect(check(outcome, 'valid_login').seen).toMatch(/0 of 2 .*connection refused/)
    service = await startLoginService()
  })
})

describe('a token that is verified with a public key', () => {
  const withToken = (token: object): Record<string, unknown> => ({
    ...flowOf(service.base),
    load: undefined,
    token: { algorithms: ['ES256'], issuer: 'app', ...token },
  })

  it('passes by a PEM text and by a key set', async () => {
    service = await startLoginService([], { asymmetric: true })
    for (const token of [{ public_key: service.publicKey }, { jwks: `${service.base}/jwks` }]) {
      const outcome = await judge(withToken(token))
      expect(outcome.data['failed']).toEqual([])
      expect(check(outcome, 'token').seen).toMatch(/^ES256, verified, expires in 60 min$/)
    }
  })

  it('is refused when the key is another, or the key set is not there', async () => {
    service = await startLoginService([], { asymmetric: true })
    const stranger = await startLoginService([], { asymmetric: true })
    const other = await judge(withToken({ public_key: stranger.publicKey }))
    expect(check(other, 'token').seen).toBe('the signature does not match the key')
    const none = await judge(withToken({ jwks: `${service.base}/nothing` }))
    expect(check(none, 'token').seen).toMatch(/^key set: 401/)
    await stranger.stop()
  })

  it('must not be taken when it is signed with the public key as a secret', async () => {
    service = await startLoginService(['confuses_algorithms'], { asymmetric: true })
    const outcome = await judge(withToken({ public_key: service.publicKey }))
    expect(outcome.data['failed']).toEqual(['forged_token_refused'])
    expect(check(outcome, 'forged_token_refused').seen).toMatch(/public key as a secret: 200/)
  })
})

describe('what a flow does not declare', () => {
  it('is not checked, and never passed', async () => {
    service = await startLoginService()
    const { request, actors, success, session } = flowOf(service.base)
    const outcome = await judge({ request, actors, success, session })
    const { valid_login: first, ...others } = statuses(outcome)
    expect(first).toBe('passed')
    expect(new Set(Object.values(others))).toEqual(new Set(['not_checked']))
    expect(outcome.data).toMatchObject({ failed: [], logins_ok: 2, logins_tried: 2 })
  })

  it('leaves out survives and revoke where the step only observes', async () => {
    service = await startLoginService()
    const outcome = await judge(flowOf(service.base), testContext({ observe: true }))
    expect(check(outcome, 'revoke').seen).toMatch(/only observes/)
    expect(check(outcome, 'survives').seen).toMatch(/only observes/)
    expect(outcome.data['failed']).toEqual([])
    expect(service.requests['/admin/revoke']).toBeUndefined()
  })

  it('skips what the runbook skips', async () => {
    service = await startLoginService()
    const outcome = await judge({ ...flowOf(service.base), skip: ['survives', 'revoke'] })
    expect(check(outcome, 'survives').seen).toBe('skipped by the runbook')
    expect(outcome.data['failed']).toEqual([])
  })

  it('fails isolation when the condition cannot tell actors apart', async () => {
    service = await startLoginService(['mixes_sessions'])
    const outcome = await judge({
      ...flowOf(service.base),
      whoami: { url: `${service.base}/me`, expect: 'status == 200' },
    })
    expect(check(outcome, 'isolation')).toMatchObject({ status: 'failed' })
    expect(check(outcome, 'isolation').seen).toMatch(/does not tell admin from user/)
  })
})

describe('ending a login', () => {
  it('stops at once when the time limit fires, and tells what was seen', async () => {
    service = await startLoginService(['hangs'])
    const signal = AbortSignal.timeout(300)
    const outcome = await judge(flowOf(service.base), testContext({ signal }))
    expect(outcome).toMatchObject({ ended: 'timed_out' })
    expect(outcome.reason).toMatch(/time limit was reached; 0 of 12 checks were made/)
  })
})

it('ends a load of thousands promptly when the operator says so', async () => {
  service = await startLoginService()
  const operator = new AbortController()
  const flow = { ...flowOf(service.base), load: { concurrency: 64, count: 5_000 } }
  const { request, actors, success, session, load } = flow as Record<string, unknown>
  const running = judge(
    { request, actors, success, session, load },
    testContext({ signal: operator.signal }),
  )
  await expect.poll(() => service.requests['/login']).toBeGreaterThan(200)
  operator.abort(new DOMException('interrupted', 'AbortError'))
  const outcome = await running
  expect(service.requests['/login']).toBeLessThan(4_000)
  expect(outcome).toMatchObject({ ended: 'aborted' })
  expect(outcome.reason).toMatch(/ended by the operator; 10 of 12 checks were made/)
})

describe('parameters of a login', () => {
  it.each([
    [{ request: {} }, /http|url|request/],
    [{ like: 'first', success: 'true' }, /success does not go with like/],
    [{ session: {} }, /one of cookie and bearer/],
    [{ token: { algorithms: ['none'], secret: 'x' } }, /./],
    [{ load: { concurrency: 10_000, count: 1 } }, /./],
    [
      { revoke: { as: 'root', of: 'user', url: 'https://a.example.test/' } },
      /root is not an actor/,
    ],
  ])('refuses %j', async (part, message) => {
    service = await startLoginService()
    const given: Record<string, unknown> = { ...flowOf(service.base), ...part }
    const parsed = params.safeParse(given)
    expect(parsed.success).toBe(false)
    expect(JSON.stringify(parsed.error?.issues)).toMatch(message)
  })

  it('plans in words, without a password', () => {
    const flow = params.parse(flowOf('https://login.example.test')) as never
    const look = { cwd: '/', env: {} } as never
    const plan = login.plan(flow, look)
    expect(plan).toContain('log in as admin, user')
    expect(plan).toContain('16 logins, 8 at a time')
    expect(plan).not.toContain(ADMIN.password)
  })
})
