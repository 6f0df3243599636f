import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { checkRoom } from '../../src/adapters/dump-file.ts'
import type { Database, DatabasePort } from '../../src/ports/database.ts'
import { PASSWORD, startPostgres, testOnPostgres as test } from '../postgres.ts'
import type { TestPostgres } from '../postgres.ts'
import { change, never, testDatabases } from './database-parts.ts'
import type { TestDatabases } from './database-parts.ts'

let server: TestPostgres
let its: TestDatabases
let database: Database
let made = 0

beforeAll(async () => {
  its = testDatabases()
  server = await startPostgres()
  database = its.port.open(server.url)
  await change(
    database,
    `create table users (id serial primary key, email text);
     insert into users (email) select 'u' || n from generate_series(1, 300) n;
     create table "Odd ""Name" (v text); create schema audit;
     create table audit.log (id int, pad text);
     insert into audit.log select n, repeat(md5(n::text), 30) from generate_series(1, 2000) n`,
  )
}, 60_000)

afterAll(async () => {
  await server.stop()
  its.remove()
})

const COUNTS = { users: 300, 'Odd "Name': 0, 'audit.log': 2000 }
type Options = { prove?: 'list' | 'restore'; scratch?: string; signal?: AbortSignal; to?: string }

const newFile = () => join(its.folder, `dumps${++made}`, 'app.dump')
const backup = (options: Options = {}, of: Database = database) =>
  of.backup({
    to: options.to ?? newFile(),
    prove: options.prove ?? 'list',
    scratch: options.scratch,
    signal: options.signal ?? never,
  })
const scratches = async () =>
  (await server.sql(`select datname from pg_database where datname like 'hotwash%'`)).length
const failing = async (options: Options, port: DatabasePort, url = server.url) => {
  const to = options.to ?? newFile()
  const result = await backup({ ...options, to }, port.open(url))
  if (result.ok) return expect.unreachable('the backup succeeded')
  expect(result.message).not.toContain(PASSWORD)
  expect(result.state).toBe('not_sent')
  const folder = join(to, '..')
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([])
  expect(await scratches()).toBe(0)
  return result
}

