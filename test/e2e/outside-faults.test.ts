/**
 * Faults around the tool: databases and their programs, secrets, the environment. What a fault stops is
 * not applied, and it is said in words with the way out.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BIN, freshPlace, git, hotwash, json, type Ended, type Place } from '../hotwash.ts'
import { incidentsOf } from '../journal-on-disk.ts'
import { hasPostgres, PASSWORD, startPostgres, type TestPostgres } from '../postgres.ts'
import {
  beside,
  effects,
  expectInWords,
  expectVerified,
  ONE_EFFECT,
  placeWith,
  words,
  type Report,
} from '../outside.ts'

const isRoot = process.getuid?.() === 0

describe('a backup that fails', () => {
  const STEPS = `  - {id: backup, backup: {database: app}}\n${ONE_EFFECT}`
  const TOP =
    'secrets: {DATABASE_URL: {env: DATABASE_URL}}\ndatabases: {app: {url: "${{ secrets.DATABASE_URL }}"}}\n'
  const runOn = (place: Place, url: string, env: Record<string, string> = {}) =>
    hotwash(place, ['run', 'r.yaml', '--yes', '--json'], { env: { DATABASE_URL: url, ...env } })

  function expectNotApplied(place: Place, ended: Ended, ...said: (string | RegExp)[]): void {
    expectInWords(ended, 4, ...said)
    const report = json<Report>(ended)
    expect(report.steps.map(({ status }) => status)).toEqual(['failed', 'pending'])
    const dumps = existsSync(place.env['XDG_STATE_HOME'] ?? '')
      ? readdirSync(place.env['XDG_STATE_HOME'] ?? '', { recursive: true })
      : []
    expect(dumps.filter((name) => String(name).endsWith('.dump'))).toEqual([])
    expect(words(ended)).not.toContain(PASSWORD)
    expectVerified(place)
  }

  it('because nothing listens there: nothing after it is applied', () => {
    const place = placeWith(STEPS, TOP)
    const ended = runOn(place, `postgres://app:${PASSWORD}@127.0.0.1:9/app`)
    expectNotApplied(place, ended, '127.0.0.1:9', /nothing accepts connections/)
    expect(effects(place)).toEqual([])
  })

  it('because the database file is damaged: nothing after it is applied', () => {
    const place = placeWith(STEPS, TOP)
    writeFileSync(join(place.dir, 'app.db'), `SQLite format 3\0${'x'.repeat(8000)}`)
    expectNotApplied(place, runOn(place, 'sqlite:app.db'), /app\.db|database/)
    expect(effects(place)).toEqual([])
  })

  describe.skipIf(!hasPostgres())('on PostgreSQL', () => {
    let postgres: TestPostgres
    beforeAll(async () => {
      postgres = await startPostgres()
      await postgres.sql(
        'create table users (id int); insert into users values (1), (2)',
        postgres.url,
      )
    })
    afterAll(() => postgres?.stop())

    /** A program in front of the real one on PATH. */
    const wrapped = (place: Place, name: string, text: string): Record<string, string> => {
      const bin = beside(place, 'bin')
      mkdirSync(bin, { recursive: true })
      const real = join(postgres.bin, name)
      writeFileSync(join(bin, name), `#!/bin/sh\nreal='${real}'\n${text}\n`, { mode: 0o755 })
      return { PATH: `${bin}:${postgres.bin}:${place.env['PATH']}` }
    }

    it('works when nothing is wrong, so that failing means something', () => {
      const place = placeWith(STEPS, TOP)
      expect(runOn(place, postgres.url, wrapped(place, 'pg_dump', 'exec "$real" "$@"')).code).toBe(
        0,
      )
      expect(effects(place)).toEqual(['one'])
    })

    it('because the password is wrong: the database and the role are named', () => {
      const place = placeWith(STEPS, TOP)
      const ended = runOn(place, postgres.url.replace(PASSWORD, 'not-the-right-one-91'))
      expectNotApplied(place, ended, /password/, /app/)
      expect(effects(place)).toEqual([])
      expect(words(ended)).not.toContain('not-the-right-one-91')
    })

    it('because pg_dump is older than the server: both versions are named', () => {
      const place = placeWith(STEPS, TOP)
      const old =
        'case "$*" in *--version*) echo "pg_dump (PostgreSQL) 9.6.24";; *) exec "$real" "$@";; esac'
      const ended = runOn(place, postgres.url, wrapped(place, 'pg_dump', old))
      expectNotApplied(place, ended, /9\.6/, /older/, /pg_dump/)
      expect(effects(place)).toEqual([])
    })

    it.each([
      [
        'pg_restore',
        'case "$*" in *--version*) exec "$real" "$@";; esac; echo "could not read" >&2; exit 1',
      ],
      [
        'pg_dump',
        'case "$*" in *--version*) exec "$real" "$@";; esac; "$real" "$@"; for f; do :; done; truncate -s -200 "${f#--file=}"',
      ],
    ])('because it cannot be read back (%s)', (program, text) => {
      const place = placeWith(STEPS, TOP)
      const ended = runOn(place, postgres.url, wrapped(place, program, text))
      expectNotApplied(place, ended, /reading the dump back/)
      expect(effects(place)).toEqual([])
    })
  })
})

