/** A runbook in a runbook: its own inputs, secrets, databases, guards, always steps, and its text in the record. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import type { RunReport } from '../../../src/usecases/run/run-report.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { verifyRecord } from '../../../src/usecases/audit/verify-record.ts'
import { openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const INNER = `hotwash: 1
name: Back up
inputs:
  what: {type: string, required: true, pattern: "^[a-z]+$"}
  keep: {type: integer, default: 3, maximum: 9}
secrets: {TOKEN: {env: INNER_TOKEN}}
databases: {db: {url: "sqlite:\${{ inputs.what }}.db"}}
guard: [{run: [test, "\${{ inputs.what }}", "!=", production]}]
steps:
  - {id: count, sql: {database: db, query: "select count(*) n from users"}, outputs: {n: 'rows[0].n'}}
  - id: save
    run: 'echo "save $WHAT $KEEP $TOKEN" >> log'
    env: {WHAT: "\${{ inputs.what }}", KEEP: "\${{ inputs.keep }}", TOKEN: "\${{ secrets.TOKEN }}"}
    rollback: {run: 'echo "unsave $N" >> log', env: {N: "\${{ steps.count.outputs.n }}"}}
always:
  - {id: bye, run: echo bye >> log}
`
const OUTER = `hotwash: 1
name: Logins fail
inputs: {db: {type: string, default: users}}
secrets: {TOKEN: {env: OUTER_TOKEN}}
steps:
  - {id: count, run: [echo, outer], effect: read}
  - id: backup
    runbook: {path: back-up, inputs: {what: "\${{ inputs.db }}", keep: 5}}
    outputs: {users: steps.count.outputs.n}
  - {id: after, run: 'echo "after $N" >> log', env: {N: "\${{ steps.backup.outputs.users }}"}}
always:
  - {id: last, run: echo last >> log}
`

const open = async (options: LabOptions = {}, inner = INNER, outer = OUTER): Promise<void> => {
  const env = { INNER_TOKEN: 'Zx81kq9LmPq2TTv0', OUTER_TOKEN: 'Qw72hs6KfRe3YYb1' }
  lab = await openLab({ env, ...options })
  lab.write('runbooks/back-up.yaml', inner)
  lab.write('book.yaml', outer)
  const database = new DatabaseSync(join(lab.dir, 'users.db'))
  database.exec('create table users(id); insert into users values (1), (2)')
  database.close()
}
const run = (more: object = {}): Promise<RunReport> =>
  runRunbook(lab.world, { runbook: 'book.yaml', yes: true, ...more })
const text = (name: string): string =>
  existsSync(join(lab.dir, name)) ? readFileSync(join(lab.dir, name), 'utf8') : ''
const of = (report: RunReport, id: string) => report.steps.find((step) => step.id === id)

it('runs with names of its own, gives outputs, and ends with its always steps', async () => {
  await open()
  const report = await run()
  expect(report.error).toBeUndefined()
  expect(report.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'count succeeded',
    'backup succeeded',
    'backup.count succeeded',
    'backup.save succeeded',
    'after succeeded',
    'last succeeded',
    'backup.bye succeeded',
  ])
  expect(text('log')).toBe('save users 5 Zx81kq9LmPq2TTv0\nafter 2\nlast\nbye\n')
  expect(of(report, 'backup')?.outputs).toEqual({ succeeded: 2, failed: 0, skipped: 0, users: 2 })
  const journal = recordWorldOf(lab.world).store.open(lab.incident())
  expect(journal.state().runs[0]?.steps.get('backup')?.group).toEqual({
    inputs: { what: 'users', keep: 5 },
  })
  expect(lab.world.redactor.mask('Zx81kq9LmPq2TTv0')).toBe('[masked:backup.TOKEN]')
})

it('keeps both texts in the record, and undoes with them when the files are gone', async () => {
  await open()
  await run()
  const journal = recordWorldOf(lab.world).store.open(lab.incident())
  const { includes } = journal.state().runs[0]?.runbook ?? {}
  expect(includes).toMatchObject([{ name: 'back-up', from: 'book.yaml' }])
  expect(journal.readRunbook(includes?.[0]?.sha256 ?? '')).toBe(INNER)
  lab.write('runbooks/back-up.yaml', 'gone: 1\n')
  const report = await rollBack(lab.world, {})
  expect(report.status).toBe('rolled_back')
  expect(text('log')).toContain('unsave 2\n')
  const verified = await verifyRecord(recordWorldOf(lab.world), lab.incident())
  expect(verified).toMatchObject([{ problems: [], verified: true }])
  rmSync(join(journal.dir, 'runbooks', `${includes?.[0]?.sha256}.yaml`))
  const [damaged] = await verifyRecord(recordWorldOf(lab.world), lab.incident())
  expect(damaged?.problems[0]?.code).toBe('missing')
})

it('holds its guard before the first step of the outer one', async () => {
  await open()
  await expect(run({ inputs: { db: 'production' } })).rejects.toMatchObject({
    code: 'GUARD',
    message: expect.stringContaining('runbooks/back-up.yaml:8:') as string,
  })
  expect(text('log')).toBe('')
})

it('refuses inputs that it does not accept before the first step, and a missing secret', async () => {
  await open()
  await expect(run({ inputs: { db: 'Users' } })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/book.yaml:7:5: step backup includes .*pattern/) as string,
  })
  await open({ env: { OUTER_TOKEN: 'Qw72hs6KfRe3YYb1' } })
  await expect(run()).rejects.toMatchObject({
    code: 'SECRET',
    message: 'secret backup.TOKEN: the variable INNER_TOKEN is not set',
  })
})

it('fails when it begins where an input turns out not to fit', async () => {
  await open(
    {},
    'hotwash: 1\nname: In\ninputs: {n: {type: integer, required: true}}\nsteps: [{id: a, run: [echo, "${{ inputs.n }}"]}]\n',
    `hotwash: 1
name: Out
steps:
  - {id: say, run: [echo, many], effect: read, outputs: {n: stdout.trim()}}
  - {id: inc, runbook: {path: back-up, inputs: {n: "\${{ steps.say.outputs.n }}"}}}
`,
  )
  const report = await run()
  expect(of(report, 'inc')).toMatchObject({
    status: 'failed',
    reason: 'input n: "many" is not an integer',
  })
  expect(of(report, 'inc.a')?.status).toBe('pending')
})

it('leaves out its steps, also those at the end, where it is not reached', async () => {
  await open(
    {},
    INNER,
    OUTER.replace('  - id: backup', '  - id: backup\n    when: "false"').replace(
      / {2}- \{id: after.*\n/,
      '',
    ),
  )
  const report = await run()
  expect(report.status).toBe('succeeded')
  expect(text('log')).toBe('last\n')
  expect(of(report, 'backup.save')?.reason).toBe('backup was skipped')
  expect(of(report, 'backup.bye')?.reason).toBe('backup did not run')
})

it('runs once for each item, each time with inputs and always steps of its own', async () => {
  await open(
    {},
    `hotwash: 1
name: In
inputs: {n: {type: integer, required: true}}
steps:
  - {id: a, run: 'echo "do $N" >> log', env: {N: "\${{ inputs.n }}"}, rollback: {run: 'echo "undo $N" >> log', env: {N: "\${{ inputs.n }}"}}}
always:
  - {id: z, run: 'echo "end $N" >> log', env: {N: "\${{ inputs.n }}"}}
`,
    `hotwash: 1
name: Out
steps:
  - {id: each, foreach: {in: '[7, 8]', as: n, steps: [{id: inc, runbook: {path: back-up, inputs: {n: "\${{ n }}"}}}]}}
`,
  )
  const report = await run()
  expect(report.status).toBe('succeeded')
  expect(text('log')).toBe('do 7\ndo 8\nend 7\nend 8\n')
  expect(report.steps.map(({ id }) => id)).toEqual([
    'each',
    'inc.1',
    'inc.1.a',
    'inc.2',
    'inc.2.a',
    'inc.1.z',
    'inc.2.z',
  ])
  await rollBack(lab.world, {})
  expect(text('log')).toContain('undo 8\nundo 7\n')
})

it('that was edited is noticed on resume, like the runbook itself', async () => {
  const wait = INNER.replace(
    '  - id: save',
    '  - {id: wait, manual: {instruction: Look.}}\n  - id: save',
  )
  await open({}, wait)
  const resting = await run()
  expect(resting).toMatchObject({ status: 'waiting', exit_code: 5 })
  lab.write('runbooks/back-up.yaml', wait.replace('echo bye', 'echo good bye'))
  await expect(resumeRun(lab.world, {})).rejects.toMatchObject({
    code: 'RUNBOOK_CHANGED',
    message: expect.stringContaining('runbooks/back-up.yaml was edited since') as string,
  })
  lab.write('runbooks/back-up.yaml', wait)
  lab.write('answers.yaml', 'backup.wait: {done: true, evidence: looked}\n')
  const report = await resumeRun(lab.world, { yes: true, answers: 'answers.yaml' })
  expect(report.status).toBe('succeeded')
  expect(story(lab)).toContain('step.finished backup.bye')
})
