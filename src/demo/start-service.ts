/** Starts the sample service as a process of its own, and ends it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import { cleanEnv, nodeArgs } from './repository.ts'

const STARTS_WITHIN_MS = 15_000

export type Running = { port: number; stop(): Promise<void> }

export async function startService(dir: string, moduleUrl: string): Promise<Running> {
  const log = openSync(join(dir, 'service.log'), 'a', 0o600)
  // Its standard input is a pipe to us: it ends when we do, however that happens.
  const child = spawn(process.execPath, nodeArgs(moduleUrl, 'serve({ withParent: true })'), {
    cwd: dir,
    env: cleanEnv(),
    stdio: ['pipe', 'pipe', log],
    detached: true,
  })
  closeSync(log)
  const port = await portOf(child)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    port,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new HotwashError('STEP_FAILED', `the demo's service did not start: ${why}`))
    }
    const timer = setTimeout(() => fail('it took too long'), STARTS_WITHIN_MS)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(`it ended with ${code}; see service.log`))
    let said = ''
    child.stdout?.on('data', (bytes) => {
      said += String(bytes)
      const port = /listening on (\d+)/.exec(said)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve(Number(port))
    })
  })
}