describe('a secret that does not resolve', () => {
  const run = (
    source: string,
    prepare: (place: Place) => void = () => undefined,
  ): [Place, Ended] => {
    const place = placeWith(ONE_EFFECT, `secrets: {TOKEN: ${source}}\n`)
    prepare(place)
    return [place, hotwash(place, ['run', 'r.yaml', '--yes'])]
  }
  const file = (name: string, mode: number) => (place: Place) => {
    writeFileSync(join(place.dir, name), 'TOKEN=throwaway-4711-abc\n')
    chmodSync(join(place.dir, name), mode)
  }

  it.each([
    ['an unset variable', '{env: TOKEN_IS_NOT_SET}', undefined, [/TOKEN_IS_NOT_SET/, /not set/]],
    ['a missing file', '{file: nowhere.txt}', undefined, [/nowhere\.txt/]],
    ['a missing key', '{env_file: app.env, key: OTHER}', file('app.env', 0o600), [/OTHER/]],
    ['a file that others can read', '{file: t.txt}', file('t.txt', 0o644), [/0644/, /chmod 600/]],
    [
      'a link',
      '{file: l.txt}',
      (place: Place) => symlinkSync('/dev/null', join(place.dir, 'l.txt')),
      [/symbolic link/],
    ],
    ['a command that fails', '{command: ["false"]}', undefined, [/false/]],
  ] as const)(
    '%s: exit 3, nothing runs, no incident is declared',
    (_what, source, prepare, said) => {
      const [place, ended] = run(source, prepare)
      expectInWords(ended, 3, /TOKEN/, ...said)
      expect(words(ended)).not.toContain('throwaway-4711')
      expect(effects(place)).toEqual([])
      expect(incidentsOf(place)).toEqual([])
      expect(git(place, 'for-each-ref', 'refs/heads/incident')).toBe('')
    },
  )
})

