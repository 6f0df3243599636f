/** Writes the pages of docs/ that follow from tables in the code; `--check` only says which are stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages } from './pages.ts'

const check = process.argv.includes('--check')
const stale: string[] = []

for (const [name, text] of Object.entries(await pages())) {
  const path = join(import.meta.dirname, name)
  let current = ''
  try {
    current = readFileSync(path, 'utf8')
  } catch {
    // A page that is not there yet is stale.
  }
  if (current === text) continue
  stale.push(name)
  if (!check) writeFileSync(path, text)
}

if (check && stale.length > 0) {
  process.stderr.write(`docs are stale: ${stale.join(', ')}; run: npm run docs\n`)
  process.exitCode = 1
}
