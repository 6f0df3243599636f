/**
 * The programs of the demo, each a process of its own: `ops/serve` and `ops/migrate` of its
 * repository load this module by `moduleUrl` and call one of its functions. It is loaded lazily
 * from one place only, so that the bundle keeps it in a file of its own, under these names.
 */
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { connect } from './database.ts'
import { listen } from './service.ts'

export { seed } from './seed.ts'

export const moduleUrl = import.meta.url

const settings = (): { url: string; secret: string; port: number } => {
  const env = parseEnv(readFileSync('app.env', 'utf8'))
  return {
    url: env['DATABASE_URL'] ?? '',
    secret: env['SESSION_SECRET'] ?? '',
    port: Number(env['PORT'] ?? 0),
  }
}

/**
 * Serves until it is told to end; with a parent, also until that is gone and closes the pipe.
 * @public called by name, from `ops/serve`
 */
export async function serve(options: { withParent?: boolean } = {}): Promise<void> {
  const { url, secret, port } = settings()
  const service = await listen({ database: await connect(url), secret, port })
  process.stdout.write(`listening on ${service.port}\n`)
  const end = (): void => void service.close().then(() => process.exit(0))
  process.on('SIGTERM', end).on('SIGINT', end)
  if (options.withParent === true) process.stdin.on('end', end).on('error', end).resume()
}

/**
 * Applies one SQL script to the database of the service.
 * @public called by name, from `ops/migrate`
 */
export async function migrate(path: string): Promise<void> {
  const database = await connect(settings().url)
  try {
    await database.script(readFileSync(path, 'utf8'))
    process.stdout.write(`applied ${path}\n`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${path}: ${message}\n`)
    process.exitCode = 1
  } finally {
    await database.close()
  }
}
