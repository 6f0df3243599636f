// Sets up a fresh clone: dependencies (with the pinned Node) and the bundle, each only when stale.
// Runs on whatever Node npm runs on, so: old syntax, no dependencies.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.hotwash-setup')
const bundle = join(root, 'dist', 'main.js')

const say = (text) => process.stderr.write(`setup: ${text}\n`)

function npm(args) {
  // npm_execpath is npm's own script, when npm started us; the shell finds npm otherwise.
  const own = process.env.npm_execpath
  const [program, first] = own && own.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  const { status, error } = spawnSync(program, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status === 0) return
  say(`npm ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
  process.exit(1)
}

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockDigest()) {
  say('installing dependencies')
  // Not `ci`, which refuses the lock file wherever a registry lacks the binaries of other platforms.
  npm(['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lockDigest())
}

const sources = () =>
  Math.max(
    newest(join(root, 'src')),
    ...['package.json', 'esbuild.config.js'].map((name) => statSync(join(root, name)).mtimeMs),
  )
if (!existsSync(bundle) || statSync(bundle).mtimeMs < sources()) {
  say('building')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  npm(['run', '--silent', 'build'])
}
