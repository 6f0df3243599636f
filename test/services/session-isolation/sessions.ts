/** What a release does with sessions; a token is all that a client holds. */
import { Pool } from 'pg'

export type User = { id: number; email: string }

export type Sessions = {
  /** The token of a new session. */
  open(user: User): Promise<string>
  whose(token: string): Promise<User | undefined>
  end(token: string): Promise<void>
  /** Every session of this user. */
  endAll(user: User): Promise<void>
  close(): Promise<void>
}

export const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 4 })
pool.on('error', () => {})
