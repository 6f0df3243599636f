import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Question, Reply } from '../../../src/ports/operator.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { showIncident, statusLines } from '../../../src/usecases/incident/show-incident.ts'
import { openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const open = async (steps: string, options: LabOptions = {}): Promise<void> => {
  lab = await openLab(options)
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${steps}`)
}
const run = (more: object = {}) => runRunbook(lab.world, { runbook: 'book.yaml', ...more })
const has = (name: string): boolean => existsSync(join(lab.dir, name))
const statuses = (report: { steps: { id: string; status: string }[] }) =>
  Object.fromEntries(report.steps.map(({ id, status }) => [id, status]))

const failing = (onFailure: string): string => `
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: two, run: [sh, -c, "touch two; exit 3"], rollback: {run: [rm, two]}, on_failure: ${onFailure}}
  - {id: three, run: [touch, three]}
always:
  - {id: after, run: [touch, after]}
`

test('on_failure stop ends the run after its always steps, exit 4', async () => {
  await open(failing('stop'))
  const report = await run()
  expect(report).toMatchObject({ status: 'failed', exit_code: 4, error: { code: 'STEP_FAILED' } })
  expect(statuses(report)).toEqual({
    one: 'succeeded',
    two: 'failed',
    three: 'pending',
    after: 'succeeded',
  })
  expect(report.steps[1]).toMatchObject({ exit_code: 3 })
  expect(report.next).toBe(`hotwash rollback ${report.incident}`)
})

test('on_failure ask acts as stop where nobody can be asked', async () => {
  await open(failing('ask'))
  expect(await run()).toMatchObject({ status: 'failed', exit_code: 4 })
})

test('on_failure continue leaves the step failed and lets the others decide', async () => {
  await open(failing('continue'))
  const report = await run()
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(statuses(report)).toMatchObject({ two: 'failed', three: 'succeeded' })
  const lines = statusLines(showIncident(recordWorldOf(lab.world), undefined), Date.now())
  expect(lines.at(-2)).toMatch(/: SUCCEEDED, 3 of 4 steps succeeded, 1 failed$/)
})

test('on_failure rollback undoes the failed step too, last in first out, before always', async () => {
  await open(failing('rollback'))
  const report = await run()
  expect(report).toMatchObject({ status: 'rolled_back', exit_code: 4 })
  expect(report.undo).toMatchObject([
    { step: 'two', status: 'succeeded' },
    { step: 'one', status: 'succeeded' },
  ])
  expect([has('one'), has('two'), has('three'), has('after')]).toEqual([false, false, false, true])
  expect(story(lab).slice(-7)).toEqual([
    'undo.started two',
    'undo.finished two',
    'undo.started one',
    'undo.finished one',
    'step.started after',
    'step.finished after',
    'run.finished',
  ])
  const again = await rollBack(lab.world, {})
  expect(again).toMatchObject({ exit_code: 0, status: 'rolled_back' })
  expect(again.undo.map(({ status }) => status)).toEqual(['already_undone', 'already_undone'])
  expect(story(lab)).toHaveLength(report.record.events)
})

test('a failing undo stops the rollback, says what is not undone, and can be resumed', async () => {
  await open(`
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: two, run: [touch, two], rollback: {run: [sh, -c, "test -e key && rm two"]}}
  - {id: three, run: ["false"], on_failure: rollback}
`)
  const report = await run()
  expect(report).toMatchObject({ status: 'stopped', exit_code: 4 })
  expect(report.error?.message).toContain('not undone: two, one')
  expect(report.undo).toMatchObject([{ status: 'failed' }, { step: 'one', status: 'pending' }])
  writeFileSync(join(lab.dir, 'key'), '')
  const undone = await rollBack(lab.world, {})
  expect(undone).toMatchObject({ status: 'rolled_back', exit_code: 0 })
  expect([has('one'), has('two')]).toEqual([false, false])
})

test('rollback undoes a run that succeeded, and only back to --to', async () => {
  await open(`
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: two, run: [touch, two], rollback: {run: [rm, two]}}
always:
  - {id: after, run: [sh, -c, "echo x >> after"]}
`)
  expect(await run()).toMatchObject({ status: 'succeeded' })
  const planned = await rollBack(lab.world, { plan: true })
  expect(planned).toMatchObject({ exit_code: 0, status: 'succeeded' })
  expect(lab.shown.filter((one) => one.type === 'planned')).toHaveLength(2)
  expect(await rollBack(lab.world, { to: 'two' })).toMatchObject({ exit_code: 0 })
  expect([has('one'), has('two')]).toEqual([true, false])
  expect(await rollBack(lab.world, {})).toMatchObject({ exit_code: 0, status: 'rolled_back' })
  expect(has('one')).toBe(false)
  expect(readFileSync(join(lab.dir, 'after'), 'utf8')).toBe('x\nx\nx\n')
})

test('an undo sees inputs and outputs as they were when its step began', async () => {
  await open(`
