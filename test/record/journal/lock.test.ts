import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClock } from '../../../src/adapters/clock.ts'
import { createProcessPort } from '../../../src/adapters/process.ts'
import { createRandom } from '../../../src/adapters/random.ts'
import { pidSpace } from '../../../src/record/journal/holder.ts'
import { acquireRunLock, runLockHolder } from '../../../src/record/journal/lock.ts'
import { GIT_ENV, MARIA, thrownBy } from '../place.ts'
import { until } from '../../until.ts'

const ports = createProcessPort()
const from = {
  process: ports,
  clock: createClock(),
  random: createRandom(),
  host: hostname(),
  actor: MARIA,
}
const HOLD = join(import.meta.dirname, '../../programs', 'hold-lock.ts')
const fresh = (): string => mkdtempSync(join(tmpdir(), 'hotwash-lock-'))

/** A pid that was somebody's and is nobody's now. */
const deadPid = (): number => spawnSync('true').pid

function plant(dir: string, change: object): void {
  const space = pidSpace()
  const self = { ...ports.self(), host: hostname(), ...(space === undefined ? {} : { space }) }
  mkdirSync(join(dir, 'local'))
  const holder = {
    ...self,
    nonce: 'feedbeef',
    who: 'Jon Example',
    at: '2026-11-21T10:00:00.000Z',
    ...change,
  }
  writeFileSync(join(dir, 'local', 'run.lock'), JSON.stringify(holder))
}

test('a held lock is refused with exit 7, naming the holder; a released one is free', () => {
  const dir = fresh()
  const lock = acquireRunLock(dir, from)
  const error = thrownBy(() => acquireRunLock(dir, from))
  expect(error).toMatchObject({ code: 'LOCKED', exitCode: 7 })
  expect(error.message).toContain(`Maria Example on ${hostname()}, process ${process.pid}`)
  expect(error.hint).toContain('run.lock')
  expect(runLockHolder(dir, ports)).toMatchObject({ pid: process.pid, who: 'Maria Example' })
  lock.release()
  lock.release()
  expect(runLockHolder(dir, ports)).toBeUndefined()
  acquireRunLock(dir, from).release()
  expect(readdirSync(join(dir, 'local'))).toEqual([])
})

test.each([
  ['a dead pid', { pid: deadPid() }],
  ['a reused pid', { startTime: '1' }],
  ['another boot of this machine', { boot: 'an-earlier-boot' }],
])('D08: the lock of %s is taken over', (_, change) => {
  const dir = fresh()
  plant(dir, change)
  expect(runLockHolder(dir, ports)).toBeUndefined()
  const lock = acquireRunLock(dir, from)
  expect(runLockHolder(dir, ports)).toMatchObject({ pid: process.pid })
  lock.release()
  expect(readdirSync(join(dir, 'local'))).toEqual([])
})

test.each([
  [
    'another machine',
    { boot: 'elsewhere', host: 'other.example.test', pid: deadPid() },
    'other.example.test',
  ],
  ['another container', { space: 'pid:[1]', pid: deadPid() }, 'container'],
])('D08: the lock of %s is not taken over, because nobody can look there', (_, change, why) => {
  const dir = fresh()
  plant(dir, change)
  const error = thrownBy(() => acquireRunLock(dir, from))
  expect(error).toMatchObject({ code: 'LOCKED', exitCode: 7 })
  expect(error.message).toContain('Jon Example')
  expect(error.message).toContain(why)
  expect(runLockHolder(dir, ports)).toMatchObject({ who: 'Jon Example' })
})

test('an unreadable lock is not taken over', () => {
  const dir = fresh()
  mkdirSync(join(dir, 'local'))
  writeFileSync(join(dir, 'local', 'run.lock'), '{"pid":')
  expect(thrownBy(() => acquireRunLock(dir, from))).toMatchObject({ code: 'LOCKED' })
})

test('a lock whose taker-over died too is taken over', () => {
  const dir = fresh()
  plant(dir, { pid: deadPid(), nonce: 'first' })
  const over = {
    ...ports.self(),
    pid: deadPid(),
    host: hostname(),
    space: pidSpace(),
    nonce: 'second',
    who: 'x',
    at: '',
  }
  writeFileSync(join(dir, 'local', 'over-first'), JSON.stringify(over))
  acquireRunLock(dir, from).release()
  expect(readdirSync(join(dir, 'local'))).toEqual([])
})

test('of many processes that want the lock of a dead one, exactly one gets it', async () => {
  const dir = fresh()
  plant(dir, { pid: deadPid() })
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, [HOLD, dir], { env: GIT_ENV }),
  )
  const said = await Promise.all(
    children.map(
      (child) =>
        new Promise<string>((resolve) =>
          child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
        ),
    ),
  )
  expect(said.toSorted()).toEqual(['LOCKED', 'LOCKED', 'LOCKED', 'LOCKED', 'LOCKED', 'taken'])
  for (const child of children) child.kill('SIGKILL')
  await until(() => runLockHolder(dir, ports) === undefined, 'they have ended')
  acquireRunLock(dir, from).release()
})
