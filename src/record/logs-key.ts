/**
 * Tells from the folder alone that the logs of an incident are what they were, so that what is kept of
 * them outside git still holds. A cache that is wrong would be worse than none: see `isSettled`.
 */
import { readdirSync, statSync, type Stats } from 'node:fs'

/** The coarsest clock of a file system. */
const GRAIN_MS = 2_000

/** What is written now gets another time than this file has. In the future: clocks disagree, no. */
const isSettled = ({ mtimeMs, ctimeMs }: Stats, nowMs: number): boolean =>
  Math.max(mtimeMs, ctimeMs) < nowMs - GRAIN_MS

/**
 * Of the folder of the logs its time, which changes when there is another one; of each log its name,
 * its size and its times: that of its last change cannot be set by hand. `was`: the key as it was, so
 * that a folder that is the same is not listed again. undefined: nothing may be kept.
 */
export function logsKey(
  dir: string,
  { was, nowMs }: { was: string | undefined; nowMs: number },
): string | undefined {
  // Not `join`: of ten thousand incidents, tidying paths that are tidy is much of the work.
  const folder = `${dir}/log`
  try {
    const stats = statSync(folder)
    if (!isSettled(stats, nowMs)) return undefined
    const [time, ...logs] = was?.split(' ') ?? []
    const names =
      time === String(stats.mtimeMs)
        ? logs.map((log) => log.slice(0, log.indexOf(':')))
        : readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
    const keys = [String(stats.mtimeMs)]
    for (const name of names) {
      const log = statSync(`${folder}/${name}`)
      if (!isSettled(log, nowMs)) return undefined
      keys.push(`${name}:${log.size}:${log.mtimeMs}:${log.ctimeMs}`)
    }
    return keys.join(' ')
  } catch {
    // Reading it says why.
    return undefined
  }
}
