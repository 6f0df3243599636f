/** Signals a child and all that came from it, also what left its process group by `setsid`. */
import { readdirSync } from 'node:fs'
import type { ChildIdentity } from '../ports/process.ts'
import { identityOf, isAlive, readStat } from './process-identity.ts'

export type ProcessTree = {
  signal(name: 'SIGTERM' | 'SIGKILL'): void
  /** Whether anything of the tree, as far as it was ever seen, still runs. */
  isAlive(): boolean
}

/** `ownGroup`: the child leads a process group; else it shares ours, which must not be signalled. */
export function processTree(leader: number, options: { ownGroup: boolean }): ProcessTree {
  // Remembered from signal to signal: once its parent is dead a process belongs to init, and is
  // no longer found as a descendant.
  const seen = new Map<number, ChildIdentity>()
  const self = identityOf(leader)
  return {
    signal(name) {
      for (const pid of descendantsOf(leader)) {
        if (!seen.has(pid)) seen.set(pid, identityOf(pid))
      }
      if (options.ownGroup) send(-leader, name)
      else if (isAlive(self)) send(leader, name)
      for (const child of seen.values()) {
        if (isAlive(child)) send(child.pid, name)
      }
    },
    isAlive() {
      if (isAlive(self)) return true
      if (options.ownGroup && groupIsAlive(leader)) return true
      return [...seen.values()].some(isAlive)
    },
  }
}

export function killTree(child: ChildIdentity): void {
  if (!isAlive(child)) return
  const ownGroup = process.platform !== 'linux' || readStat(child.pid)?.group === child.pid
  processTree(child.pid, { ownGroup }).signal('SIGKILL')
  // Where nothing tells whose group it is in, a child with the terminal is in ours.
  send(child.pid, 'SIGKILL')
}

function groupIsAlive(leader: number): boolean {
  try {
    process.kill(-leader, 0)
  } catch (error) {
    // EPERM: there is one, of another user (sudo).
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  // Zombies count for kill(2), and where nobody collects them (a container without init) for ever.
  if (process.platform !== 'linux') return true
  return allStats().some(({ stat }) => stat.group === leader && !'ZX'.includes(stat.state))
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone, or belongs to another user: there is nothing more that we can do.
  }
}

/** Linux only; elsewhere the process group has to do. */
function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const { pid, stat } of allStats()) {
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid])
  }
  const found: number[] = []
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const direct = children.get(pid) ?? []
    found.push(...direct)
    waiting.push(...direct)
  }
  return found
}

function allStats() {
  return processIds().flatMap((pid) => {
    const stat = readStat(pid)
    return stat === undefined ? [] : [{ pid, stat }]
  })
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}
