/**
 * A login that is broken on staging in three ways at once: a weak signing secret, a migration that
 * was never applied, a bad release. The ready runbook is pointed at it by flags alone.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
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
  ALL_FAULTS,
  healthOf,
  releaseOf,
  settingsOf,
  stagingFor,
  stateOf,
  type Staging,
} from '../../services/staging-login/ready.ts'
import type { Faults } from '../../services/staging-login/world.ts'
import { describeInTerminal, endServer } from '../../terminal.ts'

let postgres: TestPostgres
const stops: (() => Promise<void>)[] = []

async function staging(faults: Faults = ALL_FAULTS): Promise<Staging> {
  const ready = await stagingFor({
    postgres,
    runbook: 'staging-login',
    faults,
    inputs: {
      health_parts: '/health/database /health/auth /health/config',
      database_file: 'config/staging.env',
      secret_key: 'SESSION_SECRET',
      production_file: 'config/production.env',
      migrations_table: 'schema_migrations',
      migrations_folder: 'migrations',
      log_file: 'run/service.log',
      secret_fix: './ops/service secret strong',
      secret_undo: './ops/service secret back',
      deploy: './ops/service release "$TAG"',
      migrate: './ops/service migrate up',
    },
  })
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

  it('is rehearsed on a copy first, all the way there and back, and touches nothing else', async () => {
    const [ready, copy] = [await staging(), await staging()]
    const before = [await stateOf(ready, postgres), await stateOf(copy, postgres)]
    const url = new URL(copy.world.databaseUrl)
    const safe = {
      ...copy.inputs,
      database_file: join(copy.place.dir, 'config/staging.env'),
      credentials: join(copy.place.dir, 'credentials.env'),
      production_file: '',
      secret_fix: `${copy.place.dir}/ops/service secret strong`,
      secret_undo: `${copy.place.dir}/ops/service secret back`,
      deploy: `${copy.place.dir}/ops/service release "$TAG"`,
      release_now: `git -C ${copy.place.dir} describe --tags --abbrev=0`,
      migrate: `${copy.place.dir}/ops/service migrate up`,
      log_file: '',
    }
    const rehearsal = {
      databases: [`${url.host}${url.pathname}`],
      urls: [copy.world.base],
      commands: true,
      inputs: safe,
    }
    // YAML holds JSON.
    writeFileSync(join(ready.place.dir, 'hotwash.yaml'), JSON.stringify({ rehearsal }))
    const warned = hotwash(ready.place, ['runbook', 'lint', 'staging-login'])
    expect(warned.stdout + warned.stderr).toContain('never rehearsed')

    const drill = call(ready, 'run', 'staging-login', '--rehearse', '--yes')
    expect([drill.code, idsOf(drill.report, 'failed')]).toEqual([0, []])
    expect(drill.report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'fix_migration succeeded',
      'fix_release succeeded',
      'fix_secret succeeded',
    ])
    expect([await stateOf(ready, postgres), await stateOf(copy, postgres)]).toEqual(before)
    const quiet = hotwash(ready.place, ['runbook', 'lint', 'staging-login'])
    expect(quiet.stdout + quiet.stderr).not.toContain('never rehearsed')

    const stray = call(ready, ...commandOf(ready), '--rehearse', '--yes')
    expect(stray.code).toBeGreaterThan(0)
    expect([await stateOf(ready, postgres), await stateOf(copy, postgres)]).toEqual(before)
    expectNoSecretsLeft({ ...ready, secrets: [...ready.secrets, ...copy.secrets] })
  })

  it('goes on after kill -9 in a fix, without applying it twice', async () => {
    const ready = await staging()
    const deploy =
      'echo "$TAG" >> run/deploys; ./ops/service release "$TAG"; test -e run/killed || { touch run/killed; kill -9 "$PPID"; }'
    const killed = hotwash(ready.place, [...commandOf(ready, { deploy }), '--yes'])
    ready.ended.push(killed)
    expect(killed.signal).toBe('SIGKILL')
    const { code, report } = call(ready, 'resume', '--yes')
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect([await healthOf(ready), releaseOf(ready)]).toEqual([WELL, 'v1.4.0'])
    expect(hotwash(ready.place, ['exec', '--', 'cat', 'run/deploys']).stdout).not.toContain(
      'v1.5.0',
    )
    expectNoSecretsLeft(ready)
  })

  it('asks a person after kill -9 in a half-done migration, and can restore from there', async () => {
    const ready = await staging()
    const before = await stateOf(ready, postgres)
    const migrate = './ops/service migrate half || kill -9 "$PPID"'
    const killed = hotwash(ready.place, [...commandOf(ready, { migrate }), '--yes'])
    ready.ended.push(killed)
    expect(killed.signal).toBe('SIGKILL')
    const asked = hotwash(ready.place, ['resume', '--yes'])
    expect([asked.code, asked.stderr + asked.stdout]).toEqual([
      5,
      expect.stringContaining('fix_migration'),
    ])
    const [incident = ''] = readdirSync(join(ready.place.dir, '.git', 'hotwash'))
    const evidence = ['--evidence', 'the addresses are in capitals']
    expect(
      hotwash(ready.place, ['answer', '--done', ...evidence, incident, 'fix_migration']).code,
    ).toBe(0)
    const undone = call(ready, 'rollback', '--yes')
    expect([undone.code, undone.report.status]).toEqual([0, 'rolled_back'])
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
})
