/** One pool for the life of the process: nobody closes what another one is using. */
import { Pool } from 'pg'

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 8 })
pool.on('error', () => {})

export const query = async <Row>(text: string, values: unknown[]): Promise<Row[]> =>
  (await pool.query(text, values)).rows as Row[]

export const close = (): Promise<void> => pool.end()
