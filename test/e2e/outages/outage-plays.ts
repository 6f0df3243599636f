/**
 * What every ready runbook of an outage must do on a service that is really broken: see it, mend it,
 * prove it; take a wrong fix back by itself; stop before the fix when it should; leave no secret.
 */
import { rmSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hotwash, json, type Ended } from '../../hotwash.ts'
import {
  openLab,
  postmortemOf,
  stepOf,
  type Lab,
  type LabOptions,
  type Report,
} from '../../outage-lab.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../../postgres.ts'
import { dumpsIn, expectNoSecretsLeft } from '../../secret-search.ts'
import { describeInTerminal, endServer, openIn, type Terminal } from '../../terminal.ts'
import { expectReportToBeMade } from './lint-check.ts'
import { expectTrueReports } from './report-check.ts'
import { TOLD } from './told-outages.ts'

export type Play = LabOptions & {
  /** What the diagnosis says before the fix, and the validation after the right and the wrong one. */
  says: { broken: RegExp; right: RegExp; wrong: RegExp }
  /** Whether the service is broken, asked for without hotwash. */
  isBroken(lab: Lab): Promise<boolean>
}

/** The lab of the file, for tests of its own outage. */
export type Stage = { lab: Lab; postgres: TestPostgres; left: Ended[] }

const FIXED = 'test "$(readlink service/current.ts)" = releases/right.ts'

export function playOutage(play: Play, more: (stage: () => Stage) => void = () => {}): void {
  describe.skipIf(!hasPostgres())(`the outage ${play.service}`, () => {
    let stage: Stage
    beforeAll(async () => {
      const postgres = await startPostgres()
      const inputs = { fixed: FIXED, log_file: 'logs/app.log', ...play.inputs }
      stage = { postgres, lab: await openLab(postgres, { ...play, inputs }), left: [] }
    })
    afterAll(async () => {
      stage?.lab.stop()
      await stage?.postgres.stop()
      if (stage !== undefined)
        rmSync(join(stage.lab.place.dir, '..'), { recursive: true, force: true })
    })
    beforeEach(() => {
      if (stage.lab.release() !== 'releases/broken.ts') stage.lab.ops('release', 'broken')
    })
    // A run joins an incident that is open: each test has one of its own.
    afterEach(() => {
      for (const id of openIncidents(stage.lab))
        stage.left.push(hotwash(stage.lab.place, ['resolve', id]))
    })
    stops(play, () => stage)
    mends(play, () => stage)
    survivesKills(() => stage)
    more(() => stage)
    guided(play, () => stage)
    leavesNoSecret(() => stage)
  })
}

/** Runs unattended, and keeps what it printed for the search at the end. */
export async function run(
  { lab, left }: Stage,
  inputs: Record<string, string> = {},
): Promise<{ code: number | null; report: Report }> {
  const { ended, report } = await lab.run(inputs)
  left.push(ended)
  return { code: ended.code, report }
}

const openIncidents = ({ place }: Lab): string[] =>
  json<{ incidents: { id: string; status: string }[] }>(hotwash(place, ['list', '--json']))
    .incidents.filter(({ status }) => status !== 'resolved')
    .map(({ id }) => id)

const statuses = (report: Report): Record<string, string> =>
  Object.fromEntries(report.steps.map(({ id, status }) => [id, status]))

/** What a run says that changed nothing. */
function expectNothingChanged({ lab }: Stage, report: Report): void {
  expect(statuses(report)['fix']).toBe('pending')
  expect(report.undo).toEqual([])
  expect(lab.release()).toBe('releases/broken.ts')
}

const shown = (stage: Stage, report: Report): string => {
  const ended = hotwash(stage.lab.place, ['show', report.incident, '--json'])
  stage.left.push(ended)
  return json<{ timeline: { text: string }[] }>(ended)
    .timeline.map(({ text }) => text)
    .join('\n')
}

