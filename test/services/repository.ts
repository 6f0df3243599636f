/** The repository of a sample service: its files, its scripts, its commits and tags. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const gitIn = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgSign=false', ...args], {
    cwd: dir,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd()

export function beginRepository(dir: string): void {
  gitIn(dir, 'init', '-q', '-b', 'main')
  gitIn(dir, 'config', 'user.name', 'Service Engineer')
  gitIn(dir, 'config', 'user.email', 'engineer@example.test')
}

export function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    // Env files hold secrets.
    writeFileSync(join(dir, path), text, { mode: path.endsWith('.env') ? 0o600 : 0o644 })
  }
}

export function commitAll(dir: string, message: string, tag?: string): void {
  gitIn(dir, 'add', '--all')
  gitIn(dir, 'commit', '-q', '-m', message)
  if (tag !== undefined) gitIn(dir, 'tag', tag)
}

export const envText = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('')

/** `ops/NAME` calls `program` of the sample with the folder, the owner and its own arguments. */
export function writeCommand(dir: string, path: string, program: string): void {
  const words = [process.execPath, '--no-warnings', program].map((word) => `'${word}'`).join(' ')
  const text = `#!/usr/bin/env bash\ncd -- "\${0%/*}/.."\nexec ${words} "$PWD" ${process.pid} "$@"\n`
  writeFiles(dir, { [path]: text })
  chmodSync(join(dir, path), 0o755)
}
