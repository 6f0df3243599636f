/**
 * The main job on a real HTTP login service and a real PostgreSQL: the right fix, the wrong fix, the
 * branch that reads as the story, the audit, and a hunt for the passwords in everything left behind.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { parseEnv } from 'node:util'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDemoWorld, type DemoWorld } from '../../src/demo/world.ts'
import { freshPlace, git, hotwash, json, startHotwash, type Ended, type Place } from '../hotwash.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../postgres.ts'
import { dumpsIn, expectNoSecretsLeft, leaks } from '../secret-search.ts'

type Report = {
  incident: string
  status: string
  steps: {
    id: string
    status: string
    outputs?: Record<string, unknown>
    checks?: { name: string; status: string; seen: string }[]
  }[]
  undo: { step: string; status: string }[]
  record: { branch: string; commit: string; journal: string }
}

type Job = {
  world: DemoWorld
  place: Place
  ended: Ended
  report: Report
  before: string
  after: string
  commandLines: Set<string>
}

async function usersDigest(url: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const columns = await client.query(
      "select column_name, data_type from information_schema.columns where table_name = 'users' order by ordinal_position",
    )
    const rows = await client.query('select * from users order by id')
    return createHash('sha256')
      .update(JSON.stringify([columns.rows, rows.rows]))
      .digest('hex')
  } finally {
    await client.end()
  }
}

/** The command lines of all that runs with this home, again and again while the job runs. */
function watchProcesses(home: string): { seen: Set<string>; stop(): void } {
  const seen = new Set<string>()
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        // Tests beside this one have processes of their own.
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(home)) continue
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      } catch {
        // It has ended meanwhile.
      }
    }
  }, 10)
  return { seen, stop: () => clearInterval(timer) }
}

/** A pg_dump that writes down its command line: it may be over before anybody looks. */
function noteDumps(place: Place, { bin }: TestPostgres): string {
  const folder = join(place.home, 'bin')
  const noted = join(folder, 'noted')
  mkdirSync(folder)
  const text = `#!/bin/sh\necho "$0 $*" >> '${noted}'\nexec '${bin}/pg_dump' "$@"\n`
  writeFileSync(join(folder, 'pg_dump'), text, { mode: 0o755 })
  place.env['PATH'] = `${folder}:${place.env['PATH']}`
  return noted
}

async function doJob(postgres: TestPostgres, fix: 'right' | 'wrong'): Promise<Job> {
  const place = freshPlace({ git: false })
  const world = await makeDemoWorld({ keep: place.dir, postgres: postgres.adminUrl, fix })
  const before = await usersDigest(world.databaseUrl)
  const dumps = noteDumps(place, postgres)
  const watch = watchProcesses(place.home)
  const inputs = Object.entries(world.inputs).flatMap(([name, value]) => ['-i', `${name}=${value}`])
  const ended = await startHotwash(place, [
    'run',
    'demo-login-outage',
    ...inputs,
    '--yes',
    '--json',
  ]).ended
  watch.stop()
  const after = await usersDigest(world.databaseUrl)
  return {
    world,
    place,
    ended,
    report: json<Report>(ended),
    before,
    after,
    commandLines: watch.seen.add(readFileSync(dumps, 'utf8')),
  }
}

