/**
 * Two env files name two databases: the ready runbook, pointed by flags alone at a service that is
 * really broken so, and then once more by its password hash.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hotwash, json } from '../../hotwash.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../../postgres.ts'
import {
  call,
  commandOf,
  expectInOrder,
  getReady,
  idsOf,
  postmortem,
  reasonOf,
  runIt,
  walkThrough,
} from '../../ready-runbook.ts'
import { expectNoSecretsLeft } from '../../secret-search.ts'
import { makeEnvSplitWorld, type EnvSplitWorld } from '../../services/env-split/world.ts'
import { describeInTerminal, endServer } from '../../terminal.ts'
import { expectReportToBeMade } from './lint-check.ts'
import { expectTrueReports } from './report-check.ts'
import { TOLD } from './told-outages.ts'

let postgres: TestPostgres
const stops: (() => Promise<void>)[] = []

async function broken(options: { healthy?: boolean; csrf?: boolean } = {}) {
  const ready = await getReady(
    'env-split',
    (dir) => makeEnvSplitWorld(dir, { postgres, ...options }),
    ({ base }) => ({
      base,
      fix: './ops/service use-database first',
      undo: './ops/service use-database second',
      password_fix: './ops/service long-passwords prehash',
      password_undo: './ops/service long-passwords refuse',
      log_file: 'run/service.log',
    }),
  )
  stops.push(ready.stop)
  return ready
}

type Ready = Awaited<ReturnType<typeof broken>>

/** All that the service works on: rows and columns of both databases, and its settings. */
async function state({ world, place }: Ready): Promise<unknown> {
  const inDatabase = async (url: string) => [
    await postgres.sql('select * from users order by id', url),
    await postgres.sql(
      "select column_name from information_schema.columns where table_name = 'users' order by 1",
      url,
    ),
  ]
  const file = (path: string) => readFileSync(join(place.dir, path), 'utf8')
  const { migrated, old } = world.urls
  return [await inDatabase(migrated), await inDatabase(old), file('.env'), file('backend/.env')]
}

const names = ({ urls }: EnvSplitWorld) =>
  [urls.migrated, urls.old].map((url) => new URL(url).pathname.slice(1)) as [string, string]

async function signUp({ world }: Ready, password: string): Promise<number> {
  const body = JSON.stringify({ email: `${password.length}@example.test`, password })
  const headers = { connection: 'close' }
  return (await fetch(`${world.base}/signup`, { method: 'POST', body, headers })).status
}

beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => postgres?.stop())

