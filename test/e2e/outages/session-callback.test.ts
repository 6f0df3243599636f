/** A session endpoint that answers 200 with null: only its content shows that nobody is logged in. */
import { expect, it } from 'vitest'
import { EMAILS, SIGNING_SECRET, stepOf, USER_ROWS, type Lab } from '../../outage-lab.ts'
import { playOutage, run } from './outage-plays.ts'

const SEED = `
create table users (
  id serial primary key,
  email text unique not null,
  password_hash text not null,
  role text not null default 'editor'
);
insert into users (email, password_hash) values ${USER_ROWS}`

const AUTH_JS = {
  login_path: '/api/auth/callback/credentials',
  login_format: 'form',
  login_extra: 'json=true',
  csrf_path: '/api/auth/csrf',
  csrf_json: 'csrfToken',
  csrf_field: 'csrfToken',
  session_cookie: 'authjs.session-token',
  session_path: '/api/auth/session',
  logout_path: '/api/auth/signout',
}

/** What the log says is the only place that knows why. */
const sessions = async ({ base }: Lab): Promise<unknown> =>
  (await fetch(`${base}/api/auth/session`, { headers: { connection: 'close' } })).json()

playOutage(
  {
    service: 'session-callback',
    seed: SEED,
    env: { AUTH_SECRET: SIGNING_SECRET },
    inputs: AUTH_JS,
    says: {
      broken: /the session is nobody's \(0 of 2 actors known after the login; a, b: 200 null\)/,
      right: /after the fix 2 of 2 actors known after the login, and 8 of 8 logins at once/,
      wrong: /the fix does not hold: 0 of 8 logins get a session that is theirs/,
    },
    isBroken: (lab) => Promise.resolve(lab.release() === 'releases/broken.ts'),
  },
  (stage) => {
    it('answers 200 to whoever looks at the status only', async () => {
      expect(await sessions(stage().lab)).toBe(null)
      expect((await fetch(`${stage().lab.base}/healthz`)).status).toBe(200)
    })

    it('counts what the session endpoint costs, tries what trusting the token costs, and gives the role back', async () => {
      const { lab, postgres } = stage()
      const { code, report } = await run(stage(), { other_role: 'auditor' })
      expect([code, report.status]).toEqual([0, 'succeeded'])
      expect(stepOf(report, 'role_in_open_session')?.outputs).toMatchObject({ role: 'editor' })
      expect(stepOf(report, 'role_in_new_session')?.status).toBe('succeeded')
      const spent = Number(stepOf(report, 'spent')?.outputs?.['spent'])
      expect(Number(stepOf(report, 'counted_to')?.outputs?.['spent'])).toBeGreaterThanOrEqual(20)
      expect(spent).toBeLessThan(10)
      const roles = await postgres.sql('select distinct role from users', lab.databaseUrl)
      expect(roles).toEqual([{ role: 'editor' }])
    })

    it('takes a fix back that reads tokens without looking at their signature', async () => {
      const { code, report } = await run(stage(), {
        fix: './ops/release unverified',
        database_file: '',
      })
      expect([code, report.status]).toEqual([4, 'rolled_back'])
      const checks = stepOf(report, 'validate')?.checks ?? []
      expect(checks.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual([
        'forged_token_refused',
      ])
      expect(stage().lab.release()).toBe('releases/broken.ts')
    })

    it('is pointed at accounts that cannot log in: that is no reason to change the service', async () => {
      const { code, report } = await run(stage(), {
        user_b: `not-${EMAILS[1]}`,
        database_file: '',
      })
      expect([code, report.status]).toEqual([4, 'failed'])
      expect(stepOf(report, 'fix')?.status).toBe('pending')
    })
  },
)
