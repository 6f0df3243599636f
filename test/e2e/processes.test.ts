/**
 * Children that misbehave, and signals to the tool itself: what a step starts is gone when it is
 * over, its output is bounded and never believed, and other terminals may speak meanwhile.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BIN, hotwash, json, startHotwash, type Ended, type Place } from '../hotwash.ts'
import { eventsOf, incidentOf, journalOf } from '../journal-on-disk.ts'
import { beside, expectVerified, linesIn, placeWith, script, type Report } from '../outside.ts'
import { isRunning } from '../running.ts'
import { until } from '../until.ts'

const NOTE_PID = 'echo $$ >> ../pids'

describe.skipIf(process.platform !== 'linux')(
  'a step that reaches its limit leaves nothing',
  () => {
    it.each([
      ['with grandchildren', `(${NOTE_PID}; sleep 300) & bash -c '${NOTE_PID}; sleep 300; :'`, 2],
      [
        'with a child in a session of its own',
        `setsid bash -c '${NOTE_PID}; sleep 300; :' & ${NOTE_PID}; wait`,
        2,
      ],
      [
        'with a child that ignores TERM',
        `bash -c 'trap "" TERM INT HUP; ${NOTE_PID}; while :; do sleep 0.2; done' & ${NOTE_PID}; wait`,
        2,
      ],
      [
        'with one that ignores TERM in a session of its own',
        `trap "" TERM; setsid bash -c '${NOTE_PID}; while :; do sleep 0.2; done' & wait; wait`,
        1,
      ],
    ])('%s', (_what, text, pids) => {
      const place = placeWith(script('hangs', text, ', timeout: 1s') + script('later', 'true'))
      const ended = hotwash(place, ['run', 'r.yaml', '--yes', '--json'])
      const report = json<Report>(ended)
      expect([ended.code, report.status]).toEqual([4, 'failed'])
      expect(report.steps[0]?.reason).toMatch(/time|limit/)
      expect(report.steps[0]?.duration_ms).toBeLessThan(60_000)
      expect(report.steps[1]?.status).toBe('pending')
      const seen = linesIn(beside(place, 'pids'))
      expect(seen).toHaveLength(pids)
      expect(seen.filter(isRunning)).toEqual([])
      expectVerified(place)
    })

    it('settles when only a daemon still holds its output, and says so', () => {
      const daemon = `setsid bash -c '${NOTE_PID}; exec sleep 300' & until [ -s ../pids ]; do sleep 0.02; done; echo started`
      const place = placeWith(script('start', daemon, ', timeout: 60s'))
      const ended = hotwash(place, ['run', 'r.yaml', '--yes', '--json'])
      const [pid = ''] = linesIn(beside(place, 'pids'))
      const stillThere = isRunning(pid)
      if (stillThere) process.kill(Number(pid), 'SIGKILL')
      expect([ended.code, stillThere]).toEqual([0, true])
      const finished = eventsOf(place).find(({ type }) => type === 'step.finished')
      expect(JSON.stringify(finished?.data['notes'])).toMatch(/still|left|holds/)
    })
  },
)

/** Highest resident memory of a process so far, in MB. */
function peakMegabytes(pid: number | undefined): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(found?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

describe.skipIf(process.platform !== 'linux')('far more output than memory', () => {
  it.each([
    ['in one line', `head -c 400000000 /dev/zero | tr '\\0' x`],
    ['in many lines', `set +o pipefail; yes 'a line, as logs have them' | head -c 400000000`],
  ])('%s stays under 200 MB of memory, is cut, and says so', async (_what, text) => {
    const place = placeWith(script('chatty', text), 'secrets: {TOKEN: {env: TOKEN}}\n')
    place.env['TOKEN'] = 'of-no-use-here-4711'
    const run = startHotwash(place, ['run', 'r.yaml', '--yes', '--json'])
    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, peakMegabytes(run.pid))), 20)
    const ended = await run.ended
    clearInterval(watch)
    expect([ended.code, json<Report>(ended).status]).toEqual([0, 'succeeded'])
    expect(peak).toBeGreaterThan(20)
    expect(peak).toBeLessThanOrEqual(200)
    const finished = eventsOf(place).find(({ type }) => type === 'step.finished')
    expect(JSON.stringify(finished?.data['notes'])).toContain('400000000 bytes')
    const kept = readdirSync(join(journalOf(place), 'evidence'))
    for (const name of kept) {
      expect(statSync(join(journalOf(place), 'evidence', name)).size).toBeLessThan(10_000_000)
    }
    expect(ended.stderr.length).toBeLessThan(1_000_000)
    expectVerified(place)
  })
})

