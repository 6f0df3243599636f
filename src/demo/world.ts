/**
 * The world of the demo: a folder with a repository, a database with users, the service as a
 * process, and a change that has just broken login.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { HotwashError } from '../errors.ts'
import { BAD_CHANGE, makeRepository } from './repository.ts'
import { makeDatabase } from './scratch-database.ts'
import { startService } from './start-service.ts'

export type DemoWorld = {
  /** All of the demo: removing it removes everything. */
  folder: string
  /** The repository in it. */
  dir: string
  /** Inputs for the demo's runbook. */
  inputs: Readonly<Record<string, string>>
  databaseUrl: string
  /** Ends the service, and drops what was made outside the folder. */
  stop(): Promise<void>
}

const USERS = [
  { email: 'admin@example.test', role: 'admin', key: 'ADMIN_PASSWORD' },
  { email: 'user@example.test', role: 'user', key: 'USER_PASSWORD' },
  { email: 'guest@example.test', role: 'user', key: 'GUEST_PASSWORD' },
] as const

export async function makeDemoWorld(options: {
  /** Where to make it; a temporary folder unless given. */
  keep: string | undefined
  /** A server on which the demo may create a database; SQLite unless given. */
  postgres: string | undefined
  fix: 'right' | 'wrong'
}): Promise<DemoWorld> {
  const { seed, moduleUrl } = await import('./programs.ts')
  const { folder, dir, stateDir } = makeFolders(options.keep)
  const made = await makeDatabase(dir, options)
  try {
    const passwords = USERS.map((user) => ({ ...user, password: secret() }))
    const env = {
      DATABASE_URL: made.url,
      SESSION_SECRET: secret(),
      ...Object.fromEntries(passwords.map(({ key, password }) => [key, password])),
    }
    writeEnv(dir, env)
    makeRepository(dir, { moduleUrl, stateDir })
    await seed(made.url, passwords)
    await made.script(readFileSync(join(dir, BAD_CHANGE), 'utf8'))
    const service = await startService(dir, moduleUrl)
    // Kept, so that `ops/serve` serves at the same address again.
    writeEnv(dir, { ...env, PORT: String(service.port) })
    return {
      folder,
      dir,
      databaseUrl: made.url,
      inputs: { base: `http://127.0.0.1:${service.port}`, fix: options.fix },
      stop: async () => {
        await service.stop()
        await made.drop()
      },
    }
  } catch (error) {
    await made.drop()
    throw error
  }
}

const secret = (): string => randomBytes(18).toString('base64url')

type Folders = Pick<DemoWorld, 'folder' | 'dir'> & { stateDir: string | undefined }

/**
 * Dumps never lie in the repository. In a temporary folder they lie beside it, and are gone with
 * it; a repository that is kept has them where every repository has.
 */
function makeFolders(keep: string | undefined): Folders {
  if (keep === undefined) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hotwash-demo-')))
    const dir = join(folder, 'login')
    mkdirSync(dir)
    return { folder, dir, stateDir: join(folder, 'state') }
  }
  const dir = resolve(keep)
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new HotwashError('USAGE', `${keep} is not empty`, {
      hint: 'name a folder that does not exist yet, or an empty one',
    })
  }
  mkdirSync(dir, { recursive: true })
  return { folder: dir, dir, stateDir: undefined }
}

function writeEnv(dir: string, env: Readonly<Record<string, string>>): void {
  const lines = Object.entries(env).map(([name, value]) => `${name}="${value}"\n`)
  const path = join(dir, 'app.env')
  writeFileSync(path, lines.join(''), { mode: 0o600 })
  chmodSync(path, 0o600)
}
