import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { answerStep } from '../../../src/usecases/run/answer-step.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { childrenOf } from '../../journal-on-disk.ts'
import { isGroupRunning } from '../../running.ts'
import { until } from '../../until.ts'
import { git, openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
let children: ChildProcess[] = []
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  lab.close()
})

const open = async (steps: string, options: LabOptions = {}): Promise<void> => {
  lab = await openLab(options)
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${steps}`)
}
const has = (name: string): boolean => existsSync(join(lab.dir, name))
const text = (name: string): string => readFileSync(join(lab.dir, name), 'utf8')

const CHILD = join(import.meta.dirname, '..', '..', 'programs', 'run-child.ts')
const start = (verb = 'run'): ChildProcess => {
  const child = spawn(process.execPath, [CHILD, lab.dir, lab.state, verb], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}
const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    child.on('exit', () => done())
  })

/** Runs in a child until the marker file is there, then kill -9 of hotwash and of the step. */
const killAt = async (marker: string, verb = 'run'): Promise<void> => {
  const child = start(verb)
  await until(() => has(marker), `${marker} is there`)
  child.kill('SIGKILL')
  await ended(child)
  await killStep()
}

/** The step outlives hotwash, and lives a moment longer than the signal that ends it. */
const killStep = async (): Promise<void> => {
  const pid = Number(text('pid'))
  process.kill(-pid, 'SIGKILL')
  await until(() => !isGroupRunning(pid), 'the step has ended')
}

/** kill -9 of hotwash alone, once it has noted down which process works for the step. */
const orphan = async (): Promise<void> => {
  const child = start()
  await until(() => has('began') && childrenOf(lab).includes(Number(text('pid'))), 'it works')
  child.kill('SIGKILL')
  await ended(child)
}

/** Appends a line each time it runs, and waits for the file `go`, but for a minute at most. */
const WAITS = 'for n in {1..3000}; do test ! -e go || break; sleep 0.02; done'
const slow = (more: string): string => `
steps:
  - {id: first, run: [sh, -c, "echo x >> first"], rollback: {run: [rm, first]}}
  - id: slow
    run: |
      echo $$ > pid
      echo x >> ran
      touch began
      ${WAITS}
      touch done
    rollback: {run: [rm, -f, done]}
${more}
  - {id: last, run: [touch, last]}
`

test('a step in which hotwash was killed is unknown, and unattended nothing runs twice', async () => {
  await open(slow(''))
  await killAt('began')
  const report = await resumeRun(lab.world, { yes: true })
  expect(report).toMatchObject({ status: 'unknown', exit_code: 5 })
  expect(report.steps).toMatchObject([
    { id: 'first', status: 'succeeded' },
    { id: 'slow', status: 'unknown' },
    { id: 'last', status: 'pending' },
  ])
  const said = report.error?.message
  expect(said).toContain('hotwash ended while step slow was at work')
  expect(said).toContain(`hotwash answer ${report.incident} slow --done, or --not-done`)
  expect([text('ran'), text('first')]).toEqual(['x\n', 'x\n'])
  writeFileSync(join(lab.dir, 'go'), '')
  const answered = await answerStep(lab.world, { step: 'slow', done: false, evidence: 'no file' })
  expect(answered).toMatchObject({ exit_code: 0, next: `hotwash resume ${report.incident}` })
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'succeeded' })
  expect([text('ran'), text('first')]).toEqual(['x\nx\n', 'x\n'])
})

test('an unknown step is settled by its check', async () => {
  await open(slow('    check: {run: [test, -e, began], effect: read}'))
  await killAt('began')
  const report = await resumeRun(lab.world, {})
  expect(report).toMatchObject({ status: 'succeeded' })
  expect(text('ran')).toBe('x\n')
  expect(story(lab)).toContain('step.settled slow')
})

test('an idempotent step runs again without asking', async () => {
  await open(slow('    idempotent: true'))
  await killAt('began')
  writeFileSync(join(lab.dir, 'go'), '')
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'succeeded' })
  expect(text('ran')).toBe('x\nx\n')
})

test('a person settles it as done, and it is in the ledger all the same', async () => {
  await open(slow(''), {
    script: (question) => {
      if (question.type === 'settle') return { do: 'settle', as: 'done', evidence: 'looked' }
      return question.type === 'step' ? { do: 'run' } : { do: 'quit' }
    },
  })
  await killAt('began')
  const report = await resumeRun(lab.world, {})
  expect(report).toMatchObject({ status: 'succeeded' })
  expect(report.steps[1]).toMatchObject({ status: 'succeeded', by: 'hand' })
  const undone = await rollBack(lab.world, {})
  expect(undone).toMatchObject({ status: 'rolled_back', exit_code: 0 })
  expect(has('first')).toBe(false)
})

test('a step whose process is still at work is said to be, and is not run again', async () => {
  await open(slow('    idempotent: true'))
  await orphan()
  const report = await resumeRun(lab.world, {})
  expect(report).toMatchObject({ status: 'unknown', exit_code: 5 })
  expect(report.error?.message).toContain(`still runs as process ${text('pid').trim()}`)
  await killStep()
  writeFileSync(join(lab.dir, 'go'), '')
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'succeeded' })
})

test('no word on a step is accepted while its process is at work: nothing runs beside it', async () => {
  const replies: ('done' | 'not_done')[] = ['not_done', 'done']
  await open(slow(''), {
    script: (question) => {
      const as = question.type === 'settle' ? replies.shift() : undefined
      return as === undefined ? { do: 'quit' } : { do: 'settle', as, evidence: 'looked' }
    },
  })
  await orphan()
  const pid = Number(text('pid'))
  const says = `it still runs as process ${pid}: wait for it, or end it: kill -- -${pid}, then say so`

  for (const done of [false, true]) {
    const answer = answerStep(lab.world, { step: 'slow', done, evidence: 'looked' })
    const refused = { code: 'WAITING', exitCode: 5, message: expect.stringContaining(says) }
    await expect(answer).rejects.toMatchObject(refused)
  }

  expect(await resumeRun(lab.world, {})).toMatchObject({ exit_code: 5 })
  expect(lab.asked.map((question) => 'runningPid' in question && question.runningPid)).toEqual([
    pid,
    pid,
    pid,
  ])
  const warned = lab.shown.filter((update) => update.type === 'say' && update.text.includes(says))
  expect(warned).toHaveLength(2)

  lab.write('answers.yaml', 'slow: {settle: not_done, evidence: looked}\n')
  const nobody = { ...lab.world, operator: { ...lab.world.operator, interactive: false } }
  const given = await resumeRun(nobody, { answers: 'answers.yaml' })
  expect(given).toMatchObject({ status: 'unknown', exit_code: 5 })
  expect(given.error?.message).toContain(says)
  expect([story(lab).includes('step.settled slow'), text('ran')]).toEqual([false, 'x\n'])

  await killStep()
  writeFileSync(join(lab.dir, 'go'), '')
  expect(await resumeRun(nobody, { answers: 'answers.yaml' })).toMatchObject({ exit_code: 0 })
  expect(text('ran')).toBe('x\nx\n')
})

test('rollback settles an unknown step first: unattended that is exit 5', async () => {
  await open(slow(''))
  await killAt('began')
  expect(await rollBack(lab.world, {})).toMatchObject({ status: 'unknown', exit_code: 5 })
  expect(has('first')).toBe(true)
  await answerStep(lab.world, { step: 'slow', done: false })
  const report = await resumeRun(lab.world, {})
  expect(report).toMatchObject({ status: 'rolled_back' })
  expect(has('first')).toBe(false)
})

test('an undo in which hotwash was killed is unknown, is settled, and the rest is undone', async () => {
  await open(`
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: two, run: [touch, two], rollback: {run: 'echo $$ > pid; touch undoing; sleep 60'}}
`)
  expect(await runRunbook(lab.world, { runbook: 'book.yaml' })).toMatchObject({ exit_code: 0 })
  await killAt('undoing', 'rollback')
  const report = await resumeRun(lab.world, {})
  expect(report).toMatchObject({ status: 'unknown', exit_code: 5 })
  expect(report.undo).toMatchObject([{ status: 'unknown' }, { status: 'pending' }])
  await answerStep(lab.world, { step: 'two', done: true, evidence: 'looked' })
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'rolled_back' })
  expect(has('one')).toBe(false)
})

test('while a run is alive a second one is locked out with exit 7, naming the holder', async () => {
  await open(slow(''))
  const child = start()
  await until(() => has('began'), 'the step works')
  const again = runRunbook(lab.world, { runbook: 'book.yaml' })
  await expect(again).rejects.toMatchObject({
    code: 'LOCKED',
    exitCode: 7,
    message: expect.stringContaining(`process ${child.pid}`),
  })
  await expect(resumeRun(lab.world, {})).rejects.toMatchObject({ code: 'LOCKED' })
  expect(text('ran')).toBe('x\n')
})

test('a run onto an incident with an unfinished run is refused with the resume command', async () => {
  await open('steps: [{id: wait, manual: {instruction: Wait.}}]\n')
  const first = await runRunbook(lab.world, { runbook: 'book.yaml' })
  await expect(runRunbook(lab.world, { runbook: 'book.yaml' })).rejects.toMatchObject({
    code: 'RUN_UNFINISHED',
    exitCode: 5,
    hint: `hotwash resume ${first.incident}`,
  })
})

test('the lock of a runbook is held for the whole run, over incidents', async () => {
  await open(`lock: login_db\n${slow('')}`)
  start()
  await until(() => has('began'), 'the step works')
  const other = runRunbook(lab.world, { runbook: 'book.yaml', fresh: true })
  await expect(other).rejects.toMatchObject({ code: 'LOCKED', exitCode: 7 })
})

test('an edited runbook is noticed: unattended exit 5, at a terminal a person chooses', async () => {
  const book = 'steps:\n  - {id: a, manual: {instruction: Wait.}}\n  - {id: b, run: [touch, old]}\n'
  let choice: 'use_new' | 'use_old' = 'use_old'
  await open(book)
  await runRunbook(lab.world, { runbook: 'book.yaml' })
  await answerStep(lab.world, { step: 'a', done: true })
  const edited = `${book.replace('old', 'new')}  - {id: c, run: [touch, more]}\n`
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${edited}`)
  await expect(resumeRun(lab.world, {})).rejects.toMatchObject({
    code: 'RUNBOOK_CHANGED',
    exitCode: 5,
  })
  const desk = await openLab({
    beside: lab,
    script: (question) => (question.type === 'runbook_changed' ? { do: choice } : { do: 'run' }),
  })
  choice = 'use_new'
  const report = await resumeRun(desk.world, {})
  expect(desk.asked[0]).toMatchObject({ diff: expect.stringContaining('+  - {id: c') })
  expect(report).toMatchObject({ status: 'succeeded' })
  expect([has('old'), has('new'), has('more')]).toEqual([false, true, true])
})

