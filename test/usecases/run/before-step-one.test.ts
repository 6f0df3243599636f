import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readConfig } from '../../../src/usecases/read-config.ts'
import { recordWorldOf } from '../../../src/usecases/record-world-of.ts'
import { resumeRun } from '../../../src/usecases/run/resume-run.ts'
import { runRunbook } from '../../../src/usecases/run/run-runbook.ts'
import { openLab, story, type Lab, type LabOptions } from '../world.ts'

let lab: Lab
afterEach(() => lab.close())

const SECRET = 's3cr3t-of-the-database'
const open = async (text: string, options: LabOptions = {}): Promise<void> => {
  lab = await openLab(options)
  lab.write('book.yaml', `hotwash: 1\nname: Logins fail\n${text}`)
}
const run = (more: object = {}) => runRunbook(lab.world, { runbook: 'book.yaml', ...more })
const caught = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: { code: string; message: string; hint?: string; exitCode: number }) => error,
  )
const touch = 'steps: [{id: one, run: [touch, one]}]\n'

test('a secret that does not resolve ends with exit 3, and nothing was run or recorded', async () => {
  await open(`secrets: {PASSWORD: {env: NOT_SET_ANYWHERE}}\n${touch}`)
  const error = await caught(run())
  expect(error).toMatchObject({ code: 'SECRET', exitCode: 3 })
  expect(error?.message).toContain('NOT_SET_ANYWHERE is not set')
  expect(lab.incident()).toBe('none')
})

test('all secrets that do not resolve are named together, each with its fix', async () => {
  await open(
    `
secrets:
  A: {env: NOT_SET_ANYWHERE}
  B: {file: open.txt}
  C: {env_file: missing/.env, key: TOKEN}
  D: {command: [sh, -c, "echo leaked-by-d; exit 7"]}
  E: {file: ${'x'.repeat(300)}}
  F: {env: SET_HERE}
  G: {env: NOT_SET_EITHER, optional: true}
${touch}`,
    { env: { SET_HERE: SECRET } },
  )
  lab.write('open.txt', SECRET, 0o644)
  const error = await caught(run())
  expect(error).toMatchObject({ code: 'SECRET', exitCode: 3 })
  expect(error?.message.split('\n')).toEqual([
    '5 secrets do not resolve:',
    '  secret A: the variable NOT_SET_ANYWHERE is not set: export NOT_SET_ANYWHERE=…',
    '  secret B: open.txt has mode 0644: others can read it: chmod 600 open.txt',
    expect.stringMatching(/secret C: there is no file missing\/.env: add the line TOKEN=…/),
    '  secret D: the command sh ended with 7: run it by hand and see what it says',
    expect.stringMatching(/secret E: x+ cannot be read \(ENAMETOOLONG\): see that you may read it/),
  ])
  expect(JSON.stringify(error)).not.toMatch(/leaked|s3cr3t/)
  expect(lab.incident()).toBe('none')
})

test.each([
  ['mode', 0o644, 'has mode 0644: others can read it'],
  ['link', 0o600, 'is a symbolic link'],
])('a secrets file with a bad %s is refused without its value', async (what, mode, says) => {
  await open(`secrets: {PASSWORD: {file: secret.txt}}\n${touch}`)
  const file = lab.write(what === 'link' ? 'real.txt' : 'secret.txt', SECRET, mode)
  if (what === 'link') symlinkSync(file, join(lab.dir, 'secret.txt'))
  const error = await caught(run())
  expect(error).toMatchObject({ code: 'SECRET', exitCode: 3 })
  expect(error?.message).toContain(says)
  expect(JSON.stringify(error)).not.toContain(SECRET)
})

test('secrets come from env, file, env file and command, and are masked in the record', async () => {
  await open(
    `
inputs: {service: {type: string, default: backend}}
secrets:
  A: {env: SECRET_A}
  B: {file: b.txt}
  C: {env_file: "\${{ inputs.service }}/.env", key: TOKEN}
  D: {command: [sh, -c, "echo command-secret-4"]}
  E: {env_file: missing/.env, key: X, optional: true}
steps:
  - id: show
    run: 'echo "$A $B $C $D [\${SECRET_A:-not inherited}]"'
    env: {A: "\${{ secrets.A }}", B: "\${{ secrets.B }}", C: "\${{ secrets.C }}", D: "\${{ secrets.D }}"}
    outputs: {said: stdout}
`,
    { env: { SECRET_A: 'variable-secret-1' } },
  )
  lab.write('b.txt', 'file-secret-22\n', 0o600)
  mkdirSync(join(lab.dir, 'backend'))
  lab.write('backend/.env', 'TOKEN="env-file-secret-3"\n', 0o600)
  const report = await run()
  expect(report.steps[0]?.outputs).toEqual({
    said: '[masked:A] [masked:B] [masked:C] [masked:D] [not inherited]\n',
  })
  const journal = recordWorldOf(lab.world).store.open(lab.incident())
  expect(JSON.stringify(journal.events())).not.toMatch(/secret-\d/)
})

