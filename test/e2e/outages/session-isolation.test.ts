/** Sessions that mix, and that neither a logout nor a revocation ends. */
import { expect, it } from 'vitest'
import {
  checkOf,
  EMAILS,
  PASSWORD_A,
  PASSWORD_B,
  SIGNING_SECRET,
  USER_ROWS,
  type Lab,
} from '../../outage-lab.ts'
import { playOutage, run } from './outage-plays.ts'

const SEED = `
create table users (
  id serial primary key,
  email text unique not null,
  password_hash text not null,
  role text not null default 'user'
);
insert into users (email, password_hash) values ${USER_ROWS};
update users set role = 'admin' where email = '${EMAILS[0]}'`

const FAST_API = {
  login_path: '/token',
  login_format: 'form',
  login_extra: 'grant_type=password',
  user_field: 'username',
  bearer: 'access_token',
  session_path: '/users/me',
  session_user: 'email',
  logout_path: '/logout',
  revoke_path: '/admin/revoke',
}

async function logIn({ base }: Lab, username: string, password: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'password', username, password })
  const headers = { connection: 'close' }
  const answer = await fetch(`${base}/token`, { method: 'POST', body, headers })
  return ((await answer.json()) as { access_token: string }).access_token
}

async function whoIs({ base }: Lab, token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, connection: 'close' }
  return ((await (await fetch(`${base}/users/me`, { headers })).json()) as { email: string }).email
}

playOutage(
  {
    service: 'session-isolation',
    seed: SEED,
    env: { TOKEN_SECRET: SIGNING_SECRET },
    inputs: FAST_API,
    says: {
      broken: /users are taken for each other: \d+ of 11 answers about the right actor/,
      right: /after the fix 11 of 11 answers about the right actor; before it \d+ of 11/,
      wrong: /2 checks fail, logout_ends_this_session_only and revoke: a after logout: 200/,
    },
    isBroken: async (lab) => {
      const a = await logIn(lab, EMAILS[0], PASSWORD_A)
      await logIn(lab, EMAILS[1], PASSWORD_B)
      return (await whoIs(lab, a)) !== EMAILS[0]
    },
  },
  (stage) => {
    it('keeps sessions over a restart and a new signing secret, once they are rows', async () => {
      const { code, report } = await run(stage(), {
        restart: './ops/restart',
        new_secret: './ops/rotate TOKEN_SECRET',
      })
      expect([code, report.status]).toEqual([0, 'succeeded'])
      expect(checkOf(report, 'validate', 'survives')?.seen).toBe('2 of 2 sessions go on')
      expect(checkOf(report, 'validate', 'revoke')?.seen).toBe('2 of 2 sessions of b refused')
    })

    it('leaves no table behind when the migration is taken back with the fix', async () => {
      const { lab, postgres } = stage()
      await run(stage(), { fix: './ops/release right; exit 1', database_file: '' })
      const tables = await postgres.sql(
        "select table_name from information_schema.tables where table_schema = 'public'",
        lab.databaseUrl,
      )
      expect(tables).toEqual([{ table_name: 'users' }])
      expect(lab.release()).toBe('releases/broken.ts')
    })
  },
)
