/** The runbooks for releases, signing secrets and backups, each once well and once taken back. */
import { parseEnv } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, startPostgres, type TestPostgres } from '../../postgres.ts'
import { hotwash } from '../../hotwash.ts'
import {
  call,
  commandOf,
  expectInOrder,
  idsOf,
  postmortem,
  reasonOf,
  runIt,
} from '../../ready-runbook.ts'
import { expectNoSecretsLeft } from '../../secret-search.ts'
import {
  healthOf,
  releaseOf,
  settingsOf,
  stagingFor,
  stateOf,
  type Options,
  type Staging,
} from '../../services/staging-login/ready.ts'

let postgres: TestPostgres
const stops: (() => Promise<void>)[] = []

async function ready(options: Omit<Options, 'postgres'>): Promise<Staging> {
  const made = await stagingFor({ postgres, ...options })
  stops.push(made.stop)
  return made
}

const WELL = { database: 'ok', auth: 'ok', config: 'ok' }
const secretOf = (staging: Staging): string => parseEnv(settingsOf(staging))['SESSION_SECRET'] ?? ''

beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => postgres?.stop())

describe.skipIf(!hasPostgres())('a plan', () => {
  const database = { database_file: 'config/staging.env' }
  const secret = { secret_file: 'config/staging.env', fix: 'true', undo: 'true' }
  const noLogin = (staging: Staging): Staging => ({ ...staging, inputs: database })

  it.each([
    ['rollback-release', { deploy: 'true' }],
    ['secret-rotation', secret],
    ['database-backup-and-restore', database],
  ])('of %s changes nothing', async (runbook, inputs) => {
    const made = await ready({ runbook, inputs })
    const staging = inputs === database ? noLogin(made) : made
    const before = await stateOf(staging, postgres)
    const planned = hotwash(staging.place, [...commandOf(staging), '--plan'])
    expect([planned.code, planned.stderr]).toEqual([
      0,
      expect.stringContaining('not run: would run'),
    ])
    expect(await stateOf(staging, postgres)).toEqual(before)
  })
})

describe.skipIf(!hasPostgres())('a bad release', () => {
  const options = {
    runbook: 'rollback-release',
    faults: { release: 'v1.5.0' },
    inputs: { deploy: './ops/service release "$TAG"', log_file: 'run/service.log' },
  } as const

  it('is taken back to the tag before, and comes again when asked for', async () => {
    const staging = await ready(options)
    const { code, report } = await runIt(staging)
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect([releaseOf(staging), await healthOf(staging)]).toEqual(['v1.4.0', WELL])
    expectInOrder(
      postmortem(staging).split('## Timeline')[1] ?? '',
      'v1.5.0 runs; v1.4.0 came before it, with 1 commits less',
      /whoami: 0 of 2 actors known/,
      'with v1.4.0 8 of 8 logins work and everybody is who they are',
    )
    expectNoSecretsLeft(staging)
    const undone = call(staging, 'rollback', '--yes')
    expect([undone.code, undone.report.status, releaseOf(staging)]).toEqual([
      0,
      'rolled_back',
      'v1.5.0',
    ])
  })

  it('comes back when the release before is no better', async () => {
    const staging = await ready(options)
    const { code, report } = await runIt(staging, { release_to: 'v1.3.0' })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['validate_health'],
    ])
    expect(releaseOf(staging)).toBe('v1.5.0')
    expect(postmortem(staging)).toContain('v1.3.0 is not well, either')
  })

  it('stays where nothing is broken', async () => {
    const staging = await ready({ ...options, faults: {} })
    const { code, report } = await runIt(staging)
    expect([code, idsOf(report, 'failed'), releaseOf(staging)]).toEqual([4, ['broken'], 'v1.4.0'])
  })
})

