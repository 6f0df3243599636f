/**
 * What operators of the sample services have: `start`, `stop`, `restart`, `release NAME`, `rotate KEY`.
 * The service is a process of its own, which outlives whoever started it; which code it runs is a
 * symbolic link, service/current.ts. A release may bring a migration up and down.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseEnv } from 'node:util'
import { Client } from 'pg'

const HOME = join(import.meta.dirname, '..')
const PID = join(HOME, 'run', 'service.pid')
const CURRENT = join(HOME, 'service', 'current.ts')
const STEP_MS = 10
const { LAB_OWNER, NODE_COMPILE_CACHE } = process.env
const LIMIT_MS = 90_000

const settings = (): NodeJS.Dict<string> => parseEnv(readFileSync(join(HOME, 'app.env'), 'utf8'))

const isAlive = (pid: number): boolean => {
  try {
    // A zombie is gone; in a container without an init nobody collects it.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = Date.now(); !(await holds()); await sleep(STEP_MS)) {
    if (Date.now() - began > LIMIT_MS) throw new Error(`${what}: not within ${LIMIT_MS} ms`)
  }
}

async function stop(): Promise<void> {
  if (!existsSync(PID)) return
  const pid = Number(readFileSync(PID, 'utf8'))
  rmSync(PID, { force: true })
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGTERM')
  await until('stopping the service', () => !isAlive(pid))
}

async function start(): Promise<void> {
  mkdirSync(join(HOME, 'run'), { recursive: true })
  mkdirSync(join(HOME, 'logs'), { recursive: true })
  const log = openSync(join(HOME, 'logs', 'app.log'), 'a')
  const leash = join(HOME, 'ops', 'leash.ts')
  const argv = ['--no-warnings', '--import', leash, join(HOME, 'service', 'server.ts')]
  const child = spawn(process.execPath, argv, {
    cwd: HOME,
    env: { TZ: 'UTC', LAB_OWNER, NODE_COMPILE_CACHE, ...settings() },
    stdio: ['ignore', log, log],
    detached: true,
  })
  child.unref()
  const { pid = 0 } = child
  writeFileSync(PID, String(pid))
  await until('starting the service', async () => {
    if (child.exitCode !== null) throw new Error('the service ended at once: see logs/app.log')
    return answers()
  })
}

const answers = async (): Promise<boolean> => {
  try {
    await fetch(`http://127.0.0.1:${settings()['PORT']}/healthz`)
    return true
  } catch {
    return false
  }
}

const current = (): string => readlinkSync(CURRENT).replace(/^releases\/(.*)\.ts$/, '$1')

async function migrate(file: string): Promise<void> {
  const path = join(HOME, 'service', 'releases', file)
  if (!existsSync(path)) return
  const client = new Client({ connectionString: settings()['DATABASE_URL'] })
  await client.connect()
  try {
    await client.query(readFileSync(path, 'utf8'))
  } finally {
    await client.end()
  }
}

async function release(name: string): Promise<void> {
  if (!existsSync(join(HOME, 'service', 'releases', `${name}.ts`))) {
    throw new Error(`there is no release ${name}`)
  }
  await stop()
  if (current() !== name) {
    await migrate(`${current()}.down.sql`)
    await migrate(`${name}.up.sql`)
    symlinkSync(join('releases', `${name}.ts`), `${CURRENT}.new`)
    renameSync(`${CURRENT}.new`, CURRENT)
  }
  await start()
  process.stdout.write(`release ${name} is running\n`)
}

/** A new secret: everything that was signed with the old one is worth nothing. */
async function rotate(key: string): Promise<void> {
  const file = join(HOME, 'app.env')
  const line = `${key}='${randomBytes(24).toString('hex')}'`
  writeFileSync(file, readFileSync(file, 'utf8').replace(new RegExp(`^${key}=.*$`, 'm'), line))
  await stop()
  await start()
}

const [act, name = ''] = process.argv.slice(2)
if (act === 'release') await release(name)
else if (act === 'rotate') await rotate(name)
else if (act === 'stop') await stop()
else if (act === 'start') await start()
else if (act === 'restart') {
  await stop()
  await start()
} else throw new Error(`there is no act ${act}`)
