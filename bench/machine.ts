/** What the rows need of the machine: a private folder, a compiler, peers. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
export const HOTWASH = join(ROOT, 'bin', 'run.js')

export const yard = mkdtempSync(join(tmpdir(), 'hotwash-bench-'))
export const tidy = (): void => rmSync(yard, { recursive: true, force: true })

/** Nobody's configuration, and nothing of this one is left behind. */
export const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: yard,
  XDG_STATE_HOME: join(yard, 'state'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.test',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.test',
  TERM: 'dumb',
}

export const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** Runs to the end; throws with what it printed when it fails, so that no row times an error. */
export function run(
  argv: readonly [string, ...string[]],
  cwd = yard,
  env: Record<string, string> = {},
): string {
  const [program, ...args] = argv
  return execFileSync(program, args, {
    cwd,
    env: { ...ENV, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Compiles a small C program; undefined without a compiler. */
export function compile(name: string): string | undefined {
  if (!has('cc')) return undefined
  const out = join(yard, `floor-${name}`)
  run(['cc', '-O2', '-o', out, join(ROOT, 'bench', 'floor', `${name}.c`)])
  return out
}

export function plainFolder(name: string): string {
  const folder = join(yard, name)
  mkdirSync(folder)
  return folder
}

export function repository(name: string): string {
  const folder = join(yard, name)
  run(['git', 'init', '-q', '-b', 'main', folder])
  run(['git', 'commit', '-q', '--allow-empty', '-m', 'start'], folder)
  return folder
}

/** Peak resident memory of a command, as the kernel accounts for it; throws when the command fails. */
export function peakMemoryMb(argv: readonly [string, ...string[]], folder: string): string {
  const out = join(yard, 'peak')
  const script = `import resource, subprocess, sys; subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, check=True); open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))`
  if (!has('python3')) return 'not measured: no python3'
  run(['python3', '-c', script, out, ...argv], folder)
  return `${Math.round(Number(readFileSync(out, 'utf8')) / 1024)} MB`
}