const byId = (report: Report, id: string) => report.steps.find((step) => step.id === id)
describe.skipIf(!hasPostgres())('the main job on PostgreSQL', () => {
  let postgres: TestPostgres
  let right: Job
  let wrong: Job

  beforeAll(async () => {
    postgres = await startPostgres()
    right = await doJob(postgres, 'right')
    wrong = await doJob(postgres, 'wrong')
  }, 120_000)
  afterAll(async () => {
    await right?.world.stop()
    await wrong?.world.stop()
    await postgres?.stop()
  })

  it('ends with 0 after the right fix, and the validation has the numbers', () => {
    expect([right.ended.code, right.report.status]).toEqual([0, 'succeeded'])
    expect(byId(right.report, 'validate')?.outputs).toMatchObject({
      logins_ok: 16,
      logins_tried: 16,
    })
    expect(byId(right.report, 'diagnose')?.outputs).toMatchObject({
      logins_ok: 0,
      logins_tried: 16,
    })
  })

  it('ends with 4 after the wrong fix, everything undone, content equal by row digest', () => {
    expect([wrong.ended.code, wrong.report.status]).toEqual([4, 'rolled_back'])
    expect(byId(wrong.report, 'validate')?.status).toBe('failed')
    expect(wrong.report.undo).toEqual([
      expect.objectContaining({ step: 'fix', status: 'succeeded' }),
    ])
    expect(wrong.after).toBe(wrong.before)
    expect(right.after).not.toBe(right.before)
  })

  it('says in the post-mortem that it was rolled back, and why', () => {
    const drafted = json<{ path: string; branch: string }>(
      hotwash(wrong.place, ['postmortem', 'draft', '--json']),
    )
    const text = git(wrong.place, 'show', `${drafted.branch}:${drafted.path}`)
    expect(text).toMatch(/rolled back/i)
    expect(text).toContain('0 of 16')
    expect(text).toContain('concurrent_logins')
  })

  it('keeps a dump that reads back, with mode 0600, outside git', () => {
    const found = dumpsIn(right.place.env['XDG_STATE_HOME'] ?? '')
    expect(found).toHaveLength(1)
    const [dump = ''] = found
    expect((statSync(dump).mode & 0o777).toString(8)).toBe('600')
    expect(execFileSync('pg_restore', ['--list', dump], { encoding: 'utf8' })).toContain('users')
    expect(byId(right.report, 'backup')?.outputs).toMatchObject({
      sha256: createHash('sha256').update(readFileSync(dump)).digest('hex'),
    })
  })

  it('leaves no secret in any file, stream, command line or git object', () => {
    for (const job of [right, wrong]) {
      const env = parseEnv(readFileSync(join(job.place.dir, 'app.env'), 'utf8'))
      const secrets = Object.entries(env)
        .filter(([name]) => /PASSWORD|SECRET/.test(name))
        .map(([, value]) => value ?? '')
      secrets.push(new URL(job.world.databaseUrl).password)
      expect(secrets.length).toBeGreaterThanOrEqual(4)
      expectNoSecretsLeft({
        place: job.place,
        secrets,
        ended: [job.ended],
        texts: { processes: [...job.commandLines].join('\n') },
      })
      const lines = [...job.commandLines]
      expect(lines.some((line) => line.includes('demo-login-outage'))).toBe(true)
      expect(lines.some((line) => /pg_dump .*--file/.test(line))).toBe(true)
    }
  })

  it('finds a planted secret, so that finding none means something', () => {
    const env = parseEnv(readFileSync(join(right.place.dir, 'app.env'), 'utf8'))
    const yard = mkdtempSync(join(tmpdir(), 'hotwash-leak-'))
    writeFileSync(
      join(yard, 'leak'),
      `x${Buffer.from(` ${env['ADMIN_PASSWORD']} `).toString('base64')}`,
    )
    expect(leaks(yard, [env['ADMIN_PASSWORD'] ?? ''])).toHaveLength(1)
  })

  it('makes a branch that reads as the story', () => {
    const subjects = git(
      wrong.place,
      'log',
      '--reverse',
      '--format=%s',
      wrong.report.record.branch,
    ).split('\n')
    const order = [
      'step before: succeeded',
      'step diagnose',
      'step backup: succeeded',
      'step fix: succeeded',
      'step validate: failed',
      'fix',
      'step after: succeeded',
      'rolled back',
    ]
    let at = -1
    for (const words of order) {
      const next = subjects.findIndex((subject, n) => n > at && subject.includes(words))
      expect([words, next > at]).toEqual([words, true])
      at = next
    }
  })

  it('verifies in a fresh clone of the pushed branch, and refuses any changed byte', () => {
    const remote = mkdtempSync(join(tmpdir(), 'hotwash-remote-'))
    git(right.place, 'init', '-q', '--bare', remote)
    git(right.place, 'push', '-q', remote, 'main', right.report.record.branch)
    const clone = freshPlace({ git: false })
    git(clone, 'clone', '-q', '--branch', right.report.record.branch, remote, clone.dir)
    const verified = hotwash(clone, ['audit', 'verify', '--json'])
    expect([verified.code, json(verified)]).toEqual([
      0,
      expect.objectContaining({ verified: true, problems: [] }),
    ])

    const folder = join(clone.dir, 'incidents', '2026').replace(
      '2026',
      readdirSync(join(clone.dir, 'incidents'))[0] ?? '',
    )
    const record = join(folder, readdirSync(folder)[0] ?? '')
    for (const room of ['log', 'evidence', 'runbooks']) {
      for (const where of ['work tree', 'commit'] as const) {
        const copy = freshPlace({ git: false })
        cpSync(clone.dir, copy.dir, { recursive: true })
        const target = join(
          record.replace(clone.dir, copy.dir),
          room,
          readdirSync(join(record, room))[0] ?? '',
        )
        const bytes = readFileSync(target)
        const middle = bytes.length >> 1
        bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
        writeFileSync(target, bytes)
        if (where === 'commit') git(copy, 'commit', '-q', '-a', '-m', 'tidy up')
        const refused = hotwash(copy, ['audit', 'verify', '--json'])
        expect([room, where, refused.code]).toEqual([room, where, 6])
      }
    }
  }, 180_000)

  it('finds a line that was added to the log by hand', () => {
    const copy = freshPlace({ git: false })
    cpSync(right.place.dir, copy.dir, { recursive: true })
    const log = readdirSync(join(copy.dir, '.git/hotwash', right.report.incident, 'log'))[0] ?? ''
    appendFileSync(
      join(copy.dir, '.git/hotwash', right.report.incident, 'log', log),
      '{"v":1,"seq":99}\n',
    )
    expect(hotwash(copy, ['audit', 'verify', right.report.incident]).code).toBe(6)
  })

  it('leaves the repository of the user as it was', () => {
    expect(git(right.place, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
    expect(git(right.place, 'status', '--porcelain')).toBe('')
    expect(git(right.place, 'stash', 'list')).toBe('')
    expect(existsSync(join(right.place.dir, 'incidents'))).toBe(false)
    expect(spawnSync('git', ['fsck', '--strict'], { cwd: right.place.dir }).status).toBe(0)
  })
})