test('a secret is read again after the step that refreshes it, and both values stay masked', async () => {
  await open(`
secrets: {TOKEN: {file: token.txt, refreshed_by: rotate}}
steps:
  - {id: rotate, run: "printf second-token-2 > token.txt", rollback: {run: "printf first-token-11 > token.txt"}}
  - {id: use, run: 'echo "$T"; echo first-token-11', env: {T: "\${{ secrets.TOKEN }}"}, outputs: {said: stdout}}
`)
  lab.write('token.txt', 'first-token-11', 0o600)
  const report = await run()
  expect(report.steps[1]?.outputs).toEqual({ said: '[masked:TOKEN]\n[masked:TOKEN]\n' })
})

test('the output of a step that uses a weak secret is not kept', async () => {
  await open(
    `
secrets: {PIN: {env: PIN}}
steps: [{id: use, run: 'echo "$P"', env: {P: "\${{ secrets.PIN }}"}}]
`,
    { env: { PIN: 'abc' } },
  )
  const report = await run()
  expect(report.steps[0]).toMatchObject({ status: 'succeeded', evidence: [] })
  expect(report.warnings.join()).toContain('secret PIN is too short or too common')
})

test('an input that holds a declared secret is refused before anything runs', async () => {
  await open(`inputs: {x: {type: string}}\nsecrets: {PASSWORD: {env: PASSWORD_A}}\n${touch}`, {
    env: { PASSWORD_A: SECRET },
  })
  const error = await caught(run({ inputs: { x: `password=${SECRET}` } }))
  expect(error).toMatchObject({ code: 'INVALID_INPUT', exitCode: 3 })
  expect(error?.message).not.toContain(SECRET)
  expect(lab.incident()).toBe('none')
})

test('a guard that does not hold stops before step 1, and again on resume', async () => {
  await open(`
guard: [{run: [cat, context], expect: 'stdout.trim() == "staging"'}]
steps: [{id: wait, manual: {instruction: Wait.}}]
`)
  lab.write('context', 'production\n')
  expect(await caught(run())).toMatchObject({ code: 'GUARD', exitCode: 4 })
  expect(lab.incident()).toBe('none')
  lab.write('context', 'staging\n')
  expect(await run()).toMatchObject({ status: 'waiting' })
  lab.write('context', 'production\n')
  expect(await caught(resumeRun(lab.world, {}))).toMatchObject({ code: 'GUARD' })
  expect(story(lab)).not.toContain('run.resumed')
})

test('a guard says that it is one, its command, what was expected and what was seen', async () => {
  await open(`
guard: [{run: 'cat context; echo careful >&2', expect: 'stdout.trim() == "staging"'}]
${touch}`)
  lab.write('context', 'production\n')
  const error = await caught(run())
  expect(error?.message.split('\n')).toEqual([
    'book.yaml:4:10: the guard does not hold, and nothing was run',
    '  > bash -euo pipefail with this script:',
    '  >     cat context; echo careful >&2',
    '  expected "stdout.trim() == "staging"" (stdout = "production\\n")',
  ])
  const said = lab.shown.map((update) => ('text' in update ? update.text : update.type))
  expect(said.toSorted()).toEqual(['guard ! careful', 'guard | production'])
})

test('a guard whose program is missing says so', async () => {
  await open(`guard: [{run: [no-such-program-here]}]\n${touch}`)
  const error = await caught(run())
  expect(error).toMatchObject({ code: 'GUARD', exitCode: 4 })
  expect(error?.message).toMatch(
    /nothing was run\n {2}> no-such-program-here\n {2}.*no-such-program/,
  )
})

test('an unknown input, a missing one and a bad one are named together', async () => {
  await open(`inputs: {a: {type: integer, required: true}, b: {type: boolean}}\n${touch}`)
  const error = await caught(run({ inputs: { b: 'maybe', c: '1' } }))
  expect(error).toMatchObject({ code: 'INVALID_INPUT' })
  for (const name of ['unknown input c', 'input a', 'input b'])
    expect(error?.message).toContain(name)
})

