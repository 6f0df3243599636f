/**
 * One client for all requests, and each request closes it in its `finally`. Alone that goes well;
 * of several at once, the first that is done closes it under all others.
 */
import { Client } from 'pg'
import type { Work } from '../work.ts'

let connecting: Promise<Client> | undefined

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: process.env['DATABASE_URL'] })
  // Without a listener a broken connection would end the process.
  client.on('error', () => {})
  await client.connect()
  return client
}

export async function withDatabase<T>(work: Work<T>): Promise<T> {
  const client = await (connecting ??= connect())
  try {
    return await work(client)
  } finally {
    await client.end()
    connecting = undefined
  }
}

export const close = (): Promise<void> => Promise.resolve()
