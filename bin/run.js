#!/usr/bin/env node
// What is shipped. `--version` is answered before anything else is loaded, and a Node that is too
// old gets one clear line instead of a syntax error, so this file keeps to what old ones parse.
// getBuiltinModule, because one static import of a builtin makes Node start a tenth slower.
const { readFileSync } = process.getBuiltinModule
  ? process.getBuiltinModule('node:fs')
  : await import('node:fs')
const { version, engines } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)

// The ranges of package.json's `engines`; a test compares the two.
const [major, minor, patch] = process.versions.node.split('.').map(Number)
const fits =
  (major === 22 && (minor > 22 || (minor === 22 && patch >= 2))) ||
  (major === 24 && minor >= 15) ||
  major >= 26

if (process.argv[2] === '--version') {
  process.stdout.write(`hotwash ${version}\n`)
} else if (!fits) {
  process.stderr.write(
    `error: hotwash needs Node ${engines.node}; this is ${process.version} (${process.execPath})\n`,
  )
  process.exitCode = 2
} else {
  const module = process.getBuiltinModule('node:module')
  module.enableCompileCache()
  // The CommonJS libraries in the bundle ask for Node's own modules by it.
  globalThis.require = module.createRequire(import.meta.url)
  const { main } = await import('../dist/main.js')
  await main(process.argv.slice(2))
}
