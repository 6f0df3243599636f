import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { timeline } from '../../../src/incident/timeline.ts'
import { openLab, type Lab } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const open = async (steps: string): Promise<void> => {
  lab = await openLab()
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${steps}`)
}
const run = (more: object = {}) => runRunbook(lab.world, { runbook: 'book.yaml', ...more })
const has = (name: string): boolean => existsSync(join(lab.dir, name))
const statuses = (report: { steps: { id: string; status: string }[] }) =>
  report.steps.map(({ id, status }) => `${id} ${status}`)
const events = () => recordWorldOf(lab.world).store.open(lab.incident()).events()

const TAGGED = `
steps:
  - {id: look, effect: read, run: ["true"], tags: [diagnosis]}
  - {id: wait_for_me, manual: {instruction: Look at the screen.}, tags: [fix]}
  - {id: fix, run: [touch, fixed], tags: [fix], rollback: {run: [rm, fixed]}}
  - {id: slow, run: [touch, slow], tags: [fix, slow]}
always:
  - {id: after, run: [touch, after]}
`

test('tags select steps, a resumed run keeps to them, and always steps run', async () => {
  await open(TAGGED)
  const waiting = await run({ tags: ['fix'], skipTags: ['slow'] })
  expect(waiting).toMatchObject({ status: 'waiting', exit_code: 5 })
  lab.write('answers.yaml', 'wait_for_me: {done: true, evidence: seen}\n')
  const report = await resumeRun(lab.world, { answers: 'answers.yaml' })
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(statuses(report)).toEqual([
    'look skipped',
    'wait_for_me succeeded',
    'fix succeeded',
    'slow skipped',
    'after succeeded',
  ])
  const skipped = events().flatMap((event) => (event.type === 'step.skipped' ? [event.data] : []))
  expect(skipped).toEqual([
    { by: 'selection', reason: 'not tagged fix (--tags)' },
    { by: 'selection', reason: '--skip-tags slow' },
  ])
  const started = events().find((event) => event.type === 'run.started')
  expect(started?.data).toMatchObject({ tags: ['fix'], skip_tags: ['slow'] })
})

test('a plan keeps to the tags as well', async () => {
  await open(TAGGED)
  const report = await run({ plan: true, tags: ['diagnosis'] })
  expect(statuses(report).slice(0, 3)).toEqual([
    'look succeeded',
    'wait_for_me skipped',
    'fix skipped',
  ])
})

test.each([
  [
    { tags: ['diagnoses'] },
    '--tags diagnoses: no step of the runbook has this tag',
    'did you mean diagnosis? its tags: ',
  ],
  [{ skipTags: [''] }, '--skip-tags : no step of the runbook has this tag', 'its tags: diagnosis'],
  [{ from: 'fixx' }, '--from fixx: the runbook has no such step', 'did you mean fix? its steps: '],
  [{ until: 'after' }, '--until after: the runbook has no such step', 'its steps: look, '],
])('%j is refused before anything is recorded', async (selection, message, hint) => {
  await open(TAGGED)
  await expect(run(selection)).rejects.toMatchObject({
    code: 'USAGE',
    message,
    hint: expect.stringContaining(hint) as string,
  })
  expect(lab.incident()).toBe('none')
})

test('a step that needs an output of one left out fails before it begins, and says why', async () => {
  await open(`
steps:
  - {id: read, effect: read, run: [echo, x], outputs: {was: stdout}}
  - {id: use, run: [touch, "\${{ steps.read.outputs.was }}"]}
`)
  const report = await run({ from: 'use' })
  expect(report).toMatchObject({ status: 'failed', exit_code: 4 })
  expect(report.steps[1]?.reason).toMatch(/step read was skipped and has none$/)
  expect(events().some(({ type }) => type === 'step.started')).toBe(false)
})

test('has() tells whether a step that may be left out gave an output', async () => {
  await open(`
steps:
  - {id: read, effect: read, run: [echo, x], outputs: {was: stdout}}
  - {id: use, run: [touch, used], when: "has(steps.read.outputs.was)"}
`)
  expect(statuses(await run({ from: 'use' }))).toEqual(['read skipped', 'use skipped'])
})

const THREE = `
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: look, effect: read, run: ["true"]}
  - {id: two, run: [touch, two], rollback: {run: [rm, two]}}
  - {id: three, run: [touch, three], rollback: {run: [rm, three]}}
