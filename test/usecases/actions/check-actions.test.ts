import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { checkActions } from '../../../src/usecases/actions/check-actions.ts'
import { checkLines } from '../../../src/usecases/actions/check-lines.ts'
import { closeAction } from '../../../src/usecases/actions/close-action.ts'
import { incidentActions } from '../../../src/usecases/actions/incident-actions.ts'
import { listActions } from '../../../src/usecases/actions/list-actions.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { git, openLab, type LabOptions } from '../world.ts'
import { reported, type Reported } from './reported.ts'

let lab: Reported
let server: Server | undefined
afterEach(() => {
  lab.close()
  server?.close()
  server = undefined
})

const open = async (head: string, options?: Parameters<typeof reported>[1]): Promise<Reported> =>
  (lab = await reported(head, options))

const check = (ids: string[] = [], asked: { plan?: boolean; yes?: boolean } = { yes: true }) =>
  checkActions(lab.world, { incident: undefined, ids, plan: false, yes: false, ...asked })

const refused = async (act: Promise<unknown>): Promise<HotwashError> => {
  const error = await act.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(HotwashError)
  return error as HotwashError
}

const RUNS = (file: string): string => `actions:
  - id: pool
    title: Raise the pool
    type: repair
    done_when: {run: [test, -f, ${file}], expect: exit_code == 0}
`

