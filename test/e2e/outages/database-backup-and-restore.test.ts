/** The runbook for backups: proven, restored beside, switched to, and switched back. */
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
  walkThrough,
} from '../../ready-runbook.ts'
import { expectNoSecretsLeft } from '../../secret-search.ts'
import {
  healthOf,
  stagingFor,
  stateOf,
  type Options,
  type Staging,
} from '../../services/staging-login/ready.ts'
import { describeInTerminal, endServer } from '../../terminal.ts'

let postgres: TestPostgres
const stops: (() => Promise<void>)[] = []
const WELL = { database: 'ok', auth: 'ok', config: 'ok' }

/** With the inputs of a runbook that logs nobody in. */
async function ready(faults: Options['faults'] = {}): Promise<Staging> {
  const inputs = { database_file: 'config/staging.env' }
  const runbook = 'database-backup-and-restore'
  const staging = await stagingFor({ postgres, runbook, faults, inputs })
  stops.push(staging.stop)
  const { base, health_path } = staging.inputs as Record<string, string>
  return { ...staging, inputs: { base: base ?? '', health_path: health_path ?? '', ...inputs } }
}

async function databases({ world }: Staging): Promise<string[]> {
  const name = new URL(world.databaseUrl).pathname.slice(1)
  const sql = `select datname from pg_database where datname like '${name}%' order by 1`
  return (await postgres.sql(sql)).map(({ datname }) => String(datname))
}

beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => postgres?.stop())

describe.skipIf(!hasPostgres())('a backup', () => {
  it('changes nothing when it is planned', async () => {
    const staging = await ready()
    const before = await stateOf(staging, postgres)
    const planned = hotwash(staging.place, [...commandOf(staging), '--plan'])
    expect([planned.code, planned.stderr]).toEqual([
      0,
      expect.stringContaining('not run: would run'),
    ])
    expect(await stateOf(staging, postgres)).toEqual(before)
  })

  it('is proven, restored beside, and equal by digest', async () => {
    const staging = await ready()
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
    const staging = await ready()
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
    const staging = await ready({ secret: 'weak' })
    const before = await stateOf(staging, postgres)
    const { code, report } = await runIt(staging, { restore: 'switch' })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([
      4,
      'rolled_back',
      ['validate_health'],
    ])
    expect(reasonOf(report, 'validate_health')).toContain('SESSION_SECRET is too short')
    expect(postmortem(staging)).toMatch(
      /with the restored database the service says .*SESSION_SECRET is too short: 8 of 32/,
    )
    expect(report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual(['switch succeeded'])
    expect(await stateOf(staging, postgres)).toEqual(before)
  })
})

describeInTerminal('a backup, at a terminal,', () => {
  afterEach(() => void endServer())

  it.skipIf(!hasPostgres())('takes the place of the live one', async () => {
    const staging = await ready()
    const before = await stateOf(staging, postgres)
    const text = await walkThrough(staging, { restore: 'switch' })
    expect(text).toMatch(/^exit=0/m)
    expect(await databases(staging)).toHaveLength(2)
    expect(await stateOf(staging, postgres)).toEqual(before)
    expectNoSecretsLeft(staging)
  })

  it.skipIf(!hasPostgres())('gives it its place back when the service is not well', async () => {
    const staging = await ready({ secret: 'weak' })
    const before = await stateOf(staging, postgres)
    const text = await walkThrough(staging, { restore: 'switch' })
    expectInOrder(
      text,
      // The terminal wraps it.
      /with the restored database the service says [^]*is\s+too\s+short:\s+8\s+of\s+32/,
      /rolled back/i,
      /^exit=4/m,
    )
    expect(await stateOf(staging, postgres)).toEqual(before)
  })
})