test('run joins the one open incident and says so; with --new it declares another', async () => {
  await open(touch)
  const first = await run()
  const second = await run()
  expect(second.incident).toBe(first.incident)
  expect(lab.shown).toContainEqual(
    expect.objectContaining({ text: `joins the open incident ${first.incident}` }),
  )
  const third = await run({ fresh: true })
  expect(third.incident).not.toBe(first.incident)
  expect(await caught(run())).toMatchObject({ code: 'NO_INCIDENT', exitCode: 2 })
})

test('without a repository the run is recorded in a folder', async () => {
  await open(touch, { git: false })
  const report = await run()
  expect(report).toMatchObject({ status: 'succeeded', record: { branch: null } })
  expect(report.record.journal).toContain(join(lab.dir, 'incidents'))
})

test('hotwash.yaml: nothing is the defaults; problems have their place; the future is refused', async () => {
  await open(touch)
  expect(await readConfig(lab.dir)).toMatchObject({ remote: 'origin', push: false })
  lab.write('hotwash.yaml', 'push: true\nteams: {oncall: [omar@example.test]}\n')
  expect(await readConfig(lab.dir)).toMatchObject({
    push: true,
    teams: { oncall: ['omar@example.test'] },
    severities: ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'],
  })
  const refused = async (text: string) => {
    lab.write('hotwash.yaml', text)
    return caught(readConfig(lab.dir))
  }
  expect(await refused('remote: origin\npusch: true\n')).toMatchObject({
    code: 'INVALID_CONFIG',
    exitCode: 3,
    message: expect.stringContaining('hotwash.yaml:2:1'),
  })
  for (const key of ['signing: {key: x}\n', 'redact: {patterns: [x]}\n']) {
    expect((await refused(key))?.message).toContain('not supported in this version')
  }
  expect(await refused('push: maybe\n')).toMatchObject({
    message: expect.stringContaining('hotwash.yaml:1:7'),
  })
})

test('hotwash.yaml: what a rehearsal may touch is named exactly, and never by a password', async () => {
  lab = await openLab()
  const declared = (text: string) => {
    lab.write('hotwash.yaml', `rehearsal: {${text}}\n`)
    return readConfig(lab.dir)
  }
  expect(await declared('urls: ["http://127.0.0.1:8000"], inputs: {n: 3, on: true}')).toMatchObject(
    {
      rehearsal: {
        databases: [],
        urls: ['http://127.0.0.1:8000'],
        commands: false,
        inputs: { n: '3', on: 'true' },
      },
    },
  )
  for (const [text, place] of [
    ['urls: ["http://127.0.0.1:8000/path"]', '1:20'],
    ['urls: ["http://user@127.0.0.1:8000"]', '1:20'],
    ['urls: ["127.0.0.1:8000"]', '1:20'],
    ['databases: ["postgres://app:hidden-9f2c@db.example.test/app"]', '1:25'],
    ['database: [x]', '1:13'],
  ] as const) {
    const error = await caught(declared(text))
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' })
    const told = JSON.stringify([error?.message, (error as { issues?: unknown }).issues])
    expect(told).toContain(`hotwash.yaml:${place}`)
    expect(told).not.toContain('hidden-9f2c')
  }
})

test('an input decides whether a secret may be missing, and an empty path names no file', async () => {
  await open(`
inputs: {file: {type: string, default: ""}}
secrets: {URL: {env_file: "\${{ inputs.file }}", key: URL, optional: "\${{ inputs.file == '' }}"}}
${touch}`)
  expect((await run({ inputs: {} })).status).toBe('succeeded')
  lab.close()
  await open(`
inputs: {file: {type: string, default: none.env}}
secrets: {URL: {env_file: "\${{ inputs.file }}", key: URL, optional: "\${{ inputs.file == '' }}"}}
${touch}`)
  const error = await caught(run())
  expect(error?.message).toContain('there is no file none.env')
  lab.write('none.env', 'DATABASE_URL=x\nPORT=1\n', 0o600)
  expect((await caught(run()))?.message).toContain('none.env has no URL; it has DATABASE_URL, PORT')
  lab.close()
  await open(`secrets: {URL: {env: X, optional: "\${{ inputs.nothing }}"}}\n${touch}`)
  expect(await caught(run())).toMatchObject({ code: 'INVALID_RUNBOOK' })
})
