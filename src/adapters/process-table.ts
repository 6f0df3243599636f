/**
 * Which processes run here and which of them listen, out of /proc; where there is none (macOS), ps
 * and lsof tell. Arguments are looked at by the caller and never handed on: they may hold secrets.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Listener, ProcessPort, Running } from '../ports/process.ts'
import { readStat } from './process-identity.ts'

const TICKS_A_SECOND = 100
const MOST_PROCESSES = 20_000
const OUTPUT_BYTES = 4 * 1024 * 1024
/** State of a socket that listens, in /proc/net/tcp (proc(5)). */
const LISTENS = '0A'

export const hasProc = (): boolean => readStat(process.pid) !== undefined

export async function runningInProc(): Promise<Running[]> {
  const bootAt = Number(/^btime (\d+)$/m.exec(await readFile('/proc/stat', 'latin1'))?.[1]) * 1_000
  const all = (await processIds()).map(async (pid): Promise<Running[]> => {
    const stat = readStat(pid)
    const texts = [`/proc/${pid}/comm`, `/proc/${pid}/cmdline`].map((path) => textOf(path))
    const [comm = '', line = ''] = await Promise.all(texts)
    // A thread of the kernel has no command line; what died while we looked has nothing.
    if (stat === undefined || stat.state === 'Z' || line === '') return []
    const startedMs = bootAt + (Number(stat.startTime) / TICKS_A_SECOND) * 1_000
    const commandLine = line.replaceAll('\0', ' ').trim()
    return [{ pid, parent: stat.parent, name: comm.trim(), startedMs, commandLine }]
  })
  return (await Promise.all(all)).flat()
}

async function processIds(): Promise<number[]> {
  const names = await readdir('/proc')
  return names.map(Number).filter(Number.isInteger).slice(0, MOST_PROCESSES)
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

export async function listenersInProc(): Promise<Listener[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => textOf(`/proc/net/${name}`)))
  const found = tables.flatMap((table) => table.split('\n').slice(1).flatMap(listenerOf))
  if (found.length === 0) return []
  const owners = await socketOwners(new Set(found.map(({ inode }) => inode)))
  return found.map(({ inode, ...listener }) => ({ ...listener, pid: owners.get(inode) }))
}

function listenerOf(line: string): { address: string; port: number; inode: string }[] {
  const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
  const [address = '', port = ''] = local.split(':')
  if (state !== LISTENS) return []
  return [{ address: addressOf(address), port: Number.parseInt(port, 16), inode }]
}

/** Words of 32 bits in the order of this machine's bytes, which is little-endian wherever Node runs. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    [...Buffer.from(word, 'hex')].reverse(),
  )
  if (bytes.length === 4) return bytes.join('.')
  const pairs = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  )
  return new URL(`http://[${pairs.join(':')}]`).hostname.slice(1, -1)
}

/** Of other users' processes nothing can be told. */
async function socketOwners(inodes: ReadonlySet<string>): Promise<Map<string, number>> {
  const owners = new Map<string, number>()
  for (const pid of await processIds()) {
    const folder = `/proc/${pid}/fd`
    const names = await readdir(folder).catch(() => [])
    const links = await Promise.all(
      names.map((name) => readlink(`${folder}/${name}`).catch(() => '')),
    )
    for (const link of links) {
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1]
      if (inode !== undefined && inodes.has(inode) && !owners.has(inode)) owners.set(inode, pid)
    }
    if (owners.size === inodes.size) break
  }
  return owners
}

type Capture = Pick<ProcessPort, 'capture'>
const ENV = { PATH: '/bin:/usr/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' }

async function told(argv: readonly [string, ...string[]], { capture }: Capture): Promise<string> {
  const exit = await capture({ argv, cwd: '/', env: ENV }, OUTPUT_BYTES)
  if (exit.notStarted !== undefined) throw new Error(exit.notStarted)
  return exit.stdout
}

/** `12 1 Sat Nov 21 10:00:00 2026 /usr/bin/python3 app.py` */
const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(\S+)(.*)$/

export async function runningByPs(port: Capture): Promise<Running[]> {
  const text = await told(['ps', '-axo', 'pid=,ppid=,lstart=,command='], port)
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, started = '', program = '', rest = ''] = PS_LINE.exec(line) ?? []
    if (pid === undefined) return []
    const commandLine = `${program}${rest}`.trim()
    const startedMs = Date.parse(`${started} UTC`)
    return [
      { pid: Number(pid), parent: Number(parent), name: basename(program), startedMs, commandLine },
    ]
  })
}

/** One field a line: p is a process, n the name of a socket of it (lsof(8), OUTPUT FOR OTHER PROGRAMS). */
export async function listenersByLsof(port: Capture): Promise<Listener[]> {
  const text = await told(['lsof', '-nP', '-iTCP', '-sTCP:LISTEN', '-Fpn'], port)
  let pid: number | undefined
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    const [, address = '', at] = /^n(.*):(\d+)$/.exec(line) ?? []
    if (at === undefined) return []
    const plain = address === '*' ? '0.0.0.0' : address.replace(/^\[|\]$/g, '')
    return [{ address: plain, port: Number(at), pid }]
  })
}