describe.skipIf(!hasPostgres())('a signing secret', () => {
  const options = {
    runbook: 'secret-rotation',
    inputs: {
      secret_file: 'config/staging.env',
      secret_key: 'SESSION_SECRET',
      token: 'jwt',
      fix: './ops/service secret strong',
      undo: './ops/service secret back',
    },
  } as const

  it('that is weak is replaced by one that nobody sees, and is back when asked for', async () => {
    const staging = await ready({ ...options, faults: { secret: 'weak' } })
    const before = settingsOf(staging)
    const { code, report } = await runIt(staging)
    expect([code, report.status]).toEqual([0, 'succeeded'])
    const made = secretOf(staging)
    expect(made.length).toBeGreaterThan(40)
    expect(await healthOf(staging)).toEqual(WELL)
    expectInOrder(
      postmortem(staging).split('## Timeline')[1] ?? '',
      /SESSION_SECRET in config\/staging.env .*known weak value/,
      '8 of 8 logins work with the new secret; with the old one 0 of 8 did',
    )
    expectNoSecretsLeft({ ...staging, secrets: [...staging.secrets, made] })
    expect(call(staging, 'rollback', '--yes').code).toBe(0)
    expect(settingsOf(staging)).toBe(before)
  })

  it('that others know is rotated when asked for, and ends the sessions that were open', async () => {
    const staging = await ready(options)
    const before = secretOf(staging)
    const { code, report } = await runIt(staging, { force: 'true' })
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect(secretOf(staging)).not.toBe(before)
    expect(postmortem(staging)).toContain('is answered 401; stated was that it should end')
    expectNoSecretsLeft({ ...staging, secrets: [...staging.secrets, secretOf(staging)] })
  })

  it('comes back when sessions end that should have survived', async () => {
    const staging = await ready(options)
    const before = settingsOf(staging)
    const { code, report } = await runIt(staging, { force: 'true', old_sessions: 'survive' })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['old_sessions'],
    ])
    expect(settingsOf(staging)).toBe(before)
    expect(await healthOf(staging)).toEqual(WELL)
  })

  it('comes back when the new one is no better', async () => {
    const staging = await ready({ ...options, faults: { secret: 'weak' } })
    const before = settingsOf(staging)
    const { code, report } = await runIt(staging, { fix: './ops/service secret weak' })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['validate_secret'],
    ])
    expect(settingsOf(staging)).toBe(before)
    expect(postmortem(staging)).toContain('the new secret is no better')
  })

  it('that is strong stays, unless it is asked for', async () => {
    const staging = await ready(options)
    const before = settingsOf(staging)
    const { code, report } = await runIt(staging)
    expect([code, idsOf(report, 'failed'), settingsOf(staging)]).toEqual([4, ['broken'], before])
  })
})

describe.skipIf(!hasPostgres())('a backup', () => {
  const options = {
    runbook: 'database-backup-and-restore',
    inputs: { database_file: 'config/staging.env' },
  } as const
  /** Inputs of a runbook that logs nobody in. */
  const told = async (more: Options['faults'] = {}): Promise<Staging> => {
    const staging = await ready({ ...options, faults: more })
    const { base, health_path } = staging.inputs as Record<string, string>
    const inputs = { base: base ?? '', health_path: health_path ?? '', ...options.inputs }
    return { ...staging, inputs }
  }

  const databases = async ({ world }: Staging): Promise<string[]> => {
    const name = new URL(world.databaseUrl).pathname.slice(1)
    const sql = `select datname from pg_database where datname like '${name}%' order by 1`
    return (await postgres.sql(sql)).map(({ datname }) => String(datname))
  }

  it('is proven, restored beside, and equal by digest', async () => {
    const staging = await told()
    const before = await stateOf(staging, postgres)
    const { code, report } = await runIt(staging)
    expect([code, report.status]).toEqual([0, 'succeeded'])
    const beside = report.steps.find(({ id }) => id === 'beside')?.outputs ?? {}
    expect(beside).toMatchObject({ proven: true })
    const url = new URL(staging.world.databaseUrl)
    url.pathname = `/${String(beside['database'])}`
    const copy = { ...staging, world: { ...staging.world, databaseUrl: url.href } }
    expect(await stateOf(copy, postgres)).toEqual(before)
    expect(await stateOf(staging, postgres)).toEqual(before)
    expect(postmortem(staging)).toContain('is equal to what was backed up')
    expectNoSecretsLeft(staging)
  })

  it('takes the place of the live database, and gives it back when asked for', async () => {
    const staging = await told()
    const before = await stateOf(staging, postgres)
    const { code, report } = await runIt(staging, { restore: 'switch' })
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect(await stateOf(staging, postgres)).toEqual(before)
    expect(await databases(staging)).toHaveLength(2)
    expect(await healthOf(staging)).toEqual(WELL)
    await postgres.sql("update users set role = 'changed'", staging.world.databaseUrl)
    expect(call(staging, 'rollback', '--yes').code).toBe(0)
    expect(await stateOf(staging, postgres)).toEqual(before)
  })

  it('gives the live database its place back when the service is not well', async () => {
    const staging = await told({ secret: 'weak' })
    const before = await stateOf(staging, postgres)
    const { code, report } = await runIt(staging, { restore: 'switch' })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['validate_health'],
    ])
    expect(reasonOf(report, 'validate_health')).toContain('SESSION_SECRET is too short')
    expect(report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual(['switch succeeded'])
    expect(await stateOf(staging, postgres)).toEqual(before)
  })
})
