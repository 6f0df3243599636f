/** Real parts for a DatabasePort in a folder of their own, and what tests of it ask for often. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabasePort } from '../../src/adapters/database.ts'
import { createFiles } from '../../src/adapters/files.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { createRandom } from '../../src/adapters/random.ts'
import type { Database, DatabasePort } from '../../src/ports/database.ts'

export type TestDatabases = {
  folder: string
  parts: Parameters<typeof createDatabasePort>[0]
  port: DatabasePort
  /** A port that finds these shell scripts before the real programs, and nothing but them if `only`. */
  withPrograms(scripts: Record<string, string>, only?: 'only'): DatabasePort
  remove(): void
}

export const never = new AbortController().signal

export function testDatabases(): TestDatabases {
  const folder = mkdtempSync(join(tmpdir(), 'hw-db-'))
  const real = createProcessPort()
  const files = createFiles({ stateDir: join(folder, 'state') })
  const parts = { process: real, files, random: createRandom(), root: folder }
  let made = 0
  const withPrograms = (scripts: Record<string, string>, only?: 'only') => {
    const bin = join(folder, `bin${++made}`)
    mkdirSync(bin)
    for (const [name, script] of Object.entries(scripts)) {
      const real = '/usr/bin:/bin:/usr/local/bin'
      writeFileSync(join(bin, name), `#!/bin/sh\nPATH=${process.env['PATH']}:${real}\n${script}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    const { PATH, ...rest } = real.env()
    const env = { ...rest, PATH: only ? bin : `${bin}:${PATH}` }
    const which = (name: string) =>
      name in scripts ? join(bin, name) : only ? undefined : real.which(name)
    return createDatabasePort({ ...parts, process: { ...real, which, env: () => env } })
  }
  return {
    folder,
    parts,
    port: createDatabasePort(parts),
    withPrograms,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function ask(database: Database, sql: string, ...params: never[]) {
  const request = { sql, params, write: false, maxRows: 1000, signal: never }
  const result = await database.query(request)
  if (!result.ok) throw new Error(`${result.code} ${result.message}`)
  return result.rows
}

export async function change(database: Database, sql: string) {
  const request = { sql, params: [], write: true, maxRows: 1000, signal: never }
  const result = await database.query(request)
  if (!result.ok) throw new Error(`${result.code} ${result.message}`)
  return result
}
