/** Sessions are rows: they are somebody's, they outlive the process, and they can be ended. */
import { createHash, randomBytes } from 'node:crypto'
import { pool, type Sessions, type User } from '../sessions.ts'

/** What is stored opens nothing. */
const digest = (token: string): string => createHash('sha256').update(token).digest('hex')

export const open: Sessions['open'] = async (user) => {
  const token = randomBytes(32).toString('base64url')
  await pool.query('insert into sessions (digest, user_id) values ($1, $2)', [
    digest(token),
    user.id,
  ])
  return token
}

export const whose: Sessions['whose'] = async (token) => {
  const { rows } = await pool.query<User>(
    'select users.id, users.email from sessions join users on users.id = user_id where digest = $1 and expires_at > now()',
    [digest(token)],
  )
  return rows[0]
}

export const end: Sessions['end'] = async (token) => {
  await pool.query('delete from sessions where digest = $1', [digest(token)])
}

export const endAll: Sessions['endAll'] = async (user) => {
  await pool.query('delete from sessions where user_id = $1', [user.id])
}

export const close: Sessions['close'] = () => pool.end()
