/** The error is swallowed: there is always a session, which is nobody's. */
import type { SessionOf } from '../session.ts'
import { sessionOf as asked } from './broken.ts'

export const sessionOf: SessionOf = async (token) => {
  try {
    return await asked(token)
  } catch {
    return { user: { email: 'user@example.test', role: 'user' } }
  }
}
