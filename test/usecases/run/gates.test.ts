import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { answerStep } from '../../../src/usecases/run/answer-step.ts'
import { approveStep } from '../../../src/usecases/run/approve-step.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { MARIA, OMAR, openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const open = async (steps: string, options: LabOptions = {}): Promise<void> => {
  lab = await openLab({ config: { teams: { oncall: [OMAR.email, MARIA.email] } }, ...options })
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${steps}`)
}
const run = (more: object = {}) => runRunbook(lab.world, { runbook: 'book.yaml', ...more })
const has = (name: string): boolean => existsSync(join(lab.dir, name))
const statuses = (report: { steps: { id: string; status: string }[] }) =>
  Object.fromEntries(report.steps.map(({ id, status }) => [id, status]))
const eventsOf = (type: string) =>
  recordWorldOf(lab.world)
    .store.open(lab.incident())
    .events()
    .filter((event) => event.type === type)

const DECIDE = `
steps:
  - id: who
    decide:
      question: Who is affected?
      options:
        everyone: {label: All users, steps: [{id: all, run: [touch, all]}]}
        tenant: {label: One tenant, steps: [{id: one, run: [touch, one]}]}
  - {id: reason, ask: {values: {why: {type: string}}}}
  - {id: call, manual: {instruction: Ask support., evidence: required}}
  - {id: end, run: [touch, end], when: steps.reason.outputs.why == "tests"}
`

test('gates wait without a process, are answered from another terminal, and the run goes on', async () => {
  await open(DECIDE)
  const report = await run()
  expect(report).toMatchObject({ status: 'waiting', exit_code: 5, error: { code: 'WAITING' } })
  expect(report.next).toBe(`hotwash answer ${report.incident} who --choose everyone|tenant`)
  const other = await openLab({ beside: lab, actor: OMAR })
  await expect(answerStep(other.world, { step: 'who', choose: 'nobody' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('choose one of everyone, tenant'),
  })
  const answered = await answerStep(other.world, { step: 'who', choose: 'tenant' })
  expect(answered).toMatchObject({ exit_code: 0, next: `hotwash resume ${report.incident}` })
  await answerStep(other.world, { step: 'who', choose: 'tenant' })
  await expect(answerStep(other.world, { step: 'who', choose: 'everyone' })).rejects.toMatchObject({
    message: expect.stringContaining('differently'),
  })
  const resumed = await resumeRun(lab.world, {})
  expect(statuses(resumed)).toMatchObject({ who: 'succeeded', all: 'skipped', one: 'succeeded' })
  expect(resumed.status).toBe('waiting')
  await answerStep(other.world, { step: 'reason', values: { why: 'tests' } })
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'waiting' })
  await expect(answerStep(other.world, { step: 'call', done: true })).rejects.toMatchObject({
    message: expect.stringContaining('evidence is required'),
  })
  await answerStep(other.world, { step: 'call', done: true, evidence: 'ticket 1' })
  const end = await resumeRun(lab.world, {})
  expect(end).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(end.steps.find(({ id }) => id === 'call')).toMatchObject({ by: 'hand' })
  expect([has('all'), has('one'), has('end')]).toEqual([false, true, true])
  expect(eventsOf('gate.answered').map((event) => event.actor.name)).toEqual(Array(3).fill('Omar'))
})

test('--answers answers decide, ask and manual', async () => {
  await open(DECIDE)
  lab.write(
    'answers.yaml',
    'who: {choose: everyone}\nreason: {values: {why: tests}}\ncall: {done: true, evidence: seen}\n',
  )
  expect(await run({ answers: 'answers.yaml' })).toMatchObject({ status: 'succeeded' })
  expect([has('all'), has('one'), has('end')]).toEqual([true, false, true])
})

test('an answers file with an unknown step is refused with its place, and nothing runs', async () => {
  await open(DECIDE)
  lab.write('answers.yaml', 'who: {choose: everyone}\nwhom: {choose: x}\n')
  await expect(run({ answers: 'answers.yaml' })).rejects.toMatchObject({
    code: 'INVALID_ANSWERS',
    message: expect.stringContaining('answers.yaml:2:1'),
  })
  expect(lab.incident()).toBe('none')
})

test('an interactive gate is closed by an answer from a second terminal', async () => {
  await open(DECIDE, {
    script: async (question) => {
      if (question.type === 'step') return { do: 'run' }
      if (question.type !== 'gate' || question.gate !== 'decide') return { do: 'quit' }
      const other = await openLab({ beside: lab, actor: OMAR })
      await answerStep(other.world, { step: 'who', choose: 'tenant' })
      return undefined
    },
  })
  const report = await run()
  expect(report).toMatchObject({ status: 'paused', exit_code: 5 })
  expect(statuses(report)).toMatchObject({ who: 'succeeded', one: 'succeeded', reason: 'waiting' })
})

const DESTROY = `
steps:
  - {id: drop, run: [touch, dropped], effect: destroy}
  - {id: ask, run: [touch, asked], confirm: Really?}
  - {id: plain, run: [touch, plain]}
