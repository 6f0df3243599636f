/** Every command as a user types it: exit codes, the JSON envelope whatever happens, help. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/commands/table.ts'
import { fitsEngines } from '../../src/cli/machine.ts'
import { BIN, freshPlace, git, hotwash, json, ROOT, type Ended, type Place } from '../hotwash.ts'

const RUNBOOK = `hotwash: 1
name: Change a thing
owner: team-example
severity: SEV2
inputs:
  exit: {type: integer, default: 0}
steps:
  - id: write
    run: [sh, -c, "echo changed > thing; echo made"]
    rollback: {run: [rm, thing]}
  - id: last
    run: [sh, -c, "exit \\"$CODE\\""]
    env: {CODE: "\${{ inputs.exit }}"}
`

const GATED = `hotwash: 1
name: Ask somebody
owner: team-example
steps:
  - id: who
    decide: {question: "Who?", options: {all: {steps: [{id: a, run: ["true"]}]}, one: {steps: [{id: b, run: ["true"]}]}}}
`

const SECRET = `hotwash: 1
name: Ask for a token
owner: team-example
steps:
  - id: call
    manual: {instruction: Call the bank.}
  - id: made
    run: [touch, made]
    rollback: {run: [rm, made]}
  - id: token
    ask: {values: {token: {type: string, secret: true}}}
`

type Envelope = {
  version: number
  command: string
  ok: boolean
  exit_code: number
  warnings: string[]
  error?: { code: string; message: string; hint?: string; file?: string; line?: number }
}

/** One object on stdout, in agreement with the exit code. */
function envelopeOf(ended: Ended): Envelope & Record<string, unknown> {
  const made = json<Envelope & Record<string, unknown>>(ended)
  expect(made).toMatchObject({ version: 1, ok: ended.code === 0, exit_code: ended.code })
  expect(Array.isArray(made.warnings)).toBe(true)
  expect(made.error !== undefined).toBe(ended.code !== 0)
  return made
}

let place: Place
beforeAll(() => {
  place = freshPlace({
    files: {
      'runbooks/change.yaml': RUNBOOK,
      'runbooks/gated.yaml': GATED,
      'runbooks/secret.yaml': SECRET,
      'called.yaml': 'call: {done: true, evidence: called}\n',
    },
  })
})
afterAll(() => rmSync(join(place.dir, '..'), { recursive: true, force: true }))

const ask = (...args: string[]) => hotwash(place, args)
const askJson = (...args: string[]) => envelopeOf(hotwash(place, ['--json', ...args]))

describe('the command line', () => {
  it('tells its version before anything is loaded', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(ask('--version')).toMatchObject({ code: 0, stdout: `hotwash ${version}\n`, stderr: '' })
    expect(ask('-C', '.', '--version').stdout).toBe(`hotwash ${version}\n`)
  })

  it('refuses exactly the Nodes that package.json does, in one line', () => {
    const source = readFileSync(BIN, 'utf8')
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string }
    }
    const rule = /const \[major, minor, patch\][\s\S]*?\n\nif/.exec(source)?.[0] ?? ''
    const body = rule.replace(/\n\nif$/, '\nreturn fits').replace('process.versions.node', 'node')
    // oxlint-disable-next-line no-implied-eval -- the rule of the shipped file itself
    const fits = new Function('node', body) as (node: string) => boolean
    for (const node of ['18.20.0', '20.19.0', '22.22.1', '22.22.2', '22.23.0', '23.1.0']) {
      expect([node, fits(node)]).toEqual([node, fitsEngines(node, engines.node)])
    }
    for (const node of ['24.14.9', '24.15.0', '24.21.0', '25.0.0', '26.0.0', '30.1.0']) {
      expect([node, fits(node)]).toEqual([node, fitsEngines(node, engines.node)])
    }
  })

  it('lists every command in the help, and loads none for it', () => {
    const { code, stdout } = ask('--help')
    expect(code).toBe(0)
    for (const [id, { summary }] of Object.entries(COMMANDS)) {
      expect(stdout).toMatch(new RegExp(`^  ${id.replace(':', ' ')} +${escaped(summary)}$`, 'm'))
    }
  })

  it.each(Object.keys(COMMANDS))('explains %s with an example that names it', (id) => {
    const words = id.split(':')
    const { code, stdout } = ask(...words, '--help')
    expect(code).toBe(0)
    const examples = stdout.slice(stdout.indexOf('\nExamples:'))
    expect(examples).toContain(`hotwash ${words.join(' ')}`)
    expect(stdout).toContain(COMMANDS[id]?.summary)
    expect(stdout).toContain('--json')
  })

  it('does not run a guess for an unknown command, and names the nearest', () => {
    const ended = ask('lsit')
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('hotwash list')
    expect(askJson('audit', 'verfy').error?.hint).toContain('hotwash audit verify')
  })

  it('names the nearest flag', () => {
    expect(ask('list', '--jsn').stderr).toContain('did you mean --json?')
  })

  it('works in the folder of -C, before or behind the name, relative to the one before', () => {
    mkdirSync(join(place.dir, 'deep', 'er'), { recursive: true })
    const outside = { ...place, dir: join(place.dir, '..') }
    for (const args of [
      ['-C', 'work', 'runbook', 'list'],
      ['runbook', 'list', '-C', 'work'],
      ['-C', 'work/deep', '-C', 'er', 'runbook', 'list'],
    ]) {
      expect(hotwash(outside, args).stdout).toContain('change')
    }
    expect(hotwash(outside, ['-C', 'nowhere', 'list'])).toMatchObject({ code: 2 })
    expect(hotwash(outside, ['-C', 'nowhere', 'list']).stderr).toMatch(
      /^error: -C nowhere: there is no such folder\nhint: .*\n$/,
    )
  })

  it('survives a reader that goes away', () => {
    const shell = `node ${BIN} runbook schema | head -c 10; echo " \${PIPESTATUS[0]}"`
    const env = { ...place.env, PATH: `${join(process.execPath, '..')}:${place.env['PATH']}` }
    const out = execFileSync('bash', ['-c', shell], { cwd: place.dir, env, encoding: 'utf8' })
    expect(out.trim()).toMatch(/ 0$/)
  })
})

