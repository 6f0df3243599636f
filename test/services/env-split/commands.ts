/**
 * What the scripts of the sample repository do: `node commands.ts DIR OWNER VERB [WORD]`.
 *   restart
 *   use-database first|second   the file that wins names the database of the first or second file again
 *   long-passwords prehash|truncate|limit|refuse
 *   add-column, drop-column     the fix that only looks right: in the database that wins
 */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { Client } from 'pg'
import { startDaemon, stopDaemon } from '../daemon.ts'
import { envText } from '../repository.ts'
import { ENV_FILES, settingsOf } from './service.ts'

const [dir = '.', owner = '0', verb = '', word = ''] = process.argv.slice(2)
const WINS = join(dir, ENV_FILES[1])
const KEPT = join(dir, 'run', 'kept.env')

const readEnv = (path: string): Record<string, string> =>
  parseEnv(readFileSync(path, 'utf8')) as Record<string, string>

function setKey(name: string, value: string | undefined): void {
  const { [name]: _old, ...others } = readEnv(WINS)
  const env = value === undefined ? others : { ...others, [name]: value }
  writeFileSync(WINS, envText(env), { mode: 0o600 })
}

function useDatabase(which: string): void {
  if (which === 'second') return copyFileSync(KEPT, WINS)
  if (!existsSync(KEPT)) copyFileSync(WINS, KEPT)
  setKey('DATABASE_URL', readEnv(join(dir, ENV_FILES[0]))['DATABASE_URL'])
}

async function alter(sql: string): Promise<void> {
  const client = new Client({ connectionString: settingsOf(dir)['DATABASE_URL'] })
  await client.connect()
  try {
    await client.query(sql)
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
  case 'use-database':
    useDatabase(word)
    break
  case 'long-passwords':
    setKey('LONG_PASSWORDS', word === 'refuse' ? undefined : word)
    break
  case 'add-column':
    await alter('alter table users add column if not exists password_hash text')
    break
  case 'drop-column':
    await alter('alter table users drop column if exists password_hash')
    break
  default:
    process.stderr.write(`unknown: ${verb}\n`)
    process.exit(2)
}
await stopDaemon(dir)
await startDaemon(dir, join(import.meta.dirname, 'service.ts'), Number(owner))
process.stdout.write(`${verb} ${word}: the service is back\n`)
