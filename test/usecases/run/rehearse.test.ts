import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { HotwashError } from '../../../src/errors.ts'
import { runResult } from '../../../src/cli/run-result.ts'
import type { Rehearsal } from '../../../src/usecases/config.ts'
import { renderPostmortem } from '../../../src/usecases/report/render-postmortem.ts'
import { renderReport } from '../../../src/usecases/report/report-text.ts'
import { lintRunbooks } from '../../../src/usecases/runbook/lint-runbook.ts'
import { incidentLines, listIncidents } from '../../../src/usecases/incident/list-incidents.ts'
import { neverRehearsed } from '../../../src/usecases/run/never-rehearsed.ts'
import { openIncidents, pickIncident } from '../../../src/usecases/pick-incident.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { rollBack } from '../../../src/usecases/run/roll-back.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import {
  incidentJson,
  showIncident,
  showLines,
} from '../../../src/usecases/incident/show-incident.ts'
import { openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  lab.close()
})

const DECLARED: Rehearsal = { databases: [], urls: [], commands: true, inputs: {} }

const open = async (
  steps: string,
  rehearsal: Partial<Rehearsal> | undefined = {},
  options: LabOptions = {},
): Promise<void> => {
  const config = { rehearsal: rehearsal === undefined ? undefined : { ...DECLARED, ...rehearsal } }
  lab = await openLab({ config, ...options })
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${steps}`)
}
const rehearse = (more: object = {}) =>
  runRunbook(lab.world, { runbook: 'book.yaml', rehearse: true, yes: true, ...more })
const store = () => recordWorldOf(lab.world).store
const state = () => store().stateOf(lab.incident())
const has = (name: string): boolean => existsSync(join(lab.dir, name))
const refused = async (run: Promise<unknown>): Promise<string> => {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(HotwashError)
  expect((error as HotwashError).code).toBe('REHEARSAL')
  return (error as HotwashError).message
}

/** Counts requests by path. */
async function serve(hits: string[] = []): Promise<string> {
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`)
    if (request.url === '/there') response.writeHead(302, { location: '/landed' })
    response.end('{"next": "x"}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const TWO = `
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: two, run: [touch, two], rollback: {run: [rm, two]}}
  - {id: validate, run: [test, -e, two], effect: read}
always:
  - {id: after, run: [touch, after]}
`

test('goes forward, undoes everything step by step, then runs always: a drill of its own', async () => {
  await open(TWO)
  const report = await rehearse()
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(report.next).toBe(`hotwash show ${report.incident}`)
  expect([has('one'), has('two'), has('after')]).toEqual([false, false, true])
  expect(report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual([
    'two succeeded',
    'one succeeded',
  ])
  expect(story(lab).filter((line) => !line.endsWith('started one'))).toEqual([
    'incident.declared',
    'run.started',
    'step.finished one',
    'step.started two',
    'step.finished two',
    'step.started validate',
    'step.finished validate',
    'rollback.requested',
    'undo.started two',
    'undo.finished two',
    'undo.finished one',
    'step.started after',
    'step.finished after',
    'run.finished',
    'incident.resolved',
  ])
  expect(state()).toMatchObject({ drill: true, status: 'resolved', title: 'Drill: Logins fail' })
  expect(state().runs[0]).toMatchObject({ rehearsal: true })
})

test('a way forward that fails is undone and is no success', async () => {
  await open(`
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: bad, run: ["false"]}
`)
  const report = await rehearse()
  expect(report).toMatchObject({ status: 'rolled_back', exit_code: 4 })
  expect(report.error?.message).toContain('step bad failed')
  expect(has('one')).toBe(false)
  expect(state()).toMatchObject({ status: 'resolved' })
})

test('groups are undone member by member, and included runbooks are looked at before step 1', async () => {
  const base = await serve()
  await open(
    `
steps:
  - id: each
    foreach: {in: '["x", "y"]', as: name, steps: [{id: make, effect: destroy, run: [touch, "\${{ name }}"], rollback: {run: [rm, "\${{ name }}"]}}]}
  - id: both
    parallel: {steps: [{id: p, run: [touch, p], rollback: {run: [rm, p]}}, {id: q, run: [touch, q], rollback: {run: [rm, q]}}]}
  - {id: inner, runbook: {path: ./inner.yaml, inputs: {base: "${base}"}}}
`,
    { urls: [base] },
  )
  lab.write(
    'inner.yaml',
    `hotwash: 1