describe.skipIf(!hasPostgres())('two env files that name two databases', () => {
  it('names file, databases and column, then the second error, cures both, and is undone on demand', async () => {
    const ready = await broken()
    const before = await state(ready)
    const [migrated, old] = names(ready.world)
    const { code, report } = await runIt(ready)
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([0, 'succeeded', []])
    const pages = 'before after after_long short long login login_again'.split(' ')
    const forms = pages.map((page) => `form_${page}`)
    expect(idsOf(report, 'skipped').toSorted()).toEqual(
      [...forms, 'seen', 'arrived_before'].toSorted(),
    )
    expect([await signUp(ready, 'short'), await signUp(ready, 'x'.repeat(99))]).toEqual([200, 200])
    expect(await postgres.sql('select email from users', ready.world.urls.old)).toHaveLength(2)

    const text = postmortem(ready)
    const timeline = text.slice(text.indexOf('## Timeline'))
    expectInOrder(
      timeline,
      'backend/.env wins',
      `backend/.env names the database ${old}`,
      `.env names the database ${migrated}`,
      new RegExp(`${old} lacks users.password_hash`),
      'First error: sign-up answers 500: {"error":"column "password_hash" does not exist"}',
      'Ruled out "a stale byte-code cache"',
      'Second, different error: with a password of 100 bytes sign-up answers 500',
      'cannot be longer than 72 bytes',
      new RegExp(`2 of 2 new accounts arrived .*${migrated}.*had 3 and has 6 accounts`),
      'with the very same cache',
    )
    await expectTrueReports(ready.place, report.incident)
    await expectReportToBeMade(ready.place, report.incident, TOLD['env-split'])
    expectNoSecretsLeft(ready)

    await postgres.sql(
      "delete from users where email like '%9@%' or email like '5@%'",
      ready.world.urls.migrated,
    )
    const undone = call(ready, 'rollback', '--yes')
    expect([undone.code, undone.report.status]).toEqual([0, 'rolled_back'])
    expect(json(hotwash(ready.place, ['audit', 'verify', '--json']))).toMatchObject({
      verified: true,
      problems: [],
    })
    expect(await state(ready)).toEqual(before)
    expect(await signUp(ready, 'short')).toBe(500)
  })

  it('rolls back a fix that adds the column to the wrong database, and says how many accounts arrived', async () => {
    const ready = await broken()
    const before = await state(ready)
    const wrong = { fix: './ops/service add-column', undo: './ops/service drop-column' }
    const { code, report } = await runIt(ready, wrong)
    expect([code, report.status]).toEqual([4, 'rolled_back'])
    expect(idsOf(report, 'failed')).toEqual(['arrived'])
    // The weak checks are green.
    expect(idsOf(report, 'rolled_back')).toEqual(
      expect.arrayContaining(['fix', 'password_fix', 'validate_short', 'validate_long']),
    )
    expect(reasonOf(report, 'arrived')).toContain('"ours":0')
    expect(await state(ready)).toEqual(before)
    const text = postmortem(ready)
    expect(text).toMatch(/rolled back/i)
    expect(text).toContain('0 of 2 new accounts arrived in the migrated database')
    await expectTrueReports(ready.place, report.incident)
    expectNoSecretsLeft(ready)
  })

  it('rolls back a fix that cuts long passwords off', async () => {
    const ready = await broken()
    const before = await state(ready)
    const { code, report } = await runIt(ready, {
      password_fix: './ops/service long-passwords truncate',
      long_passwords: 'hashed',
    })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['login_other_end'],
    ])
    expect(await state(ready)).toEqual(before)
    expect(postmortem(ready)).toContain('differs after its 90th byte logs in as well')
  })

  it('is content with a service that refuses long passwords in words', async () => {
    const ready = await broken()
    const { code, report } = await runIt(ready, {
      password_fix: './ops/service long-passwords limit',
    })
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect(idsOf(report, 'skipped')).toEqual(
      expect.arrayContaining(['seen', 'login_long', 'login_other_end']),
    )
    expect([await signUp(ready, 'short'), await signUp(ready, 'x'.repeat(99))]).toEqual([200, 422])
  })

  it('signs up with a CSRF token where the service wants one', async () => {
    const ready = await broken({ csrf: true })
    const { code, report } = await runIt(ready, {
      csrf_path: '/csrf',
      csrf_json: 'csrfToken',
      csrf_header: 'x-csrf-token',
    })
    expect([code, report.status, idsOf(report, 'skipped')]).toEqual([
      0,
      'succeeded',
      ['seen', 'arrived_before'],
    ])
    expect(postmortem(ready)).toContain('First error: sign-up answers 500')
  })

  it('stops before the fix where nothing is broken', async () => {
    const ready = await broken({ healthy: true })
    const before = await state(ready)
    const { code, report } = await runIt(ready)
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([4, 'failed', ['broken']])
    expect(idsOf(report, 'pending')).toEqual(expect.arrayContaining(['backups', 'fix']))
    expect(await state(ready)).toEqual(before)
    expect(postmortem(ready)).toContain('Nothing is broken, and no fix was applied')
  })

  it('takes the word of no file for what the running service does', async () => {
    const ready = await broken({ healthy: true })
    const { migrated, old } = ready.world.urls
    const path = join(ready.place.dir, 'backend', '.env')
    writeFileSync(path, readFileSync(path, 'utf8').replace(migrated, old))
    const before = await state(ready)
    const { code, report } = await runIt(ready)
    expect([code, idsOf(report, 'failed')]).toEqual([4, ['broken']])
    expect(await state(ready)).toEqual(before)
    expect(postmortem(ready)).toContain(
      'sign-up works, and its account is in the migrated database',
    )
  })

  it('takes no sign-up that is refused for the outage', async () => {
    const ready = await broken({ healthy: true })
    const { code, report } = await runIt(ready, { signup_path: '/register' })
    expect([code, idsOf(report, 'failed')]).toEqual([4, ['broken']])
    expect(postmortem(ready)).toContain('no fix was applied - sign-up is refused, with 404')
  })

  it('changes nothing when it is planned', async () => {
    const ready = await broken()
    const before = await state(ready)
    const planned = hotwash(ready.place, [...commandOf(ready), '--plan'])
    ready.ended.push(planned)
    expect([planned.code, planned.stderr]).toEqual([
      0,
      expect.stringContaining('not run: would run'),
    ])
    expect(await state(ready)).toEqual(before)
    expect(existsSync(join(ready.place.dir, '.git', 'hotwash'))).toBe(false)
    expectNoSecretsLeft(ready)
  })

  it('does not touch a service that is down', async () => {
    const ready = await broken()
    await ready.stop()
    const { code, report } = await runIt(ready)
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([4, 'failed', ['reachable']])
    expect(idsOf(report, 'pending')).toContain('signup_before')
  })

  it('applies no fix without a proven backup', async () => {
    const ready = await broken()
    const before = await state(ready)
    await postgres.sql('alter role app nocreatedb')
    try {
      const { code, report } = await runIt(ready)
      expect([code, idsOf(report, 'failed')]).toEqual([
        4,
        ['backups', 'backup_migrated', 'backup_other'],
      ])
      expect(reasonOf(report, 'backup_migrated')).toContain('CREATEDB')
      expect(idsOf(report, 'pending')).toContain('fix')
    } finally {
      await postgres.sql('alter role app createdb')
    }
    expect(await state(ready)).toEqual(before)
  })

  it('goes on after kill -9 in the fix, without applying it twice', async () => {
    const ready = await broken()
    const log = join(ready.place.dir, 'run', 'fixes')
    const fix = 'echo fix >> run/fixes; ./ops/service use-database first; kill -9 "$PPID"'
    const fixed = 'cmp <(grep DATABASE_URL .env) <(grep DATABASE_URL backend/.env)'
    const killed = hotwash(ready.place, [...commandOf(ready, { fix, fixed }), '--yes'])
    ready.ended.push(killed)
    expect(killed.signal).toBe('SIGKILL')
    const { code, report } = call(ready, 'resume', '--yes')
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect(readFileSync(log, 'utf8')).toBe('fix\n')
    // By now both files name the migrated database: there is no other one to look into.
    expect(idsOf(report, 'skipped')).toContain('not_elsewhere')
    expect(await signUp(ready, 'short')).toBe(200)
    expectNoSecretsLeft(ready)
  })
})

describeInTerminal('two env files that name two databases, at a terminal', () => {
  afterEach(() => void endServer())

  it.skipIf(!hasPostgres())('is cured step by step', async () => {
    const ready = await broken()
    const text = await walkThrough(ready)
    expect(text).toMatch(/^exit=0/m)
    expect(await signUp(ready, 'x'.repeat(99))).toBe(200)
    const { runs } = json<{ runs: [{ status: string }] }>(hotwash(ready.place, ['show', '--json']))
    expect(runs[0].status).toBe('succeeded')
    expectNoSecretsLeft(ready)
  })

  it.skipIf(!hasPostgres())('is as it was when the column went to the wrong database', async () => {
    const ready = await broken()
    const before = await state(ready)
    const wrong = { fix: './ops/service add-column', undo: './ops/service drop-column' }
    const text = await walkThrough(ready, wrong)
    expectInOrder(text, /0 of 2 new accounts arrived/, /rolled back/i, /^exit=4/m)
    expect(await state(ready)).toEqual(before)
  })
})
