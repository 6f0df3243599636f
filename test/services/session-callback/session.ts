/** What the session endpoint answers, and how a release makes it from the token of the cookie. */
import { jwtVerify, type JWTPayload } from 'jose'
import { Pool } from 'pg'

export type Session = { user: { email: string; role: string } }
export type SessionOf = (token: string) => Promise<Session | null>

export const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 4 })
pool.on('error', () => {})

export const key = new TextEncoder().encode(process.env['AUTH_SECRET'])

export const claimsOf = async (token: string): Promise<JWTPayload> =>
  (await jwtVerify(token, key, { algorithms: ['HS256'] })).payload

/** As the object mapper of the service words it. */
export class FailedQuery extends Error {
  constructor(query: string, cause: unknown) {
    super(`Failed query: ${query}\n${cause instanceof Error ? cause.message : String(cause)}`)
  }
}
