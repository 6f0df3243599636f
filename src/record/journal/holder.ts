/**
 * A lock file that names its holder. It is made by link(2) from a file that is already complete, so
 * that nobody ever sees half a lock, and it is taken over only from a holder that is provably dead;
 * age proves nothing, because a laptop sleeps.
 *
 * Taking over without a race: whoever may remove the lock of the dead holder N is decided by a lock
 * of its own, `over-N`, taken the same way. Under it the lock is read again, and removed only if it
 * is still N's. N is dead and cannot return, so nobody else can remove or renew it meanwhile.
 */
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock, Random } from '../../ports/clock.ts'
import type { ChildIdentity, ProcessPort } from '../../ports/process.ts'

export type Holder = ChildIdentity & {
  host: string
  /** Process numbers mean something only within it (a container); undefined where unknown. */
  space: string | undefined
  nonce: string
  /** For people. */
  who: string
  at: string
}

/** One who asks for locks: who it is, and the file that is linked into their place. */
export type Claimant = { self: Holder; claim: string; process: ProcessPort }

/** Why a lock could not be had. */
export type Refused = { holder: Holder | undefined; why: string }

export function claimant(
  folder: string,
  from: { process: ProcessPort; clock: Clock; random: Random; host: string; who: string },
): Claimant {
  const self: Holder = {
    ...from.process.self(),
    host: from.host,
    space: pidSpace(),
    nonce: from.random.hex(8),
    who: from.who,
    at: new Date(from.clock.now()).toISOString(),
  }
  const claim = join(folder, `claim-${self.nonce}`)
  const fd = openSync(claim, 'wx', 0o600)
  try {
    writeSync(fd, JSON.stringify(self))
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  removeAtExit(claim)
  const by = { self, claim, process: from.process }
  sweep(folder, by)
  return by
}

/** Claims of processes that were killed; a lock they held is a link of its own. */
function sweep(folder: string, by: Claimant): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!name.startsWith('claim-') || path === by.claim) continue
    const holder = readHolder(path)
    if (typeof holder === 'object' && whyNotDead(holder, by) === undefined) unlinkIfThere(path)
  }
}

const leftovers = new Set<string>()

/** One listener for all claims of this process. A killed process leaves its claim to whoever takes over. */
function removeAtExit(claim: string): void {
  if (leftovers.size === 0) process.once('exit', () => leftovers.forEach(unlinkIfThere))
  leftovers.add(claim)
}

/** undefined: the lock is ours now. */
export function takeLock(path: string, by: Claimant): Refused | undefined {
  for (;;) {
    if (linked(by.claim, path)) return undefined
    const found = readHolder(path)
    if (found === 'free') continue
    if (found === 'unreadable') return { holder: undefined, why: 'the lock file cannot be read' }
    const why = whyNotDead(found, by)
    if (why !== undefined) return { holder: found, why }
    const refused = removeDead(path, found, by)
    if (refused !== undefined) return refused
  }
}

/** Removes the lock of a dead holder, whoever looks first. */
function removeDead(path: string, dead: Holder, by: Claimant): Refused | undefined {
  const over = join(dirname(path), `over-${dead.nonce}`)
  const refused = takeLock(over, by)
  if (refused !== undefined) return refused
  try {
    const now = readHolder(path)
    if (typeof now === 'object' && now.nonce === dead.nonce) {
      unlinkSync(path)
      unlinkIfThere(join(dirname(path), `claim-${dead.nonce}`))
    }
  } finally {
    unlinkSync(over)
  }
  return undefined
}

function linked(claim: string, path: string): boolean {
  try {
    linkSync(claim, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

export function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

export function readHolder(path: string): Holder | 'free' | 'unreadable' {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'free' : 'unreadable'
  }
  try {
    const holder = JSON.parse(text) as Holder
    return typeof holder.pid === 'number' && typeof holder.nonce === 'string'
      ? holder
      : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

/** Why this holder may still be alive, in words; undefined when it is provably dead. */
export function whyNotDead(
  holder: Holder,
  by: { self: Pick<Holder, 'host' | 'boot' | 'space'>; process: ProcessPort },
): string | undefined {
  const { self } = by
  if (holder.boot !== self.boot) {
    // No process outlives a boot of its own machine.
    if (holder.host === self.host) return undefined
    return `it is on ${holder.host}, and ${self.host} cannot look there`
  }
  if (holder.space !== self.space)
    return 'it is in another container, and this one cannot look there'
  return by.process.isAlive(holder) ? `process ${holder.pid} is running` : undefined
}

/** Linux: two containers on one kernel share the boot id, but not the process numbers. */
export function pidSpace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return undefined
  }
}