name: Inner
inputs: {base: {type: string, required: true}}
databases: {prod: {url: "sqlite:prod.db"}}
steps:
  - {id: ask, http: {url: "\${{ inputs.base }}/x"}}
  - {id: look, sql: {database: prod, query: select 1}, when: 'false'}
`,
  )
  expect(await refused(rehearse())).toContain('database prod.db (database prod; inner.yaml:')
  lab.world.config = {
    ...lab.world.config,
    rehearsal: { ...DECLARED, urls: [base], databases: ['prod.db'] },
  }
  const report = await rehearse()
  expect(report).toMatchObject({ status: 'succeeded', exit_code: 0 })
  expect(report.undo.map(({ step, status }) => `${step} ${status}`)).toEqual(
    expect.arrayContaining(['p succeeded', 'q succeeded', 'make.2 succeeded', 'make.1 succeeded']),
  )
  expect([has('x'), has('y'), has('p'), has('q')]).toEqual([false, false, false, false])
  const { issues } = await lintRunbooks(lab.world, ['book.yaml'], (book, file) =>
    neverRehearsed(lab.world, book, file),
  )
  expect(issues.map(({ code }) => code)).not.toContain('never-rehearsed')
})

test('an undo that fails is named, and ends with exit 4', async () => {
  await open(`
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: two, run: [touch, two], rollback: {run: [rm, not-there]}}
`)
  const report = await rehearse()
  expect(report).toMatchObject({ status: 'stopped', exit_code: 4 })
  expect(report.error?.message).toContain('the undo of two failed')
  expect(report.next).toBe(`hotwash rollback ${report.incident}`)
})

test('an undo that ends well and undid nothing is found out by the check of the step', async () => {
  await open(`
steps:
  - {id: one, run: [touch, one], check: {run: [test, -e, one], effect: read}, rollback: {run: ["true"]}}
`)
  const report = await rehearse()
  expect(report).toMatchObject({ status: 'stopped', exit_code: 4 })
  expect(report.undo[0]).toMatchObject({ step: 'one', status: 'failed' })
  expect(report.undo[0]?.reason).toContain('the check of the step still holds')
})

test('outside of a rehearsal the check is not asked after an undo', async () => {
  await open(`
steps:
  - {id: one, run: [touch, one], check: {run: [test, -e, one], effect: read}, rollback: {run: ["true"]}}
`)
  await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
  expect(await rollBack(lab.world, { yes: true })).toMatchObject({ status: 'rolled_back' })
})

test('a person who undoes by hand has not rehearsed the rollback', async () => {
  await open(
    `
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, not-there]}}
`,
    {},
    {
      script: (question) =>
        question.type === 'undo_failed' ? { do: 'by_hand', evidence: 'rm one' } : { do: 'run' },
    },
  )
  const report = await rehearse({ yes: false })
  expect(report).toMatchObject({ status: 'failed', exit_code: 4 })
  expect(report.error?.message).toBe('not undone by its own rollback: one (hand)')
})

describe('what is not declared', () => {
  test('is refused before step 1, all of it at once, and nothing is recorded', async () => {
    await open(
      `
inputs: {base: {type: string, default: "http://prod.example.test:8000"}}
secrets: {URL: {env: URL}}
databases:
  app: {url: "\${{ secrets.URL }}"}
  copy: {url: "sqlite:prod.db"}
guard:
  - {http: {url: "http://guard.example.test"}, expect: 'true'}
steps:
  - {id: fix, run: [touch, fixed], rollback: {http: {method: POST, url: "\${{ inputs.base }}/undo"}}}
  - {id: look, wait: {until: {http: {url: "http://deep.example.test/x"}, expect: status == 200}, interval: 1s, limit: 2s}}
  - {id: shot, snapshot: {http: ["http://shot.example.test"], run: {ports: [ss]}}}
`,
      { commands: false },
      { env: { URL: 'postgres://app:hidden-9f2c@db.example.test/app' } },
    )
    const message = await refused(rehearse())
    for (const target of [
      'database db.example.test/app (database app; book.yaml:',
      'database prod.db (database copy',
      'url http://guard.example.test (guard',
      'url http://prod.example.test:8000 (rollback of fix',
      'url http://deep.example.test (step look',
      'url http://shot.example.test (step shot',
      'a command (step fix, step shot',
    ])
      expect(message).toContain(target)
    expect(message).not.toContain('hidden-9f2c')
    expect(store().list()).toEqual([])
    expect(has('fixed')).toBe(false)
  })

  test('is refused without any declaration, too', async () => {
    await open('steps: [{id: a, run: [touch, a]}]\n', undefined)
    lab.world.config = { ...lab.world.config, rehearsal: undefined }
    expect(await refused(rehearse())).toContain('a command (step a')
  })

  test('a command that prints a secret is a command', async () => {
    await open('secrets: {TOKEN: {command: [touch, ran]}}\nsteps: [{id: a, wait: {for: 1ms}}]\n', {
      commands: false,
    })
    expect(await refused(rehearse())).toContain('a command (secret TOKEN')
    expect(has('ran')).toBe(false)
  })

  test('passes when it is declared, inputs of the declaration included', async () => {
    const base = await serve()
    await open(
      `
