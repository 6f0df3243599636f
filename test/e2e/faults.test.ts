/**
 * Faults of the machine and of the record, shown through the built tool: nothing runs that could not
 * be recorded, nothing recorded is lost, and what went wrong is said in words with the way out.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { BIN, hotwash, json, startHotwash, type Place } from '../hotwash.ts'
import { eventsOf, incidentOf, journalOf } from '../journal-on-disk.ts'
import {
  beside,
  effects,
  expectInWords,
  expectVerified,
  logOf,
  ONE_EFFECT,
  placeWith,
  script,
  type Report,
} from '../outside.ts'
import { until } from '../until.ts'

const isRoot = process.getuid?.() === 0
const canMount = isRoot && mountWorks()

function succeeds([program = '', ...args]: readonly string[]): boolean {
  return spawnSync(program, args).status === 0
}

function mountWorks(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'hotwash-mount-'))
  const works = succeeds(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at])
  succeeds(['umount', at])
  rmdirSync(at)
  return works
}

describe.skipIf(!canMount)('a full disk under the journal', () => {
  let mounted: string | undefined
  afterEach(() => {
    if (mounted !== undefined) succeeds(['umount', '-l', mounted])
    mounted = undefined
  })
  const onSmallDisk = (place: Place): string => {
    const folder = join(place.dir, '.git', 'hotwash')
    mkdirSync(folder)
    succeeds(['mount', '-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', folder])
    mounted = folder
    return join(folder, 'fill')
  }
  const FILL = 'head -c 50000000 /dev/zero > .git/hotwash/fill 2>/dev/null || true'

  it('stops before step 1 when it was full before, and runs once there is room', () => {
    const place = placeWith(ONE_EFFECT)
    const fill = onSmallDisk(place)
    spawnSync('bash', ['-c', FILL], { cwd: place.dir })
    expectInWords(hotwash(place, ['run', 'r.yaml', '--yes']), 8, /disk is full|ENOSPC/)
    expect(effects(place)).toEqual([])
    rmSync(fill)
    expect(hotwash(place, ['run', 'r.yaml', '--yes']).code).toBe(0)
    expect(effects(place)).toEqual(['one'])
    expectVerified(place)
  })

  it('stops a run when a step fills it: no step without a record, and resume goes on', () => {
    // The last page of the log may still have room for some lines: many steps, so that it ends.
    const names = Array.from({ length: 12 }, (_, n) => `s${n}`)
    const steps = names.map((id) =>
      script(id, `echo ${id} >> ../effects`, `, check: {run: [grep, -qx, ${id}, ../effects]}`),
    )
    const place = placeWith(script('fill', FILL) + steps.join(''))
    writeFileSync(beside(place, 'effects'), '')
    const fill = onSmallDisk(place)
    const ended = hotwash(place, ['run', 'r.yaml', '--yes'])
    expectInWords(ended, 8, /disk is full \(ENOSPC\)/)
    const before = readFileSync(logOf(place))
    expect(before.at(-1)).toBe(10)
    const started = eventsOf(place).filter(({ type }) => type === 'step.started')
    expect(started.map(({ step }) => step)).toEqual(expect.arrayContaining(effects(place)))
    expect(effects(place).length).toBeLessThan(names.length)
    // Still full: nothing starts.
    const done = effects(place)
    expect(hotwash(place, ['resume', '--yes']).code).toBe(8)
    expect(effects(place)).toEqual(done)

    rmSync(fill)
    const settled = beside(place, 'answers.yaml')
    writeFileSync(settled, 'fill: {settle: done, evidence: the disk was full}\n')
    const resumed = hotwash(place, ['resume', '--yes', '--answers', settled, '--json'])
    expect([resumed.code, json<Report>(resumed).status]).toEqual([0, 'succeeded'])
    expect(effects(place)).toEqual(names)
    expect(readFileSync(logOf(place)).subarray(0, before.length).equals(before)).toBe(true)
    expectVerified(place)
  })
})

/** Root may write everywhere; so the tool runs as somebody else. */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
const unprivileged = isRoot ? AS_NOBODY : []
const canBeUnprivileged = !isRoot || succeeds([...AS_NOBODY, 'test', '-r', BIN])

