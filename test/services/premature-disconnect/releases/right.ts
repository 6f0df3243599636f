/** One pool for the life of the process: nobody closes what another one is using. */
import { Pool } from 'pg'
import type { Work } from '../work.ts'

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 8 })
pool.on('error', () => {})

export const withDatabase = <T>(work: Work<T>): Promise<T> => work(pool)

export const close = (): Promise<void> => pool.end()
