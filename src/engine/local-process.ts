/**
 * local/process.json beside the log: which children work for the present step, so that a resume
 * after a crash finds orphans. Written without fsync: a crash of the machine changes the boot id,
 * and kill -9 of hotwash leaves the page cache.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal } from '../ports/journal.ts'
import type { ChildIdentity, ProcessPort } from '../ports/process.ts'

type Sidecar = { run: string; step: string; undo: boolean; children: ChildIdentity[] }
type About = Omit<Sidecar, 'children'>

const pathOf = (journal: Journal): string => join(journal.dir, 'local', 'process.json')

/** Keeps the file up to date while a step works; `close` removes it. */
export function trackChildren(
  journal: Journal,
  about: About,
): { started: (child: ChildIdentity) => void; kill: () => void; close: () => void } {
  const children: ChildIdentity[] = []
  return {
    started(child) {
      children.push(child)
      mkdirSync(join(journal.dir, 'local'), { recursive: true, mode: 0o700 })
      writeFileSync(pathOf(journal), JSON.stringify({ ...about, children }), { mode: 0o600 })
    },
    kill() {
      for (const { pid } of children) killGroup(pid)
    },
    close() {
      if (children.length > 0) rmSync(pathOf(journal), { force: true })
    },
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}

/** Whether a child of this step, or of its undo, outlived the hotwash that started it. */
export function isStillRunning(journal: Journal, about: About, port: ProcessPort): boolean {
  const sidecar = read(journal)
  if (sidecar === undefined) return false
  const same =
    sidecar.run === about.run && sidecar.step === about.step && sidecar.undo === about.undo
  return same && sidecar.children.some((child) => port.isAlive(child))
}

function read(journal: Journal): Sidecar | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(journal), 'utf8')) as Sidecar
  } catch {
    // Absent, or cut short by a crash: nothing is known of a child.
    return undefined
  }
}
