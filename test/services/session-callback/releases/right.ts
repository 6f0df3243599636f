/** The token is signed: what it says needs no question. A changed role shows at the next login. */
import { claimsOf, type SessionOf } from '../session.ts'

export const sessionOf: SessionOf = async (token) => {
  const { sub = '', role } = await claimsOf(token)
  return { user: { email: sub, role: String(role) } }
}
