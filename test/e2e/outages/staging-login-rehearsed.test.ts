/** The login that is broken on staging: the ready runbook rehearsed on a copy, and killed in its fixes. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hotwash } from '../../hotwash.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../../postgres.ts'
import { call, commandOf, idsOf } from '../../ready-runbook.ts'
import { expectNoSecretsLeft } from '../../secret-search.ts'
import {
  healthOf,
  releaseOf,
  stagingLogin,
  stateOf,
  type Staging,
} from '../../services/staging-login/ready.ts'

let postgres: TestPostgres
const stops: (() => Promise<void>)[] = []

async function staging(): Promise<Staging> {
  const ready = await stagingLogin(postgres)
  stops.push(ready.stop)
  return ready
}

const WELL = { database: 'ok', auth: 'ok', config: 'ok' }

beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => postgres?.stop())

describe.skipIf(!hasPostgres())('a login that is broken on staging', () => {
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