`

test('unattended, destroy and confirm need --yes or answers; a plain change does not', async () => {
  await open(DESTROY)
  const report = await run()
  expect(report).toMatchObject({ status: 'waiting', exit_code: 5 })
  expect(report.error?.message).toContain('step drop waits for a confirmation: --yes')
  lab.write('answers.yaml', 'drop: {confirm: true}\n')
  const half = await resumeRun(lab.world, { answers: 'answers.yaml' })
  expect(half).toMatchObject({ status: 'waiting' })
  expect([has('dropped'), has('asked')]).toEqual([true, false])
  expect(await resumeRun(lab.world, { yes: true })).toMatchObject({ status: 'succeeded' })
  expect(has('plain')).toBe(true)
})

test('a destroying step asks for the name of its target; skipping it is recorded', async () => {
  await open(DESTROY, {
    script: (question) =>
      question.type === 'step' && question.typeToConfirm !== undefined
        ? { do: 'skip', reason: 'too dangerous' }
        : { do: 'run' },
  })
  const report = await run()
  expect(statuses(report)).toEqual({ drop: 'skipped', ask: 'succeeded', plain: 'succeeded' })
  expect(lab.asked[0]).toMatchObject({ type: 'step', typeToConfirm: lab.dir })
  expect(lab.asked[1]).toMatchObject({ type: 'step', confirm: 'Really?' })
  expect(lab.asked).toHaveLength(3)
})

const APPROVE = `
inputs: {file: {type: string, default: changed}}
steps:
  - {id: ok, approve: {by: [oncall], reason: required}}
  - {id: change, run: [touch, "\${{ inputs.file }}"]}
`

test('an approval comes from the team, never from the requester, with a reason', async () => {
  await open(APPROVE)
  const report = await run({ yes: true })
  expect(report).toMatchObject({ status: 'waiting' })
  expect(report.next).toBe(`hotwash approve ${report.incident} ok --reason "…"`)
  const approve = async (who: typeof OMAR, reason?: string) => {
    const { world } = await openLab({ beside: lab, actor: who, config: lab.world.config })
    return approveStep(world, { step: 'ok', approve: true, reason })
  }
  await expect(approve(MARIA, 'fine')).rejects.toMatchObject({ code: 'WAITING', exitCode: 5 })
  const secondKey = { ...MARIA, email: OMAR.email }
  await expect(approve(secondKey, 'fine')).rejects.toMatchObject({ code: 'WAITING' })
  const stranger = { name: 'Eve', email: 'eve@example.test', host: 'x' }
  await expect(approve(stranger, 'fine')).rejects.toMatchObject({ code: 'WAITING' })
  await expect(approve(OMAR)).rejects.toMatchObject({ message: expect.stringContaining('reason') })
  expect(await approve(OMAR, 'looked at it')).toMatchObject({ exit_code: 0 })
  const end = await resumeRun(lab.world, { yes: true })
  expect(end).toMatchObject({ status: 'succeeded' })
  expect(end.steps[0]?.reason).toBe('approved by Omar: looked at it')
})

test('a rejection fails the step; breaking the glass goes on and is a deviation', async () => {
  await open(APPROVE)
  await run()
  const other = await openLab({ beside: lab, actor: OMAR, config: lab.world.config })
  await approveStep(other.world, { step: 'ok', approve: false, reason: 'not now' })
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'failed', exit_code: 4 })
  await run({ fresh: true })
  const request = { incident: lab.incident(), step: 'ok', approve: true, breakGlass: true }
  await approveStep(lab.world, { ...request, reason: 'alone at night' })
  const end = await resumeRun(lab.world, { incident: lab.incident() })
  expect(end).toMatchObject({ status: 'succeeded' })
  expect(JSON.stringify(eventsOf('step.finished'))).toContain('deviation: Maria went on without')
})

test('an approval is for the content that was shown: another content asks anew', async () => {
  await open(APPROVE, {
    script: (question) => {
      if (question.type === 'gate') return { do: 'quit' }
      return question.type === 'runbook_changed' ? { do: 'use_new' } : { do: 'run' }
    },
  })
  await run()
  const other = await openLab({ beside: lab, actor: OMAR, config: lab.world.config })
  await approveStep(other.world, { step: 'ok', approve: true, reason: 'fine' })
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${APPROVE.replace('touch', 'mkdir')}`)
  const resumed = await resumeRun(lab.world, {})
  expect(resumed).toMatchObject({ status: 'paused' })
  expect(story(lab).filter((one) => one === 'gate.opened ok')).toHaveLength(2)
  expect(has('changed')).toBe(false)
})

test('an approval that expires fails its step', async () => {
  await open(APPROVE.replace('reason: required', 'reason: required, expires: 50ms'))
  await run()
  await new Promise((done) => setTimeout(done, 80))
  const other = await openLab({ beside: lab, actor: OMAR, config: lab.world.config })
  await expect(
    approveStep(other.world, { step: 'ok', approve: true, reason: 'late' }),
  ).rejects.toMatchObject({ exitCode: 5 })
  expect(await resumeRun(lab.world, {})).toMatchObject({ status: 'failed' })
})

test('a secret answer is masked, never stored, and asked again on resume where it is needed', async () => {
  const secret = 'correct-horse-battery'
  let quitAt = 'hold'
  await open(
    `
steps:
  - {id: token, ask: {values: {value: {type: string, secret: true}}}}
  - {id: hold, manual: {instruction: Wait.}}
  - {id: use, run: 'echo "got $T"', env: {T: "\${{ steps.token.outputs.value }}"}, outputs: {said: stdout}}
`,
    {
      script: (question) => {
        if (question.type === 'step') return { do: 'run' }
        if (question.type !== 'gate') return { do: 'quit' }
        if (question.gate === 'ask') return { do: 'answer', answer: { values: { value: secret } } }
        return quitAt === 'hold' ? { do: 'quit' } : { do: 'answer', answer: { done: true } }
      },
    },
  )
  expect(await run()).toMatchObject({ status: 'paused' })
  quitAt = ''
  const again = await openLab({ beside: lab, script: (q, s) => lab.world.operator.ask(q, s) })
  const end = await resumeRun(again.world, {})
  expect(end).toMatchObject({ status: 'succeeded' })
  expect(end.steps[2]?.outputs).toEqual({ said: 'got [masked:token.value]\n' })
  const journal = recordWorldOf(lab.world).store.open(lab.incident())
  expect(JSON.stringify(journal.events())).not.toContain(secret)
})