test('--plan runs what reads, changes nothing, and leaves nothing behind', async () => {
  await open(`
steps:
  - {id: read, run: [cat, README.md], effect: read, outputs: {text: stdout}}
  - {id: known, when: steps.read.outputs.text.contains("service"), run: [touch, changed], outputs: {x: stdout}}
  - {id: not, when: steps.read.outputs.text.contains("nothing"), run: [touch, changed], outputs: {x: stdout}}
  - {id: later, run: [echo, "\${{ steps.known.outputs.x }}"]}
  - {id: who, approve: {by: [oncall]}}
`)
  // A temporary folder of its own: other tests plan at the same time.
  const temporary = lab.state
  vi.stubEnv('TMPDIR', temporary)
  const report = await runRunbook(lab.world, { runbook: 'book.yaml', plan: true })
  expect(report).toMatchObject({ exit_code: 0, status: 'succeeded' })
  const planned = lab.shown.flatMap((one) =>
    one.type === 'planned' ? [[one.card.id, one.ran]] : [],
  )
  expect(planned).toEqual([
    ['read', 'read'],
    ['known', 'not_run'],
    ['not', 'skipped'],
    ['later', 'not_run'],
    ['who', 'not_run'],
  ])
  expect(has('changed')).toBe(false)
  expect(lab.incident()).toBe('none')
  expect(existsSync(join(lab.dir, '.git', 'hotwash'))).toBe(false)
  expect(git(lab.dir, 'branch', '--format=%(refname:short)')).toBe('main\n')
  vi.unstubAllEnvs()
  expect(readdirSync(temporary)).toEqual([])
})

