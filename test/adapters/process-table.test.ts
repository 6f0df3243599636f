/** Processes and listening sockets of this machine, by /proc and by the programs that stand in for it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProcessPort } from '../../src/adapters/process.ts'
import {
  hasProc,
  listenersByLsof,
  listenersInProc,
  runningByPs,
  runningInProc,
} from '../../src/adapters/process-table.ts'

const port = createProcessPort()
const servers: Server[] = []
let child: ChildProcess

async function listenOn(address: string): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, address, done))
  servers.push(server)
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  child = spawn('sh', ['-c', 'echo up; read line', 'a name', 'b'], { stdio: 'pipe' })
  await new Promise((up) => child.stdout?.once('data', up))
})
afterAll(() => {
  child.kill()
  for (const server of servers) server.close()
})

const ways = [
  { name: '/proc', there: hasProc(), running: runningInProc, listeners: listenersInProc },
  {
    name: 'ps and lsof',
    there: port.which('ps') !== undefined && port.which('lsof') !== undefined,
    running: () => runningByPs(port),
    listeners: () => listenersByLsof(port),
  },
]

describe.each(ways.filter(({ there }) => there))('by $name', ({ running, listeners }) => {
  test('a process is found with its parent, its program, its command line and its start', async () => {
    const found = (await running()).find(({ pid }) => pid === child.pid)
    expect(found).toMatchObject({ pid: child.pid, parent: process.pid, name: 'sh' })
    expect(found?.commandLine).toContain('a name b')
    expect(Math.abs((found?.startedMs ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  test('a listening socket is found with its address and its process, a connected one is not', async () => {
    const one = await listenOn('127.0.0.1')
    const all = await listeners()
    expect(all.filter((own) => own.port === one)).toEqual([
      { address: '127.0.0.1', port: one, pid: process.pid },
    ])
  })
})

test.runIf(hasProc())('addresses of both families are read', async () => {
  const any = await listenOn('0.0.0.0')
  const found = await listenersInProc()
  expect(found.find((own) => own.port === any)?.address).toBe('0.0.0.0')
  const six = await listenOn('::1').catch(() => undefined)
  if (six === undefined) return
  const again = await listenersInProc()
  expect(again.find((own) => own.port === six)?.address).toBe('::1')
})
