/** A restored database takes the place of the old one: on a real server, with people connected. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest'
import type { BackupResult, Database } from '../../src/ports/database.ts'
import { PASSWORD, startPostgres, testOnPostgres as test, type TestPostgres } from '../postgres.ts'
import { ask, change, never, testDatabases, type TestDatabases } from './database-parts.ts'

let server: TestPostgres
let its: TestDatabases
let name: string
let url: string
let database: Database
let dump: BackupResult
let made = 0

beforeAll(async () => {
  its = testDatabases()
  server = await startPostgres()
}, 60_000)

afterAll(async () => {
  await server.stop()
  its.remove()
})

beforeEach(async () => {
  name = `switch${++made}`
  url = await server.createDatabase(name)
  database = its.port.open(url)
  await change(
    database,
    `create table users (id serial primary key, email text, note text);
     insert into users (email) select 'u' || n from generate_series(1, 200) n`,
  )
  const to = join(its.folder, `${name}.dump`)
  const result = await database.backup({ to, prove: 'restore', scratch: undefined, signal: never })
  if (!result.ok) throw new Error(result.message)
  dump = result
})

const TAG = 'run-1-ab12_bring_back'
const turn = async (how: 'check' | 'to' | 'back' | 'look', of = database) => {
  const done = await of.switchNames({ how, tag: TAG, signal: never })
  if (!done.ok) throw new Error(done.message)
  return done
}
const restoreBeside = async (beside: string) => {
  const { file, sha256 } = dump
  const request = { file, sha256, into: 'new', name: beside, wanted: dump, signal: never } as const
  const restored = await database.restore(request)
  if (!restored.ok) throw new Error(restored.message)
  return restored
}
const contentOf = async (of: Database) => {
  const seen = await of.digestTable('users', ['id', 'email', 'note'], never)
  return seen.ok ? seen.sha256 : seen.message
}
const databases = async () =>
  (
    await server.sql(`select datname from pg_database where datname like '${name}%' order by 1`)
  ).map(({ datname }) => datname)

describe('a migration that committed half of its statements', () => {
  test('is undone by a switch to equal content, and the switch is undone by its rollback', async () => {
    const before = await contentOf(database)
    const migration = `alter table users add column hash text;
      delete from users where id % 2 = 0; update users set note = 'migrated';
      alter table users add constraint later check (nowhere > 0)`
    for (const statement of migration.split(';')) {
      await change(database, statement).catch((error: Error) =>
        expect(error.message).toContain('nowhere'),
      )
    }
    expect(await contentOf(database)).not.toBe(before)
    const { beside } = await turn('check')
    const restored = await restoreBeside(beside)
    expect(restored.digests).toEqual(dump.digests)
    const done = await turn('to')
    expect(done).toMatchObject({
      switched: true,
      name,
      before: `${name}_before_run_1_ab12_bring_back`,
    })
    expect(await contentOf(database)).toBe(before)
    expect(await databases()).toEqual([name, done.before])
    expect(await turn('back')).toMatchObject({ switched: false })
    expect(await ask(database, 'select count(*)::int as n, max(note) as note from users')).toEqual([
      { n: 100, note: 'migrated' },
    ])
    expect(await databases()).toEqual([name, done.beside])
  })
})

describe('a switch', () => {
  test('sends away who is connected, and who comes back finds the restored content', async () => {
    await change(database, 'delete from users')
    const { beside } = await turn('check')
    await restoreBeside(beside)
    const pool = persistentClient()
    await pool.ready
    await turn('to')
    await expect.poll(() => pool.rows()).toBe(200)
    await pool.stop()
  })

  test('keeps what belongs to the database and not to its content', async () => {
    const settings = [
      `alter database ${name} set statement_timeout to '7s'`,
      `alter database ${name} set search_path to "$user", public, "odd ""one"`,
      `alter role app in database ${name} set work_mem to '5MB'`,
      `alter database ${name} connection limit 17`,
      `revoke connect on database ${name} from public`,
      `grant connect on database ${name} to pg_monitor`,
    ]
    for (const statement of settings) await server.sql(statement)
    const facts = () =>
      server.sql(`select datconnlimit, array(select unnest(datacl)::text order by 1) as acl, pg_get_userbyid(datdba) as owner,
        array(select setconfig::text from pg_db_role_setting s where s.setdatabase = d.oid order by 1)
        as settings from pg_database d where datname = '${name}'`)
    const before = await facts()
    const { beside } = await turn('check')
    await restoreBeside(beside)
    await turn('to')
    expect(await facts()).toEqual(before)
  })

  test('is made once: a second one, and a rollback of none, change nothing', async () => {
    expect(await turn('back')).toMatchObject({ switched: false })
    const { beside } = await turn('check')
    await restoreBeside(beside)
    await turn('to')
    const after = await databases()
    expect(await turn('check')).toMatchObject({ switched: true })
    expect(await turn('to')).toMatchObject({ switched: true })
    expect(await databases()).toEqual(after)
  })

  test('removes what an attempt left that was cut short before it', async () => {
    const { beside } = await turn('check')
    await server.createDatabase(beside)
    expect(await databases()).toContain(beside)
    await turn('check')
    expect(await databases()).toEqual([name])
  })
})

describe('a switch is refused before anything is made', () => {
  const refused = async (of: Database) => {
    const done = await of.switchNames({ how: 'check', tag: TAG, signal: never })
    expect(await databases()).toEqual([name])
    return done.ok ? 'accepted' : done.message
  }
  const as = (role: string) => its.port.open(url.replace('app:', `${role}:`))

  test('for a user who may not create databases, or who does not own this one', async () => {
    await server.sql(`create role reader${made} login password '${PASSWORD}';
      create role maker${made} login createdb password '${PASSWORD}'`)
    expect(await refused(as(`reader${made}`))).toContain('CREATEDB')
    expect(await refused(as(`maker${made}`))).toContain('belongs to app')
  })

  test('while somebody is connected whom the user may not send away', async () => {
    const admin = new Client({
      connectionString: server.adminUrl.replace(/\/postgres$/, `/${name}`),
    })
    await admin.connect()
    expect(await refused(database)).toContain('may not end the connections of postgres')
    await admin.end()
  })

  test('on SQLite, where a service would go on writing into the former file', async () => {
    const file = its.port.open(`sqlite:${join(its.folder, 'x.db')}`)
    expect(await file.switchNames({ how: 'check', tag: TAG, signal: never })).toMatchObject({
      ok: false,
      code: 'SWITCH',
    })
  })
})

test('a switch whose process is killed in the middle was either made or not', async () => {
  const adapters = join(import.meta.dirname, '..', '..', 'src', 'adapters')
  const program = join(its.folder, `switch${made}.ts`)
  writeFileSync(
    program,
    `import { createDatabasePort } from '${adapters}/database.ts'
     import { createFiles } from '${adapters}/files.ts'
     import { createProcessPort } from '${adapters}/process.ts'
     import { createRandom } from '${adapters}/random.ts'
     const files = createFiles({ stateDir: '${its.folder}/state' })
     const parts = { process: createProcessPort(), files, random: createRandom(), root: '/' }
     console.log('switching')
     await createDatabasePort(parts).open(process.argv[2])
       .switchNames({ how: 'to', tag: '${TAG}', signal: new AbortController().signal })
     console.log('switched')`,
  )
  const { beside, before } = await turn('check')
  // The last time somebody is connected who cannot be sent away, so that the rename waits.
  const held = new Client({ connectionString: server.adminUrl.replace(/\/postgres$/, `/${name}`) })
  const states: boolean[] = []
  for (const afterMs of [0, 60, 150, 400, Infinity]) {
    const isHeld = afterMs === Infinity
    await turn('back')
    if (!(await databases()).includes(beside)) await restoreBeside(beside)
    if (isHeld) await held.connect()
    const child = spawn(process.execPath, [program, url], { stdio: ['ignore', 'pipe', 'inherit'] })
    // Asked for now: the switch may be made, and its process over, before it is killed.
    const ended = once(child, 'exit')
    await once(child.stdout, 'data')
    if (isHeld) await expect.poll(async () => (await server.sql(RENAMING)).length).toBe(1)
    else await new Promise((resolve) => setTimeout(resolve, afterMs))
    child.kill('SIGKILL')
    await ended
    // What was sent may still be carried out.
    await expect.poll(async () => (await server.sql(LEFT)).length).toBe(0)
    const { switched } = await turn('look')
    states.push(switched)
    expect(await databases()).toEqual(switched ? [name, before] : [name, beside].toSorted())
  }
  await held.end()
  expect(states.at(-1)).toBe(false)
})

const RENAMING = `select 1 from pg_stat_activity where query like 'alter database%rename%'
  and state = 'active' and pid <> pg_backend_pid()`
const LEFT = `select 1 from pg_stat_activity where application_name = 'hotwash' and datname = 'postgres'`

/** A client that connects again whenever it is sent away, as a pool does. */
function persistentClient() {
  let client: Client
  let stopped = false
  const connect = async (): Promise<void> => {
    client = new Client({ connectionString: url })
    client.on('error', () => {
      if (!stopped) setTimeout(() => void connect().catch(() => {}), 5)
    })
    await client.connect().catch(() => {
      if (!stopped) setTimeout(() => void connect().catch(() => {}), 5)
    })
  }
  return {
    ready: connect(),
    rows: () =>
      client.query('select count(*)::int as n from users').then(
        ({ rows }: { rows: { n: number }[] }) => rows[0]?.n,
        () => undefined,
      ),
    async stop() {
      stopped = true
      await client.end().catch(() => {})
    },
  }
}
