/**
 * The crash matrix: kill -9 at every sync of the log, in the middle of steps, and twice. strace makes
 * the N-th fdatasync the last thing the process does, so that no boundary is left to luck.
 * What must hold: no acknowledged event is lost, no step with an effect runs twice unless a person
 * said that it was not done, and `unknown` where the log cannot tell.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshPlace, git, hotwash, json, type Place } from '../hotwash.ts'

type Event = { type: string; step?: string; seq: number }
type Report = { status: string; steps: { id: string; status: string }[]; next?: string }

const RUNBOOK = `hotwash: 1
name: Crash me
steps:
  - id: look
    run: [cat, state]
    effect: read
  - id: fix
    run: echo fix >> effects
    check: {run: [grep, -q, fix, effects]}
    rollback: {run: echo undo_fix >> effects}
  - id: second
    run: echo second >> effects
    rollback: {run: echo undo_second >> effects}
  - id: validate
    run: [test, -f, RIGHT]
    effect: read
    on_failure: rollback
always:
  - {id: after, run: [cat, effects], effect: read}
`

/** The log is synced by the main thread, the one that strace follows; git's own processes go free. */
const TRACE = ['strace', '-qq', '-e', 'trace=fdatasync,fsync']
const killAt = (n: number): string[] => [
  ...TRACE,
  '-o',
  '/dev/null',
  '-e',
  `inject=fdatasync,fsync:signal=KILL:when=${n}`,
]
const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0

const fresh = (right: boolean): Place =>
  freshPlace({
    files: {
      'crash.yaml': RUNBOOK,
      state: 'broken\n',
      effects: '',
      ...(right ? { RIGHT: '' } : {}),
    },
  })

function journal(place: Place): { dir: string; events: Event[] } | undefined {
  const all = join(place.dir, '.git', 'hotwash')
  const [id] = existsSync(all)
    ? readdirSync(all).filter((name) => existsSync(join(all, name, 'log')))
    : []
  if (id === undefined) return undefined
  const dir = join(all, id)
  const events = readdirSync(join(dir, 'log')).flatMap((log) =>
    readFileSync(join(dir, 'log', log), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event),
  )
  return { dir, events }
}

const lines = (place: Place): string[] =>
  readFileSync(join(place.dir, 'effects'), 'utf8').split('\n').filter(Boolean)

/** As a person would settle: by looking at what the step, or its undo, left behind. */
function answers(place: Place): string {
  const done = lines(place)
  const undoing = (id: string) =>
    journal(place)?.events.some(({ type, step }) => type === 'undo.started' && step === id)
  const settled = ['fix', 'second'].map((id) => {
    const as = done.includes(undoing(id) ? `undo_${id}` : id) ? 'done' : 'not_done'
    return `${id}: {settle: ${as}, evidence: looked at the file effects}`
  })
  const others = ['look', 'validate', 'after'].map(
    (id) => `${id}: {settle: not_done, evidence: only reads}`,
  )
  const path = join(mkdtempSync(join(tmpdir(), 'hotwash-answers-')), 'answers.yaml')
  writeFileSync(path, [...settled, ...others, ''].join('\n'))
  return path
}

/** Goes on until the run has ended, as an operator would; returns the last report. */
function carryOn(place: Place): Report {
  let last = ''
  for (let turn = 0; turn < 4; turn++) {
    const now = journal(place)
    const started = now?.events.some(({ type }) => type === 'run.started') ?? false
    const ended = hotwash(
      place,
      started
        ? ['resume', '--yes', '--answers', answers(place), '--json']
        : ['run', 'crash.yaml', '--yes', '--json'],
    )
    last = ended.stdout
    const report = json<Report & { error?: { message: string } }>(ended)
    if (['succeeded', 'rolled_back', 'failed', 'stopped'].includes(report.status)) return report
    // Killed after its last event: nothing is left to do.
    if (report.error?.message.includes('nothing to resume')) return shown(place)
  }
  throw new Error(`the run does not come to an end: ${last}`)
}

const shown = (place: Place): Report =>
  json<{ runs: [Report] }>(hotwash(place, ['show', '--json', ...incident(place)])).runs[0]

function expectSound(place: Place, before: readonly Event[]): void {
  const after = journal(place)?.events ?? []
  expect(after.slice(0, before.length)).toEqual(before)
  const count = (line: string) => lines(place).filter((one) => one === line).length
  for (const line of ['fix', 'second', 'undo_fix', 'undo_second'])
    expect(count(line)).toBeLessThanOrEqual(1)
  const audit = hotwash(place, ['audit', 'verify', '--json'])
  expect(json(audit)).toMatchObject({ verified: true, problems: [] })
}

const isValidated = ({ type, step }: Event) => type === 'step.finished' && step === 'validate'

function syncsOf(place: Place): number {
  const trace = join(place.home, 'trace')
  hotwash(place, ['run', 'crash.yaml', '--yes'], {
    under: [...TRACE, '-o', trace],
  })
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /f(data)?sync\(/.test(line)).length
}