function stops(play: Play, stage: () => Stage): void {
  it('has a plan that only looks, and leaves nothing behind', () => {
    const { lab } = stage()
    const planned = hotwash(lab.place, [...lab.command(), '--plan'])
    stage().left.push(planned)
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringMatching(/^plan of \d+ steps/)])
    expect(planned.stderr).toContain(`undo: bash -euo pipefail -c './ops/release broken`)
    expect(openIncidents(lab)).toEqual([])
    expect(lab.release()).toBe('releases/broken.ts')
  })

  it('stops before the fix when nothing is broken, and says so', async () => {
    stage().lab.ops('release', 'right')
    const { code, report } = await run(stage())
    expect([code, report.status]).toEqual([4, 'failed'])
    expect(statuses(report)).toMatchObject({ broken: 'failed', backup: 'pending', fix: 'pending' })
    expect(shown(stage(), report)).toContain('was not seen, and no fix was applied')
    expect(stage().lab.release()).toBe('releases/right.ts')
  })

  it('stops at once when the service is down, which is another outage', async () => {
    stage().lab.ops('stop')
    try {
      const { code, report } = await run(stage())
      expect([code, report.status]).toEqual([4, 'failed'])
      expect(statuses(report)).toMatchObject({ reachable: 'failed', diagnose: 'pending' })
      expect(shown(stage(), report)).toMatch(/reachable failed.*refused/)
      expectNothingChanged(stage(), report)
    } finally {
      stage().lab.ops('start')
    }
  })

  it('mends nothing when the backup cannot be proven', async () => {
    const { postgres } = stage()
    await postgres.sql('alter role app nocreatedb')
    try {
      const { code, report } = await run(stage())
      expect([code, report.status]).toEqual([4, 'failed'])
      expect(statuses(report)).toMatchObject({ broken: 'succeeded', backup: 'failed' })
      expect(shown(stage(), report)).toMatch(/backup failed.*createdb/i)
      expectNothingChanged(stage(), report)
      expect(await play.isBroken(stage().lab)).toBe(true)
    } finally {
      await postgres.sql('alter role app createdb')
    }
  })
}

function mends(play: Play, stage: () => Stage): void {
  it('sees the outage, mends it and proves it; a rollback asked for later breaks it again', async () => {
    const { lab } = stage()
    expect(await play.isBroken(lab)).toBe(true)
    const { code, report } = await run(stage())
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect(shown(stage(), report)).toMatch(play.says.broken)
    expect(shown(stage(), report)).toMatch(play.says.right)
    expect(stepOf(report, 'validate')?.status).toBe('succeeded')
    expect(await play.isBroken(lab)).toBe(false)
    await expectTrueReports(lab.place, report.incident)
    await expectReportToBeMade(lab.place, report.incident, TOLD[play.service])

    const undone = hotwash(lab.place, ['rollback', report.incident, '--yes', '--json'])
    stage().left.push(undone)
    const after = json<Report>(undone)
    expect([undone.code, after.status]).toEqual([0, 'rolled_back'])
    expect(after.undo).toContainEqual(expect.objectContaining({ step: 'fix', status: 'succeeded' }))
    expect(lab.release()).toBe('releases/broken.ts')
    expect(await play.isBroken(lab)).toBe(true)
  })

  it('takes a wrong fix back by itself, and the post-mortem says why, with numbers', async () => {
    const { code, report } = await run(stage(), { fix: './ops/release wrong' })
    expect([code, report.status]).toEqual([4, 'rolled_back'])
    expect(stepOf(report, 'validate')?.status).toBe('failed')
    expect(report.undo).toContainEqual(
      expect.objectContaining({ step: 'fix', status: 'succeeded' }),
    )
    expect(stage().lab.release()).toBe('releases/broken.ts')
    const text = await postmortemOf(stage().lab, report.incident)
    expect(text).toMatch(play.says.broken)
    expect(text).toMatch(play.says.wrong)
    expect(text).toMatch(/rolled back/)
    await expectTrueReports(stage().lab.place, report.incident)
  })
}

