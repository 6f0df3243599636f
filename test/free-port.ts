/**
 * A port for a server that is started by others, and stopped and started again meanwhile. The kernel
 * hands out none of these by itself, so that nobody else gets it while the server is away.
 */
import { createServer } from 'node:net'

/** Each worker of vitest has a thousand of its own: what it looked at is not taken before it is used. */
const EACH = 1_000
const FIRST = 20_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 12) * EACH

let asked = process.pid

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + (asked++ % EACH)
    if (await isFree(port)) return port
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer().once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
