/**
 * A login that is broken on staging in three ways at once: a weak signing secret, a migration that
 * was never applied, a bad release. The ready runbook is pointed at it by flags alone.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hotwash, json } from '../../hotwash.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../../postgres.ts'
import {
  call,
  commandOf,
  expectInOrder,
  idsOf,
  postmortem,
  reasonOf,
  runIt,
  walkThrough,
} from '../../ready-runbook.ts'
import { expectNoSecretsLeft } from '../../secret-search.ts'
import {
  healthOf,
  releaseOf,
  settingsOf,
  stagingLogin,
  stateOf,
  type Staging,
} from '../../services/staging-login/ready.ts'
import type { Faults } from '../../services/staging-login/world.ts'
import { describeInTerminal, endServer } from '../../terminal.ts'
import { expectReportToBeMade } from './lint-check.ts'
import { expectTrueReports } from './report-check.ts'
import { TOLD } from './told-outages.ts'

let postgres: TestPostgres
const stops: (() => Promise<void>)[] = []

async function staging(faults?: Faults): Promise<Staging> {
  const ready = await stagingLogin(postgres, faults)
  stops.push(ready.stop)
  return ready
}

const ILL = { database: 'down', auth: 'down', config: 'down' }
const WELL = { database: 'ok', auth: 'ok', config: 'ok' }

beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => postgres?.stop())

describe.skipIf(!hasPostgres())('a login that is broken on staging', () => {
  it('is found broken in three ways, cured of each, and as broken again when asked for', async () => {
    const ready = await staging()
    const before = await stateOf(ready, postgres)
    expect(await healthOf(ready)).toEqual(ILL)
    const { code, report } = await runIt(ready)
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([0, 'succeeded', []])
    expect([await healthOf(ready), releaseOf(ready)]).toEqual([WELL, 'v1.4.0'])

    const text = postmortem(ready)
    expectInOrder(
      text.slice(text.indexOf('## Timeline')),
      'Ruled out "the service is down"',
      'its health says database: down: column "last_login_at" does not exist',
      /SESSION_SECRET.*(too short|characters)/,
      /staging and production differ in .*SESSION_ISSUER/,
      /at 0001_users, there is no 0002_last_login/,
      'v1.5.0 runs; the release to go back to is v1.4.0',
      'Ruled out "the passwords are wrong"',
      /errors of the database in the last hour: \d+/,
      'Ruled out "the log gives secrets away"',
      'with a new signing secret, config is well again',
      'with v1.4.0 in place of v1.5.0, auth is well again',
      'with the migration, endpoint, database is well again',
      '8 of 8 logins work; before the fixes 0 of 8 did',
    )
    const made = parseEnv(settingsOf(ready))['SESSION_SECRET'] ?? ''
    expect(made.length).toBeGreaterThan(40)
    await expectTrueReports(ready.place, report.incident)
    await expectReportToBeMade(ready.place, report.incident, TOLD['staging-login'])
    expectNoSecretsLeft({ ...ready, secrets: [...ready.secrets, made] })

    const undone = call(ready, 'rollback', '--yes')
    expect([undone.code, undone.report.status]).toEqual([0, 'rolled_back'])
    expect(json(hotwash(ready.place, ['audit', 'verify', '--json']))).toMatchObject({
      verified: true,
      problems: [],
    })
    expect(await stateOf(ready, postgres)).toEqual(before)
    expect(await healthOf(ready)).toEqual(ILL)
  })

  it('restores the rows that a migration had changed when it failed, and the release and the secret', async () => {
    const ready = await staging()
    const before = await stateOf(ready, postgres)
    const { code, report } = await runIt(ready, { migrate: './ops/service migrate half' })
    expect([code, report.status]).toEqual([4, 'rolled_back'])
    expect(reasonOf(report, 'fix_migration')).toContain('exit_code = 1')
    expect(report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'fix_migration succeeded',
      'fix_release succeeded',
      'fix_secret succeeded',
    ])
    expect(await stateOf(ready, postgres)).toEqual(before)
    expect([releaseOf(ready), await healthOf(ready)]).toEqual(['v1.5.0', ILL])
    const text = postmortem(ready)
    expect(text).toMatch(/Undo of fix_migration succeeded/)
    await expectTrueReports(ready.place, report.incident)
    // By the digest of every row, and by tag.
    for (const group of ['tables', 'database', 'git', 'health']) {
      expect(text).toMatch(new RegExp(`\\| ${group} +\\| — +\\| \\d`))
    }
    const health = report.steps.filter(({ id }) => ['health', 'health_after'].includes(id))
    for (const { checks = [] } of health) {
      expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
        'endpoint failed',
        'database failed',
        'auth failed',
        'config failed',
      ])
    }
    expectNoSecretsLeft(ready)
  })

  it('rolls back where a new secret was set and the migration is still missing', async () => {
    const ready = await staging()
    const before = await stateOf(ready, postgres)
    const { code, report } = await runIt(ready, { migrate: '' })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['validate_migrations'],
    ])
    expect(await stateOf(ready, postgres)).toEqual(before)
    const text = postmortem(ready)
    expect(text).toMatch(/rolled back/i)
    expect(text).toContain('0002_last_login')
  })

  it('is not content with a service that only says it is well', async () => {
    const ready = await staging({ migrated: false })
    const { code, report } = await runIt(ready, {
      migrations_table: '',
      migrate: './ops/service restart',
      deploy: '',
    })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['validate_health'],
    ])
    expect(reasonOf(report, 'validate_health')).toContain('last_login_at')
  })

  it('stops before the fixes where nothing is broken', async () => {
    const ready = await staging({})
    const before = await stateOf(ready, postgres)
    const { code, report } = await runIt(ready)
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([4, 'failed', ['broken']])
    expect(idsOf(report, 'pending')).toEqual(expect.arrayContaining(['backup', 'fix_secret']))
    expect(await stateOf(ready, postgres)).toEqual(before)
    expect(postmortem(ready)).toContain('nothing is broken, and no fix was applied')
  })

  it('changes nothing when it is planned', async () => {
    const ready = await staging()
    const before = await stateOf(ready, postgres)
    const planned = hotwash(ready.place, [...commandOf(ready), '--plan'])
    ready.ended.push(planned)
    expect([planned.code, planned.stderr]).toEqual([
      0,
      expect.stringContaining('not run: would run'),
    ])
    expect(await stateOf(ready, postgres)).toEqual(before)
    expect(existsSync(join(ready.place.dir, '.git', 'hotwash'))).toBe(false)
    expectNoSecretsLeft(ready)
  })

  it('does not touch a service that is down', async () => {
    const ready = await staging()
    await ready.stop()
    const { code, report } = await runIt(ready)
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([4, 'failed', ['reachable']])
  })

  it('applies no fix without a proven backup', async () => {
    const ready = await staging()
    const before = await stateOf(ready, postgres)
    await postgres.sql('alter role app nocreatedb')
    try {
      const { code, report } = await runIt(ready)
      expect([code, idsOf(report, 'failed')]).toEqual([4, ['backup']])
      expect(reasonOf(report, 'backup')).toContain('CREATEDB')
    } finally {
      await postgres.sql('alter role app createdb')
    }
    expect(await stateOf(ready, postgres)).toEqual(before)
  })
})

describeInTerminal('a login that is broken on staging, at a terminal', () => {
  afterEach(() => void endServer())

  it.skipIf(!hasPostgres())('is cured step by step', async () => {
    const ready = await staging()
    const text = await walkThrough(ready)
    expect(text).toMatch(/^exit=0/m)
    expect(await healthOf(ready)).toEqual(WELL)
    expectNoSecretsLeft(ready)
  })

  it.skipIf(!hasPostgres())('is as broken as before when a migration fails half-way', async () => {
    const ready = await staging()
    const before = await stateOf(ready, postgres)
    const text = await walkThrough(ready, { migrate: './ops/service migrate half' })
    expect(text).toMatch(/^exit=4/m)
    expect(await stateOf(ready, postgres)).toEqual(before)
  })
})
