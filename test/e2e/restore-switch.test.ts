/**
 * A migration that commits half of its statements, on a real PostgreSQL: the backup is restored beside
 * it, proven, and takes its place; also when hotwash is killed in the middle of that; and back.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshPlace, hotwash, json, startHotwash, type Ended, type Place } from '../hotwash.ts'
import { beside } from '../outside.ts'
import { hasPostgres, PASSWORD, startPostgres, type TestPostgres } from '../postgres.ts'

const BOOK = `hotwash: 1
name: Bring the data back
secrets:
  DATABASE_URL: {env: DATABASE_URL}
databases:
  app: {url: "\${{ secrets.DATABASE_URL }}"}
steps:
  - id: backup
    backup: {database: app, prove: restore, keep: 3}
  - id: migrate
    run: [sh, -c, 'for sql in "alter table users add column hash text" "delete from users where id % 2 = 0" "alter table users add check (nowhere > 0)"; do psql -X -q -v ON_ERROR_STOP=1 "$URL" -c "$sql" || exit; done']
    env: {URL: "\${{ secrets.DATABASE_URL }}"}
    on_failure: continue
  - id: bring_back
    when: steps.migrate.status == "failed"
    restore: {from: steps.backup, database: app, into: new, switch: true}
    check: {restore: {database: app, switch: look}, expect: switched}
    expect: proven && content == steps.backup.outputs.content
    rollback: {restore: {database: app, switch: back}}
    idempotent: true
  - id: validate
    sql: {database: app, query: select count(*) n from users}
    expect: rows[0].n == 100
`

type Report = {
  status: string
  exit_code: number
  steps: { id: string; status: string; reason?: string; outputs?: Record<string, unknown> }[]
}

describe.skipIf(!hasPostgres())('a restore that takes the place of the database', () => {
  let postgres: TestPostgres
  let name: string
  let url: string
  let place: Place
  let made = 0

  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.stop())

  beforeEach(async () => {
    name = `shop${++made}`
    url = await postgres.createDatabase(name)
    await postgres.sql(
      'create table users (id int primary key); insert into users select generate_series(1, 100)',
      url,
    )
    place = freshPlace({ files: { 'book.yaml': BOOK } })
    place.env['DATABASE_URL'] = url
    place.env['PATH'] = `${postgres.bin}:${place.env['PATH']}`
  })

  const rows = async (): Promise<unknown> =>
    (await postgres.sql('select count(*)::int n from users', url))[0]?.['n']
  const databases = async (): Promise<unknown[]> =>
    (
      await postgres.sql(
        `select datname from pg_database where datname like '${name}%' order by length(datname)`,
      )
    ).map(({ datname }) => datname)
  const statuses = (ended: Ended) =>
    json<Report>(ended).steps.map(({ id, status }) => `${id} ${status}`)
  const run = (...args: string[]) => hotwash(place, [...args, '--json'])

  it('restores equal content, proven by digest, and its rollback gives the former one back', async () => {
    const done = run('run', 'book.yaml', '--yes')
    expect(statuses(done)).toEqual([
      'backup succeeded',
      'migrate failed',
      'bring_back succeeded',
      'validate succeeded',
    ])
    const [, , step] = json<Report>(done).steps
    expect(step?.outputs).toMatchObject({ proven: true, database: name })
    expect(await rows()).toBe(100)
    expect(await databases()).toEqual([name, expect.stringContaining(`${name}_before_`)])
    const back = run('rollback', '--yes', '--reason', 'tried')
    expect(back.code).toBe(0)
    expect(await rows()).toBe(50)
    expect(done.stdout + done.stderr + back.stdout).not.toContain(PASSWORD)
  })

  it('is told apart by a resume when hotwash was killed in the middle of the switch', async () => {
    // A connection that the user may not end keeps the rename waiting, so that there is a middle.
    const held = new Client({
      connectionString: postgres.adminUrl.replace(/\/postgres$/, `/${name}`),
    })
    // Before the restore it would be in the way, and after it the switch does not wait for anybody.
    const bin = beside(place, 'bin')
    const here = 'case "$*" in *_restored_*) until [ -e "$0.go" ]; do sleep 0.02; done;; esac'
    mkdirSync(bin)
    const wrapped = join(bin, 'pg_restore')
    writeFileSync(wrapped, `#!/bin/sh\n${here}\nexec '${postgres.bin}/pg_restore' "$@"\n`, {
      mode: 0o755,
    })
    const env = { ...place.env, PATH: `${bin}:${place.env['PATH']}` }
    const child = startHotwash({ ...place, env }, ['run', 'book.yaml', '--yes'])
    await expect.poll(databases).toHaveLength(2)
    await held.connect()
    writeFileSync(`${wrapped}.go`, '')
    await expect.poll(renaming).toBe(1)
    child.kill('SIGKILL')
    await child.ended
    await expect.poll(renaming).toBe(0)
    await held.end()
    expect(await rows()).toBe(50)
    const resumed = run('resume', '--yes')
    expect(statuses(resumed)).toContain('bring_back succeeded')
    expect(json<Report>(resumed).status).toBe('succeeded')
    expect(await rows()).toBe(100)
    expect(await databases()).toHaveLength(2)
  })

  const renaming = async (): Promise<number> =>
    (
      await postgres.sql(`select 1 from pg_stat_activity where query like 'alter database%rename%'
      and state = 'active' and pid <> pg_backend_pid()`)
    ).length

  it('does not switch to a dump that was changed, and leaves all as it was', async () => {
    const spoiled = BOOK.replace(
      '  - id: bring_back',
      `  - id: spoil\n    run: [sh, -c, 'echo x >> "$FILE"']\n    env: {FILE: "\${{ steps.backup.outputs.file }}"}\n  - id: bring_back`,
    )
    place = { ...freshPlace({ files: { 'book.yaml': spoiled } }), env: place.env }
    const done = run('run', 'book.yaml', '--yes')
    expect(done.code).toBe(4)
    const step = json<Report>(done).steps.find(({ id }) => id === 'bring_back')
    expect(step).toMatchObject({ status: 'failed' })
    expect(step?.reason).toContain('is not the one that was made')
    expect(await databases()).toEqual([name])
  })
})
