/** Connections that are closed under the requests that use them: only many logins at once show it. */
import { expect, it } from 'vitest'
import { EMAILS, PASSWORD_A, stepOf, USER_ROWS, type Lab } from '../../outage-lab.ts'
import { playOutage, run } from './outage-plays.ts'

const SEED = `
create table users (id serial primary key, email text unique not null, password_hash text not null);
create table sessions (
  token text primary key,
  user_id int not null references users,
  made_at timestamptz not null default now()
);
insert into users (email, password_hash) values ${USER_ROWS}`

const logIn = async ({ base }: Lab): Promise<number> => {
  const body = JSON.stringify({ email: EMAILS[0], password: PASSWORD_A })
  const headers = { 'content-type': 'application/json', connection: 'close' }
  return (await fetch(`${base}/login`, { method: 'POST', body, headers })).status
}

playOutage(
  {
    service: 'premature-disconnect',
    seed: SEED,
    inputs: { session_cookie: 'sid', logout_path: '/logout' },
    says: {
      broken: /with several at once only \d+ of 32 do/,
      right: /32 of 32 logins work after the fix; before it \d+ of 32 did/,
      wrong: /the fix does not hold: \d+ of 32 logins work after it; before it \d+ of 32 did/,
    },
    isBroken: async (lab) => {
      const answers = await Promise.all(Array.from({ length: 32 }, () => logIn(lab)))
      return answers.includes(500)
    },
  },
  (stage) => {
    it('is not to be seen by one login, nor by the health check', async () => {
      expect(await logIn(stage().lab)).toBe(200)
      expect((await fetch(`${stage().lab.base}/healthz`)).status).toBe(200)
    })

    it('takes neither a limit on logins nor a wrong path for the outage', async () => {
      const { lab } = stage()
      lab.ops('release', 'right')
      for (const [path, says] of [
        ['/limited', 'x 429'],
        ['/sign-in', ': 404'],
      ]) {
        const { code, report } = await run(stage(), { login_path: path ?? '' })
        expect([code, stepOf(report, 'broken')?.status]).toEqual([4, 'failed'])
        expect(stepOf(report, 'backup')?.status).toBe('pending')
        expect(JSON.stringify(stepOf(report, 'diagnose')?.checks)).toContain(says)
      }
    })
  },
)
