/** The database that the demo breaks: a file in its folder, or one of its own on a given server. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import { connect } from './database.ts'

export type ScratchDatabase = {
  url: string
  script(sql: string): Promise<void>
  drop(): Promise<void>
}

export async function makeDatabase(
  dir: string,
  options: { keep: string | undefined; postgres: string | undefined },
): Promise<ScratchDatabase> {
  const { postgres, keep } = options
  if (postgres === undefined) return scratch(`sqlite:${join(dir, 'app.db')}`, async () => {})
  if (!/^postgres(ql)?:\/\//.test(postgres) || !URL.canParse(postgres)) {
    throw new HotwashError(
      'USAGE',
      '--postgres needs a url like postgres://user:password@host/name',
      { hint: 'leave it out: the demo then has SQLite' },
    )
  }
  const name = `hotwash_demo_${randomBytes(4).toString('hex')}`
  await onServer(postgres, `create database ${name}`)
  const url = new URL(postgres)
  url.pathname = `/${name}`
  return scratch(url.href, async () => {
    if (keep === undefined) await onServer(postgres, `drop database if exists ${name} with (force)`)
  })
}

const scratch = (url: string, drop: () => Promise<void>): ScratchDatabase => ({
  url,
  drop,
  script: async (sql) => {
    const database = await connect(url)
    await database.script(sql)
    await database.close()
  },
})

async function onServer(url: string, sql: string): Promise<void> {
  const server = await connect(url)
  try {
    await server.query(sql)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new HotwashError('STEP_FAILED', `the server refused "${sql}": ${why}`, {
      hint: 'the demo needs a role with CREATEDB',
      cause: error,
    })
  } finally {
    await server.close()
  }
}