describe.skipIf(!canBeUnprivileged)('a folder that cannot be written', () => {
  const ownedByThem = (place: Place): Place => {
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', dirname(place.dir)])
    return place
  }
  const run = (place: Place) => hotwash(place, ['run', 'r.yaml', '--yes'], { under: unprivileged })

  it('as journal: exit 8 and nothing runs', () => {
    const place = placeWith(ONE_EFFECT)
    mkdirSync(join(place.dir, '.git', 'hotwash'))
    ownedByThem(place)
    chmodSync(join(place.dir, '.git', 'hotwash'), 0o500)
    expectInWords(run(place), 8, /permission denied/i, '.git/hotwash')
    expect(effects(place)).toEqual([])
    chmodSync(join(place.dir, '.git', 'hotwash'), 0o700)
    expect(run(place).code).toBe(0)
  })

  it('as log: what comes next says so, and what was recorded can be read', () => {
    const place = ownedByThem(placeWith(script('one', 'chmod 400 .git/hotwash/*/log/*')))
    expect(run(place).code).toBe(0)
    const before = readFileSync(logOf(place))
    for (const args of [
      ['note', 'x'],
      ['run', 'r.yaml', '--yes'],
    ]) {
      const refused = hotwash(place, args, { under: unprivileged })
      expectInWords(refused, 8, /permission denied/, journalOf(place))
    }
    expect(hotwash(place, ['show'], { under: unprivileged }).code).toBe(0)
    expect(readFileSync(logOf(place)).equals(before)).toBe(true)
  })

  it('as state folder: the lock or the backup that needs it fails, and nothing after it is applied', () => {
    const backup = `  - {id: backup, backup: {database: app}}\n${ONE_EFFECT}`
    const place = placeWith(backup, 'databases:\n  app: {url: "sqlite:app.db"}\n')
    execFileSync(process.execPath, [
      '-e',
      `new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec('create table t (a)')`,
      join(place.dir, 'app.db'),
    ])
    writeFileSync(
      join(place.dir, 'locked.yaml'),
      `hotwash: 1\nname: Locked\nlock: app\nsteps:\n${ONE_EFFECT}`,
    )
    const state = place.env['XDG_STATE_HOME'] ?? ''
    mkdirSync(state)
    ownedByThem(place)
    chmodSync(state, 0o500)
    expectInWords(run(place), 4, /backup/, /permission denied|EACCES/i, 'state')
    const locked = hotwash(place, ['run', 'locked.yaml', '--yes', '--new'], { under: unprivileged })
    expectInWords(locked, 8, /permission denied|EACCES/i, 'state')
    expect(effects(place)).toEqual([])
  })
})

