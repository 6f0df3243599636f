/**
 * A repository with a sample service that is really broken, running on a database of its own: what
 * the ready runbooks are pointed at, by flags alone. The service is a child process that its own
 * scripts stop, start, restart and switch to another release.
 */
import { execFileSync, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import { freePort } from './free-port.ts'
import { freshPlace, git, json, ROOT, startHotwash, type Ended, type Place } from './hotwash.ts'
import type { TestPostgres } from './postgres.ts'

export type LabOptions = {
  /** A folder of test/services/, and the runbook of the same name unless another is given. */
  service: string
  runbook?: string
  /** The release that runs at first; `broken` unless stated. */
  release?: string
  /** SQL that fills the database. */
  seed: string
  /** Further settings of the service, in app.env beside PORT and DATABASE_URL. */
  env?: Record<string, string>
  /** What the runbook is told beside base, credentials and database_file. */
  inputs?: Record<string, string>
  /** Secrets beside the passwords of A and B, the signing secret and that of the database. */
  secrets?: readonly string[]
}

export type Report = {
  incident: string
  status: string
  steps: {
    id: string
    status: string
    reason?: string
    outputs?: Record<string, unknown>
    checks?: { name: string; status: string; seen: string; wanted: string }[]
  }[]
  undo: { step: string; status: string }[]
  record: { branch: string; commit: string; journal: string }
}

export type Lab = {
  place: Place
  base: string
  port: number
  databaseUrl: string
  inputs: Record<string, string>
  secrets: string[]
  /** The command line for `hotwash run` with these inputs instead of the lab's. */
  command(inputs?: Record<string, string>): string[]
  start(inputs?: Record<string, string>, flags?: string[]): ChildProcess & { ended: Promise<Ended> }
  run(inputs?: Record<string, string>, flags?: string[]): Promise<{ ended: Ended; report: Report }>
  /** Runs a script of ops/, e.g. `ops('release', 'right')`. */
  ops(script: string, ...args: string[]): void
  release(): string
  stop(): void
}

export const EMAILS = ['ada@example.test', 'bo@example.test'] as const
/** Few: a test logs in hundreds of times. */
const HASH_ROUNDS = 4
/** With what url, base64 and JSON write differently. */
export const PASSWORD_A = 'pass A/4+7 "quoted" & long'
export const PASSWORD_B = 'pass-B%20=9~long-enough'
export const SIGNING_SECRET = 'signing-secret-b61f04c2a8d95e73-of-the-lab'

/** Accounts A and B as rows `(email, password_hash)`. */
export const USER_ROWS = [PASSWORD_A, PASSWORD_B]
  .map((password, index) => `('${EMAILS[index]}', '${hashSync(password, HASH_ROUNDS)}')`)
  .join(', ')

let labs = 0

export async function openLab(postgres: TestPostgres, options: LabOptions): Promise<Lab> {
  const { service, release = 'broken' } = options
  const databaseUrl = await postgres.createDatabase(`lab_${(labs += 1)}`)
  await postgres.sql(options.seed, databaseUrl)
  const place = freshPlace({ git: false })
  const port = await freePort()
  furnish(place, options, release)
  writeEnv(place, 'app.env', { PORT: String(port), DATABASE_URL: databaseUrl, ...options.env })
  writeEnv(place, 'creds.env', { PASSWORD_A, PASSWORD_B })
  git(place, 'init', '-q', '-b', 'main')
  git(place, 'add', '-A')
  git(place, 'commit', '-q', '-m', `release ${release}`)

  const ops: Lab['ops'] = (script, ...args) => {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
    execFileSync(join(place.dir, 'ops', script), args, { cwd: place.dir, env: place.env, stdio })
  }
  ops('start')
  const base = `http://127.0.0.1:${port}`
  const inputs = {
    base,
    user_a: EMAILS[0],
    user_b: EMAILS[1],
    credentials: 'creds.env',
    database_file: 'app.env',
    fix: './ops/release right',
    undo: './ops/release broken',
    ...options.inputs,
  }
  const command: Lab['command'] = (given = {}) => [
    'run',
    options.runbook ?? service,
    ...Object.entries({ ...inputs, ...given }).flatMap(([name, value]) => [
      '-i',
      `${name}=${value}`,
    ]),
  ]
  const start: Lab['start'] = (given, flags = []) =>
    startHotwash(place, [...command(given), ...flags])
  return {
    place,
    base,
    port,
    databaseUrl,
    inputs,
    secrets: [PASSWORD_A, PASSWORD_B, new URL(databaseUrl).password, ...(options.secrets ?? [])],
    command,
    start,
    run: async (given, flags = ['--yes']) => {
      const ended = await start(given, [...flags, '--json']).ended
      return { ended, report: reportOf(ended) }
    },
    ops,
    release: () =>
      execFileSync('readlink', [join(place.dir, 'service/current.ts')], {
        encoding: 'utf8',
      }).trim(),
    stop: () => ops('stop'),
  }
}

/** What ended without a report says why on standard error: that is worth more than a JSON error. */
function reportOf(ended: Ended): Report {
  try {
    return json<Report>(ended)
  } catch {
    throw new Error(`hotwash ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`)
  }
}

function furnish(place: Place, { service }: LabOptions, release: string): void {
  cpSync(join(ROOT, 'test', 'services', service), join(place.dir, 'service'), { recursive: true })
  rmSync(join(place.dir, 'service', 'current.ts'))
  symlinkSync(join('releases', `${release}.ts`), join(place.dir, 'service', 'current.ts'))
  symlinkSync(join(ROOT, 'node_modules'), join(place.dir, 'node_modules'))
  cpSync(join(ROOT, 'test', 'services', 'ops'), join(place.dir, 'ops'), { recursive: true })
  for (const act of ['start', 'stop', 'restart', 'release', 'rotate']) {
    const script = join(place.dir, 'ops', act)
    const node = `'${process.execPath}' --no-warnings`
    const owner = `export LAB_OWNER=${process.pid} NODE_COMPILE_CACHE='${process.env['NODE_COMPILE_CACHE']}'`
    const run = `exec ${node} "$(dirname "$0")/control.ts" ${act} "$@"`
    writeFileSync(script, `#!/bin/sh\n${owner}\n${run}\n`)
    chmodSync(script, 0o755)
  }
  writeFileSync(join(place.dir, 'package.json'), '{"type": "module"}\n')
  writeFileSync(join(place.dir, '.gitignore'), '*.env\nlogs/\nrun/\nnode_modules\n')
}

function writeEnv(place: Place, name: string, values: Record<string, string>): void {
  const lines = Object.entries(values).map(([key, value]) => `${key}='${value}'\n`)
  writeFileSync(join(place.dir, name), lines.join(''), { mode: 0o600 })
}

export const stepOf = (report: Report, id: string) => report.steps.find((step) => step.id === id)

export const checkOf = (report: Report, step: string, name: string) =>
  stepOf(report, step)?.checks?.find((check) => check.name === name)

/** The draft as it was committed. */
export async function postmortemOf(lab: Lab, incident = ''): Promise<string> {
  const named = incident === '' ? [] : [incident]
  const ended = await startHotwash(lab.place, ['postmortem', 'draft', ...named, '--json']).ended
  const drafted = json<{ path: string; branch: string }>(ended)
  return git(lab.place, 'show', `${drafted.branch}:${drafted.path}`)
}
