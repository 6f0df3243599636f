/** Tells one process from a later one with the same pid: pid, start time and boot together. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Execa from 'execa'
import type { ChildIdentity } from '../ports/process.ts'
import { bootId } from './boot.ts'

export function identityOf(pid: number): ChildIdentity {
  return { pid, startTime: startTime(pid) ?? '', boot: bootId() }
}

/** A zombie is dead: it has run to its end and only waits to be collected. */
export function isAlive(child: ChildIdentity): boolean {
  if (child.boot !== bootId()) return false
  const now = startTime(child.pid)
  return now !== undefined && now === child.startTime
}

/** Start of the process in the system's own unit, or undefined when there is none (any more). */
function startTime(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid)
}

function linuxStartTime(pid: number): string | undefined {
  const stat = readStat(pid)
  return stat === undefined || stat.state === 'Z' || stat.state === 'X' ? undefined : stat.startTime
}

/** Field 2 of /proc/PID/stat is the program's name in brackets, which may itself hold brackets and spaces. */
export function readStat(
  pid: number,
): { state: string; parent: number; group: number; startTime: string } | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent, group] = fields
  return { state, parent: Number(parent), group: Number(group), startTime: fields[19] ?? '' }
}

function psStartTime(pid: number): string | undefined {
  // Asked for synchronously (a lock is taken in one go), and on macOS only.
  const { execaSync } = createRequire(import.meta.url)('execa') as typeof Execa
  const { stdout } = execaSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    reject: false,
    extendEnv: false,
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
  })
  const [state, ...start] = stdout.trim().split(/\s+/)
  return state === undefined || state === '' || state.startsWith('Z') ? undefined : start.join(' ')
}
