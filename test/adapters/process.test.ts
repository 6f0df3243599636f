import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createProcessPort } from '../../src/adapters/process.ts'
import type { ChildIdentity, Command } from '../../src/ports/process.ts'
import { isRunning } from '../running.ts'
import { endUnread, WORDS } from './end-unread.ts'

const port = createProcessPort()
const programs = join(import.meta.dirname, '../programs')
const folder = mkdtempSync(join(tmpdir(), 'hotwash-process-'))
const left: number[] = []
afterAll(() => {
  for (const pid of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
  rmSync(folder, { recursive: true })
})

const MAX_BYTES = 1_000_000
const capture = (argv: Command['argv'], more: Partial<Command> = {}) =>
  port.capture({ argv, cwd: folder, env: port.env(), ...more }, MAX_BYTES)

const sh = (script: string, more: Partial<Command> = {}) => capture(['sh', '-c', script], more)
const fileName = (name: string) => join(folder, name)
const pidsIn = (path: string) =>
  existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : []

describe('a command', () => {
  test('ends with its exit code and both streams', async () => {
    const exit = await sh('echo out; echo err >&2; exit 3')
    expect(exit).toMatchObject({ exitCode: 3, signal: undefined, stdout: 'out\n', stderr: 'err\n' })
    expect(exit).toMatchObject({
      leftover: false,
      aborted: false,
      killed: false,
      notStarted: undefined,
    })
  })

  test('that kills itself ends with the signal', async () => {
    expect(await sh('kill -SEGV $$')).toMatchObject({ exitCode: undefined, signal: 'SIGSEGV' })
  })

  test('gets the environment it is given and nothing else', async () => {
    const program = join(programs, 'echo-environment.sh')
    const { stdout } = await capture([program], {
      env: { ONLY: 'this one', PATH: port.env()['PATH'] ?? '' },
    })
    expect(stdout).toContain('ONLY=this one\n')
    expect(stdout).not.toContain('HOME=')
  })

  test('gets every argument as it is', async () => {
    const odd = ['-n', '--', '$(touch x)', '`id`', '; ls', 'a\nb', '', '*', "it's", 'ünï']
    const { stdout } = await capture([
      'node',
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...odd,
    ])
    expect(JSON.parse(stdout)).toEqual(odd)
  })

  test('whose name has a slash is relative to the folder it runs in', async () => {
    mkdirSync(fileName('inside'))
    const path = fileName('inside/tool')
    writeFileSync(path, '#!/bin/sh\npwd\n')
    chmodSync(path, 0o755)
    expect((await capture(['./tool'], { cwd: fileName('inside') })).stdout.trim()).toMatch(
      /inside$/,
    )
    expect((await capture(['inside/tool'])).exitCode).toBe(0)
  })

  test('reads what it is given on stdin, and its end at once when it is given nothing', async () => {
    expect((await capture(['cat'], { stdin: 'hello' })).stdout).toBe('hello')
    expect((await capture(['cat'])).stdout).toBe('')
  })

  test('may close its stdin without reading it', async () => {
    const exit = await sh('exec <&-; exit 0', { stdin: 'x'.repeat(1_000_000) })
    expect(exit.exitCode).toBe(0)
  })

  test('that asks the terminal fails at once', async () => {
    const exit = await sh('cat /dev/tty')
    expect(exit.exitCode).not.toBe(0)
  })

  test('is told apart from others by pid, start time and boot', async () => {
    const { promise, resolve } = Promise.withResolvers<ChildIdentity>()
    const running = sh('until [ -e known ]; do sleep 0.02; done', { onStart: resolve })
    const child = await promise
    expect(port.isAlive(child)).toBe(true)
    expect(port.isAlive({ ...child, startTime: '1' })).toBe(false)
    expect(port.isAlive({ ...child, boot: 'another' })).toBe(false)
    writeFileSync(fileName('known'), '')
    await running
    expect(port.isAlive(child)).toBe(false)
    expect(port.isAlive(port.self())).toBe(true)
  })

  test('prints a million lines on both streams, and none is lost', async () => {
    const lines = { stdout: 0, stderr: 0 }
    const exit = await port.run({
      argv: ['node', join(programs, 'both-streams.js'), '1000000'],
      cwd: folder,
      env: port.env(),
      onOutput(bytes, stream) {
        for (const byte of bytes) if (byte === 0x0a) lines[stream]++
      },
    })
    expect(exit.exitCode).toBe(0)
    expect(lines).toEqual({ stdout: 1_000_000, stderr: 1_000_000 })
  })
})

describe('a command that cannot be started', () => {
  test.each<[string, Command['argv'], RegExp]>([
    ['a missing program', ['hotwash-no-such-program'], /not found on PATH/],
    ['a missing path', ['./no-such-program'], /does not exist/],
    ['an empty name', [''], /empty/],
    ['a folder', ['/tmp/'], /may not be executed/],
    ['a NUL character', ['echo', 'a\0b'], /argument 1 .* NUL/],
    [
      'an argument of 200 KB',
      ['echo', 'x'.repeat(200_000)],
      /too long.*200000 bytes.*stdin or in a file/,
    ],
  ])('says so: %s', async (_name, argv, message) => {
    const exit = await capture(argv)
    expect(exit.notStarted).toMatch(message)
    expect(exit).toMatchObject({ exitCode: undefined, aborted: false })
  })

  test('says which variable, folder or interpreter is wrong', async () => {
    expect((await sh('true', { env: { BAD: 'a\0b' } })).notStarted).toMatch(/BAD holds a NUL/)
    expect((await sh('true', { env: { 'A=B': '' } })).notStarted).toMatch(/not a name/)
    expect((await sh('true', { cwd: '/no/such/folder' })).notStarted).toMatch(
      /folder .* does not exist/,
    )
    writeFileSync(fileName('odd'), '#!/no/such/interpreter\n')
    chmodSync(fileName('odd'), 0o755)
    expect((await capture(['./odd'])).notStarted).toMatch(/interpreter/)
  })
})

describe('an abort', () => {
  const abortOnceReady = () => {
    const controller = new AbortController()
    const onOutput = () => controller.abort(new DOMException('limit', 'TimeoutError'))
    return { signal: controller.signal, onOutput }
  }

  test('ends a child in the background too', async () => {
    const exit = await sh('echo ready; sleep 30 & wait', abortOnceReady())
    expect(exit).toMatchObject({ aborted: true, signal: 'SIGTERM', killed: false, leftover: false })
  })

  test('kills what ignores TERM', async () => {
    const more = { ...abortOnceReady(), killAfterMs: 200 }
    const exit = await capture([join(programs, 'ignores-term.sh')], more)
    expect(exit).toMatchObject({ aborted: true, killed: true, signal: 'SIGKILL' })
  })

  test('reaches a process that left the group, and kills it when it ignores TERM', async () => {
    const pids = fileName('family')
    const more = { ...abortOnceReady(), killAfterMs: 300 }
    const exit = await capture([join(programs, 'family.sh'), pids], more)
    left.push(...pidsIn(pids))
    expect(exit).toMatchObject({ aborted: true, killed: true })
    await expect.poll(() => pidsIn(pids).filter(isRunning)).toEqual([])
  })

  test('before the start starts nothing', async () => {
    const path = fileName('never')
    const exit = await sh(`touch ${path}`, { signal: AbortSignal.abort() })
    expect(exit).toMatchObject({ aborted: true, notStarted: undefined, exitCode: undefined })
    expect(() => readFileSync(path)).toThrow('ENOENT')
  })

  test('leaves no listener behind', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const listening = new Set<unknown>()
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (name: string, listener: () => void) => {
      listening.add(listener)
      add(name, listener)
    }
    signal.removeEventListener = (name: string, listener: () => void) => {
      listening.delete(listener)
      remove(name, listener)
    }
    await sh('true', { signal })
    expect(listening.size).toBe(0)
  })
})

