/**
 * What the scripts of the sample repository do: `node commands.ts DIR OWNER VERB [WORDS]`.
 *   restart
 *   release TAG             checks the code of this tag out
 *   secret strong|weak|back a new signing secret that nobody sees, one that is too short, the one before
 *   migrate up|half         every pending migration, statement by statement as many tools do; `half`
 *                           changes rows and then stumbles over its second statement
 *   database NAME           the service uses the database of this name on the same server
 */
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { startDaemon, stopDaemon } from '../daemon.ts'
import { envText, gitIn } from '../repository.ts'
import { envOf } from './service.ts'

const [dir = '.', owner = '0', verb = '', word = ''] = process.argv.slice(2)
const FILE = join(dir, 'config/staging.env')
const KEPT = join(dir, 'run', 'kept.env')

function setKey(name: string, value: string): void {
  writeFileSync(FILE, envText({ ...(envOf(dir) as Record<string, string>), [name]: value }))
}

function setSecret(how: string): void {
  if (how === 'back') {
    if (existsSync(KEPT)) copyFileSync(KEPT, FILE)
    return
  }
  copyFileSync(FILE, KEPT)
  setKey('SESSION_SECRET', randomBytes(how === 'weak' ? 6 : 36).toString('base64url'))
}

async function migrate(how: string): Promise<void> {
  const client = new Client({ connectionString: envOf(dir)['DATABASE_URL'] })
  await client.connect()
  try {
    const folder = join(dir, how === 'half' ? 'migrations-half' : 'migrations')
    const { rows } = await client.query<{ version: string }>(
      'select version from schema_migrations',
    )
    const applied = new Set(rows.map(({ version }) => version))
    for (const file of readdirSync(folder).toSorted()) {
      const version = file.replace(/\.sql$/, '')
      if (!file.endsWith('.sql') || applied.has(version)) continue
      // One statement at a time, each committed for itself.
      for (const statement of readFileSync(join(folder, file), 'utf8').split(/;\n/)) {
        if (statement.trim() !== '') await client.query(statement)
      }
      await client.query('insert into schema_migrations (version) values ($1)', [version])
      process.stdout.write(`applied ${version}\n`)
    }
  } finally {
    await client.end()
  }
}

process.on('uncaughtException', ({ message }) => {
  process.stderr.write(`${verb} ${word}: ${message}\n`)
  process.exit(1)
})
switch (verb) {
  case 'restart':
    break
  case 'release':
    gitIn(dir, 'checkout', '-q', word)
    break
  case 'secret':
    setSecret(word)
    break
  case 'migrate':
    await migrate(word)
    break
  case 'database': {
    const url = new URL(envOf(dir)['DATABASE_URL'] ?? '')
    url.pathname = `/${word}`
    setKey('DATABASE_URL', url.href)
    break
  }
  default:
    process.stderr.write(`unknown: ${verb}\n`)
    process.exit(2)
}
await stopDaemon(dir)
await startDaemon(dir, join(import.meta.dirname, 'service.ts'), Number(owner))
process.stdout.write(`${verb} ${word}: the service is back\n`)
