/**
 * What of the service runs on this machine and what it listens on. Command lines are searched and
 * never kept: arguments may hold secrets.
 */
import type { Running } from '../../../ports/process.ts'
import type { Collector } from './collector.ts'

const MOST_SHOWN = 20

export const collectPort =
  (port: number): Collector =>
  async ({ ports }) => {
    const all = (await ports.process.listeners()).filter((one) => one.port === port)
    const running = all.length === 0 ? [] : await ports.process.running()
    const nameOf = (pid: number | undefined): string =>
      running.find((one) => one.pid === pid)?.name ?? '(not ours to see)'
    return {
      open: all.length > 0,
      addresses: unique(all.map(({ address }) => address)),
      programs: unique(all.map(({ pid }) => nameOf(pid))),
    }
  }

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

export const collectProcess =
  (pattern: string): Collector =>
  async ({ ports }) => {
    const running = await ports.process.running()
    const own = ancestorsOf(ports.process.self().pid, running)
    const found = running
      .filter(({ pid, commandLine }) => commandLine.includes(pattern) && !own.has(pid))
      .sort((one, two) => one.startedMs - two.startedMs)
    const started = (one: Running): string => new Date(one.startedMs).toISOString().slice(0, 19)
    return {
      count: found.length,
      processes: found
        .slice(0, MOST_SHOWN)
        .map((one) => `${one.name}, process ${one.pid}, since ${started(one)}Z`),
    }
  }

/** This run and the shells that it was typed into hold the pattern too. */
function ancestorsOf(self: number, running: readonly Running[]): Set<number> {
  const parents = new Map(running.map(({ pid, parent }) => [pid, parent]))
  const own = new Set<number>()
  for (let pid: number | undefined = self; pid !== undefined && !own.has(pid);) {
    own.add(pid)
    pid = parents.get(pid)
  }
  return own
}
