/** The flow of a ready runbook, pointed by inputs alone at logins of five stacks. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { evaluateExpression } from '../../../src/runbook/expressions/expression.ts'
import type { Names } from '../../../src/runbook/deferred.ts'
import { readInputs } from '../../../src/runbook/inputs.ts'
import { renderTree } from '../../../src/runbook/expressions/interpolate.ts'
import { globalNames } from '../../../src/runbook/expressions/names.ts'
import { parseRunbook } from '../../../src/runbook/parse.ts'
import type { Outcome, StepContext } from '../../../src/steps/kind.ts'
import { login } from '../../../src/steps/kinds/login.ts'
import { KINDS } from '../../../src/steps/registry.ts'
import { PASSWORDS, startStack, type StackName } from '../../services/login-stacks.ts'
import { testContext } from '../step-context.ts'

const NAME = 'session-isolation'
const TEXT = readFileSync(join(import.meta.dirname, `../../../runbooks/${NAME}.yaml`), 'utf8')
const [A = '', B = ''] = Object.keys(PASSWORDS)

const WORLD = { fix: 'true', undo: 'true', credentials: 'c.env', database_file: 'd.env' }
const COMMON = { ...WORLD, user_a: A, user_b: B, concurrency: '2', count: '4' }

const STACKS: Readonly<Record<StackName, Record<string, string>>> = {
  authjs: {
    login_path: '/api/auth/callback/credentials',
    login_format: 'form',
    csrf_path: '/api/auth/csrf',
    csrf_json: 'csrfToken',
    csrf_field: 'csrfToken',
    session_cookie: 'authjs.session-token',
    session_path: '/api/auth/session',
    logout_path: '/api/auth/signout',
  },
  fastapi: {
    login_path: '/token',
    login_format: 'form',
    login_extra: 'grant_type=password&scope=',
    user_field: 'username',
    bearer: 'access_token',
    session_path: '/users/me',
    session_user: 'id',
    identity_a: '1',
    identity_b: '2',
    logout_path: '/logout',
  },
  express: {
    login_format: 'form',
    user_field: 'username',
    session_cookie: 'connect.sid',
    session_path: '/account',
    session_user: '',
    logout_path: '/logout',
    logout_method: 'GET',
  },
  rails: {
    login_path: '/users/sign_in',
    login_format: 'form',
    user_field: 'user[email]',
    password_field: 'user[password]',
    csrf_path: '/users/sign_in',
    csrf_field: 'authenticity_token',
    session_cookie: '_app_session',
    session_path: '/account',
    session_user: 'account.login',
    logout_path: '/users/sign_out',
    logout_method: 'DELETE',
  },
  laravel: {
    user_field: 'data[email]',
    password_field: 'data[password]',
    csrf_path: '/sanctum/csrf-cookie',
    csrf_cookie: 'XSRF-TOKEN',
    csrf_header: 'X-XSRF-TOKEN',
    session_cookie: 'app_session',
    session_path: '/api/user',
    session_user: 'data.email',
    logout_path: '/logout',
  },
}

let stop: () => Promise<void> = () => Promise.resolve()
afterEach(() => stop())

/** The step `diagnose` of the runbook, with these inputs. */
async function diagnose(given: Record<string, string>, observe = true): Promise<Outcome> {
  const parsed = parseRunbook({ text: TEXT, path: `${NAME}.yaml`, kinds: KINDS })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  const { runbook } = parsed
  const read = readInputs(runbook.inputs, { ...COMMON, ...given })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const secrets = { PASSWORD_A: PASSWORDS[A], PASSWORD_B: PASSWORDS[B], DATABASE_URL: '' }
  const { inputs } = read
  const scope = { inputs, secrets, steps: {}, incident: { id: 'i' }, run: { id: 'r' } }
  const later = Object.keys(login.locals ?? {})
  const render = (value: unknown, locals: Record<string, unknown>, left: string[] = []) => {
    const rendered = renderTree(value, { scope: scope as never, runbook, locals, later: left })
    if (!rendered.ok) throw new Error(rendered.message)
    return rendered.value
  }
  const evaluate: StepContext['evaluate'] = (cel, locals) => {
    const unchecked = Object.fromEntries(Object.keys(locals).map((name) => [name, 'dyn'])) as Names
    const names = { ...globalNames(runbook), ...unchecked }
    return evaluateExpression(cel.source, names, { ...scope, ...locals })
  }
  const context = { ...testContext({ observe }), render, evaluate } as never
  const step = runbook.steps.find(({ id }) => id === 'diagnose')
  return login.run(render(step?.body.params, {}, later) as never, context)
}

const failed = ({ checks }: Outcome) =>
  checks?.filter(({ status }) => status === 'failed').map(({ name, seen }) => `${name}: ${seen}`)

describe.each(Object.entries(STACKS))('a login as of %s', (name, inputs) => {
  it('passes with inputs alone', async () => {
    const stack = await startStack(name as StackName)
    stop = () => stack.stop()
    const outcome = await diagnose({ base: stack.base, ...inputs })
    expect([outcome.reason, failed(outcome)]).toEqual([undefined, []])
    const passed = outcome.checks?.filter(({ status }) => status === 'passed')
    expect(passed?.map((check) => check.name)).toEqual([
      'valid_login',
      'whoami',
      'no_session_refused',
      'wrong_password_refused',
      'forged_token_refused',
      'isolation',
      'logout_ends_this_session_only',
      'concurrent_logins',
    ])
  })

  it('is seen through when any password does', async () => {
    const stack = await startStack(name as StackName, { anyPassword: true })
    stop = () => stack.stop()
    const outcome = await diagnose({ base: stack.base, ...inputs })
    expect(failed(outcome)).toEqual([expect.stringMatching(/^wrong_password_refused: 0 of 2/)])
  })
})

describe('a login with pages and forms', () => {
  it('goes on with the session of its form, and ends those of another user by one', async () => {
    const stack = await startStack('express')
    stop = () => stack.stop()
    const csrf = { csrf_path: '/form', csrf_field: '_csrf' }
    const revoke = { revoke_path: '/kick/{user}', revoke_field: '', revoke_format: 'form' }
    const inputs = { ...STACKS.express, ...csrf, ...revoke, base: stack.base }
    const outcome = await diagnose(inputs, false)
    expect(failed(outcome)).toEqual([])
    expect(outcome.checks?.find(({ name }) => name === 'revoke')?.status).toBe('passed')
  })

  it('is seen through when who logged in last is who everybody is, also without a session', async () => {
    const stack = await startStack('express', { oneUser: true })
    stop = () => stack.stop()
    const outcome = await diagnose({ ...STACKS.express, base: stack.base })
    expect(failed(outcome)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^no_session_refused: .*200/),
        expect.stringMatching(/^isolation: /),
      ]),
    )
  })
})

describe('a login that is pointed at the wrong place', () => {
  it('fails by the name of what is not there', async () => {
    const stack = await startStack('express')
    stop = () => stack.stop()
    const inputs = { ...STACKS.express, base: stack.base }
    const cookie = await diagnose({ ...inputs, session_cookie: 'sid' })
    expect(failed(cookie)?.[0]).toBe(
      'valid_login: 0 of 2 actors logged in; a, b: 302 without the cookie sid',
    )
    const nothing = await diagnose({ ...inputs, session_cookie: '', bearer: '' })
    expect(failed(nothing)?.[0]).toMatch(/302 without the token of the session/)
  })
})