`

test('rollback --to undoes back to a step, and a run with steps still applied is stopped', async () => {
  await open(THREE)
  await run()
  const report = await rollBack(lab.world, { to: 'two' })
  expect(report).toMatchObject({ exit_code: 0, status: 'stopped' })
  expect(report.error).toBeUndefined()
  expect(report.warnings).toContain('rolled back to two; still applied: one')
  expect(report.next).toContain('hotwash rollback')
  expect([has('one'), has('two'), has('three')]).toEqual([true, false, false])
  expect(report.undo).toMatchObject([
    { step: 'three', status: 'succeeded' },
    { step: 'two', status: 'succeeded' },
    { step: 'one', status: 'pending' },
  ])
  const finished = events().findLast(({ type }) => type === 'run.finished')
  expect(finished?.data).toMatchObject({ reason: 'rolled back to two; still applied: one' })
  const again = await rollBack(lab.world, { to: 'two' })
  expect(again).toMatchObject({ exit_code: 0 })
  const asked = events().filter(({ type }) => type === 'rollback.requested')
  expect(asked.map(({ data }) => data)).toEqual([
    { reason: 'hotwash rollback --to two', to: 'two' },
  ])
  expect(await rollBack(lab.world, {})).toMatchObject({ exit_code: 0, status: 'rolled_back' })
})

test.each([
  ['look', 'it did nothing to undo'],
  ['after', 'an always step is never undone'],
])('rollback --to %s is refused: %s', async (to, why) => {
  await open(`${THREE}always:\n  - {id: after, run: ["true"]}\n`)
  await run()
  await expect(rollBack(lab.world, { to })).rejects.toMatchObject({
    code: 'USAGE',
    message: `--to ${to}: ${why}`,
    hint: 'can be undone: one, two, three',
  })
  expect(has('three')).toBe(true)
})

test('the card of an undo shows what the undo does, not what its step did', async () => {
  await open(
    'steps:\n  - {id: one, run: [touch, one], rollback: {run: [rm, one], effect: destroy}}\n',
  )
  await run()
  await rollBack(lab.world, { plan: true })
  await rollBack(lab.world, {})
  const cards = lab.shown.flatMap((one) =>
    one.type === 'planned' || (one.type === 'started' && one.undo) ? [one.card.effect] : [],
  )
  expect(cards).toEqual(['destroy', 'destroy'])
})

test.each([
  [{ tags: ['diagnosis'], skipTags: ['diagnosis'] }, '--tags diagnosis --skip-tags diagnosis'],
  [{ from: 'fix', until: 'look' }, '--from fix --until look'],
  [{ until: 'look', tags: ['fix'] }, '--until look --tags fix'],
])('%j leaves no step, and is refused before an incident is declared', async (selection, flags) => {
  await open(TAGGED)
  await expect(run(selection)).rejects.toMatchObject({
    code: 'USAGE',
    message: `${flags}: no step of the runbook is left`,
  })
  expect(recordWorldOf(lab.world).store.list()).toEqual([])
})

test('rollback --to a step that the run does not have is refused with its steps', async () => {
  await open(THREE)
  await run()
  await expect(rollBack(lab.world, { to: 'tow' })).rejects.toMatchObject({
    code: 'USAGE',
    hint: 'its steps: one, look, two, three',
  })
  expect(has('three')).toBe(true)
})

test('a wall clock that goes back during a run changes no order and no duration', async () => {
  await open(THREE)
  const { clock } = lab.world.ports
  let calls = 0
  // An hour back, once step two is under way.
  const back = (): number => (has('two') ? 3_600_000 : 0)
  lab.world.ports = { ...lab.world.ports, clock: { ...clock, now: () => Date.now() - back() } }
  const report = await run()
  expect(report.status).toBe('succeeded')
  for (const { duration_ms: duration } of report.steps) {
    calls += 1
    expect(duration).toBeGreaterThanOrEqual(0)
    expect(duration).toBeLessThan(60_000)
  }
  expect(calls).toBe(4)
  const all = events()
  expect(all.map(({ clock: count }) => count)).toEqual(all.map((_, n) => n + 1))
  const jumps = timeline(all).filter(({ text }) => text.includes('The clock of'))
  expect(jumps).toHaveLength(1)
  expect(jumps[0]).toMatchObject({
    step: 'two',
    text: expect.stringContaining('went back by 1 h 00 min') as string,
  })
})
