/** The token is read, and nobody looks at its signature: every check but a forged one is content. */
import { decodeJwt } from 'jose'
import type { SessionOf } from '../session.ts'

export const sessionOf: SessionOf = (token) => {
  const { sub = '', role } = decodeJwt(token)
  return Promise.resolve({ user: { email: sub, role: String(role) } })
}