inputs: {base: {type: string, default: "http://prod.example.test"}}
databases: {copy: {url: "sqlite:./drill.db"}}
steps:
  - {id: look, http: {url: "\${{ inputs.base }}/x"}}
`,
      {
        urls: [base],
        databases: ['drill.db'],
        commands: false,
        inputs: { base, other: 'unknown here' },
      },
    )
    expect(await rehearse()).toMatchObject({ exit_code: 0 })
    expect(await refused(rehearse({ inputs: { base: 'http://else.example.test' } }))).toContain(
      'url http://else.example.test',
    )
  })

  test('is refused when a late template gives it: the rehearsal turns round there', async () => {
    const [declaredHits, otherHits]: string[][] = [[], []]
    const declared = await serve(declaredHits)
    const other = await serve(otherHits)
    await open(
      `
steps:
  - {id: where, run: [printf, "${other}"], effect: read, outputs: {base: stdout}}
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: hit, http: {method: POST, url: "\${{ steps.where.outputs.base }}/hit"}, on_failure: continue}
  - {id: never, run: [touch, never]}
`,
      { urls: [declared] },
    )
    const report = await rehearse()
    expect(report).toMatchObject({ status: 'rolled_back', exit_code: 4 })
    expect(report.error?.message).toContain(`url ${other} is not declared`)
    expect(otherHits).toEqual([])
    expect(story(lab)).not.toContain('step.started hit')
    expect([has('one'), has('never')]).toEqual([false, false])
  })

  test('is refused when a secret that is read again names another database', async () => {
    await open(
      `
secrets: {URL: {env_file: app.env, key: URL, refreshed_by: fix}}
databases: {app: {url: "\${{ secrets.URL }}"}}
steps:
  - {id: before, sql: {database: app, query: select 1}}
  - {id: fix, run: [cp, prod.env, app.env], rollback: {run: [cp, drill.env, app.env]}}
  - {id: look, sql: {database: app, query: select 1}, on_failure: continue}
`,
      { databases: ['drill.db'] },
    )
    for (const name of ['drill', 'prod']) {
      lab.write(`${name}.env`, `URL=sqlite:${name}.db\n`, 0o600)
      new DatabaseSync(join(lab.dir, `${name}.db`)).close()
    }
    lab.write('app.env', 'URL=sqlite:drill.db\n', 0o600)
    const report = await rehearse()
    expect(report).toMatchObject({ status: 'rolled_back', exit_code: 4 })
    expect(report.error?.message).toContain('database prod.db is not declared')
    expect(readFileSync(join(lab.dir, 'app.env'), 'utf8')).toBe('URL=sqlite:drill.db\n')
  })

  test('is refused behind a redirect', async () => {
    const hits: string[] = []
    const other = await serve(hits)
    const server = createServer((_, response) => {
      response.writeHead(302, { location: `${other}/landed` })
      response.end()
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const declared = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await open(`steps: [{id: look, http: {url: "${declared}/there", redirects: 3}}]\n`, {
      urls: [declared],
      commands: false,
    })
    const report = await rehearse()
    expect(report).toMatchObject({ exit_code: 4 })
    expect(report.steps[0]?.reason).toContain(`url ${other} is not declared`)
    expect(hits).toEqual([])
  })

  test('follows a redirect within what is declared', async () => {
    const hits: string[] = []
    const declared = await serve(hits)
    await open(`steps: [{id: look, http: {url: "${declared}/there", redirects: 3}}]\n`, {
      urls: [declared],
      commands: false,
    })
    expect(await rehearse()).toMatchObject({ exit_code: 0 })
    expect(hits).toEqual(['GET /there', 'GET /landed'])
  })
})

describe('a drill is no incident', () => {
  test('it joins none, and none joins it', async () => {
    await open(TWO)
    const real = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
    const drill = await rehearse()
    expect(drill.incident).not.toBe(real.incident)
    expect(openIncidents(store())).toEqual([real.incident])
    const joined = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
    expect(joined.incident).toBe(real.incident)
    await expect(
      runRunbook(lab.world, { runbook: 'book.yaml', yes: true, incident: drill.incident }),
    ).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('is a drill') })
  })

  test('an unfinished drill is not open, and is resumed where nothing is more urgent', async () => {
    await open(`