test('--from and --until run a part, and a resumed run keeps to it', async () => {
  await open(`
steps:
  - {id: a, run: [touch, a]}
  - {id: b, run: [touch, b]}
  - {id: c, run: [touch, c]}
`)
  const report = await runRunbook(lab.world, { runbook: 'book.yaml', from: 'b', until: 'b' })
  expect(report).toMatchObject({ status: 'succeeded' })
  expect([has('a'), has('b'), has('c')]).toEqual([false, true, false])
  await expect(runRunbook(lab.world, { runbook: 'book.yaml', from: 'x' })).rejects.toMatchObject({
    code: 'USAGE',
  })
})

test('SIGTERM ends the step and pauses the run with 143; resume goes on', async () => {
  await open(slow(''), {
    script: (question) =>
      question.type === 'step'
        ? { do: 'run' }
        : question.type === 'failure'
          ? { do: 'retry' }
          : { do: 'quit' },
  })
  const running = runRunbook(lab.world, { runbook: 'book.yaml' })
  await until(() => has('began'), 'the step works')
  lab.send('SIGTERM')
  const report = await running
  expect(report).toMatchObject({ status: 'paused', exit_code: 143, error: { code: 'TERMINATED' } })
  expect(report.steps[1]).toMatchObject({ status: 'failed' })
  writeFileSync(join(lab.dir, 'go'), '')
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'succeeded' })
})