describe('a damaged record', () => {
  const recorded = (): Place => {
    const place = placeWith(
      script('one', 'echo output of one; echo one >> ../effects') + script('two', 'true'),
    )
    expect(hotwash(place, ['run', 'r.yaml', '--yes']).code).toBe(0)
    return place
  }

  it.each([
    ['half a line', Buffer.from('{"v":1,"seq":7,"clock":8,"at":"20')],
    ['zeros', Buffer.alloc(4096)],
  ])('with %s at its end is recovered, and that is said and recorded', (_what, tail) => {
    const place = recorded()
    const before = readFileSync(logOf(place))
    appendFileSync(logOf(place), tail)
    const noted = hotwash(place, ['note', 'after the crash'])
    expectInWords(noted, 0, 'recovered')
    expectInWords(hotwash(place, ['show']), 0, 'recovered')
    const after = readFileSync(logOf(place))
    expect(after.subarray(0, before.length).equals(before)).toBe(true)
    const recovery = eventsOf(place).find(({ type }) => type === 'log.recovered')
    expect(recovery?.data).toMatchObject({ at_byte: before.length, quarantined_bytes: tail.length })
    const kept = join(journalOf(place), 'local', basename(String(recovery?.data['file'])))
    expect(readFileSync(kept).equals(tail)).toBe(true)
    expectVerified(place)
  })

  it.each([
    [
      'flipped byte',
      (log: Buffer) =>
        log.writeUInt8(log.readUInt8(log.indexOf('"seq":3') + 60) ^ 1, log.indexOf('"seq":3') + 60),
      [
        ['run', 'r.yaml', '--yes'],
        ['resume', '--yes'],
        ['rollback', '--yes'],
      ],
    ],
    [
      'zeroed byte',
      (log: Buffer) => log.writeUInt8(0, log.indexOf('"seq":3') + 60),
      [
        ['note', 'x'],
        ['postmortem', 'draft'],
      ],
    ],
  ])(
    'with a %s in the middle is refused, with the event named, and not written',
    (_what, damage, writing) => {
      const place = recorded()
      const log = readFileSync(logOf(place))
      damage(log)
      writeFileSync(logOf(place), log)
      const writer = basename(logOf(place), '.jsonl')
      for (const args of [['audit', 'verify'], ...writing]) {
        expectInWords(hotwash(place, args), 6, writer, /(event |#)[34]\b/)
      }
      for (const args of [['show'], ['status'], ['audit', 'log']]) {
        expectInWords(hotwash(place, args), 0, writer, 'not shown')
      }
      expect(readFileSync(logOf(place)).equals(log)).toBe(true)
      expect(effects(place)).toEqual(['one'])
    },
  )

  it('whose evidence is missing, or changed, is named by its digest', () => {
    const place = recorded()
    const folder = join(journalOf(place), 'evidence')
    const [sha256 = '', ...others] = readdirSync(folder)
    expect(others).toEqual([])
    const bytes = readFileSync(join(folder, sha256))
    rmSync(join(folder, sha256))
    expectInWords(hotwash(place, ['audit', 'verify']), 6, sha256.slice(0, 12), /missing/)
    writeFileSync(join(folder, sha256), 'something else')
    expectInWords(hotwash(place, ['audit', 'verify']), 6, sha256.slice(0, 12))
    writeFileSync(join(folder, sha256), bytes)
    expectVerified(place)
  })

  it('whose log is a symbolic link is refused', () => {
    const place = recorded()
    const log = logOf(place)
    renameSync(log, beside(place, 'elsewhere'))
    symlinkSync(beside(place, 'elsewhere'), log)
    const before = readFileSync(beside(place, 'elsewhere'))
    expectInWords(hotwash(place, ['note', 'x']), 6, /symbolic link/)
    expect(readFileSync(beside(place, 'elsewhere')).equals(before)).toBe(true)
  })

  it('of a newer format is not written, and says what to do', () => {
    const place = recorded()
    writeFileSync(logOf(place), readFileSync(logOf(place), 'utf8').replaceAll('{"v":1,', '{"v":2,'))
    const before = readFileSync(logOf(place))
    for (const args of [['note', 'x'], ['run', 'r.yaml', '--yes'], ['show'], ['audit', 'verify']]) {
      expectInWords(hotwash(place, args), 3, /format 2/, /upgrade/)
    }
    expect(readFileSync(logOf(place)).equals(before)).toBe(true)
  })

  it.each([
    ['is cut off', 'truncate -s -20 "$log"'],
    ['is replaced by a copy', 'cp "$log" "$log.new"; mv "$log.new" "$log"'],
    ['is deleted', 'rm "$log"'],
    ['gets a line that is none of ours', 'echo "{}" >> "$log"'],
  ])('whose log %s under the writer stops the run', (_what, command) => {
    const place = placeWith(
      script('one', `log=$(echo .git/hotwash/*/log/*); ${command}`) +
        script('two', 'echo two >> ../effects'),
    )
    const ended = hotwash(place, ['run', 'r.yaml', '--yes'])
    expect([6, 8]).toContain(ended.code)
    expectInWords(ended, ended.code ?? 0)
    expect(effects(place)).toEqual([])
  })
})

describe('two runs at once', () => {
  const HELD =
    script('one', 'touch ../started; until [ -e ../go ]; do sleep 0.02; done') +
    ONE_EFFECT.replace('id: one', 'id: two')

  it('on one incident: the second exits 7 and names who holds it', async () => {
    const place = placeWith(HELD)
    const run = startHotwash(place, ['run', 'r.yaml', '--yes'])
    await until(() => existsSync(beside(place, 'started')), 'the step runs')
    for (const args of [
      ['run', 'r.yaml', '--yes'],
      ['resume', '--yes'],
      ['rollback', '--yes'],
    ]) {
      expectInWords(hotwash(place, args), 7, 'Robin Example', hostname(), String(run.pid))
    }
    writeFileSync(beside(place, 'go'), '')
    expect((await run.ended).code).toBe(0)
    expect(effects(place)).toEqual(['one'])
    expectVerified(place)
  })

  it('on one named lock in two repositories: the second exits 7', async () => {
    const place = placeWith(HELD, 'lock: app\n')
    const other = placeWith(ONE_EFFECT, 'lock: app\n')
    other.env['XDG_STATE_HOME'] = place.env['XDG_STATE_HOME'] ?? ''
    const run = startHotwash(place, ['run', 'r.yaml', '--yes'])
    await until(() => existsSync(beside(place, 'started')), 'the step runs')
    expectInWords(hotwash(other, ['run', 'r.yaml', '--yes']), 7, /app/, String(run.pid))
    expect(effects(other)).toEqual([])
    writeFileSync(beside(place, 'go'), '')
    expect((await run.ended).code).toBe(0)
    expect(hotwash(other, ['run', 'r.yaml', '--yes']).code).toBe(0)
  })

  it('a lock of another machine is never taken over', () => {
    const place = placeWith(script('one', 'cp .git/hotwash/*/local/run.lock ../lock'))
    expect(hotwash(place, ['run', 'r.yaml', '--yes']).code).toBe(0)
    const lock = readFileSync(beside(place, 'lock'), 'utf8')
    expect(lock).toContain(hostname())
    const path = join(journalOf(place), 'local', 'run.lock')
    const { boot } = JSON.parse(lock) as { boot: string }
    const elsewhere = lock.replace(`"${hostname()}"`, '"elsewhere.example.test"')
    writeFileSync(path, elsewhere.replace(boot, 'another-boot'))
    expectInWords(hotwash(place, ['run', 'r.yaml', '--yes']), 7, 'elsewhere.example.test', path)
    // Here, its process is provably gone.
    writeFileSync(path, lock)
    expect(hotwash(place, ['run', 'r.yaml', '--yes']).code).toBe(0)
  })
})

describe('a runbook that was edited between pause and resume', () => {
  it('is noticed: exit 5 with both digests, and nothing runs', () => {
    const place = placeWith(`  - {id: why, ask: {values: {reason: {type: string}}}}\n${ONE_EFFECT}`)
    expect(hotwash(place, ['run', 'r.yaml', '--yes']).code).toBe(5)
    expect(hotwash(place, ['answer', incidentOf(place), 'why', '--value', 'reason=x']).code).toBe(0)
    const path = join(place.dir, 'r.yaml')
    const digest = () => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12)
    const was = digest()
    const text = readFileSync(path, 'utf8')
    appendFileSync(path, script('more', 'echo more >> ../effects'))
    expectInWords(hotwash(place, ['resume', '--yes']), 5, was, digest())
    expect(effects(place)).toEqual([])
    writeFileSync(path, text)
    expect(hotwash(place, ['resume', '--yes']).code).toBe(0)
    expect(effects(place)).toEqual(['one'])
    expectVerified(place)
  })
})
