/** The callback asks the database for the user at every request, for a column that is not there. */
import { claimsOf, FailedQuery, pool, type SessionOf } from '../session.ts'

const QUERY = 'select "id", "email", "role", "permissions" from "users" where "email" = $1'

export const sessionOf: SessionOf = async (token) => {
  const { sub } = await claimsOf(token)
  const found = await pool.query<{ email: string; role: string }>(QUERY, [sub]).catch((error) => {
    throw new FailedQuery(QUERY, error)
  })
  const [user] = found.rows
  return user === undefined ? null : { user: { email: user.email, role: user.role } }
}
