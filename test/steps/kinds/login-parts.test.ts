/** Parts of a login flow that count only under a condition, and logins that are asked who they are. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/steps/kind.ts'
import { login } from '../../../src/steps/kinds/login.ts'
import { params } from '../../../src/steps/kinds/login/params.ts'
import {
  startLoginService,
  USERS,
  type Fault,
  type LoginService,
} from '../../services/login-service.ts'
import { testContext } from '../step-context.ts'

const [ADMIN, USER] = USERS
let service: LoginService

afterEach(() => service.stop())

async function judge(faults: Fault[], more: Record<string, unknown>): Promise<Outcome> {
  service = await startLoginService(faults)
  const { base } = service
  const flow = {
    request: {
      method: 'POST',
      url: `${base}/login`,
      fields: { email: '${{ actor.email }}', password: '${{ actor.password }}' },
    },
    actors: {
      admin: { email: ADMIN.email, password: ADMIN.password },
      user: { email: USER.email, password: USER.password },
    },
    success: 'status == 200',
    session: { cookie: '${{ items("session-token") }}' },
    whoami: { url: `${base}/me`, expect: 'at(json, "user.email") == actor.email' },
    refused: { whoami: 'at(json, "user.email") == null' },
    ...more,
  }
  return login.run(params.parse(flow) as never, testContext())
}

const check = ({ checks }: Outcome, wanted: string) => checks?.find(({ name }) => name === wanted)

describe('a part under a condition', () => {
  const logout = { method: 'POST', url: 'http://127.0.0.1:9/never-asked' }

  it('counts as not stated where the condition is false', async () => {
    const prepare = { csrf: { http: { url: 'http://127.0.0.1:9/' }, outputs: { token: 'body' } } }
    const outcome = await judge([], {
      prepare,
      logout,
      load: { concurrency: 2, count: 4 },
      when: { prepare: '1 > 2', logout: 'false', load: '"" != ""' },
    })
    expect(outcome.data).toMatchObject({ failed: [], logins_tried: 2 })
    for (const name of ['logout_ends_this_session_only', 'concurrent_logins']) {
      expect(check(outcome, name)).toMatchObject({ status: 'not_checked' })
    }
  })

  it('counts where it is true', async () => {
    const outcome = await judge([], { logout, when: { logout: 'true' } })
    expect(check(outcome, 'logout_ends_this_session_only')?.seen).toMatch(/refused/)
    expect(outcome.data['failed']).toEqual(['logout_ends_this_session_only'])
  })

  it.each([
    ['1 + 1', /when.logout: "1 \+ 1" is not true or false/],
    ['[][1] == 2', /when.logout: "\[\]\[1\] == 2": /],
  ])('fails the step when it is %s', async (condition, reason) => {
    const outcome = await judge([], { logout, when: { logout: condition } })
    expect(outcome).toMatchObject({
      ended: 'failed',
      reason: expect.stringMatching(reason) as string,
    })
    expect(service.requests['/login']).toBeUndefined()
  })

  it.each([{ request: 'true' }, { logout: '' }, { logout: 3 }])('refuses %j', async (when) => {
    service = await startLoginService()
    const parsed = params.safeParse({ like: 'x', when })
    expect(parsed.success).toBe(false)
  })
})

describe('many logins that are asked who they are', () => {
  const load = { concurrency: 4, count: 8 }

  it('count only with the right answer', async () => {
    const outcome = await judge(['null_session'], { load: { ...load, whoami: true } })
    expect(check(outcome, 'concurrent_logins')?.seen).toMatch(
      /^0 of 8 logins, 4 at a time; 8 x logged in, and then: 200/,
    )
    expect(outcome.data).toMatchObject({ logins_ok: 0, logins_tried: 8 })
  })

  it('count with a session of anybody where that is not asked for', async () => {
    const outcome = await judge(['null_session'], { load })
    expect(outcome.data).toMatchObject({ logins_ok: 8, logins_tried: 8 })
  })
})
