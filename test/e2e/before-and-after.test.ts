/**
 * A missing column and a migration that failed half-way, on PostgreSQL: compared with a database
 * that is right, fixed, compared again, and told side by side in the post-mortem.
 */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshPlace, hotwash, type Ended, type Place } from '../hotwash.ts'
import { hasPostgres, PASSWORD, startPostgres, type TestPostgres } from '../postgres.ts'

const USERS = (column: string) => `create table users (id serial primary key, email text not null
    ${column}); create unique index users_email_key on users (email);
  insert into users (email) values ('a@example.test'), ('b@example.test');`
const MIGRATIONS = (finished: string) => `create table "_prisma_migrations" (
    id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
    started_at timestamptz not null default now(), applied_steps_count integer not null default 0);
  insert into "_prisma_migrations" (id, checksum, migration_name, finished_at, logs) values
    ('1', 'x', '20260101_init', now(), null),
    ('2', 'y', '20260102_hash', ${finished}, 'ERROR: deadlock detected');`

const RUNBOOK = `hotwash: 1
name: Sign-up fails
owner: team-example
secrets: {APP_URL: {env: APP_URL}, RIGHT_URL: {env: RIGHT_URL}}
databases:
  app: {url: "\${{ secrets.APP_URL }}"}
  right: {url: "\${{ secrets.RIGHT_URL }}"}
steps:
  - id: before
    snapshot:
      health:
        checks:
          database: {sql: {database: app, query: select 1 as one}, expect: 'rows[0].one == 1'}
          sign_up: {category: database, sql: {database: app, query: select password_hash from users}}
      database: app
      tables: {users: {digest: [id, email]}}
  - id: diagnose
    schema: {database: app, like: right, migrations: prisma}
    observe: true
    finding:
      when: missing.exists(name, name == "users.password_hash")
      says: 'the code writes users.password_hash, which \${{ databases.database }} does not have'
      category: database
  - id: fix
    sql:
      database: app
      query: |
        alter table users add password_hash TYPE not null default '';
        update _prisma_migrations set finished_at = now()
    effect: change
    rollback: {sql: {database: app, query: "alter table users drop password_hash"}, effect: change}
  - id: validate
    schema: {database: app, like: right, migrations: prisma}
    on_failure: rollback
always:
  - {id: after, snapshot: {like: before}}
`

describe.runIf(hasPostgres())('before and after', () => {
  let server: TestPostgres
  let made = 0
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  async function outage(type: string) {
    const [app, right] = [`app${++made}`, `right${made}`]
    const urls = {
      APP_URL: await server.createDatabase(app),
      RIGHT_URL: await server.createDatabase(right),
    }
    await server.sql(USERS('') + MIGRATIONS('null'), urls.APP_URL)
    const whole = ", password_hash text not null default ''"
    await server.sql(USERS(whole) + MIGRATIONS('now()'), urls.RIGHT_URL)
    const place = freshPlace({ files: { 'sign-up.yaml': RUNBOOK.replace('TYPE', type) } })
    const ended = hotwash(place, ['run', 'sign-up.yaml', '--yes'], { env: urls })
    return {
      place,
      ended,
      app: `127.0.0.1:${server.port}/${app}`,
      right: `127.0.0.1:${server.port}/${right}`,
    }
  }

  function report(place: Place, ended: Ended): string {
    const incident = /^(\d{4}-\d\d-\d\d-[\w-]+):/m.exec(ended.stdout)?.[1] ?? ''
    expect(hotwash(place, ['postmortem', 'draft', incident])).toMatchObject({ code: 0 })
    const { stdout } = hotwash(place, ['postmortem', 'show', incident])
    // Tables are padded for the eye.
    return stdout.replace(/ +\|/g, ' |')
  }

  /** Everything that hotwash left, in files and in git, in one text. */
  const leftIn = (place: Place): string =>
    execFileSync(
      'sh',
      ['-c', 'grep -raF -e "$0" . ; git log --all -p | grep -F -e "$0"; true', PASSWORD],
      {
        cwd: place.dir,
        env: place.env,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      },
    )

  test('a right fix makes both databases equal, and the report shows every health check twice', async () => {
    const { place, ended, app, right } = await outage('text')
    expect(ended.stderr + ended.stdout).toContain('SUCCEEDED')
    expect(ended.code).toBe(0)
    expect(ended.stderr).toContain(
      `column users.password_hash is missing in ${app}; ${right} has text not null`,
    )
    expect(ended.stderr).toContain(
      `migration 20260102_hash failed half-way in ${app}: ERROR: deadlock detected`,
    )
    expect(ended.stderr).toMatch(/^ {4}\+ tables\.users\.password_hash: text not null/m)
    const text = report(place, ended)
    expect(text).toMatch(/\| `database` \| ok, \d+ ms \| ok, \d+ ms \|/)
    expect(text).toMatch(
      /\| `sign_up` \| \*\*down\*\*, \d+ ms, database: .*password\\?_hash.* \| ok, \d+ ms \|/,
    )
    expect(text).toContain('| health | 1 up again | 0 |')
    expect(text).toContain('| tables | — | 1 |')
    expect(text).toContain('`database app` | tables.users.password_hash | — | text not null |')
    expect(text).toMatch(/`like right`.*\| \*\*failed\*\*: .* \| passed: as expected \|/)
    expect(text).toContain('the code writes users.password_hash, which')
    expect(leftIn(place)).toBe('')
  })

  test('a wrong fix is told by type and taken back, and the report says so', async () => {
    const { place, ended, app, right } = await outage('varchar(60)')
    expect(ended.code).toBe(4)
    const told = `column users.password_hash: character varying(60) in ${app}; text in ${right}`
    expect(ended.stderr).toContain(told)
    expect(ended.stdout + ended.stderr).toContain('ROLLED BACK')
    const text = report(place, ended)
    expect(text).toContain(told)
    expect(text).toMatch(/\| `sign_up` \| \*\*down\*\*.* \| \*\*down\*\*.* \|/)
    expect(text).toContain('| database | — | 1 |')
  })
})
