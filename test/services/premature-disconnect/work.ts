/** What a request does with the database, whoever connects it. */
import type { Client, Pool } from 'pg'

export type Work<T> = (database: Client | Pool) => Promise<T>
