/**
 * Child processes, by execa. One child's way:
 *   spawned in a process group of its own (unless it is given the terminal) → output is handed on as
 *   it comes → the child's own exit → a short wait for the pipes, which a process it left behind may
 *   hold for ever → settled.
 * An abort sends TERM to the whole tree, and KILL to what is left of it after `killAfterMs`.
 */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { execa as Execa } from 'execa'
import type { Command, Exit, ProcessPort } from '../ports/process.ts'
import { identityOf, isAlive } from './process-identity.ts'
import { killTree, processTree, type ProcessTree } from './process-tree.ts'
import { checkArguments, explainSpawnError, findProgram, resolveProgram } from './program.ts'

/** How long after its exit a child's pipes may stay open before they are closed from our side. */
const PIPE_GRACE_MS = 250
const DRAIN_TURNS = 5
const KILL_AFTER_MS = 5_000
/** A process in uninterruptible sleep (a dead NFS server) does not even go by KILL. */
const AFTER_KILL_MS = 2_000
const POLL_MS = 20

export function createProcessPort(): ProcessPort {
  let environment: Readonly<Record<string, string>> | undefined
  const env = () => (environment ??= { ...process.env } as Record<string, string>)
  let self: ReturnType<typeof identityOf> | undefined
  return {
    run,
    capture,
    isAlive,
    killTree,
    self: () => (self ??= identityOf(process.pid)),
    async running() {
      const { hasProc, runningByPs, runningInProc } = await import('./process-table.ts')
      return hasProc() ? runningInProc() : runningByPs({ capture })
    },
    async listeners() {
      const { hasProc, listenersByLsof, listenersInProc } = await import('./process-table.ts')
      return hasProc() ? listenersInProc() : listenersByLsof({ capture })
    },
    which: (program) => findProgram(program, env()['PATH']),
    env,
  }
}

const NOT_STARTED: Exit = {
  exitCode: undefined,
  signal: undefined,
  durationMs: 0,
  notStarted: undefined,
  leftover: false,
  aborted: false,
  killed: false,
}

async function run(command: Command): Promise<Exit> {
  const refused = checkArguments(command)
  if (refused !== undefined) return { ...NOT_STARTED, notStarted: refused }
  const { execa } = await import('execa')
  if (command.signal?.aborted) return { ...NOT_STARTED, aborted: true }

  const startedAt = performance.now()
  const child = spawn(execa, command)
  // Settles late where a pipe is held; what it says is seen on the child itself.
  child.catch(() => {})
  if (child.pid === undefined) {
    return { ...NOT_STARTED, notStarted: await explainSpawnError(await child, command) }
  }
  let broken: { reason: unknown } | undefined
  let stop = () => {}
  const closed = forwardOutput(child, command, (reason) => {
    broken ??= { reason }
    stop()
  })
  feedStdin(child, command.stdin)
  command.onStart?.(identityOf(child.pid))

  const stopped = new Promise<'stop'>((resolve) => (stop = () => resolve('stop')))
  const ending = await endOf(child, { command, stopped, stop })
  const durationMs = Math.round(performance.now() - startedAt)
  const leftover = await closePipes(child, closed)
  if (broken !== undefined) throw broken.reason
  return { ...ending, durationMs, leftover, notStarted: undefined }
}

type Child = ReturnType<typeof spawn>

function spawn(execa: typeof Execa, command: Command) {
  const [, ...args] = command.argv
  const tty = command.tty === true
  return execa(resolveProgram(command), args, {
    cwd: command.cwd,
    env: command.env,
    extendEnv: false,
    // Without it execa ends a command at 100 MB of output.
    buffer: false,
    reject: false,
    encoding: 'buffer',
    stdin: tty ? 'inherit' : command.stdin === undefined ? 'ignore' : 'pipe',
    stdout: tty ? 'inherit' : 'pipe',
    stderr: tty ? 'inherit' : 'pipe',
    // A group of its own. A child with the terminal stays in ours, or it could not read from it.
    killDescendants: !tty,
    // Our own exit must not end a command half-way: resume looks for the orphan instead.
    cleanup: false,
    forceKillAfterDelay: false,
  })
}