describe.skipIf(!canTrace)('kill -9 at every sync of the log', () => {
  it.each([
    ['a right fix', true, 'succeeded', ['fix', 'second']],
    [
      'a wrong fix that is rolled back',
      false,
      'rolled_back',
      ['fix', 'second', 'undo_second', 'undo_fix'],
    ],
  ] as const)(
    'loses nothing and repeats nothing: %s',
    (_what, right, status, effects) => {
      const total = syncsOf(fresh(right))
      expect(total).toBeGreaterThan(10)
      let killed = 0
      for (let n = total; n >= 1; n--) {
        const place = fresh(right)
        const crashed = hotwash(place, ['run', 'crash.yaml', '--yes'], { under: killAt(n) })
        if (crashed.signal !== 'SIGKILL' && crashed.code !== 137) continue
        const before = journal(place)?.events ?? []
        // Until its validation, a right fix is as a wrong one, which was killed there.
        if (right && !before.some(isValidated)) break
        killed++
        const report = carryOn(place)
        expect([n, report.status]).toEqual([n, status])
        expect([n, lines(place)]).toEqual([n, effects])
        expectSound(place, before)
      }
      expect(killed).toBeGreaterThan(right ? 3 : 20)
    },
    600_000,
  )

  it('also when the resumed run is killed again', () => {
    for (const [first, second] of [
      [8, 4],
      [11, 6],
      [14, 3],
      [17, 5],
    ] as const) {
      const place = fresh(false)
      hotwash(place, ['run', 'crash.yaml', '--yes'], { under: killAt(first) })
      hotwash(place, ['resume', '--yes', '--answers', answers(place)], { under: killAt(second) })
      const before = journal(place)?.events ?? []
      expect(carryOn(place).status).toBe('rolled_back')
      expect(lines(place)).toEqual(['fix', 'second', 'undo_second', 'undo_fix'])
      expectSound(place, before)
    }
  }, 600_000)
})

/** The step's own command kills the tool that runs it: its parent. */
describe('kill -9 in the middle of a step', () => {
  const killing = (body: string, check: string) => `hotwash: 1
name: Killed in the fix
steps:
  - id: fix
    run: |
      ${body}
    ${check}
    rollback: {run: echo undo_fix >> effects}
  - {id: later, run: echo later >> effects}
`
  const once = 'test -e killed || { touch killed; kill -9 "$PPID"; }'

  it('shows the step as unknown, asks, and runs nothing twice', () => {
    const place = freshPlace({
      files: { 'k.yaml': killing(`echo fix >> effects; ${once}; sleep 0.1`, '') },
    })
    expect(hotwash(place, ['run', 'k.yaml', '--yes']).signal).toBe('SIGKILL')

    const seen = json<{ runs: Report[] }>(hotwash(place, ['show', '--json']))
    expect(seen.runs[0]).toMatchObject({
      status: 'unknown',
      steps: [
        { id: 'fix', status: 'unknown' },
        { id: 'later', status: 'pending' },
      ],
    })

    const asked = hotwash(place, ['resume', '--yes', '--json'])
    expect(asked.code).toBe(5)
    expect(asked.stderr + asked.stdout).toContain('fix')
    expect(lines(place)).toEqual(['fix'])

    const settled = hotwash(place, [
      'answer',
      '--done',
      '--evidence',
      'the line is there',
      ...incident(place),
      'fix',
    ])
    expect([settled.code, settled.stderr]).toEqual([0, expect.any(String)])
    const done = json<Report>(hotwash(place, ['resume', '--yes', '--json']))
    expect(done.status).toBe('succeeded')
    expect(lines(place)).toEqual(['fix', 'later'])
  })

  it('lets a check settle it without asking', () => {
    const place = freshPlace({
      files: {
        'k.yaml': killing(`echo fix >> effects; ${once}`, 'check: {run: [grep, -q, fix, effects]}'),
        effects: '',
      },
    })
    expect(hotwash(place, ['run', 'k.yaml', '--yes']).signal).toBe('SIGKILL')
    const done = json<Report>(hotwash(place, ['resume', '--yes', '--json']))
    expect(done.status).toBe('succeeded')
    expect(lines(place)).toEqual(['fix', 'later'])
  })

  it('runs a step again from its start when a person says that it was not done', () => {
    const place = freshPlace({
      files: {
        'k.yaml': killing(
          `test -e killed || { touch killed; kill -9 "$PPID"; exit; }; echo fix >> effects`,
          '',
        ),
      },
    })
    expect(hotwash(place, ['run', 'k.yaml', '--yes']).signal).toBe('SIGKILL')
    expect(
      hotwash(place, [
        'answer',
        '--not-done',
        '--evidence',
        'no line there',
        ...incident(place),
        'fix',
      ]).code,
    ).toBe(0)
    expect(hotwash(place, ['resume', '--yes']).code).toBe(0)
    expect(lines(place)).toEqual(['fix', 'later'])
    expect(git(place, 'status', '--porcelain', '--untracked-files=no')).toBe('')
  })
})

const incident = (place: Place): string[] =>
  readdirSync(join(place.dir, '.git', 'hotwash')).slice(0, 1)
