/** Reading a log: 30 patterns against grep on the same file, and memory. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { has, HOTWASH, peakMemoryMb, repository, run, yard } from '../machine.ts'
import { pair, timed } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const MB = 1 << 20
const WORDS =
  `ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|Failed query|does not exist|deadlock detected
too many connections|connection pool|not queryable|duplicate key|unauthorized|forbidden|invalid token
jwt expired|csrf|access denied|permission denied|missing secret|must be set|environment variable
bad gateway|service unavailable|socket hang up|upstream|timed out|out of memory|segmentation fault
stack overflow|panic:`.split(/[|\n]/)

/** One line in a thousand is an error. */
function bigLog(name: string, megabytes: number): string {
  const path = join(yard, name)
  const fd = openSync(path, 'w')
  let count = 0
  const line = (): string => {
    count += 1
    const time = new Date(1795230000000 + count * 7).toISOString()
    return count % 1000 === 0
      ? `${time} ERROR login[4711] request_id=${count} Failed query: select * from users where id = ${count}\n    at Query.run (db.ts:10:3)\n`
      : `${time} INFO login[4711] request_id=${count} accepted session of a user from 192.0.2.1, 200 in ${count % 50} ms\n`
  }
  for (let written = 0; written < megabytes * MB;) {
    const block = Array.from({ length: 10_000 }, line).join('')
    written += writeSync(fd, block)
  }
  closeSync(fd)
  return path
}

const CATEGORIES = { one: WORDS.slice(0, 10), two: WORDS.slice(10, 20), three: WORDS.slice(20) }

function runbookOf(folder: string, file: string): string {
  const path = join(folder, 'logs.yaml')
  const logs = { file, categories: CATEGORIES }
  const steps = [{ id: 'read', logs, expect: 'total > 0' }]
  writeFileSync(path, JSON.stringify({ hotwash: 1, name: 'Logs', steps }))
  return path
}

/** The kind alone: the record and the start of the program are measured elsewhere. */
async function read(file: string): Promise<void> {
  const { logs: kind } = await import('../../src/steps/kinds/logs.ts')
  const { createFiles } = await import('../../src/adapters/files.ts')
  const { createClock } = await import('../../src/adapters/clock.ts')
  const context = {
    ports: { files: createFiles({ stateDir: join(yard, 'state') }), clock: createClock() },
    cwd: yard,
    signal: new AbortController().signal,
    mask: (text: string) => text,
  }
  const asked = kind.params.parse({ file, categories: CATEGORIES })
  const outcome = await kind.run(asked as never, context as never)
  if (outcome.ended !== 'completed') throw new Error(outcome.reason)
}

export async function logs(): Promise<Row[]> {
  const file = bigLog('log-256', 256)
  const grep = (...argv: string[]) =>
    timed(() => run(['grep', '-c', ...argv, file], yard, { LC_ALL: 'C' }))
  if (!has('grep')) return []
  const rows = [
    measured('logs: 30 patterns over 256 MB', 'grep -c -E, the same 30', '>= 200 MB/s').as(
      await pair(
        5,
        () => read(file),
        () => grep('-E', WORDS.join('|')),
      ),
    ),
    measured('logs: 30 patterns over 256 MB', 'grep -c, one of them', '').as(
      await pair(
        5,
        () => read(file),
        () => grep('Failed query'),
      ),
    ),
  ]
  const large = bigLog('log-1024', 1024)
  const folder = repository('logs')
  const peak = (of: string) =>
    peakMemoryMb([process.execPath, HOTWASH, 'run', runbookOf(folder, of), '--yes'], folder)
  rows.push(
    measured('peak memory of a log of 1 GB', 'of 256 MB', '<= 200 MB, <= 1.5').as({
      growth: `${peak(large)}, ${peak(file)}`,
    }),
  )
  return rows
}
