/**
 * pg_dump, pg_restore and psql as children. The password reaches them in a 0600 file that is named
 * by PGPASSFILE, everything else by the environment: their command lines name no host and no user.
 */
import type { Files } from '../../ports/files.ts'
import type { ChildIdentity, Exit, ProcessPort } from '../../ports/process.ts'
import { aborted, DatabaseProblem } from '../failure.ts'
import type { PostgresTarget } from './url.ts'

export type Parts = { process: ProcessPort; files: Files }
export type Tool = { name: string; path: string; version: string; major: number }
type Name = 'pg_dump' | 'pg_restore' | 'psql'

const MAX_OUTPUT_BYTES = 4_000_000
const VERSION_TIMEOUT_MS = 10_000

export async function findTool(parts: Parts, name: Name): Promise<Tool> {
  const path = parts.process.which(name)
  if (path === undefined) {
    const message = `${name} is not on PATH: install PostgreSQL's client programs (Debian: apt-get install postgresql-client; macOS: brew install libpq), or put their folder on PATH`
    throw new DatabaseProblem('TOOL_MISSING', message)
  }
  const signal = AbortSignal.timeout(VERSION_TIMEOUT_MS)
  const argv = [path, '--version'] as const
  const { process } = parts
  const done = await process.capture(
    { argv: [...argv], cwd: '/', env: process.env(), signal },
    4096,
  )
  const version = /\d+(\.\d+)*/.exec(done.stdout)?.[0]
  if (done.exitCode !== 0 || version === undefined) {
    const said = done.notStarted ?? firstLine(done.stderr)
    throw new DatabaseProblem('TOOL_MISSING', `${path} --version does not work: ${said}`)
  }
  return { name, path, version, major: Number.parseInt(version, 10) }
}

/** pg_dump refuses a newer server only after it has connected; it is said before anything begins. */
export function checkVersions(tools: readonly Tool[], server: { text: string; major: number }) {
  for (const { name, path, version, major } of tools) {
    if (major >= server.major) continue
    throw new DatabaseProblem(
      'TOOL_OLD',
      `${name} is version ${version} (${path}), older than the server, which is ${server.text}: ` +
        `install PostgreSQL client programs of version ${server.major} or newer and put them first on PATH`,
    )
  }
}

export type ToolRun = {
  argv: [string, ...string[]]
  /** Database to connect to; undefined: the program connects to nothing. */
  database: string | undefined
  signal: AbortSignal
  what: string
  stdin?: string
  started?: ((child: ChildIdentity) => void) | undefined
}

export type Ran = Exit & { stdout: string; stderr: string }

export async function runTool(target: PostgresTarget, parts: Parts, run: ToolRun): Promise<Ran> {
  const { process, files } = parts
  const { argv, database, signal } = run
  if (signal.aborted) throw aborted(run.what)
  const escaped = target.password.replace(/[\\:]/g, '\\$&')
  const secret =
    database !== undefined && target.password !== ''
      ? await files.privateFile('pgpass', `*:*:*:*:${escaped}\n`)
      : undefined
  try {
    const env = {
      ...toolEnvironment(process.env(), database === undefined ? undefined : target),
      ...(database !== undefined && { PGDATABASE: database }),
      PGPASSFILE: secret?.path ?? '/dev/null',
    }
    const stdin = run.stdin === undefined ? {} : { stdin: run.stdin }
    const onStart = run.started === undefined ? {} : { onStart: run.started }
    const command = { argv, cwd: '/', env, signal, ...stdin, ...onStart }
    return await process.capture(command, MAX_OUTPUT_BYTES)
  } finally {
    await secret?.remove()
  }
}

/** As `runTool`, and what is not success is a problem. */
export async function runToolWell(target: PostgresTarget, parts: Parts, run: ToolRun) {
  const ran = await runTool(target, parts, run)
  if (run.signal.aborted) throw aborted(run.what)
  if (ran.exitCode === 0) return ran
  throw new DatabaseProblem('TOOL', `${run.what} failed: ${why(ran)}`)
}

/**
 * pg_restore into a database. Version 17 sets a parameter that older servers do not know: it says so,
 * goes on, and ends with 1. That one error is none; with `--exit-on-error` it would end the restore.
 */
export async function runRestore(target: PostgresTarget, parts: Parts, run: ToolRun) {
  const ran = await runTool(target, parts, run)
  if (run.signal.aborted) throw aborted(run.what)
  const isHarmless =
    ran.exitCode === 1 &&
    /errors ignored on restore: 1\b/.test(ran.stderr) &&
    ran.stderr.includes('unrecognized configuration parameter "transaction_timeout"')
  if (ran.exitCode === 0 || isHarmless) return
  throw new DatabaseProblem('TOOL', `${run.what} failed: ${why(ran)}`)
}

export function why(ran: Ran): string {
  const lines = ran.stderr.split('\n').filter((line) => line.trim() !== '')
  // Of a pipe, what psql says is the cause, and what pg_restore says of its broken pipe is not.
  const psql = lines.filter((line) => /^(psql|ERROR|FATAL|DETAIL|HINT):/.test(line))
  const errors = lines.filter((line) => /error|fatal|detail|hint|could not/i.test(line))
  const telling = psql.length > 0 ? psql : errors
  const said = (telling.length > 0 ? telling : lines).slice(0, 3).join('; ')
  return said || ran.notStarted || `it ended with ${ran.exitCode ?? ran.signal}`
}

const firstLine = (text: string) => text.split('\n')[0] ?? ''

/** Without the caller's PG…: PGSERVICE or PGOPTIONS would lead somewhere else. */
function toolEnvironment(
  env: Readonly<Record<string, string>>,
  target: PostgresTarget | undefined,
): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('PG'))
  const clean = { ...Object.fromEntries(kept), LC_ALL: 'C', PGAPPNAME: 'hotwash' }
  if (target === undefined) return clean
  const { ca, cert, key } = target.sslFiles
  return {
    ...clean,
    PGHOST: target.host,
    PGPORT: String(target.port),
    PGUSER: target.user,
    PGSSLMODE: target.sslMode,
    PGCONNECT_TIMEOUT: '10',
    ...(ca && { PGSSLROOTCERT: ca }),
    ...(cert && { PGSSLCERT: cert }),
    ...(key && { PGSSLKEY: key }),
  }
}