steps:
  - {id: one, run: [touch, one], rollback: {run: [rm, one]}}
  - {id: ok, manual: {instruction: Look at it}}
`)
    const drill = await rehearse()
    expect(drill).toMatchObject({ status: 'waiting', exit_code: 5 })
    expect(openIncidents(store())).toEqual([])
    expect(() => pickIncident(store(), undefined, { open: true })).toThrow('no open incident')
    lab.write('answers.yaml', 'ok: {done: true, evidence: seen}\n')
    const report = await resumeRun(lab.world, { yes: true, answers: 'answers.yaml' })
    expect(report).toMatchObject({ incident: drill.incident, status: 'succeeded', exit_code: 0 })
    expect(has('one')).toBe(false)
    expect(state()).toMatchObject({ status: 'resolved' })
  })
})

describe('what a drill leaves', () => {
  const shown = (id?: string) => showIncident(recordWorldOf(lab.world), id)

  test('is marked as one, and compared with the last drill of the same runbook', async () => {
    await open(TWO)
    lab.write('other.yaml', `hotwash: 1\nname: Other\n${TWO}`)
    const first = await rehearse()
    expect(shown(first.incident).drill).toMatchObject({ previous: null, previous_total_ms: null })
    await rehearse({ runbook: 'other.yaml' })
    const third = await rehearse()
    const { drill } = shown(third.incident)
    expect(drill?.previous).toBe(first.incident)
    expect(drill?.steps.map(({ step, undo_ms }) => [step, undo_ms !== null])).toEqual([
      ['one', true],
      ['two', true],
      ['validate', false],
      ['after', false],
    ])
    for (const { forward_ms, previous } of drill?.steps ?? []) {
      expect([typeof forward_ms, typeof previous?.forward_ms]).toEqual(['number', 'number'])
    }
    const text = showLines(shown(third.incident), Date.now()).join('\n')
    expect(text).toContain('RESOLVED  DRILL')
    expect(text).toContain(`beside those of the last one (${first.incident})`)
    expect(text).toMatch(/ {2}one +.+ \(was .+\) +.+ \(was .+\)/)
    expect(showLines(shown(first.incident), Date.now()).join('\n')).toContain('no earlier one')
  })

  test('an incident is compared with nothing', async () => {
    await open(TWO)
    await rehearse()
    const real = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
    expect(shown(real.incident).drill).toBeUndefined()
    expect(incidentJson(shown(real.incident).state)).toMatchObject({ drill: false })
    expect(showLines(shown(real.incident), Date.now()).join('\n')).not.toMatch(/drill/i)
    const { incidents } = listIncidents(store())
    expect(incidents.map(({ drill }) => drill)).toEqual([undefined, true])
    expect(incidentLines(incidents)).toMatch(/DRILL {2}Drill: Logins fail/)
  })

  test('its post-mortem says that it was a drill, and states no impact and no times', async () => {
    await open(TWO)
    const { incident } = await rehearse()
    const { text } = await renderPostmortem(
      { ...recordWorldOf(lab.world), packageRoot: lab.world.packageRoot },
      {
        incident,
      },
    )
    expect(text).toContain('**Drill.**')
    expect(text).toContain('None: this was a drill.')
    expect(text).toMatch(/\| Impact duration +\| none: this was a drill \|/)
    expect(text).toContain('The rehearsal of "Logins fail" started')
    expect(text).not.toMatch(/to-write: (impact|detection)|\| (Impact start|Detected) /)
  })
})

describe('rollbacks that no drill has tried', () => {
  const BOOK = `
steps:
  - {id: drop, effect: destroy, run: [touch, dropped], rollback: {run: [rm, dropped]}}
  - {id: mild, run: [touch, mild], rollback: {run: [rm, mild]}}