describe('checking actions', () => {
  test('a command that passes makes it done, one that fails later opens it again', async () => {
    await open(RUNS('done.txt'))
    const failed = await check()
    expect(failed.checks).toMatchObject([
      { id: 'pool', status: 'failed', was: 'open', is: 'open', exit_code: 1 },
    ])
    lab.write('done.txt', '')
    expect((await check()).checks).toMatchObject([{ status: 'passed', was: 'open', is: 'done' }])
    rmSync(join(lab.dir, 'done.txt'))
    expect((await check()).checks).toMatchObject([{ status: 'failed', was: 'done', is: 'open' }])
    const types = lab.events().map(({ type }) => type)
    expect(types).toEqual(['incident.declared', ...Array(3).fill('action.checked')])
    expect(git(lab.dir, 'log', '--format=%s', `incident/${lab.incident()}`)).toContain('action')
  })

  test('what it printed is kept as evidence, with secrets masked', async () => {
    await open(`actions:
  - id: says
    title: Says it
    type: detect
    done_when:
      run: [sh, -c, 'echo the token is correct-horse-battery']
`)
    lab.world.redactor.add('TOKEN', 'correct-horse-battery')
    const { checks } = await check()
    const [digest = ''] = checks[0]?.evidence ?? []
    expect(lab.journal.readEvidence(digest)).toBe('the token is [masked:TOKEN]\n')
    expect(JSON.stringify(checks) + JSON.stringify(lab.events())).not.toContain('battery')
  })

  test('nothing is run without a yes, and the plan runs nothing at all', async () => {
    await open(RUNS('ran').replace('[test, -f, ran]', '[touch, ran]'))
    const left = await check([], { yes: false })
    expect(left.checks).toMatchObject([{ status: 'not_run', asks: true, preview: 'touch ran' }])
    const planned = await check([], { plan: true })
    expect(planned.checks).toMatchObject([{ status: 'planned', preview: 'touch ran' }])
    expect(existsSync(join(lab.dir, 'ran'))).toBe(false)
    expect(lab.events()).toHaveLength(1)
  })

  test('at a terminal each command is shown and asked about', async () => {
    const script: LabOptions['script'] = (question) =>
      question.type === 'check' && question.card.id === 'one'
        ? { do: 'run' }
        : { do: 'skip', reason: '' }
    const action = (id: string): string =>
      `  - {id: ${id}, title: T, type: repair, done_when: {run: [touch, ${id}]}}\n`
    await open(`actions:\n${action('one')}${action('two')}`, { script })
    const { checks } = await check([], {})
    expect(checks).toMatchObject([{ status: 'passed' }, { status: 'not_run' }])
    expect(lab.asked).toMatchObject([
      { type: 'check', card: { id: 'one', preview: 'touch one', n: 1, of: 2 } },
      { type: 'check', card: { id: 'two' } },
    ])
    expect(readdirSync(lab.dir)).not.toContain('two')
  })

  test('who quits at a terminal runs nothing more, and what was checked is kept', async () => {
    await open(RUNS('done.txt'), { script: () => ({ do: 'quit' }) })
    expect(await refused(check([], {}))).toMatchObject({ code: 'INTERRUPTED' })
    expect(lab.events()).toHaveLength(1)
  })

  test('a request that only reads is carried out without asking', async () => {
    server = createServer((_, response) => response.writeHead(204).end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server?.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await open(`actions:
  - id: up
    title: It answers
    type: detect
    done_when: {http: {url: "http://127.0.0.1:${port}/"}, expect: status == 204}
`)
    const { checks } = await check([], {})
    expect(checks).toMatchObject([{ status: 'passed', asks: false, is: 'done' }])
  })

  test('whoever wrote the head runs no program by a kind that looks, and reads no file', async () => {
    const runbook = `hotwash: 1
name: fix
secrets:
  key: {env: SHOP_KEY}
steps:
  - {id: look, name: look, run: [ls]}
`
    lab = await reported(`actions:
  - {id: command, title: T, type: repair, done_when: {logs: {command: [touch, ran]}}}
  - {id: file, title: T, type: repair, done_when: {logs: {file: /etc/passwd}}}
  - {id: snap, title: T, type: repair, done_when: {snapshot: {run: {a: [touch, ran]}}}}
  - {id: send, title: T, type: repair, done_when: {http: {url: "http://127.0.0.1:9/", headers: {A: "x \${{ secrets.key }}"}}}}
  - {id: index, title: T, type: repair, done_when: {http: {url: "http://127.0.0.1:9/", headers: {A: "\${{ secrets['key'] }}"}}}}
`)
    const sha256 = lab.journal.putRunbook(runbook)
    lab.journal.append({
      type: 'run.started',
      run: 'r1',
      data: {
        runbook: { name: 'fix', path: 'runbooks/fix.yaml', sha256 },
        inputs: {},
        guided: false,
        yes: true,
        steps: [{ id: 'look', kind: 'run', name: 'look', always: false }],
      },
    })
    const { checks } = await check([], { yes: false })
    expect(checks.map(({ id, status, asks }) => [id, status, asks])).toEqual(
      ['command', 'file', 'snap', 'send', 'index'].map((id) => [id, 'not_run', true]),
    )
    expect(checks[2]?.preview).toContain('touch ran')
    expect(existsSync(join(lab.dir, 'ran'))).toBe(false)
  })

  test('a query sees the databases and inputs of the last run', async () => {
    const runbook = `hotwash: 1
name: fix
inputs:
  table: {type: string, required: true}
databases:
  app: {url: "sqlite:app.db"}
steps:
  - {id: look, name: look, sql: {database: app, query: select 1}}
`
    lab = await reported(`actions:
  - id: rows
    title: The table is filled
    type: repair
    done_when:
      sql: {database: app, query: 'select count(*) as n from :"t"', names: {t: "\${{ inputs.table }}"}}
      expect: rows[0].n == 2
`)
    const sha256 = lab.journal.putRunbook(runbook)
    lab.journal.append({
      type: 'run.started',
      run: 'r1',
      data: {
        runbook: { name: 'fix', path: 'runbooks/fix.yaml', sha256 },
        inputs: { table: 'users' },
        guided: false,
        yes: true,
        steps: [{ id: 'look', kind: 'sql', name: 'look', always: false }],
      },
    })
    const database = new DatabaseSync(join(lab.dir, 'app.db'))
    database.exec('create table users (n int); insert into users values (1), (2)')
    database.close()
    expect((await check([], {})).checks).toMatchObject([{ status: 'passed', asks: false }])
  })

  test.each([
    ['a POST', '{http: {url: "http://x.test/", method: POST}}', 'http would change something'],
    ['a question', '{manual: {instruction: look}}', 'manual'],
    ['a group', '{parallel: {steps: []}}', 'group'],
    ['two kinds', '{run: [ls], sql: {}}', 'side by side'],
    ['a typo', '{run: [ls], expects: x}', 'expects'],
    ['a bad condition', '{run: [ls], expect: exit_cod == 0}', 'exit_cod'],
    ['no kind', '{expect: "1 == 1"}', 'nothing to do'],
    ['an unknown step', '{run: [echo, "${{ steps.x.outputs.y }}"]}', 'steps'],
    ['a command that destroys', '{run: [rm, -rf, /x], effect: destroy}', 'destroy'],
  ])('%s is refused at its place, and nothing is run', async (_, body, says) => {
    await open(
      `${RUNS('ran').replace('[test, -f, ran]', '[touch, ran]')}  - id: bad\n    title: T\n    type: repair\n    done_when: ${body}\n`,
    )
    const error = await refused(check())
    expect(error).toMatchObject({ code: 'INVALID_REPORT', exitCode: 3 })
    expect(error.message).toContain(says)
    expect(error.message).toMatch(/postmortem\.md:11:\d+: /)
    expect(existsSync(join(lab.dir, 'ran'))).toBe(false)
  })

  test('a command that never ends is ended at its limit, and has not passed', async () => {
    await open(`actions:
  - {id: slow, title: T, type: repair, done_when: {run: [sleep, "1000"], timeout: 250ms}}
`)
    const { checks } = await check()
    expect(checks).toMatchObject([{ status: 'failed', is: 'open' }])
    expect(checks[0]?.reason).toContain('time limit')
    expect(checks[0]?.duration_ms).toBeLessThan(10_000)
  })

  test('^C is no result: nothing is recorded of what it cut short', async () => {
    await open(`actions:
  - {id: slow, title: T, type: repair, done_when: {run: [sh, -c, "echo here; sleep 1000"]}}
`)
    const done = refused(check())
    await expect.poll(() => JSON.stringify(lab.shown)).toContain('slow | here')
    lab.send('SIGINT')
    expect(await done).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 })
    expect(lab.events()).toHaveLength(1)
  })

  test('sentences wait for a person, declined ones and those without are told', async () => {
    await open(`actions:
  - {id: drill, title: T, type: process, done_when: the drill was held}
  - {id: never, title: T, type: process, declined: too dear}
  - {id: vague, title: T, type: process}
`)
    const done = await check()
    expect(done.checks.map(({ status }) => status)).toEqual(['person', 'declined', 'no_criterion'])
    expect(checkLines(done).join('\n')).toContain(
      `actions close ${lab.incident()} drill --evidence`,
    )
    expect(lab.events()).toHaveLength(1)
  })

  test('a closed incident can be checked, too', async () => {
    await open(RUNS('README.md'), {
      drafts: [
        { type: 'incident.resolved', data: {} },
        { type: 'incident.closed', data: {} },
      ],
    })
    expect((await check()).checks).toMatchObject([{ status: 'passed', is: 'done' }])
    expect(lab.events().at(-1)).toMatchObject({ type: 'action.checked' })
  })

  test('after the record was merged and its branch removed, checks go on being recorded', async () => {
    await open(RUNS('README.md'))
    const branch = `incident/${lab.incident()}`
    git(lab.dir, 'merge', '-q', '--no-ff', '-m', 'merge', branch)
    git(lab.dir, 'branch', '-q', '-D', branch)
    const done = await check()
    expect(done).toMatchObject({ recorded: true, checks: [{ status: 'passed', is: 'done' }] })
    expect(git(lab.dir, 'show', '--stat', '--format=', branch)).toContain('.jsonl')
    expect(git(lab.dir, 'merge-base', '--is-ancestor', 'main', branch)).toBe('')
  })

  test('a fresh clone records what it found in a log of its own', async () => {
    await open(RUNS('README.md'))
    git(lab.dir, 'merge', '-q', '--no-ff', '-m', 'merge', `incident/${lab.incident()}`)
    const dir = mkdtempSync(join(tmpdir(), 'hotwash-clone-'))
    execFileSync('git', ['clone', '-q', lab.dir, dir], { stdio: 'ignore' })
    const clone = await openLab({ beside: { dir, state: lab.state } })
    const done = await checkActions(clone.world, {
      incident: undefined,
      ids: [],
      plan: false,
      yes: true,
    })
    expect(done).toMatchObject({ recorded: true, checks: [{ status: 'passed', is: 'done' }] })
    expect(done.warnings).toEqual([])
    expect(git(dir, 'status', '--porcelain')).toBe('')
    rmSync(dir, { recursive: true })
  })

  test('an action that is not there is named, with the one that was meant', async () => {
    await open(RUNS('x'))
    expect(await refused(check(['pol']))).toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('did you mean pool?'),
    })
  })

  test('a head with problems is told at its place', async () => {
    await open('actions: [{id: a}]\n')
    const error = await refused(check())
    expect(error).toMatchObject({ code: 'INVALID_REPORT' })
    expect(error.issues[0]?.place).toMatchObject({ line: 3 })
  })
})