describe('an odd environment', () => {
  const bare = (place: Place, ...names: string[]): Place => ({
    ...place,
    env: Object.fromEntries(Object.entries(place.env).filter(([name]) => !names.includes(name))),
  })

  it('with time zone and language from elsewhere shows the same bytes', () => {
    const place = placeWith(ONE_EFFECT)
    const odd = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }
    expect(hotwash(place, ['run', 'r.yaml', '--yes'], { env: odd }).code).toBe(0)
    expect(hotwash(place, ['postmortem', 'draft'], { env: odd }).code).toBe(0)
    for (const args of [['audit', 'log'], ['show', '--json'], ['list'], ['postmortem', 'show']]) {
      const seen = [{ TZ: 'UTC' }, odd, { TZ: 'Mars/Phobos', LANG: '', LC_ALL: 'xx_YY' }].map(
        (env) => hotwash(place, args, { env }).stdout,
      )
      expect(new Set(seen).size).toBe(1)
    }
    expectVerified(place)
  })

  it('without HOME, or with a missing TMPDIR, works', () => {
    const place = placeWith(ONE_EFFECT)
    const homeless = bare(place, 'HOME', 'XDG_STATE_HOME', 'GIT_CONFIG_GLOBAL', 'LANG', 'TERM')
    expect(hotwash(homeless, ['run', 'r.yaml', '--yes']).code).toBe(0)
    const env = { TMPDIR: '/nonexistent' }
    expect(hotwash(place, ['run', 'r.yaml', '--yes'], { env }).code).toBe(0)
    expect(effects(place)).toEqual(['one', 'one'])
    expectVerified(place)
  })

  it('without a repository keeps the record in the folder, and says where', () => {
    const place = freshPlace({
      git: false,
      files: { 'r.yaml': `hotwash: 1\nname: Job\nsteps:\n${ONE_EFFECT}` },
    })
    const ended = hotwash(place, ['run', 'r.yaml', '--yes'])
    const [year = ''] = readdirSync(join(place.dir, 'incidents'))
    expectInWords(ended, 0, join(place.dir, 'incidents', year))
    expect(json(hotwash(place, ['audit', 'verify', '--json']))).toMatchObject({ verified: true })
    expect(hotwash(place, ['postmortem', 'draft']).code).toBe(0)
  })

  it('in a bare repository says where to start it, and runs nothing', () => {
    const place = freshPlace({
      git: false,
      files: { 'r.yaml': `hotwash: 1\nname: Job\nsteps:\n${ONE_EFFECT}` },
    })
    git(place, 'init', '-q', '--bare')
    expectInWords(hotwash(place, ['run', 'r.yaml', '--yes']), 8, /work tree/, /git worktree add/)
    expect(effects(place)).toEqual([])
    expect(existsSync(join(place.dir, 'hotwash'))).toBe(false)
  })

  it('in a shallow clone and in a submodule records and commits', () => {
    const place = placeWith(ONE_EFFECT)
    git(place, 'commit', '-q', '--allow-empty', '-m', 'second')
    git(place, 'clone', '-q', '--depth', '1', `file://${place.dir}`, beside(place, 'shallow'))
    git(
      place,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      beside(place, 'shallow'),
      'sub',
    )
    for (const dir of [beside(place, 'shallow'), join(place.dir, 'sub')]) {
      const there: Place = { ...place, dir }
      expectInWords(hotwash(there, ['run', 'r.yaml', '--yes']), 0, 'incident/')
      expect(git(there, 'log', '--format=%s', '--all')).toContain('step one: succeeded')
      expect(json(hotwash(there, ['audit', 'verify', '--json']))).toMatchObject({ verified: true })
    }
  })

  it.skipIf(!isRoot)('in a repository of somebody else says how to trust it', () => {
    const place = placeWith(ONE_EFFECT)
    execFileSync('chown', ['-R', '65534:65534', place.dir])
    expectInWords(hotwash(place, ['run', 'r.yaml', '--yes']), 8, /ownership/, /safe\.directory/)
    expect(effects(place)).toEqual([])
  })

  it('in a folder that was deleted says so', () => {
    const place = freshPlace({ git: false })
    const ended = hotwash(place, ['list'], {
      under: ['bash', '-c', 'mkdir gone; cd gone; rmdir ../gone; exec "$@"', '-'],
    })
    expectInWords(ended, 2, /no longer exists/, /-C/)
    expect(readdirSync(place.dir)).toEqual([])
  })

  it('with a reader that went away ends quietly', () => {
    const place = placeWith(ONE_EFFECT)
    expect(hotwash(place, ['run', 'r.yaml', '--yes']).code).toBe(0)
    for (const command of ['list', 'list --json', 'show', 'audit log', '--help']) {
      const piped = `'${process.execPath}' '${BIN}' ${command} | head -0; echo "\${PIPESTATUS[0]}"`
      const options = { cwd: place.dir, env: place.env, encoding: 'utf8' } as const
      const { stdout, stderr } = spawnSync('bash', ['-c', piped], options)
      expect([command, stdout, stderr]).toEqual([command, '0\n', ''])
    }
  })
})