function survivesKills(stage: () => Stage): void {
  const resume = async (incident: string): Promise<{ code: number | null; report: Report }> => {
    const ended = hotwash(stage().lab.place, ['resume', incident, '--yes', '--json'])
    stage().left.push(ended)
    return { code: ended.code, report: json<Report>(ended) }
  }
  /** In the fix, once for each mark: there is none of the mark's name yet. */
  const kill = (mark: string): string =>
    `test -e run/${mark} || { touch run/${mark}; kill -9 "$PPID"; exit 1; }`

  it('asks about a fix that may be half done, and settles one that was done by its own check', async () => {
    const { lab, left } = stage()
    const fix = `${kill('killed-before')}; ./ops/release right; ${kill('killed-after')}`
    // Without a database to save there is less to wait for.
    const ended = await lab.start({ fix, database_file: '' }, ['--yes', '--json']).ended
    left.push(ended)
    expect(ended.signal).toBe('SIGKILL')
    const [incident = ''] = openIncidents(lab)
    const asked = await resume(incident)
    expect([asked.code, lab.release()]).toEqual([5, 'releases/broken.ts'])
    const said = ['--not-done', '--evidence', 'the old release runs']
    expect(hotwash(lab.place, ['answer', incident, 'fix', ...said]).code).toBe(0)

    const again = hotwash(lab.place, ['resume', incident, '--yes'])
    left.push(again)
    expect([again.signal, lab.release()]).toEqual(['SIGKILL', 'releases/right.ts'])
    const { code, report } = await resume(incident)
    expect([code, report.status]).toEqual([0, 'succeeded'])
    expect(statuses(report)).toMatchObject({
      backup: 'skipped',
      no_backup: 'succeeded',
      fix: 'succeeded',
      validate: 'succeeded',
    })
  })
}

function guided(play: Play, stage: () => Stage): void {
  describeInTerminal('in a real terminal', () => {
    afterEach(() => {
      endServer()
    })

    const walked = async (inputs: Record<string, string> = {}): Promise<string> => {
      const { lab, left } = stage()
      const words = lab.command(inputs).map((word) => `'${word}'`)
      const end = await pressThrough(openIn(lab.place, 200, words.join(' ')))
      left.push({ code: null, signal: null, stdout: end, stderr: '' })
      return end
    }

    it('leads a person through to a validated end', async () => {
      const end = await walked()
      expect(end).toMatch(/step validate: SUCCEEDED/)
      expect(end).toContain('exit=0')
      expect(await play.isBroken(stage().lab)).toBe(false)
    })

    it('takes a wrong fix back before the eyes of a person', async () => {
      const end = await walked({ fix: './ops/release wrong' })
      expect(end).toMatch(play.says.wrong)
      expect(end).toContain('exit=4')
      expect(stage().lab.release()).toBe('releases/broken.ts')
    })
  })
}

/** Reads each card, and presses Enter once it asks, until the command has ended. */
async function pressThrough({ shows, keys }: Terminal): Promise<string> {
  const answered: number[] = []
  for (;;) {
    const done = answered.length === 0 ? 'none' : answered.join('|')
    const next = new RegExp(`exit=\\d|step (?!(?:${done}) )\\d+ of \\d+[^]*\\[q\\] quit`)
    const seen = await shows(next)
    if (/exit=\d/.test(seen)) return seen
    answered.push(Number([...seen.matchAll(/step (\d+) of \d+/g)].at(-1)?.[1]))
    keys('Enter')
  }
}

function leavesNoSecret(stage: () => Stage): void {
  it('leaves no secret in any file, stream or git object, but in the dumps of mode 0600', () => {
    const { lab, left } = stage()
    const settings = parseEnv(readFileSync(join(lab.place.dir, 'app.env'), 'utf8'))
    const signing = Object.entries(settings).filter(([name]) => name.endsWith('_SECRET'))
    const secrets = [...lab.secrets, ...signing.map(([, value]) => value ?? '')]
    expect(left.length).toBeGreaterThan(5)
    expect(dumpsIn(lab.place.env['XDG_STATE_HOME'] ?? '').length).toBeGreaterThan(2)
    expectNoSecretsLeft({ place: lab.place, secrets, ended: left })
  })
}
