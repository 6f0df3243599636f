/** Waits for a fact. The limit is only there to say what was waited for in vain: no machine is so slow. */
import { setTimeout as sleep } from 'node:timers/promises'

const LIMIT_MS = 90_000

export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const limit = Date.now() + LIMIT_MS; !holds(); await sleep(20)) {
    if (Date.now() > limit) throw new Error(`waited in vain until ${what}`)
  }
}
