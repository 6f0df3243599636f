/**
 * Held for the milliseconds of one append, over all logs of a journal, so that `seq`, `prev` and
 * `clock` are read and used by one process at a time.
 */
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { Claimant } from './holder.ts'
import { takeLock, unlinkIfThere } from './holder.ts'

/** A disk that syncs for this long is as good as gone; nobody may wait for ever in an outage. */
const LIMIT_MS = 10_000
const FIRST_WAIT_MS = 0.2
const LONGEST_WAIT_MS = 20

const sleeper = new Int32Array(new SharedArrayBuffer(4))

/** `act` must not wait for anything asynchronous: the lock is not re-entrant. */
export function withAppendLock<T>(dir: string, by: Claimant, act: () => T): T {
  const path = join(dir, 'local', 'append.lock')
  take(path, by)
  try {
    return act()
  } finally {
    unlinkIfThere(path)
  }
}

function take(path: string, by: Claimant): void {
  const until = performance.now() + LIMIT_MS
  let waitMs = FIRST_WAIT_MS
  for (;;) {
    const refused = takeLock(path, by)
    if (refused === undefined) return
    if (performance.now() > until) {
      const who = refused.holder === undefined ? 'somebody' : `process ${refused.holder.pid}`
      throw new HotwashError(
        'JOURNAL',
        `${who} has held the append lock for ${LIMIT_MS / 1000} s (${refused.why})`,
        { hint: `end it; if you are certain that it is dead: rm ${path}` },
      )
    }
    Atomics.wait(sleeper, 0, 0, waitMs)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
}
