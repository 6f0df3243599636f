/** The built tool as a user has it: a child process in a repository of its own, with an empty home. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')
export const BIN = join(ROOT, 'bin', 'run.js')

export type Place = { dir: string; home: string; env: Record<string, string> }
export type Ended = {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A fresh folder; `git: false` leaves out the repository. */
export function freshPlace(options: { git?: boolean; files?: Record<string, string> } = {}): Place {
  const base = mkdtempSync(join(tmpdir(), 'hotwash-e2e-'))
  const dir = join(base, 'work')
  const home = join(base, 'home')
  mkdirSync(dir)
  mkdirSync(home)
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_STATE_HOME: join(base, 'state'),
    GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
    GIT_CONFIG_SYSTEM: '/dev/null',
    TERM: 'dumb',
    LANG: 'C.UTF-8',
  }
  writeFileSync(
    env.GIT_CONFIG_GLOBAL,
    '[user]\n\tname = Robin Example\n\temail = robin@example.test\n',
  )
  const place = { dir, home, env }
  for (const [path, text] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  if (options.git !== false) {
    git(place, 'init', '-q', '-b', 'main')
    git(place, 'add', '-A')
    git(place, 'commit', '-q', '--allow-empty', '-m', 'start')
  }
  return place
}

export const git = (place: Place, ...args: string[]): string =>
  execFileSync('git', args, {
    cwd: place.dir,
    env: place.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd()

/** Runs to the end, with no terminal and nothing on standard input. */
export function hotwash(
  place: Place,
  args: readonly string[],
  options: { env?: Record<string, string>; under?: readonly string[] } = {},
): Ended {
  const argv = [...(options.under ?? []), process.execPath, BIN, ...args]
  const { status, signal, stdout, stderr } = spawnSync(argv[0] ?? '', argv.slice(1), {
    cwd: place.dir,
    env: { ...place.env, ...options.env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
    timeout: 100_000,
  })
  return { code: status, signal, stdout, stderr }
}

export function startHotwash(
  place: Place,
  args: readonly string[],
): ChildProcess & { ended: Promise<Ended> } {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: place.dir,
    env: place.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  )
  return Object.assign(child, { ended })
}

/** The one JSON object of `--json`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it expects to read
export const json = <T = Record<string, unknown>>(ended: Ended): T => JSON.parse(ended.stdout) as T