describe('a backup', () => {
  test('is a dump of mode 0600 with its digest, read back', async () => {
    const result = await backup()
    if (!result.ok) throw new Error(result.message)
    expect(result).toMatchObject({ tables: COUNTS, proof: 'list' })
    expect(result.serverVersion).toMatch(/^15\./)
    expect(statSync(result.file).mode & 0o777).toBe(0o600)
    expect(statSync(join(result.file, '..')).mode & 0o777).toBe(0o700)
    const bytes = readFileSync(result.file)
    expect(result.bytes).toBe(bytes.length)
    expect(result.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(bytes.subarray(0, 5).toString()).toBe('PGDMP')
    expect(readdirSync(join(result.file, '..'))).toEqual(['app.dump'])
  })

  test('is proven by a restore into a scratch database that is gone afterwards', async () => {
    const result = await backup({ prove: 'restore' })
    expect(result).toMatchObject({ ok: true, tables: COUNTS, proof: 'restore' })
    expect(await scratches()).toBe(0)
  })

  test('is refused when the copy has as many rows, but not the same ones', async () => {
    const port = its.withPrograms({
      pg_restore: `pg_restore "$@" || exit; case "$*" in *--dbname*)
        psql -X -q -w -c "update users set email = 'other' where id = 7";; esac`,
    })
    const result = await failing({ prove: 'restore' }, port)
    expect(result?.message).toContain('users: 300 rows, but not the same ones')
  })

  test('is proven in a scratch database that was named, which is empty again afterwards', async () => {
    const url = await server.createDatabase('proofs')
    for (let times = 0; times < 2; times++) {
      const result = await backup({ prove: 'restore', scratch: 'proofs' })
      expect(result).toMatchObject({ ok: true, tables: COUNTS, proof: 'restore' })
      const described = await its.port.open(url).describe(never)
      expect(described.ok && described.tables).toEqual({})
    }
  })

  test('counts and dumps one moment, though others go on writing', async () => {
    const busy = await server.createDatabase('busy')
    await server.sql('create table t as select generate_series(1, 20000) n', busy)
    const writing = new AbortController()
    const writes = (async () => {
      while (!writing.signal.aborted)
        await server.sql('insert into t select generate_series(1, 50)', busy)
    })()
    try {
      const result = await backup({ prove: 'restore' }, its.port.open(busy))
      expect(result).toMatchObject({ ok: true, proof: 'restore' })
    } finally {
      writing.abort()
      await writes
    }
  })

  test('never replaces another file', async () => {
    const first = await backup()
    if (!first.ok) throw new Error(first.message)
    const second = await backup({ to: first.file })
    expect(second).toMatchObject({ ok: false, state: 'not_sent', code: 'TO' })
  })
})

describe('a password', () => {
  test('is on no command line and in no file but a private one, while the dump runs', async () => {
    const odd = 'a:b\\c d%'
    await server.sql(`create role odd login superuser password '${odd}'`)
    const url = server.url.replace(`app:${PASSWORD}`, `odd:${encodeURIComponent(odd)}`)
    const seen = join(its.folder, 'seen')
    const port = its.withPrograms({
      pg_dump: `case "$1" in --version) ;; *) tr '\\0' ' ' < /proc/$$/cmdline > ${seen}.argv
        env > ${seen}.env; ls -ln "$PGPASSFILE" > ${seen}.mode; cp "$PGPASSFILE" ${seen}.file;; esac
        exec pg_dump "$@"`,
    })
    expect(await backup({ prove: 'restore' }, port.open(url))).toMatchObject({ ok: true })
    const read = (end: string) => readFileSync(`${seen}.${end}`, 'utf8')
    for (const end of ['argv', 'env']) expect(read(end)).not.toContain('a:b')
    expect(read('argv')).toContain('--format=custom')
    expect(read('mode')).toMatch(/^-rw-------/)
    expect(read('file')).toBe('*:*:*:*:a\\:b\\\\c d%\n')
    const passfile = /^PGPASSFILE=(.*)$/m.exec(read('env'))?.[1]
    expect(passfile && existsSync(passfile)).toBe(false)
  })
})

describe('a backup is refused before it begins', () => {
  test('when pg_dump is missing', async () => {
    const result = await failing({}, its.withPrograms({}, 'only'))
    expect(result).toMatchObject({ code: 'TOOL_MISSING' })
    expect(result.message).toMatch(/pg_dump is not on PATH.*postgresql-client/)
  })

  test('when pg_dump is older than the server, naming both versions and the way out', async () => {
    const old = `[ "$1" = --version ] && echo 'pg_dump (PostgreSQL) 13.4' || touch ${its.folder}/ran`
    const result = await failing({}, its.withPrograms({ pg_dump: old }))
    expect(result.code).toBe('TOOL_OLD')
    expect(result.message).toMatch(/13\.4.*15\.\d+.*install.*15 or newer/)
    expect(existsSync(join(its.folder, 'ran'))).toBe(false)
  })

  test('when the right to create a scratch database is missing, naming the grant', async () => {
    await server.sql(`create role poor login password '${PASSWORD}' in role app`)
    const url = server.url.replace('app:', 'poor:')
    const result = await failing({ prove: 'restore' }, its.port, url)
    expect(result.code).toBe('NO_RIGHT')
    expect(result.message).toContain('ALTER ROLE "poor" CREATEDB')
    expect(result.message).toContain('prove: {restore: {database: NAME}}')
  })

  test('when the named scratch database holds tables, or is the database itself', async () => {
    const full = await server.createDatabase('full')
    await server.sql('create table precious (n int)', full)
    const result = await failing({ prove: 'restore', scratch: 'full' }, its.port)
    expect(result.code).toBe('SCRATCH')
    expect(result.message).toContain('precious')
    expect(await server.sql('select * from precious', full)).toEqual([])
    const itself = await failing({ prove: 'restore', scratch: 'app' }, its.port)
    expect(itself.message).toContain('is the database that is backed up')
  })

  test('when a table may not be read', async () => {
    const url = await server.createDatabase('closed')
    await server.sql('create table vault (n int)', url.replace('app:', 'postgres:'))
    const result = await failing({}, its.port, url)
    expect(result.message).toContain('permission denied for table vault')
  })
})

describe('a backup that fails leaves nothing', () => {
  test('when pg_dump fails, in its words', async () => {
    const broken = `[ "$1" = --version ] && exec pg_dump --version; echo 'pg_dump: error: no luck' >&2; exit 1`
    const result = await failing({}, its.withPrograms({ pg_dump: broken }))
    expect(result).toMatchObject({ code: 'DUMP' })
    expect(result.message).toContain('no luck')
  })

  const cut = (bytes: number) =>
    `for a; do case $a in --file=*) f=\${a#--file=};; esac; done
     pg_dump "$@" || exit; [ -z "$f" ] || truncate -s ${bytes} "$f"`

  test.each([
    ['within its table of contents', 300],
    ['within its data', 20_000],
  ])('when the dump was cut %s', async (_where, bytes) => {
    const result = await failing({}, its.withPrograms({ pg_dump: cut(bytes) }))
    expect(result.message).toContain('reading the dump back')
  })

  test('when the dump lacks a table', async () => {
    const less = `case "$1" in --version) exec pg_dump "$@";; esac; exec pg_dump "$@" -T users`
    const result = await failing({ prove: 'restore' }, its.withPrograms({ pg_dump: less }))
    expect(result.message).toContain('users: 300, in the copy no table')
  })

  test('when it is ended half-way', async () => {
    const pid = join(its.folder, 'pid')
    const slow = `case "$1" in --version) exec pg_dump "$@";; esac; pg_dump "$@"; echo $$ > ${pid}.new; mv ${pid}.new ${pid}; sleep 60`
    const stop = new AbortController()
    const port = its.withPrograms({ pg_dump: slow })
    const running = failing({ signal: stop.signal }, port)
    while (!existsSync(pid)) await new Promise((done) => setTimeout(done, 50))
    stop.abort()
    expect(await running).toMatchObject({ code: 'ABORTED' })
    expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH')
  })

  test('when the proof is ended half-way, its scratch database included', async () => {
    const at = join(its.folder, 'restoring')
    const slow = `case "$*" in *--dbname*) touch ${at}; sleep 60;; esac; exec pg_restore "$@"`
    const stop = new AbortController()
    const port = its.withPrograms({ pg_restore: slow })
    const running = failing({ prove: 'restore', signal: stop.signal }, port)
    while (!existsSync(at)) await new Promise((done) => setTimeout(done, 50))
    expect(await scratches()).toBe(1)
    stop.abort()
    expect(await running).toMatchObject({ code: 'ABORTED' })
  })

  test('when the disk is full', async ({ skip }) => {
    skip(!existsSync('/dev/full'), 'needs /dev/full')
    const full = `for a; do shift; case $a in --file=*) a=--file=/dev/full;; esac; set -- "$@" "$a"; done
      exec pg_dump "$@"`
    const result = await failing({}, its.withPrograms({ pg_dump: full }))
    expect(result).toMatchObject({ code: 'DISK' })
    expect(result.message).toMatch(/No space left.*Free some room/)
  })

  test('when not even a small part of the database would fit', async () => {
    await expect(checkRoom(newFile(), 1e18)).rejects.toMatchObject({ code: 'DISK' })
  })

  test('when the folder is a file', async () => {
    const file = join(its.folder, 'a-file')
    writeFileSync(file, '')
    const result = await database.backup({
      to: join(file, 'x.dump'),
      prove: 'list',
      scratch: undefined,
      signal: never,
    })
    expect(result).toMatchObject({ ok: false, code: 'TO' })
  })
})
