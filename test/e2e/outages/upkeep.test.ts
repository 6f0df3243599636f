/** The runbooks for releases and signing secrets, each once well and once taken back. */
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
  runIt,
  walkThrough,
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
import { describeInTerminal, endServer } from '../../terminal.ts'

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
  it.each([
    ['rollback-release', { deploy: 'true' }],
    ['secret-rotation', { secret_file: 'config/staging.env', fix: 'true', undo: 'true' }],
  ])('of %s changes nothing', async (runbook, inputs) => {
    const staging = await ready({ runbook, inputs })
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

  it('comes back when the release before is well, and takes one person for another', async () => {
    const staging = await ready(options)
    const { code, report } = await runIt(staging, { release_to: 'v1.2.0' })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([4, 'rolled_back', ['validate']])
    expect(releaseOf(staging)).toBe('v1.5.0')
    expectInOrder(
      postmortem(staging).split('## Timeline')[1] ?? '',
      /whoami: 0 of 2 actors known/,
      /with v1.2.0, too: .*whoami: 1 of 2 actors known/,
      /rolled back/i,
    )
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

  it('comes back when nobody is known with the new one', async () => {
    const staging = await ready(options)
    const before = settingsOf(staging)
    const { code, report } = await runIt(staging, {
      force: 'true',
      fix: './ops/service secret strong && ./ops/service release v1.5.0',
      undo: './ops/service secret back && ./ops/service release v1.4.0',
    })
    expect([code, report.status, idsOf(report, 'failed')]).toEqual([4, 'rolled_back', ['validate']])
    expect([settingsOf(staging), await healthOf(staging)]).toEqual([before, WELL])
    expect(postmortem(staging)).toContain(
      'the new secret does not do: 0 of 8 logins work with it; with the old one 8 of 8 did',
    )
  })

  it('that is strong stays, unless it is asked for', async () => {
    const staging = await ready(options)
    const before = settingsOf(staging)
    const { code, report } = await runIt(staging)
    expect([code, idsOf(report, 'failed'), settingsOf(staging)]).toEqual([4, ['broken'], before])
  })
})

describeInTerminal('at a terminal, step by step,', () => {
  afterEach(() => void endServer())

  it.skipIf(!hasPostgres())('a bad release is taken back', async () => {
    const staging = await ready({
      runbook: 'rollback-release',
      faults: { release: 'v1.5.0' },
      inputs: { deploy: './ops/service release "$TAG"' },
    })
    const text = await walkThrough(staging)
    expectInOrder(text, /whoami: 0 of 2 actors known/, /8 of 8 logins work/, /^exit=0/m)
    expect([releaseOf(staging), await healthOf(staging)]).toEqual(['v1.4.0', WELL])
    expectNoSecretsLeft(staging)
  })

  it.skipIf(!hasPostgres())('a release that is no better is taken back again', async () => {
    const staging = await ready({
      runbook: 'rollback-release',
      faults: { release: 'v1.5.0' },
      inputs: { deploy: './ops/service release "$TAG"', release_to: 'v1.2.0' },
    })
    const text = await walkThrough(staging)
    expectInOrder(text, /with v1.2.0, too: .*whoami: 1 of 2/, /rolled back/i, /^exit=4/m)
    expect(releaseOf(staging)).toBe('v1.5.0')
    expectNoSecretsLeft(staging)
  })

  it.skipIf(!hasPostgres())('a weak signing secret is replaced', async () => {
    const staging = await ready({
      runbook: 'secret-rotation',
      faults: { secret: 'weak' },
      inputs: {
        secret_file: 'config/staging.env',
        secret_key: 'SESSION_SECRET',
        fix: './ops/service secret strong',
        undo: './ops/service secret back',
      },
    })
    const text = await walkThrough(staging)
    expectInOrder(text, /known weak value/, /8 of 8 logins work/, /^exit=0/m)
    expect(await healthOf(staging)).toEqual(WELL)
    expectNoSecretsLeft({ ...staging, secrets: [...staging.secrets, secretOf(staging)] })
  })

  it.skipIf(!hasPostgres())('a secret that is no better is taken back again', async () => {
    const staging = await ready({
      runbook: 'secret-rotation',
      faults: { secret: 'weak' },
      inputs: {
        secret_file: 'config/staging.env',
        secret_key: 'SESSION_SECRET',
        fix: './ops/service secret weak',
        undo: './ops/service secret back',
      },
    })
    const before = settingsOf(staging)
    const text = await walkThrough(staging)
    expectInOrder(
      text,
      /the new secret is no better: [^]*fewer\s+than\s+32/,
      /rolled back/i,
      /^exit=4/m,
    )
    expect(settingsOf(staging)).toBe(before)
  })
})