describe('killing a tree at once', () => {
  const family = async (name: string, more: Partial<Command>) => {
    const pids = fileName(name)
    const started = Promise.withResolvers<ChildIdentity>()
    const running = port.run({
      argv: [join(programs, 'family.sh'), pids],
      cwd: folder,
      env: port.env(),
      onStart: started.resolve,
      ...more,
    })
    const child = await started.promise
    await expect.poll(() => pidsIn(pids).length).toBeGreaterThan(1)
    left.push(...pidsIn(pids))
    return { child, running, all: () => [child.pid, ...pidsIn(pids)].filter(isRunning) }
  }

  test.each([
    ['with a group of its own', {}],
    ['given the terminal, in our group', { tty: true }],
  ])('ends a child %s, and what left for another session', async (name, more) => {
    const { child, running, all } = await family(`kill ${name}`, more)
    port.killTree(child)
    expect(await running).toMatchObject({ aborted: false, signal: 'SIGKILL' })
    await expect.poll(all).toEqual([])
  })

  test('leaves a later process with the same number alone', async () => {
    const { child, running, all } = await family('kept', {})
    port.killTree({ ...child, startTime: '1' })
    expect(all().length).toBeGreaterThan(1)
    port.killTree(child)
    await running
  })
})

describe('a child that is given the terminal', () => {
  const given = { cwd: folder, env: port.env(), tty: true }

  test('stays in our process group, and nothing is captured', async () => {
    const path = fileName('group')
    const argv = ['sh', '-c', 'cut -d " " -f 5 /proc/$$/stat > "$1"; exit 4', 'sh', path] as const
    let captured = 0
    const exit = await port.run({ ...given, argv, onOutput: () => captured++ })
    expect(exit).toMatchObject({ exitCode: 4, leftover: false })
    expect(captured).toBe(0)
    const ours = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[2]
    expect(readFileSync(path, 'utf8').trim()).toBe(ours)
  })

  test('ends with its children when it is aborted, and we live on', async () => {
    const path = fileName('tty-child')
    const argv = ['sh', '-c', 'sleep 30 & echo "$!" > "$1"; wait', 'sh', path] as const
    const controller = new AbortController()
    const running = port.run({ ...given, argv, signal: controller.signal })
    await expect.poll(() => pidsIn(path)[0]).toBeGreaterThan(0)
    controller.abort()
    expect(await running).toMatchObject({ aborted: true, signal: 'SIGTERM' })
    left.push(...pidsIn(path))
    await expect.poll(() => pidsIn(path).filter(isRunning)).toEqual([])
  })
})

