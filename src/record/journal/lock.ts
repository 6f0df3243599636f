/**
 * The run lock: held for a whole run, in `<folder>/local/run.lock`. The same mechanism serves the
 * named locks of runbooks, each in a folder of its own under the state folder.
 */
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { Actor } from '../../incident/event.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { ProcessPort } from '../../ports/process.ts'
import type { Holder } from './holder.ts'
import { claimant, pidSpace, readHolder, takeLock, unlinkIfThere, whyNotDead } from './holder.ts'

export type RunLock = { holder: Holder; release(): void }

const lockPath = (dir: string): string => join(dir, 'local', 'run.lock')

/** Throws LOCKED, naming the holder, unless the lock is free or its holder is provably dead. */
export function acquireRunLock(
  dir: string,
  from: { process: ProcessPort; clock: Clock; random: Random; host: string; actor: Actor },
): RunLock {
  const path = lockPath(dir)
  const by = claim(dir, from)
  const refused = takeLock(path, by)
  if (refused !== undefined) {
    unlinkIfThere(by.claim)
    throw lockedBy(path, refused.holder, refused.why)
  }
  let held = true
  return {
    holder: by.self,
    release() {
      if (!held) return
      held = false
      unlinkIfThere(path)
      unlinkIfThere(by.claim)
    },
  }
}

function claim(dir: string, from: Parameters<typeof acquireRunLock>[1]) {
  try {
    mkdirSync(join(dir, 'local'), { recursive: true, mode: 0o700 })
    return claimant(join(dir, 'local'), { ...from, who: from.actor.name })
  } catch (error) {
    throw new HotwashError('JOURNAL', `the run lock cannot be made: ${(error as Error).message}`, {
      hint: `make room and give yourself write access to ${dir}`,
      cause: error,
    })
  }
}

function lockedBy(path: string, holder: Holder | undefined, why: string): HotwashError {
  const who =
    holder === undefined
      ? 'somebody'
      : `${holder.who} on ${holder.host}, process ${holder.pid}, since ${holder.at}`
  return new HotwashError('LOCKED', `another run holds the lock: ${who} (${why})`, {
    hint: `look: hotwash status; wait for it, or end it there (once its terminal is closed, it pauses at the end of its step); if you are certain that it is dead: rm ${path}`,
  })
}

/** Who holds the run lock; undefined when it is free or its holder is provably dead. */
export function runLockHolder(dir: string, process: ProcessPort): Holder | undefined {
  const found = readHolder(lockPath(dir))
  if (found === 'free' || found === 'unreadable') return undefined
  const self = { boot: process.self().boot, host: hostname(), space: pidSpace() }
  return whyNotDead(found, { self, process }) === undefined ? undefined : found
}
