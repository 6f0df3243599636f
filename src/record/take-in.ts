/**
 * Takes logs of other clones, with what they mention, into a journal. Such a log is marked, is never
 * written by anybody here, and may only grow: what is there has to be its beginning.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { HotwashError } from '../errors.ts'
import { decodeLine } from './journal/codec.ts'
import { refuseLinks, writeAll, writeDurably } from './journal/disk.ts'
import { isOthers, isTakenUp, markOthers } from './journal/others.ts'
import { writerOf } from './names.ts'
import { isAboutReport } from './report-log.ts'
import { logVerifier } from './verify/log.ts'

/** Path below the record's folder (log/, evidence/, runbooks/) to its bytes. */
export type RecordFiles = ReadonlyMap<string, Buffer>

type Into = { incident: string; dir: string }

const LOG = /^log\/[A-Za-z0-9][\w@.-]*\.jsonl$/
const KEPT = /^(?:evidence\/[0-9a-f]{64}|runbooks\/[0-9a-f]{64}\.yaml)$/

/**
 * Throws NOT_VERIFIED and names the first log that cannot be taken in; the others are in by then: each
 * stands by itself. The caller holds the append lock. Evidence comes first: no log names what is
 * not there.
 */
export function takeIn(into: Into, files: RecordFiles): void {
  refuseLinks(into.dir, 'log', 'evidence', 'runbooks', 'local')
  for (const [path, bytes] of files) if (KEPT.test(path)) keep(into.dir, path, bytes)
  let problem: unknown
  for (const [path, bytes] of files) {
    try {
      if (path.startsWith('log/')) takeLog(into, path, bytes)
    } catch (error) {
      problem ??= error
    }
  }
  if (problem !== undefined) throw problem
}

function keep(dir: string, path: string, bytes: Buffer): void {
  const digest = createHash('sha256').update(bytes).digest('hex')
  if (digest !== basename(path, '.yaml')) throw refused(path, 'is not what its name says')
  const copy = join(dir, path)
  if (!existsSync(copy)) writeDurably(copy, bytes)
}

function takeLog({ incident, dir }: Into, path: string, bytes: Buffer): void {
  if (!LOG.test(path)) throw refused(path, 'is no name of a log')
  refuseLinks(dir, path)
  const copy = join(dir, path)
  const there = existsSync(copy) ? readFileSync(copy) : undefined
  if (there !== undefined) {
    const both = Math.min(there.length, bytes.length)
    if (!there.subarray(0, both).equals(bytes.subarray(0, both)))
      throw refused(path, 'does not continue what the journal has of it')
    if (there.length >= bytes.length) return
    if (!isOthers(dir, path)) throw refused(path, 'is longer than in the journal that writes it')
  }
  const verifier = logVerifier({ writer: writerOf(path), incident })
  verifier.push(bytes)
  const [problem] = verifier.end().problems
  if (problem !== undefined) throw refused(path, problem.message)
  if (!isTakenUp(dir)) refuseRuns(path, bytes)
  markOthers(dir, path)
  if (there === undefined) writeDurably(copy, bytes)
  else grow(copy, bytes.subarray(there.length))
}

/** Nobody who can push answers a gate, or ends an incident, in the clone that runs it. */
function refuseRuns(path: string, bytes: Buffer): void {
  for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) {
    const decoded = decodeLine(line)
    if (decoded.ok && isAboutReport(decoded.event.type)) continue
    const what = decoded.ok ? decoded.event.type : 'a line that cannot be read'
    throw refused(path, `holds ${what}, which belongs in the clone where the incident was declared`)
  }
}

/** In place: who reads the log now knows it by its inode. */
function grow(path: string, tail: Buffer): void {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants
  const fd = openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW)
  try {
    writeAll(fd, tail)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const refused = (path: string, why: string): HotwashError =>
  new HotwashError('NOT_VERIFIED', `${path} of another clone is not taken in: it ${why}`, {
    hint: 'see what is wrong with: hotwash audit verify',
  })