describe('a process left behind', () => {
  test('that holds the output does not hold us, lives on, and is reported', async () => {
    const pids = fileName('daemon')
    const exit = await capture([join(programs, 'leaves-daemon.sh'), pids])
    left.push(...pidsIn(pids))
    expect(exit).toMatchObject({ exitCode: 0, leftover: true, aborted: false, stdout: 'started\n' })
    expect(pidsIn(pids).filter(isRunning)).toHaveLength(1)
  })
})

describe('a program too busy to look at the output in time', () => {
  let isBusy = false
  const block = (): void => {
    for (const until = performance.now() + 300; performance.now() < until;);
    if (isBusy) setImmediate(block)
  }
  afterEach(() => (isBusy = false))

  test('has all of it, and takes nothing for left behind', async () => {
    isBusy = true
    setImmediate(block)
    const exit = await capture(['seq', '1', '3000'])
    expect(exit).toMatchObject({ exitCode: 0, leftover: false })
    expect(exit.stdout).toHaveLength(13_893)
  })

  test('reads to the end what ended while it was at work on what another child said', async () => {
    const place = mkdtempSync(fileName('unread-'))
    const exit = await endUnread(port, {
      folder: place,
      start: (script) => sh(script, { cwd: place }),
    })
    expect(exit).toMatchObject({ exitCode: 0, stdout: WORDS, leftover: false })
  })
})

describe('a sink that fails', () => {
  test('ends the command, and its error is not lost', async () => {
    const failing = port.run({
      argv: ['sh', '-c', 'echo x; sleep 30'],
      cwd: folder,
      env: port.env(),
      onOutput() {
        throw new Error('disk full')
      },
    })
    await expect(failing).rejects.toThrow('disk full')
  })
})

describe('which', () => {
  test('finds programs, and neither folders nor files that may not be executed', () => {
    writeFileSync(fileName('plain'), '')
    expect(port.which('sh')).toMatch(/^\/.*\/sh$/)
    expect(port.which('hotwash-no-such-program')).toBeUndefined()
    expect(port.which(fileName('plain'))).toBeUndefined()
    expect(port.which(folder)).toBeUndefined()
    expect(port.which('')).toBeUndefined()
  })
})