`
  const untried = async (): Promise<string[]> => {
    const report = await lintRunbooks(lab.world, ['book.yaml'], (book, file) =>
      neverRehearsed(lab.world, book, file),
    )
    return report.issues
      .filter(({ code }) => code === 'never-rehearsed')
      .map(({ message, hint }) => `${message} | ${hint}`)
  }

  test('are told in the way back of the next outage, with the drill that tried them', async () => {
    await open(BOOK)
    const packageRoot = join(import.meta.dirname, '..', '..', '..')
    const wayBack = async (): Promise<string> => {
      const { incident } = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
      for (const name of ['dropped', 'mild']) rmSync(join(lab.dir, name))
      const world = { ...recordWorldOf(lab.world), packageRoot }
      const journal = world.store.open(incident)
      return (await renderReport(world, journal, { template: 'recovery', ref: undefined })).text
    }
    expect((await wayBack()).match(/\*\*never\*\*, in the records at hand/g)).toHaveLength(2)
    const drill = await rehearse()
    // The run before the drill stays one that nobody had rehearsed.
    const [, first = '', told = ''] = (await wayBack()).split('## Run: ')
    expect(first.match(/\*\*never\*\*/g)).toHaveLength(2)
    expect(told).not.toContain('**never**')
    expect(told.split(`in drill \`${drill.incident}\``)).toHaveLength(3)
  })

  test('are warned of until a drill has undone them as they are written', async () => {
    await open(BOOK)
    expect(await untried()).toEqual([
      expect.stringMatching(
        /^the rollback of step drop \(run\) was never rehearsed.* \| hotwash run book.yaml --rehearse$/,
      ),
    ])
    await rehearse()
    expect(await untried()).toEqual([])
    // The same step elsewhere in a file of another name.
    lab.write('book.yaml', `hotwash: 1\nname: Renamed\nowner: team\n\n${BOOK}`)
    expect(await untried()).toEqual([])
    lab.write(
      'book.yaml',
      `hotwash: 1\nname: Logins fail\n${BOOK.replace('rm, dropped', 'rm, -f, dropped')}`,
    )
    expect(await untried()).toHaveLength(1)
  })

  test('a drill whose undo failed, and a rollback of a real run, do not count', async () => {
    await open(BOOK.replace('rm, dropped', 'rm, other'))
    await rehearse()
    expect(await untried()).toHaveLength(1)
    lab.close()
    await open(BOOK)
    await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
    await rollBack(lab.world, { yes: true })
    expect(await untried()).toHaveLength(1)
  })

  test('nothing is said where there are neither records nor declared targets', async () => {
    await open(BOOK)
    lab.world.config = { ...lab.world.config, rehearsal: undefined }
    expect(await untried()).toEqual([])
    await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
    expect(await untried()).toHaveLength(1)
  })

  test('of a runbook that is shipped only where it was run, or where a rehearsal is declared', async () => {
    await open(BOOK)
    const shipped = join(lab.dir, 'shipped')
    lab.write('shipped/runbooks/ready.yaml', `hotwash: 1\nname: Ready\nowner: team\n${BOOK}`)
    lab.world = { ...lab.world, packageRoot: shipped }
    const rehearsal = lab.world.config.rehearsal
    const declare = (is: typeof rehearsal): void => {
      lab.world.config = { ...lab.world.config, rehearsal: is }
    }
    const untriedOf = async (path: string): Promise<number> => {
      const { issues } = await lintRunbooks(lab.world, [path], (book, file) =>
        neverRehearsed(lab.world, book, file),
      )
      return issues.filter(({ code }) => code === 'never-rehearsed').length
    }
    expect(await untriedOf('ready')).toBe(1)
    declare(undefined)
    expect(await untriedOf('ready')).toBe(0)
    await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
    expect(await untriedOf('ready')).toBe(0)
    expect(await untriedOf('shipped/runbooks/ready.yaml')).toBe(0)
    // A copy is the repository's own.
    lab.write('runbooks/ready.yaml', `hotwash: 1\nname: Ready\nowner: team\n${BOOK}`)
    expect(await untriedOf('ready')).toBe(1)
    rmSync(join(lab.dir, 'runbooks'), { recursive: true })
    await runRunbook(lab.world, { runbook: 'ready', yes: true })
    expect(await untriedOf('ready')).toBe(1)
    // Where it is made: the records there are samples.
    lab.world = { ...lab.world, root: shipped, cwd: shipped }
    expect(await untriedOf('runbooks/ready.yaml')).toBe(0)
  })

  test('a run counts the warnings in one line, and gives them all as data', async () => {
    await open(BOOK)
    const report = await runRunbook(lab.world, { runbook: 'book.yaml', yes: true })
    const { warnings, told, json } = runResult(report)
    expect(warnings?.length).toBeGreaterThan(1)
    expect(told).toEqual([
      `the runbook has ${report.lint?.warnings.length} lint warnings: hotwash runbook lint book.yaml`,
    ])
    expect(json).not.toHaveProperty('lint')
  })
})
