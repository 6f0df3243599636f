/**
 * A throw-away PostgreSQL cluster in a temp folder, for one test file. initdb takes seconds, so
 * that one template per machine and version is made once and copied. Nothing is fsynced.
 * PostgreSQL refuses to run as root: then it runs as `postgres`, else as `nobody`.
 */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import type { QueryResult } from 'pg'
import { test } from 'vitest'
import { freePort } from './free-port.ts'

/** Of both roles; distinctive, so that a test can look for it where it must not be. */
export const PASSWORD = 'throwaway-Xq7Zt2Lm'

export type TestPostgres = {
  /** The database `app`, as its owner `app`, who may create databases. */
  url: string
  /** The database `postgres` as the superuser `postgres`. */
  adminUrl: string
  port: number
  /** Folder of pg_dump, pg_restore, psql of this version. */
  bin: string
  /** Makes an empty database owned by `app`; its url as `app`. */
  createDatabase(name: string): Promise<string>
  /** Runs SQL, as superuser in `postgres` unless another url is given; rows of the last statement. */
  sql(text: string, url?: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

type User = { uid: number; gid: number; prefix: readonly string[] }

export async function startPostgres(): Promise<TestPostgres> {
  const bin = binaries()
  const user = unprivileged()
  const home = mkdtempSync(join(tmpdir(), 'hw-pg-'))
  chownSync(home, user.uid, user.gid)
  const data = join(home, 'data')
  sh(user, ['cp', '-a', template(bin, user), data])
  const { child, port } = await serve({ bin, user, home, data })
  const kill = () => void child.kill('SIGQUIT')
  process.once('exit', kill)
  const at = (name: string, role: string) =>
    `postgres://${role}:${PASSWORD}@127.0.0.1:${port}/${name}`
  const adminUrl = at('postgres', 'postgres')
  const sql = (text: string, url = adminUrl) => query(url, text)
  const createDatabase = async (name: string) => {
    await sql(`create database ${escapeIdentifier(name)} owner app`)
    return at(name, 'app')
  }
  await sql(`create role app login createdb password '${PASSWORD}'`)
  const url = await createDatabase('app')
  const stop = async () => {
    process.off('exit', kill)
    const ended = new Promise((done) => child.once('exit', done))
    // Immediate shutdown: nothing in it is worth a checkpoint.
    if (child.exitCode === null && child.kill('SIGQUIT')) await ended
    rmSync(home, { recursive: true, force: true })
  }
  return { url, adminUrl, port, bin, createDatabase, sql, stop }
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const results: unknown = await client.query(text)
    const last = Array.isArray(results) ? results.at(-1) : results
    return (last as QueryResult<Record<string, unknown>>).rows
  } finally {
    await client.end()
  }
}

/** Whether the machine has what `startPostgres` needs; CI installs it and refuses a skipped test. */
export function hasPostgres(): boolean {
  try {
    binaries()
    return true
  } catch {
    return false
  }
}

/** A test that is skipped, and counted as such, on a machine without PostgreSQL. */
export const testOnPostgres = hasPostgres() ? test : test.skip

/** PATH first, then where Debian keeps them out of PATH; the newest version wins. */
function binaries(): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => +b - +a) : []
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ]
  const found = folders.find((folder) =>
    ['postgres', 'initdb'].every((program) => existsSync(join(folder, program))),
  )
  // Past symbolic links: the other programs of this version lie beside the real one.
  if (found) return dirname(realpathSync(join(found, 'postgres')))
  throw new Error('PostgreSQL is needed by the tests: install it, e.g. apt-get install postgresql')
}

function unprivileged(): User {
  const [uid, gid] = [process.getuid?.() ?? -1, process.getgid?.() ?? -1]
  if (uid !== 0) return { uid, gid, prefix: [] }
  for (const name of ['postgres', 'nobody']) {
    const [u, g] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name]).stdout.toString())
    if (!u || !g) continue
    const ids = [`--reuid=${+u}`, `--regid=${+g}`, '--clear-groups']
    // pdeathsig: a killed test run leaves no server behind.
    return { uid: +u, gid: +g, prefix: ['setpriv', ...ids, '--pdeathsig=QUIT', '--'] }
  }
  throw new Error('the tests run as root, and there is no user postgres or nobody for PostgreSQL')
}

function sh(user: User, argv: readonly string[]): string {
  const [program = '', ...args] = [...user.prefix, ...argv]
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }
  const done = spawnSync(program, args, { encoding: 'utf8', cwd: '/', env })
  if (done.status !== 0) throw new Error(`${argv.join(' ')}: ${done.stderr || done.error}`)
  return done.stdout
}

/** Made under another name and renamed, so that test files that start together do not meet. */
function template(bin: string, user: User): string {
  const version = sh(user, [join(bin, 'postgres'), '--version']).replace(/[^\d.]+/g, '-')
  const parent = join(tmpdir(), `hw-pg-template-${user.uid}`)
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  chownSync(parent, user.uid, user.gid)
  const ready = join(parent, `v1${version}`)
  if (existsSync(ready) && statSync(ready).uid === user.uid) return ready
  const made = mkdtempSync(join(parent, 'making-'))
  chownSync(made, user.uid, user.gid)
  const pwfile = join(made, 'pw')
  writeFileSync(pwfile, PASSWORD)
  chownSync(pwfile, user.uid, user.gid)
  const options = ['-U', 'postgres', '-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256', '-N']
  sh(user, [join(bin, 'initdb'), '-D', join(made, 'data'), ...options, `--pwfile=${pwfile}`])
  try {
    renameSync(join(made, 'data'), ready)
  } catch (error) {
    if (!existsSync(ready)) throw error
  }
  rmSync(made, { recursive: true, force: true })
  return ready
}

type Serve = { bin: string; user: User; home: string; data: string }

async function serve(what: Serve, triesLeft = 3): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort()
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'jit=off']
  settings.push('shared_buffers=16MB', 'max_connections=60', 'listen_addresses=127.0.0.1')
  settings.push(`unix_socket_directories=${what.home}`, `port=${port}`)
  const argv = [...what.user.prefix, join(what.bin, 'postgres'), '-D', what.data]
  const [program = '', ...args] = [...argv, ...settings.flatMap((setting) => ['-c', setting])]
  const child = spawn(program, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  const log = await ready(child)
  if (log === undefined) return { child, port }
  // Another test file may have taken the port between the look and the bind.
  if (triesLeft > 0 && log.includes('in use')) return serve(what, triesLeft - 1)
  throw new Error(`PostgreSQL did not start:\n${log}`)
}

/** Undefined once it takes connections; its log when it gave up. */
function ready(child: ChildProcess): Promise<string | undefined> {
  return new Promise((done) => {
    let log = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      if (log.length < 20_000) log += bytes.toString()
      if (log.includes('ready to accept connections')) done(undefined)
    })
    child.once('error', (error) => done(String(error)))
    child.once('exit', () => done(log))
  })
}
