/**
 * local/process.json beside the log: which children worked for the steps at work last, so that a resume
 * after a crash finds orphans. Written without fsync: a crash of the machine changes the boot id,
 * and kill -9 of hotwash leaves the page cache. It is written over and never removed, since a new
 * file for every step costs a tenth of the step, and what it says of dead children harms nobody:
 * each is told from a later process with its number.
 */
import { mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal } from '../../ports/journal.ts'
import type { ChildIdentity, ProcessPort } from '../../ports/process.ts'

type Sidecar = { run: string; step: string; undo: boolean; children: ChildIdentity[] }
type About = Omit<Sidecar, 'children'>

const pathOf = (journal: Journal): string => join(journal.dir, 'local', 'process.json')

/** Keeps the file up to date while a step works. `kill` ends what it started, at once. */
export function trackChildren(
  { journal, port }: { journal: Journal; port: ProcessPort },
  about: About,
): { started: (child: ChildIdentity) => void; kill: () => void; over: () => void } {
  const children: ChildIdentity[] = []
  const mine: Sidecar = { ...about, children }
  const atWork = works.get(journal) ?? new Set()
  works.set(journal, atWork)
  return {
    started(child) {
      children.push(child)
      atWork.add(mine)
      try {
        write(journal, [...atWork])
      } catch {
        // The child runs already: better no help for a resume than a child that nobody waits for.
        // If the disk is full, the step's result cannot be recorded either, and that ends the run.
      }
    },
    kill() {
      for (const child of children) port.killTree(child)
    },
    // The file tells of it until another child is started.
    over: () => void atWork.delete(mine),
  }
}

/** Of this process: several where a group runs its steps together. */
const works = new WeakMap<Journal, Set<Sidecar>>()

type Open = { fd: number; bytes: number }
const openFiles = new WeakMap<Journal, Open>()

function write(journal: Journal, sidecar: readonly Sidecar[]): void {
  const open = openFiles.get(journal) ?? openFile(journal)
  openFiles.set(journal, open)
  const text = JSON.stringify(sidecar)
  const bytes = Buffer.byteLength(text)
  // In one write, blank to the end of what was there before.
  writeSync(open.fd, text + ' '.repeat(Math.max(0, open.bytes - bytes)), 0)
  open.bytes = Math.max(open.bytes, bytes)
}

function openFile(journal: Journal): Open {
  mkdirSync(join(journal.dir, 'local'), { recursive: true, mode: 0o700 })
  return { fd: openSync(pathOf(journal), 'w', 0o600), bytes: 0 }
}

/** The child of this step, or of its undo, that outlived the hotwash that started it. */
export function stillRunning(
  journal: Journal,
  about: About,
  port: ProcessPort,
): number | undefined {
  const children = read(journal)
    .filter(({ run, step, undo }) => {
      return run === about.run && step === about.step && undo === about.undo
    })
    .flatMap((work) => work.children)
  return children.find((child) => port.isAlive(child))?.pid
}

/** Its whole group is ended: a shell alone would leave behind the program that it waits for. */
export const whyNotYet = (pid: number): string =>
  `it still runs as process ${pid}: wait for it, or end it: kill -- -${pid}, then say so`

function read(journal: Journal): Sidecar[] {
  try {
    const found = JSON.parse(readFileSync(pathOf(journal), 'utf8')) as Sidecar | Sidecar[]
    // Until there were groups it told of one step.
    return Array.isArray(found) ? found : [found]
  } catch {
    // Absent, or cut short by a crash: nothing is known of a child.
    return []
  }
}