describe('--json', () => {
  const faults: [string, string[], number][] = [
    ['an unknown command', ['nope'], 2],
    ['an unknown flag', ['list', '--nope'], 2],
    ['a missing argument', ['note'], 2],
    ['a group without its second word', ['runbook'], 2],
    ['a folder that is not there', ['list', '-C', '/nonexistent-folder'], 2],
    ['no open incident', ['note', 'text'], 2],
    ['an unknown incident', ['show', '2026-01-01-nothing'], 2],
    ['an unknown severity', ['declare', 'x', '--severity', 'SEV99'], 2],
    ['an empty title', ['declare', ' ', '--severity', 'SEV1'], 2],
    ['a time that is none', ['declare', 'x', '--severity', 'SEV1', '--impact-start', 'soon'], 2],
    ['an unknown runbook', ['run', 'nothing'], 2],
    ['an input that is no pair', ['run', 'change', '-i', 'exit'], 2],
    ['an input of the wrong type', ['run', 'change', '-i', 'exit=much'], 3],
    ['an unknown input', ['run', 'change', '-i', 'nope=1'], 3],
    ['an answers file that is not there', ['run', 'gated', '--answers', 'nope.yaml'], 3],
    ['a runbook with a problem', ['run', 'runbooks/broken.yaml'], 3],
    ['nothing to roll back', ['rollback'], 2],
    ['nothing to resume', ['resume'], 2],
    ['nothing to answer', ['answer', 'x', '--done'], 2],
    ['an approval without a reason', ['approve', 'x'], 2],
  ]

  it.each(faults)('is one object for %s', (_what, args, code) => {
    writeFileSync(join(place.dir, 'runbooks', 'broken.yaml'), 'hotwash: 1\nname: x\nstepz: []\n')
    const ended = hotwash(place, [...args, '--json'])
    envelopeOf(ended)
    expect(ended.code).toBe(code)
    expect(ended.stderr).not.toMatch(/^ {4}at /m)
  })

  it('gives file, line and column of the first problem', () => {
    const { error } = askJson('run', 'runbooks/broken.yaml')
    expect(error).toMatchObject({ code: 'INVALID_RUNBOOK', file: 'runbooks/broken.yaml' })
    expect(error?.line).toBeGreaterThan(0)
  })
})