/** Settles once both pipes are closed. `onError`: the sink cannot take it, e.g. on a full disk. */
function forwardOutput(child: Child, command: Command, onError: (reason: unknown) => void) {
  const closings = [child.stdout, child.stderr].map((stream, index) => {
    if (!stream) return Promise.resolve()
    const name = index === 0 ? 'stdout' : 'stderr'
    stream.on('data', (bytes: Uint8Array) => {
      try {
        command.onOutput?.(bytes, name)
      } catch (error) {
        onError(error)
        stream.destroy()
      }
    })
    stream.on('error', () => {})
    return new Promise<void>((resolve) => stream.once('close', resolve))
  })
  return Promise.all(closings)
}

function feedStdin(child: Child, stdin: Command['stdin']): void {
  if (stdin === undefined || !child.stdin) return
  // EPIPE: the child closed its end or exited without reading, which is its own affair.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
}

type Ending = Pick<Exit, 'exitCode' | 'signal' | 'aborted' | 'killed'>
type Stopping = { command: Command; stopped: Promise<'stop'>; stop: () => void }

async function endOf(child: Child, { command, stopped, stop }: Stopping): Promise<Ending> {
  const native = child.nodeChildProcess
  const exited = new Promise<'exit'>((resolve) => {
    if (native.exitCode !== null || native.signalCode !== null) resolve('exit')
    else native.once('exit', () => resolve('exit'))
  })
  command.signal?.addEventListener('abort', stop)
  if (command.signal?.aborted) stop()
  const first = await Promise.race([exited, stopped])
  // The step's signal may live longer than many commands.
  command.signal?.removeEventListener('abort', stop)
  let killed = false
  if (first === 'stop' && child.pid !== undefined) {
    const tree = processTree(child.pid, { ownGroup: command.tty !== true })
    killed = await endTree(tree, exited, command.killAfterMs ?? KILL_AFTER_MS)
  }
  return {
    exitCode: native.exitCode ?? undefined,
    signal: native.signalCode ?? undefined,
    aborted: first === 'stop',
    killed,
  }
}

/** TERM, and KILL for what is left at the limit. True when KILL was needed. */
async function endTree(tree: ProcessTree, exited: Promise<unknown>, limitMs: number) {
  tree.signal('SIGTERM')
  if (await isGone(tree, limitMs)) return exited.then(() => false)
  tree.signal('SIGKILL')
  await Promise.race([exited, delay(AFTER_KILL_MS, undefined, { ref: false })])
  return true
}

async function isGone(tree: ProcessTree, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs
  while (tree.isAlive()) {
    if (performance.now() >= until) return false
    await delay(POLL_MS)
  }
  return true
}

/** True when another process still held the output when the grace was over. */
async function closePipes(child: Child, closed: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PIPE_GRACE_MS)
  })
  const leftover = await Promise.race([
    closed.then(() => false),
    grace.then(() => staysOpen(closed)),
  ])
  clearTimeout(timer)
  if (leftover) {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  return leftover
}

/**
 * A timer that is due comes before the pipes are read: in a busy program all that a child said may
 * still be in them. A turn of the event loop takes what a pipe holds, later ones see its end.
 */
async function staysOpen(closed: Promise<unknown>): Promise<boolean> {
  const ended = closed.then(() => false)
  let isOpen = true
  for (let turn = 0; isOpen && turn < DRAIN_TURNS; turn += 1)
    isOpen = await Promise.race([ended, nextTurn(true)])
  return isOpen
}

async function capture(command: Command, maxBytes: number) {
  const kept = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  const room = { stdout: maxBytes, stderr: maxBytes }
  const exit = await run({
    ...command,
    onOutput(bytes, stream) {
      command.onOutput?.(bytes, stream)
      if (room[stream] === 0) return
      const part = bytes.subarray(0, room[stream])
      room[stream] -= part.length
      kept[stream].push(part)
    },
  })
  return {
    ...exit,
    stdout: Buffer.concat(kept.stdout).toString('utf8'),
    stderr: Buffer.concat(kept.stderr).toString('utf8'),
  }
}