test.each(['idempotent: true', 'effect: read'])(
  'a step with `%s` that SIGTERM ended runs again at an unattended resume',
  async (field) => {
    await open(
      `steps:\n  - id: slow\n    ${field}\n    run: echo x >> ran; touch began; ${WAITS}\n`,
    )
    const running = runRunbook(lab.world, { runbook: 'book.yaml' })
    await until(() => has('began'), 'the step works')
    lab.send('SIGTERM')
    expect(await running).toMatchObject({ status: 'paused', exit_code: 143 })
    writeFileSync(join(lab.dir, 'go'), '')
    expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'succeeded', exit_code: 0 })
    expect(text('ran')).toBe('x\nx\n')
  },
)

test('a step that changes and that SIGTERM ended is not repeated unattended', async () => {
  await open(slow(''))
  const running = runRunbook(lab.world, { runbook: 'book.yaml' })
  await until(() => has('began'), 'the step works')
  lab.send('SIGTERM')
  expect(await running).toMatchObject({ status: 'paused', exit_code: 143 })
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'failed', exit_code: 4 })
  expect(text('ran')).toBe('x\n')
})

test('^C asks; continue goes on, interrupt fails the step, a second ^C terminates with 130', async () => {
  const replies = ['continue', 'interrupt', undefined] as const
  let asked = 0
  await open(slow(''), {
    script: (question) => {
      if (question.type === 'step') return { do: 'run' }
      if (question.type === 'failure') return { do: 'retry' }
      if (question.type !== 'interrupt') return { do: 'quit' }
      const reply = replies[asked++]
      return reply === undefined ? undefined : { do: reply }
    },
  })
  const running = runRunbook(lab.world, { runbook: 'book.yaml' })
  await until(() => has('began'), 'the step works')
  lab.send('SIGINT')
  expect(asked).toBe(1)
  // The answer is taken in before the next turn of the event loop.
  await new Promise((done) => setImmediate(done))
  rmSync(join(lab.dir, 'began'))
  lab.send('SIGINT')
  await until(() => asked === 2 && has('began'), 'the step works again')
  lab.send('SIGINT')
  await until(() => asked === 3, 'it asks again')
  lab.send('SIGINT')
  expect(await running).toMatchObject({ status: 'paused', exit_code: 130 })
})

test('a closed terminal lets the step finish, then pauses the run', async () => {
  await open(slow(''))
  const running = runRunbook(lab.world, { runbook: 'book.yaml' })
  await until(() => has('began'), 'the step works')
  lab.send('SIGHUP')
  writeFileSync(join(lab.dir, 'go'), '')
  const report = await running
  expect(report).toMatchObject({ status: 'paused', exit_code: 5 })
  expect(report.steps[1]?.status).toBe('succeeded')
  expect(has('last')).toBe(false)
})

test('the record of a resumed run names who resumed it', async () => {
  await open('steps: [{id: wait, manual: {instruction: Wait.}}]\n')
  await runRunbook(lab.world, { runbook: 'book.yaml' })
  await resumeRun(lab.world, {})
  const journal = recordWorldOf(lab.world).store.open(lab.incident())
  expect(journal.events().map(({ type }) => type)).toContain('run.resumed')
})