describe('closing an action by hand', () => {
  const close = (evidence: string, action = 'drill') =>
    closeAction(recordWorldOf(lab.world), { incident: lab.incident(), action, evidence })

  test('records the evidence once, and a check that fails later opens it again', async () => {
    await open(`${RUNS('x')}  - {id: drill, title: T, type: process, done_when: it was held}\n`)
    expect(await close('held on Friday')).toMatchObject({ changed: true, checkable: false })
    expect(await close('again')).toMatchObject({ changed: false, done_by: 'hand' })
    expect(await close('seen', 'pool')).toMatchObject({ changed: true, checkable: true })
    expect((await check()).checks).toMatchObject([
      { id: 'pool', was: 'done', is: 'open' },
      { id: 'drill', was: 'done', is: 'done' },
    ])
    const closed = lab.events().filter(({ type }) => type === 'action.closed')
    expect(closed.map(({ data }) => data)).toEqual([
      { action: 'drill', evidence: 'held on Friday' },
      { action: 'pool', evidence: 'seen' },
    ])
  })

  test('needs evidence, and an action that was not declined', async () => {
    await open('actions: [{id: never, title: T, type: process, declined: too dear}]\n')
    expect(await refused(close(' ', 'never'))).toMatchObject({ code: 'USAGE' })
    expect((await refused(close('x', 'never'))).message).toContain('too dear')
  })
})