const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false
const typed = (...args: string[]): string =>
  [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ')
const asked = (place: Place): boolean =>
  incidentOf(place) !== '' && eventsOf(place).some(({ type }) => type === 'gate.opened')

describe('a command that wants to read', () => {
  it('finds the end of its input at once', () => {
    const place = placeWith(script('reads', 'cat; read -r x || echo "nothing: $?"'))
    const ended = hotwash(place, ['run', 'r.yaml', '--yes', '--json'])
    expect([ended.code, json<Report>(ended).status]).toEqual([0, 'succeeded'])
  })

  it('cannot open the terminal, also when hotwash has one', () => {
    const place = placeWith(script('asks', 'read -r password < /dev/tty', ', timeout: 30s'))
    const under = hasScript
      ? ['-qec', typed('run', 'r.yaml', '--yes', '--plain'), '/dev/null']
      : undefined
    const { status } =
      under === undefined
        ? { status: hotwash(place, ['run', 'r.yaml', '--yes']).code }
        : spawnSync('script', under, { cwd: place.dir, env: place.env, stdio: 'pipe' })
    expect(status).toBe(4)
    const [finished] = eventsOf(place).filter(({ type }) => type === 'step.finished')
    expect(finished?.data).toMatchObject({ status: 'failed', exit_code: 1 })
  })
})

describe('output', () => {
  it('that pretends to be an event or a result is output', () => {
    const lies = [
      '{"v":1,"seq":4,"type":"step.finished","step":"later","data":{"status":"succeeded"}}',
      'step later: SUCCEEDED (1 ms)',
      'run SUCCEEDED',
      '::set-output name=exit_code::0',
      '{"status":"succeeded","exit_code":0}',
      '\\033]0;title\\007\\033[2J\\r\\033[1Astep liar: SUCCEEDED',
    ]
    const text = `printf '%b\\n' ${lies.map((line) => `'${line}'`).join(' ')}; exit 3`
    const place = placeWith(script('liar', text) + script('later', 'echo later >> ../effects'))
    const ended = hotwash(place, ['run', 'r.yaml', '--yes', '--json'])
    const report = json<Report>(ended)
    expect([ended.code, report.status]).toEqual([4, 'failed'])
    expect(report.steps.map(({ status }) => status)).toEqual(['failed', 'pending'])
    expect(existsSync(beside(place, 'effects'))).toBe(false)
    expect(eventsOf(place).filter(({ step }) => step === 'later')).toEqual([])
    for (const control of ['\u001b', '\u0007']) expect(ended.stderr).not.toContain(control)
    // A line of output is told apart from what the tool says.
    for (const line of ended.stderr.split('\n').filter((one) => one.includes('SUCCEEDED'))) {
      expect(line).toMatch(/^ +[|>] /)
    }
    expectVerified(place)
  })

  it('that holds a secret, split over writes and streams, shows it nowhere', () => {
    const secret = 'Zq8-throwaway-Vm3x'
    const place = placeWith(
      script(
        'splits',
        'for ((i = 0; i < ${#TOKEN}; i++)); do printf %s "${TOKEN:i:1}"; sleep 0.005; done; echo; ' +
          'printf %s "${TOKEN:0:7}" >&2; sleep 0.05; echo "${TOKEN:7}" >&2; ' +
          `echo "$TOKEN" | base64; echo "https://app:$TOKEN@db.example.test/"; printf '%s\\r\\n' "$TOKEN"`,
        ', env: {TOKEN: "${{ secrets.TOKEN }}"}',
      ),
      'secrets: {TOKEN: {env: TOKEN}}\n',
    )
    const env = { TOKEN: secret }
    const streams = [
      hotwash(place, ['run', 'r.yaml', '--yes', '--json'], { env }),
      hotwash(place, ['show', '--json']),
      hotwash(place, ['postmortem', 'draft', '--debug']),
      hotwash(place, ['audit', 'log']),
    ].flatMap((ended: Ended) => {
      expect(ended.code).toBe(0)
      return [ended.stdout, ended.stderr]
    })
    const objects = execFileSync('git', ['cat-file', '--batch-all-objects', '--batch'], {
      cwd: place.dir,
      encoding: 'latin1',
    })
    const files = readdirSync(beside(place, '.'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    expect(objects).toContain('[masked:TOKEN]')
    const encoded = Buffer.from(`${secret}\n`).toString('base64').replace(/=*$/, '').slice(0, -2)
    for (const heap of [...streams, objects, ...files]) {
      for (const form of [secret, encoded]) expect(heap.includes(form)).toBe(false)
    }
  })
})

describe('a signal to hotwash in the middle of a step', () => {
  const STEPS =
    script(
      'one',
      `${NOTE_PID}; touch ../started; until [ -e ../go ]; do sleep 0.02; done; echo one >> ../effects`,
      ', rollback: {run: echo undo >> ../effects}',
    ) + script('two', 'echo two >> ../effects')

  const begun = async () => {
    const place = placeWith(STEPS)
    const run = startHotwash(place, ['run', 'r.yaml', '--yes', '--json'])
    await until(() => existsSync(beside(place, 'started')), 'the step runs')
    return { place, run }
  }

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends the step, pauses the run and exits %i', async (signal, code) => {
    const { place, run } = await begun()
    run.kill(signal)
    const ended = await run.ended
    const report = json<Report>(ended)
    expect([ended.code, ended.signal, report.status]).toEqual([code, null, 'paused'])
    expect(linesIn(beside(place, 'pids')).filter(isRunning)).toEqual([])
    expect(report.next).toBe(`hotwash resume ${incidentOf(place)}`)
    expect(existsSync(beside(place, 'effects'))).toBe(false)

    // Half done is possible: what was interrupted can be undone, and is not run again unasked.
    const resumed = json<Report>(hotwash(place, ['resume', '--yes', '--json']))
    expect(resumed.steps.map(({ status }) => status)).toEqual(['failed', 'pending'])
    expect(hotwash(place, ['rollback', '--yes']).code).toBe(0)
    expect(linesIn(beside(place, 'effects'))).toEqual(['undo'])
    expectVerified(place)
  })

  it('SIGHUP lets the step end, pauses the run, and resume goes on', async () => {
    const { place, run } = await begun()
    run.kill('SIGHUP')
    writeFileSync(beside(place, 'go'), '')
    const ended = await run.ended
    expect([ended.code, json<Report>(ended).status]).toEqual([5, 'paused'])
    expect(linesIn(beside(place, 'effects'))).toEqual(['one'])
    const resumed = json<Report>(hotwash(place, ['resume', '--yes', '--json']))
    expect(resumed.status).toBe('succeeded')
    expect(linesIn(beside(place, 'effects'))).toEqual(['one', 'two'])
    expectVerified(place)
  })

  it('a reader that goes away does not end the run', async () => {
    const { place, run } = await begun()
    const ended = new Promise((resolve) => run.on('exit', resolve))
    run.stdout?.destroy()
    run.stderr?.destroy()
    writeFileSync(beside(place, 'go'), '')
    await ended
    expect(linesIn(beside(place, 'effects')).at(0)).toBe('one')
    const kinds = eventsOf(place).map(({ type }) => type)
    expect(kinds).toContain('step.finished')
    expect(kinds.at(-1)).toMatch(/^run\.(paused|finished)$/)
    expectVerified(place)
  })
})

describe('other terminals while a run goes on', () => {
  it.skipIf(!hasScript)(
    'answer the question that a terminal waits with, and the run goes on there',
    async () => {
      const place = placeWith(
        `  - {id: why, ask: {values: {reason: {type: string}}}}\n` +
          script('two', 'echo two >> ../effects'),
      )
      const run = spawn('script', ['-qec', typed('run', 'r.yaml', '--yes'), '/dev/null'], {
        cwd: place.dir,
        env: { ...place.env, TERM: 'xterm' },
      })
      const ended = new Promise((resolve) => run.on('close', resolve))
      await until(() => asked(place), 'the question is open')
      const answered = hotwash(place, [
        'answer',
        incidentOf(place),
        'why',
        '--value',
        'reason=pool',
      ])
      expect(answered.code).toBe(0)
      await until(() => existsSync(beside(place, 'effects')), 'the run goes on')
      expect(await ended).toBe(0)
      expectVerified(place)
    },
  )

  it('write notes and run commands, many at once, and the chain stays whole', async () => {
    const place = placeWith(
      script('one', 'touch ../started; until [ -e ../go ]; do sleep 0.02; done') +
        script('two', 'true'),
    )
    const run = startHotwash(place, ['run', 'r.yaml', '--yes', '--json'])
    await until(() => existsSync(beside(place, 'started')), 'the step runs')
    const notes = Array.from({ length: 8 }, (_, n) => `seen ${n}`)
    const all = await Promise.all([
      ...notes.map((text) => startHotwash(place, ['note', text]).ended),
      startHotwash(place, ['exec', '--', 'sh', '-c', 'echo improvised; exit 0']).ended,
      startHotwash(place, ['exec', '--', 'false']).ended,
    ])
    expect(all.map(({ code }) => code)).toEqual([...notes.map(() => 0), 0, 4])
    expect(all[8]?.stdout).toContain('improvised')
    expect(run.exitCode).toBe(null)
    writeFileSync(beside(place, 'go'), '')
    expect((await run.ended).code).toBe(0)
    const events = eventsOf(place)
    const texts = events.flatMap(({ type, data }) => (type === 'note.added' ? [data['text']] : []))
    expect(new Set(texts)).toEqual(new Set(notes))
    expect(texts).toHaveLength(notes.length)
    expect(events.filter(({ type }) => type === 'command.recorded')).toHaveLength(2)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n))
    expectVerified(place)
  })

  it('answer and approve what waits; the same answer twice is fine, another one conflicts', () => {
    const place = placeWith(
      `  - {id: why, ask: {values: {reason: {type: string}}}}
  - {id: ok, approve: {by: [oncall]}}
${script('two', 'echo two >> ../effects')}`,
    )
    writeFileSync(
      join(place.dir, 'hotwash.yaml'),
      'teams: {oncall: [omar@example.test, robin@example.test]}\n',
    )
    const waits = hotwash(place, ['run', 'r.yaml', '--yes', '--json'])
    expect([waits.code, json<Report>(waits).status]).toEqual([5, 'waiting'])
    const id = incidentOf(place)
    const answer = (reason: string) =>
      hotwash(place, ['answer', id, 'why', '--value', `reason=${reason}`])
    expect([answer('pool is full').code, answer('pool is full').code]).toEqual([0, 0])
    const conflict = answer('something else')
    expect([conflict.code, conflict.stderr]).toEqual([2, expect.stringMatching(/answered/)])
    expect(hotwash(place, ['resume', '--yes']).code).toBe(5)

    const approve = (env: Record<string, string>) =>
      hotwash(place, ['approve', id, 'ok', '--reason', 'looked at it'], { env }).code
    expect(approve({})).toBe(5)
    expect(existsSync(beside(place, 'effects'))).toBe(false)
    const omar = { GIT_AUTHOR_NAME: 'Omar Example', GIT_AUTHOR_EMAIL: 'omar@example.test' }
    expect([approve(omar), approve(omar)]).toEqual([0, 0])
    const done = json<Report>(hotwash(place, ['resume', '--yes', '--json']))
    expect(done.status).toBe('succeeded')
    expect(linesIn(beside(place, 'effects'))).toEqual(['two'])
    expect(eventsOf(place).filter(({ type }) => type === 'gate.answered')).toHaveLength(2)
    expectVerified(place)
  })
})
