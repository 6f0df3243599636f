/** Whether a process runs. A zombie does not; in a container without an init nobody collects it. */
import { readdirSync, readFileSync } from 'node:fs'

const statOf = (pid: number | string): string[] => {
  try {
    // The name is in brackets and may hold anything.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return []
  }
}
const isAtWork = ([state = 'X']: readonly string[]): boolean => !'ZX'.includes(state)

export const isRunning = (pid: number | string): boolean => isAtWork(statOf(pid))

/** Whether any process of this group runs. */
export const isGroupRunning = (group: number): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .some((stat) => stat[2] === String(group) && isAtWork(stat))
