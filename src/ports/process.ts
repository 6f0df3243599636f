/** Child processes. The one adapter is execa's. */
type OutputStream = 'stdout' | 'stderr'

export type Command = {
  /** argv[0] is relative to `cwd` when it holds a slash, else looked up on PATH. */
  argv: readonly [string, ...string[]]
  cwd: string
  env: Readonly<Record<string, string>>
  /** Closed when undefined. */
  stdin?: string | Uint8Array
  /** Hands over the terminal: no capture, no process group of its own. */
  tty?: boolean
  /** Called with raw bytes as they come; back-pressure is the callee's return. */
  onOutput?: (bytes: Uint8Array, stream: OutputStream) => void
  /** Called once the child runs. */
  onStart?: (child: ChildIdentity) => void
  /** Ends the whole process tree: first with TERM, after `killAfterMs` with KILL. */
  signal?: AbortSignal
  killAfterMs?: number
}

/** Enough to tell this process from a later one with the same pid. */
export type ChildIdentity = { pid: number; startTime: string; boot: string }

export type Exit = {
  /** undefined when it was ended by a signal or could not be started. */
  exitCode: number | undefined
  signal: string | undefined
  durationMs: number
  /** It could not be started: missing program, too long argv, no permission. */
  notStarted: string | undefined
  /** A grandchild outlived it and still held its output. */
  leftover: boolean
  /** The abort signal ended it. */
  aborted: boolean
  killed: boolean
}

export type Running = {
  pid: number
  parent: number
  /** Of the program, without its folder and its arguments. */
  name: string
  startedMs: number
  /** To look something up in; it may hold secrets, and is never recorded. */
  commandLine: string
}

/** A TCP socket that takes connections. */
export type Listener = {
  address: string
  port: number
  /** undefined: of a process that may not be looked into. */
  pid: number | undefined
}

export type ProcessPort = {
  run(command: Command): Promise<Exit>
  /** Collects at most `maxBytes` of stdout as text; for short helper programs. */
  capture(command: Command, maxBytes: number): Promise<Exit & { stdout: string; stderr: string }>
  isAlive(child: ChildIdentity): boolean
  /** KILL, now, for a child that was started here and for all that came from it. */
  killTree(child: ChildIdentity): void
  self(): ChildIdentity
  /** What runs on this machine now. */
  running(): Promise<readonly Running[]>
  listeners(): Promise<readonly Listener[]>
  /** Absolute path of a program on PATH, or undefined. */
  which(program: string): string | undefined
  env(): Readonly<Record<string, string>>
}