describe('listing actions', () => {
  test('across incidents and of one, narrowed by owner, type and state', async () => {
    await open(`actions:
  - {id: late, title: Late, type: detect, owner: Ana, due: 2020-01-01, priority: P2}
  - {id: soon, title: Soon, type: repair, owner: Ben, due: 2999-01-01, priority: P0}
  - {id: never, title: Never, type: process, declined: too dear}
`)
    const world = recordWorldOf(lab.world)
    const all = { open: false, overdue: false, owner: undefined, type: undefined }
    const ids = async (more: Partial<typeof all> | { owner: string } | { type: 'repair' }) =>
      (await listActions(world, { ...all, ...more })).actions.map(({ id }) => id)
    expect(await ids({})).toEqual(['late', 'soon', 'never'])
    expect(await ids({ open: true })).toEqual(['late', 'soon'])
    expect(await ids({ overdue: true })).toEqual(['late'])
    expect(await ids({ owner: 'ben' })).toEqual(['soon'])
    expect(await ids({ type: 'repair' })).toEqual(['soon'])
    const one = await incidentActions(world, { ...all, incident: undefined })
    expect(one).toMatchObject({ incident: lab.incident(), of: 3 })
    expect(one.actions[0]).toMatchObject({ severity: 'SEV2', days_open: 0, proof: 'nothing' })
  })
})