describe('the life of an incident', () => {
  it('is declared, run, noted, undone, resolved and closed, each with its exit code', () => {
    const declared = askJson(
      'declare',
      'Login fails',
      '--severity',
      'sev2',
      '--impact-start',
      '-10m',
    )
    const incident = declared['incident'] as string
    expect(declared).toMatchObject({ severity: 'SEV2', ok: true })
    expect(git(place, 'rev-parse', '--verify', `incident/${incident}`)).toMatch(/^[0-9a-f]{40}$/)

    const plan = askJson('run', 'change', '--plan')
    expect(plan).toMatchObject({ ok: true })

    const run = askJson('run', 'change', '--yes', '-i', 'exit=3')
    expect(run).toMatchObject({ incident, exit_code: 4, status: 'failed' })
    expect(readFileSync(join(place.dir, 'thing'), 'utf8')).toBe('changed\n')

    expect(askJson('rollback', '--yes')).toMatchObject({ status: 'rolled_back', ok: true })
    expect(() => readFileSync(join(place.dir, 'thing'))).toThrow(/ENOENT/)
    expect(askJson('rollback', '--yes')).toMatchObject({ ok: true })

    expect(askJson('note', 'took it back', '--step', 'write')).toMatchObject({ incident })
    expect(ask('note', 'x', '--step', 'nope').stderr).toContain('its steps: write, last')

    const failing = askJson('exec', '--', 'sh', '-c', 'echo seen; exit 7')
    expect(failing).toMatchObject({ exit_code: 4, result: { exit_code: 7 } })
    const fine = ask('exec', '--', 'echo', 'seen')
    expect(fine).toMatchObject({ code: 0, stdout: 'seen\n' })
    expect(askJson('exec', '--', '/nonexistent-program')).toMatchObject({ exit_code: 4 })

    expect(askJson('update', '--status', 'mitigated', '--at', '-1m')).toMatchObject({
      status: 'mitigated',
    })
    expect(ask('update').stderr).toContain('nothing to update')
    expect(askJson('close')).toMatchObject({ exit_code: 5 })
    expect(ask('status').stdout).toMatch(/MITIGATED/)
    expect(askJson('status')).toMatchObject({ incident: { id: incident, status: 'mitigated' } })

    const shown = askJson('show')
    expect(shown).toMatchObject({ incident: { id: incident }, runs: [{ status: 'rolled_back' }] })
    const texts = (shown['timeline'] as { text: string }[]).map(({ text }) => text).join('\n')
    expect(texts).toContain('took it back')
    expect(texts).toContain('exit code 7')

    expect(askJson('resolve')).toMatchObject({ already: false, status: 'resolved' })
    expect(askJson('resolve', incident)).toMatchObject({ already: true })
    expect(askJson('sync', incident)).toMatchObject({ ok: true })
    expect(askJson('audit', 'verify', incident)).toMatchObject({ verified: true })
    git(place, 'add', '-A')
    git(place, 'commit', '-q', '--allow-empty', '-m', 'work')
    expect(askJson('close', incident, '--merge')).toMatchObject({
      status: 'closed',
      merge: { merged: true },
    })
    expect(git(place, 'ls-files', 'incidents')).toContain(`${incident}/log/`)
    expect(askJson('list')['incidents']).toMatchObject([{ id: incident, status: 'closed' }])
  }, 120_000)

  it('takes times that are filled in later, and goes by what was said first', () => {
    const declared = ask('declare', 'Filled in later')
    expect(declared).toMatchObject({ code: 2 })
    expect(declared.stderr).toMatch(/^error: --severity is missing \(SEV1 to SEV5/m)
    const incident = String(askJson('declare', 'Filled in later', '--severity', 'SEV3')['incident'])
    expect(ask('update', '--status', 'mitigated', '--at', '-5m').stdout).toMatch(/mitigated as of/)
    expect(ask('update', '--status', 'mitigated').stdout).toMatch(
      /is mitigated already, since .*--at/,
    )
    expect(ask('update', '--status', 'acknowledged', '--at', '-9m').code).toBe(0)
    expect(askJson('status')).toMatchObject({ incident: { status: 'mitigated' } })
    expect(ask('exec', '--', 'sh', '-c', 'echo a; echo b').code).toBe(0)
    expect(ask('audit', 'log').stdout).toContain("sh -c 'echo a; echo b' ended")
    ask('resolve')

    const unnamed = ask('update', '--severity', 'SEV2')
    expect(unnamed).toMatchObject({ code: 2 })
    expect(unnamed.stderr).toContain(`must be named: ${incident}`)
    // Times are mostly learned when it is over: for them the newest is taken.
    expect(ask('update', '--impact-start', '~-20m').stdout).toContain(`${incident}: impact start`)
    ask('postmortem', 'draft', incident)
    const told = /`(hotwash update \S+ --detected-at) TIME`/.exec(
      ask('postmortem', 'show', incident).stdout,
    )?.[1]
    expect(told).toBe(`hotwash update ${incident} --detected-at`)
    expect(ask('update', incident, '--detected-at', '-9m').stdout).toMatch(/detection set to/)
    expect(ask('update', incident, '--status', 'mitigated', '--at', '-4m').code).toBe(0)
    expect(askJson('show', incident)).toMatchObject({ incident: { status: 'resolved' } })

    const piped = (...args: string[]) =>
      envelopeOf(
        hotwash(place, ['--json', 'note', '--from', '-', '--incident', incident, ...args], {
          under: ['sh', '-c', `printf '14:05 maria: pool is full\n' | "$@"`, 'sh'],
        }),
      )
    const zone = ['--day', '2026-01-20', '--zone', 'Europe/Berlin']
    const rows = [{ line: 1, at: '2026-01-20T13:05:00.000Z', by: 'maria', text: 'pool is full' }]
    expect(piped(...zone, '--plan')).toMatchObject({ noted: 0, rows })
    expect(piped(...zone)).toMatchObject({ noted: 1, rows })
    expect(piped(...zone)).toMatchObject({ noted: 0, rows: [{ already: true }] })

    expect(askJson('postmortem', 'review', incident)).toMatchObject({ review: { status: 'draft' } })
    expect(ask('postmortem', 'review', incident, '--approve', '--close').code).toBe(2)
    expect(askJson('postmortem', 'review', incident, '--approve')).toMatchObject({ exit_code: 5 })
    expect(ask('postmortem', 'review', incident, '--request').stdout).toContain('review: in review')
    expect(askJson('postmortem', 'review', incident, '--close')).toMatchObject({ exit_code: 9 })
    expect(ask('status', incident).stdout).toContain('post-mortem: in review, 1 approval missing')
    ask('close', incident)
  }, 120_000)

  it('waits with exit 5 where a person is needed, and takes the answer from another command', () => {
    const waiting = askJson('run', 'gated', '--new')
    expect(waiting).toMatchObject({ exit_code: 5, status: 'waiting' })
    expect(waiting['next']).toContain('--choose all|one')
    const incident = waiting['incident'] as string
    expect(askJson('run', 'change', '--incident', incident)).toMatchObject({ exit_code: 5 })
    expect(askJson('answer', incident, 'who', '--choose', 'nobody').exit_code).not.toBe(0)
    expect(ask('answer', 'who', '--choose', 'one').stdout).toMatch(
      /^the answer to step who is recorded\n[\s\S]*\nnext: hotwash resume \S+\n$/,
    )
    expect(askJson('answer', 'who', '--choose', 'one')).toMatchObject({ incident })
    expect(askJson('resume', incident, '--yes')).toMatchObject({ ok: true, status: 'succeeded' })
    expect(askJson('resume', incident)).toMatchObject({ ok: false })
  }, 60_000)

  it('asks no other terminal for a secret value, and leaves no gate open behind a rollback', () => {
    const { incident, next } = askJson(
      'run',
      'secret',
      '--new',
      '--yes',
      '--answers',
      'called.yaml',
    )
    expect(next).toBe(`hotwash resume ${String(incident)}`)
    const undone = hotwash(place, ['rollback', String(incident), '--yes'])
    expect(undone).toMatchObject({ code: 0 })
    const status = ask('show', String(incident)).stdout
    expect(status).not.toMatch(/token +waiting|WAITING/)
    expect(status).toMatch(/made +rolled back/)
    ask('postmortem', 'draft', String(incident))
    const report = ask('postmortem', 'show', String(incident)).stdout
    expect(report).not.toContain('Done by hand')
  }, 60_000)

  it('says what is wrong with a machine by exit 9, with the fix', () => {
    expect(askJson('doctor')).toMatchObject({ ok: true })
    const none = hotwash(place, ['doctor', '--json'], { env: { XDG_STATE_HOME: BIN } })
    expect(envelopeOf(none)).toMatchObject({ exit_code: 9, error: { code: 'FOUND' } })
    const checks = json<{ checks: { name: string; status: string; fix: string }[] }>(none).checks
    expect(checks.find(({ name }) => name === 'state folder')).toMatchObject({ status: 'fail' })
    for (const check of checks) expect(check.fix === '').toBe(check.status === 'ok')
  })
})

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
