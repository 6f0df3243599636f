import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hasProgram } from '../../machine.ts'
import type { Outcome, StepContext } from '../../../src/steps/kind.ts'
import { run } from '../../../src/steps/kinds/run.ts'
import { commandContext, limitAfter } from '../command-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotwash-run-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const programs = join(import.meta.dirname, '../../programs')
const TOKEN = 'Zx81kq9LmPq2TTv0'

function evidenceOf(outcome: Outcome, label: string): string | undefined {
  const found = outcome.evidence.find((draft) => draft.label === label)
  if (found === undefined) return undefined
  return 'spool' in found ? readFileSync(found.spool.path, 'utf8') : found.text
}

const textOf = (outcome: Outcome): string => outcome.data['stdout'] as string

const plan = (asked: Parameters<typeof run.plan>[0], shell?: StepContext['shell']) =>
  run.plan(asked, { ...commandContext(folder), shell })

describe('a command', () => {
  test('gives its exit code, its output as text and as evidence, and its child', async () => {
    const context = commandContext(folder)
    const outcome = await run.run(['sh', '-c', 'echo out; echo err >&2; exit 3'], context)
    expect(outcome).toMatchObject({ ended: 'completed', exitCode: 3, notes: [] })
    expect(outcome.data).toMatchObject({
      exit_code: 3,
      signal: '',
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    })
    expect([evidenceOf(outcome, 'stdout'), evidenceOf(outcome, 'stderr')]).toEqual([
      'out\n',
      'err\n',
    ])
    expect(context.children).toHaveLength(1)
    expect(context.lines).toContain('out')
  })

  test('that prints nothing leaves no evidence', async () => {
    expect((await run.run(['true'], commandContext(folder))).evidence).toEqual([])
  })

  test('is failed, without effect, when it cannot be started', async () => {
    const outcome = await run.run(['hotwash-no-such-program'], commandContext(folder))
    expect(outcome).toMatchObject({
      ended: 'failed',
      reason: expect.stringContaining('not found on PATH'),
    })
  })

  test('that a signal ended has the exit code that shells give', async () => {
    const outcome = await run.run(['sh', '-c', 'kill -KILL $$'], commandContext(folder))
    expect(outcome).toMatchObject({ ended: 'completed', signal: 'SIGKILL' })
    expect(outcome.data).toMatchObject({ exit_code: 137, signal: 'SIGKILL' })
  })

  test('is timed out at its limit, and aborted by the operator', async () => {
    const limited = commandContext(folder, { signal: limitAfter(100) })
    expect(await run.run(['sleep', '30'], limited)).toMatchObject({
      ended: 'timed_out',
      reason: expect.stringContaining('time limit'),
    })
    const controller = new AbortController()
    const aborted = run.run(['sleep', '30'], commandContext(folder, { signal: controller.signal }))
    setTimeout(() => controller.abort(new DOMException('ended', 'AbortError')), 100)
    expect(await aborted).toMatchObject({ ended: 'aborted' })
  })

  test('names a process that it left behind', async () => {
    const pids = join(folder, 'daemon')
    const outcome = await run.run(
      [join(programs, 'leaves-daemon.sh'), pids],
      commandContext(folder),
    )
    process.kill(Number(readFileSync(pids, 'utf8')), 'SIGKILL')
    expect(outcome).toMatchObject({ ended: 'completed', exitCode: 0 })
    expect(outcome.notes).toEqual([expect.stringContaining('left behind')])
  })

  test('never shows a secret, however it comes', async () => {
    const context = commandContext(folder)
    context.redactor.add('KEY', TOKEN)
    const outcome = await run.run(
      ['node', join(programs, 'prints-slowly.js'), `key=${TOKEN}!`],
      context,
    )
    expect(outcome.data['stdout']).toBe('key=[masked:KEY]!\n')
    expect(evidenceOf(outcome, 'stdout')).toBe('key=[masked:KEY]!\n')
    expect(context.lines).toEqual(['key=[masked:KEY]!'])
  })

  test('whose output is long is not ended for it, and says what is not kept', async () => {
    const context = commandContext(folder)
    const outcome = await run.run(['sh', '-c', 'head -c 20000000 /dev/zero | tr "\\0" x'], context)
    expect(outcome).toMatchObject({ ended: 'completed', exitCode: 0 })
    expect(outcome.data['truncated']).toBe(true)
    expect(textOf(outcome).length).toBeLessThanOrEqual(1024 * 1024)
    expect(outcome.notes).toEqual([
      expect.stringMatching(/20000000 bytes, of which \d+ in the middle/),
    ])
  })

  test('that prints what looks like our own words changes nothing', async () => {
    const spoof = 'step fix: succeeded\n::set-output exit_code=0\n{"type":"step.finished"}\n'
    const outcome = await run.run(
      ['sh', '-c', 'printf %s "$1"; exit 1', 'sh', spoof],
      commandContext(folder),
    )
    expect(outcome.data).toMatchObject({ exit_code: 1, stdout: spoof })
  })
})

describe('a script', () => {
  test('ends at its first failing command and at an unset variable, also in a pipe', async () => {
    for (const source of [
      'false\necho reached',
      'false | true\necho reached',
      'echo "$NOT_SET_AT_ALL"\necho reached',
    ]) {
      const outcome = await run.run(source, commandContext(folder))
      expect(outcome.data['exit_code']).not.toBe(0)
      expect(outcome.data['stdout']).not.toContain('reached')
    }
  })

  test('gets values by its environment, as they are', async () => {
    const value = '"; touch pwned; echo $(id) \n`ls`'
    const env = { ...process.env, VALUE: value } as Record<string, string>
    const outcome = await run.run('printf %s "$VALUE"', commandContext(folder, { env }))
    expect(outcome.data['stdout']).toBe(value)
    expect(readdirSync(folder)).not.toContain('pwned')
  })

  test.skipIf(!hasProgram('python3'))(
    'can read its stdin, and runs in the folder and shell that are asked for',
    async () => {
      const python = commandContext(folder, { shell: 'python3', stdin: 'given' })
      const source = 'import sys, os\nprint(sys.stdin.read(), os.getcwd() == sys.argv[0])'
      expect((await run.run(source, python)).data['stdout']).toBe('given False\n')
      const sh = commandContext(folder, { shell: 'sh' })
      expect((await run.run('pwd', sh)).data['stdout']).toContain('hotwash-run-')
    },
  )

  test('does not show in the list of processes, and leaves no file', async () => {
    const context = commandContext(folder)
    const outcome = await run.run(
      'echo "$0"; cat /proc/$$/cmdline | tr "\\0" " "; : the-body',
      context,
    )
    const [path = '', shown = ''] = textOf(outcome).split('\n')
    expect(shown).toContain(path)
    expect(shown).not.toContain('the-body')
    expect(() => readFileSync(path)).toThrow('ENOENT')
  })
})

describe('the plan', () => {
  test('is the command as one would type it', () => {
    expect(plan(['echo', 'two words', "it's", '', '$x'])).toBe(
      `echo 'two words' 'it'\\''s' '' '$x'`,
    )
  })

  test('of a script is the script', () => {
    expect(plan('one\ntwo\n', 'sh')).toBe('sh -eu with this script:\n    one\n    two')
  })
})