inputs: {place: {type: string, default: first}}
steps:
  - {id: read, run: [cat, "\${{ inputs.place }}"], effect: read, outputs: {was: stdout}}
  - id: change
    run: [sh, -c, "echo changed > first"]
    rollback: {run: [tee, first], stdin: "\${{ steps.read.outputs.was }}"}
  - {id: check, run: ["false"], on_failure: rollback}
`)
  lab.write('first', 'before\n')
  expect(await run()).toMatchObject({ status: 'rolled_back' })
  expect(readFileSync(join(lab.dir, 'first'), 'utf8')).toBe('before\n')
})

test('retries repeat the body with their own attempts, and stop at the first success', async () => {
  await open(`
steps:
  - id: flaky
    run: [sh, -c, "echo x >> tries; test $(wc -l < tries) -ge 3"]
    idempotent: true
    retry: {limit: 4, interval: 10ms}
`)
  const report = await run()
  expect(report.steps[0]).toMatchObject({ status: 'succeeded', attempts: 3 })
  expect(story(lab).filter((one) => one === 'step.started flaky')).toHaveLength(3)
})

test('a timeout fails the step and kills its whole tree', async () => {
  await open(`
steps:
  - {id: slow, run: [sh, -c, "sleep 300 & sleep 300"], timeout: 300ms, on_failure: stop}
`)
  const report = await run()
  expect(report.steps[0]).toMatchObject({ status: 'failed' })
  expect(report.steps[0]?.reason).toMatch(/limit|timed out/)
  expect(report.steps[0]?.duration_ms).toBeLessThan(60_000)
})

test('a failing always step turns success into failure, and does not stop the others', async () => {
  await open(`
steps: [{id: one, run: ["true"]}]
always:
  - {id: broken, run: ["false"]}
  - {id: last, run: [touch, last]}
`)
  expect(await run()).toMatchObject({ status: 'failed', exit_code: 4 })
  expect(has('last')).toBe(true)
})

test('verify repeats within its retry, and its failure is the failure of the step', async () => {
  await open(`
steps:
  - id: fix
    run: [touch, fixed]
    verify: {run: [sh, -c, "echo x >> seen; test $(wc -l < seen) -ge 3"], effect: read, retry: {limit: 5, interval: 10ms}}
  - id: worse
    run: ["true"]
    verify: {run: ["false"], effect: read}
    on_failure: stop
`)
  const report = await run()
  expect(statuses(report)).toEqual({ fix: 'succeeded', worse: 'failed' })
  expect(report.steps[1]?.reason).toContain('verify: expected')
})

test('check: met skips before any confirmation, unmet runs, an error is a failure', async () => {
  await open(`
steps:
  - {id: there, run: [touch, no], check: {run: ["true"], effect: read}, confirm: Sure?}
  - {id: missing, run: [touch, yes], check: {run: ["false"], effect: read}}
  - {id: broken, run: [touch, no], check: {run: [./nothing-here], effect: read}, on_failure: stop}
`)
  const report = await run()
  expect(statuses(report)).toEqual({ there: 'skipped', missing: 'succeeded', broken: 'failed' })
  expect([has('no'), has('yes')]).toEqual([false, true])
  expect(report.steps[2]).toMatchObject({ attempts: 0 })
})

test('observe records what was seen as a finding and succeeds', async () => {
  await open(`
steps:
  - {id: look, run: ["false"], effect: read, observe: true}
`)
  expect(await run()).toMatchObject({ status: 'succeeded' })
  expect(story(lab)).toContain('finding.made look')
})

const guided =
  (...replies: Reply[]) =>
  (question: Question): Reply =>
    (question.type === 'step' ? { do: 'run' } : replies.shift()) ?? { do: 'quit' }

test('the failure menu: retry, edit an input, by hand, skip, quit', async () => {
  await open(
    `
inputs: {file: {type: string, default: missing}}
steps:
  - {id: look, run: [cat, "\${{ inputs.file }}"], effect: read}
  - {id: hand, run: ["false"]}
  - {id: skipped, run: ["false"]}
  - {id: last, run: ["false"]}
`,
    {
      script: guided(
        { do: 'retry' },
        { do: 'edit', input: 'file', value: 'README.md' },
        { do: 'retry' },
        { do: 'by_hand', evidence: 'done on the console' },
        { do: 'skip', reason: 'not needed here' },
        { do: 'quit' },
      ),
    },
  )
  const report = await run()
  expect(report).toMatchObject({ status: 'paused', exit_code: 5 })
  expect(report.steps).toMatchObject([
    { status: 'succeeded', attempts: 3 },
    { status: 'succeeded', by: 'hand' },
    { status: 'skipped', reason: 'not needed here' },
    { status: 'failed' },
  ])
  expect(report.next).toBe(`hotwash resume ${report.incident}`)
  const resumed = await resumeRun(lab.world, {})
  expect(resumed).toMatchObject({ status: 'paused', exit_code: 5 })
})

test('rolling back from the failure menu exits 4', async () => {
  await open(failing('ask'), { script: guided({ do: 'rollback', reason: 'made it worse' }) })
  expect(await run()).toMatchObject({ status: 'rolled_back', exit_code: 4 })
  expect(has('one')).toBe(false)
})
