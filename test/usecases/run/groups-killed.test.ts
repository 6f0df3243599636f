/** kill -9 in the middle of a group: several steps whose end nobody knows, and rounds that were done. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { answerStep } from '../../../src/usecases/run/answer-step.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import { childrenOf } from '../../journal-on-disk.ts'
import { isGroupRunning } from '../../running.ts'
import { until } from '../../until.ts'
import { openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await killSteps()
  lab.close()
})

const open = async (steps: string, options: LabOptions = {}): Promise<void> => {
  lab = await openLab(options)
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\nsteps:\n${steps}`)
}
const has = (name: string): boolean => existsSync(join(lab.dir, name))
const text = (name: string): string => readFileSync(join(lab.dir, name), 'utf8')

const CHILD = join(import.meta.dirname, '..', '..', 'programs', 'run-child.ts')

/** Until all marks are there, then kill -9 of hotwash; its children outlive it. */
async function killAt(...marks: string[]): Promise<void> {
  const child = spawn(process.execPath, [CHILD, lab.dir, lab.state, 'run', '--yes'], {
    stdio: 'ignore',
  })
  children.push(child)
  const ended = new Promise((done) => child.on('exit', done))
  await until(() => marks.every(has) && isNoted(), marks.join(', '))
  child.kill('SIGKILL')
  await ended
}

/** Whether hotwash has noted down, for a resume, the process of every step that works. */
const isNoted = (): boolean => pids().every((pid) => childrenOf(lab).includes(pid))
const pids = (): number[] =>
  readdirSync(lab.dir).flatMap((file) => (file.endsWith('.pid') ? [Number(text(file))] : []))

/** Until they are gone: a process lives a moment longer than the signal that ends it. */
async function killSteps(): Promise<void> {
  for (const pid of pids().filter(isGroupRunning)) process.kill(-pid, 'SIGKILL')
  await until(() => !pids().some(isGroupRunning), 'the steps have ended')
}

/** Appends a line each time it runs, and hangs unless the file `go` is there. */
const slow = (id: string, more = ''): string =>
  `{id: ${id}, run: "echo $$ > ${id}.pid; echo ${id} >> ran; touch ${id}.began; test -e go || sleep 60", rollback: {run: echo undo_${id} >> ran}${more}}`

const PARALLEL = `  - id: p
    parallel:
      limit: 2
      steps:
        - ${slow('a')}
        - ${slow('b')}
        - ${slow('c')}
`
const at = (report: { steps: { id: string; status: string }[] }): string[] =>
  report.steps.map(({ id, status }) => `${id} ${status}`)

it('leaves several unknown steps, which are settled from another terminal one by one', async () => {
  await open(PARALLEL)
  await killAt('a.began', 'b.began')
  const stillThere = await resumeRun(lab.world, { yes: true })
  expect(stillThere).toMatchObject({ status: 'unknown', exit_code: 5 })
  expect(stillThere.error?.message).toContain('step a has not ended: it still runs as process')
  expect(at(stillThere)).toEqual(['p running', 'a unknown', 'b unknown', 'c pending'])
  await expect(answerStep(lab.world, { step: 'b', done: true })).rejects.toThrow('still runs')
  await killSteps()
  await answerStep(lab.world, { step: 'b', done: true, evidence: 'seen in the log' })
  await answerStep(lab.world, { step: 'a', done: false, evidence: 'nothing there' })
  writeFileSync(join(lab.dir, 'go'), '')
  const report = await resumeRun(lab.world, { yes: true })
  expect(report.status).toBe('succeeded')
  expect(at(report)).toEqual(['p succeeded', 'a succeeded', 'b succeeded', 'c succeeded'])
  expect(text('ran')).toMatch(/^(a\nb|b\na)\n(a\nc|c\na)\n$/)
})

it('can be answered for before anybody resumes it', async () => {
  await open(PARALLEL)
  await killAt('a.began', 'b.began')
  await killSteps()
  await answerStep(lab.world, { step: 'a', done: true, evidence: 'x' })
  await answerStep(lab.world, { step: 'b', done: true, evidence: 'x' })
  writeFileSync(join(lab.dir, 'go'), '')
  expect((await resumeRun(lab.world, { yes: true })).status).toBe('succeeded')
  expect(story(lab).filter((line) => line.startsWith('step.settled'))).toHaveLength(2)
})

it('is rolled back with everything that was begun, last in first out', async () => {
  await open(PARALLEL)
  await killAt('a.began', 'b.began')
  await killSteps()
  lab.write(
    'answers.yaml',
    'a: {settle: not_done, evidence: x}\nb: {settle: not_done, evidence: x}\n',
  )
  const report = await rollBack(lab.world, { yes: true, answers: 'answers.yaml' })
  expect(report).toMatchObject({ status: 'rolled_back', exit_code: 0 })
  const started = story(lab).flatMap((line) => /^step\.started ([abc])$/.exec(line)?.[1] ?? [])
  const undone = text('ran')
    .match(/undo_\w/g)
    ?.map((line) => line.slice(-1))
  expect(undone).toEqual(started.toReversed())
  expect(report.steps[0]).toMatchObject({ id: 'p', status: 'failed' })
})

it('runs harmless steps again without asking', async () => {
  await open(PARALLEL.replaceAll('rollback: {run', 'idempotent: true, rollback: {run'))
  await killAt('a.began', 'b.began')
  await killSteps()
  writeFileSync(join(lab.dir, 'go'), '')
  expect((await resumeRun(lab.world, {})).status).toBe('succeeded')
})

it('goes on in the round of a foreach in which it was killed, with the items of its begin', async () => {
  await open(`  - {id: find, run: [cat, items], effect: read, outputs: {list: 'stdout.trim().split(" ")'}}
  - id: each
    foreach:
      in: steps.find.outputs.list
      as: x
      steps:
        - id: m
          run: 'echo $$ > m.pid; echo "m $X" >> ran; touch began.$X; [ "$X" != two ] || test -e go || sleep 60'
          env: {X: "\${{ x }}"}
          rollback: {run: 'echo "undo $X" >> ran', env: {X: "\${{ x }}"}}
        - {id: k, run: [echo, "\${{ x }}"], effect: read}
`)
  lab.write('items', 'one two three\n')
  await killAt('began.two')
  await killSteps()
  lab.write('items', 'four five\n')
  writeFileSync(join(lab.dir, 'go'), '')
  lab.write('answers.yaml', 'm.2: {settle: not_done, evidence: x}\n')
  const report = await resumeRun(lab.world, { yes: true, answers: 'answers.yaml' })
  expect(report.status).toBe('succeeded')
  expect(text('ran')).toBe('m one\nm two\nm two\nm three\n')
  expect(report.steps.find(({ id }) => id === 'each')?.outputs).toEqual({
    succeeded: 6,
    failed: 0,
    skipped: 0,
  })
  await rollBack(lab.world, {})
  expect(text('ran')).toMatch(/undo three\nundo two\nundo one\n$/)
})
