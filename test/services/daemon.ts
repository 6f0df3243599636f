/**
 * A sample service as a process of its own that the scripts of its repository can stop and start,
 * as a fix does. It keeps its port over restarts, and ends when the test run that owns it has ended.
 */
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { isRunning } from '../running.ts'

const STARTS_WITHIN_MS = 90_000
const LOOK_EVERY_MS = 20
const OWNER_EVERY_MS = 500

type Running = { pid: number; port: number }
const placeOf = (dir: string): string => join(dir, 'run', 'service.json')

/** Starts the program in `dir` and waits until it listens. `owner`: the process that it must not outlive. */
export async function startDaemon(dir: string, program: string, owner: number): Promise<Running> {
  mkdirSync(join(dir, 'run'), { recursive: true })
  const previous = runningIn(dir)
  rmSync(placeOf(dir), { force: true })
  const port = previous?.port ?? (await freePort())
  const output = openSync(join(dir, 'run', 'output.log'), 'a', 0o600)
  const args = ['--no-warnings', program, dir, String(port), String(owner)]
  const env = { PATH: process.env['PATH'] ?? '', OWNER: String(owner) }
  const child = spawn(process.execPath, args, {
    cwd: dir,
    env,
    stdio: ['ignore', output, output],
    detached: true,
  })
  closeSync(output)
  child.unref()
  const started = await until(() => {
    const now = runningIn(dir)
    if (now?.pid === child.pid) return now
    if (child.exitCode !== null)
      throw new Error(`it ended with ${child.exitCode}: ${outputOf(dir)}`)
    return undefined
  })
  if (started === undefined) throw new Error(`the service does not listen: ${outputOf(dir)}`)
  return started
}

const outputOf = (dir: string): string =>
  readFileSync(join(dir, 'run', 'output.log'), 'utf8').slice(-500)

export async function stopDaemon(dir: string): Promise<void> {
  const running = runningIn(dir)
  if (running === undefined || !isRunning(running.pid)) return
  process.kill(running.pid, 'SIGKILL')
  const ended = await until(() => (isRunning(running.pid) ? undefined : true))
  if (ended === undefined) throw new Error(`process ${running.pid} does not end`)
}

function runningIn(dir: string): Running | undefined {
  if (!existsSync(placeOf(dir))) return undefined
  return JSON.parse(readFileSync(placeOf(dir), 'utf8')) as Running
}

async function until<T>(look: () => T | undefined): Promise<T | undefined> {
  for (
    const began = Date.now();
    Date.now() - began < STARTS_WITHIN_MS;
    await sleep(LOOK_EVERY_MS)
  ) {
    const seen = look()
    if (seen !== undefined) return seen
  }
  return undefined
}

/** The side of the service: listens, says where, and ends with its owner. */
export async function listen(listener: RequestListener): Promise<void> {
  const [dir = '.', port = '0', owner = '0'] = process.argv.slice(2)
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve))
  const running: Running = { pid: process.pid, port: (server.address() as AddressInfo).port }
  // Whole or not at all: somebody is waiting to read it.
  writeFileSync(`${placeOf(dir)}.new`, JSON.stringify(running))
  renameSync(`${placeOf(dir)}.new`, placeOf(dir))
  setInterval(() => {
    if (!isRunning(Number(owner))) process.exit(0)
  }, OWNER_EVERY_MS)
}

export async function readJson(request: IncomingMessage): Promise<Record<string, string>> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  try {
    return JSON.parse(text) as Record<string, string>
  } catch {
    return {}
  }
}
