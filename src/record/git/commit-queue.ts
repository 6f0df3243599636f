/** Which events git does not have yet: the logs of the journal behind the offsets that the tip has. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IncidentEvent } from '../../incident/event.ts'
import { digestOfLine } from '../journal/chain.ts'
import { COMMITTED, decodeLine } from '../journal/codec.ts'
import { writerOf } from '../names.ts'
import { isPrefix } from './objects.ts'
import { logNames } from '../journal/logs.ts'
import { isOthers } from '../journal/others.ts'

/** One commit to be: the log as it was when this event had been appended, and what it refers to. */
export type Pending = {
  event: IncidentEvent
  writer: string
  log: Buffer
  /** End of the event's line. */
  end: number
  digest: string
  /** Names under evidence/ and runbooks/ that came into use since the commit before. */
  files: readonly string[]
}

/** Files of the record at a commit: path below the record's folder to blob id and size. */
export type RecordTree = ReadonlyMap<string, { blob: string; bytes: number }>

export type Queue =
  | { ok: true; pending: Pending[] }
  /** The branch has what the journal lacks. */
  | { ok: false; problem: string }

export function pendingCommits(dir: string, tip: RecordTree): Queue {
  const kept = keptFiles(dir)
  const inTip = new Set(tip.keys())
  const all: (Omit<Pending, 'files'> & { mentions: string[] })[] = []
  for (const name of logNames(join(dir, 'log'))) {
    // Committed by the clone that writes it: here, its events would get a second commit each.
    if (isOthers(dir, name)) continue
    const log = readFileSync(join(dir, 'log', name))
    const there = tip.get(`log/${name}`)
    if (there !== undefined && there.bytes > log.length) {
      return {
        ok: false,
        problem: `the branch has more of ${name} than the journal: run hotwash audit verify`,
      }
    }
    const done = there !== undefined && isPrefix(log, there) ? there.bytes : 0
    all.push(...eventsOf({ log, writer: writerOf(name), done, kept }))
  }
  all.sort(
    (a, b) =>
      a.event.clock - b.event.clock ||
      (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.end - b.end),
  )
  return { ok: true, pending: withFiles(all, inTip) }
}

function* eventsOf(from: { log: Buffer; writer: string; done: number; kept: Map<string, string> }) {
  const { log, writer, done, kept } = from
  let mentions: string[] = []
  for (let at = 0; ;) {
    const newline = log.indexOf(10, at)
    if (newline === -1) return
    const line = log.subarray(at, newline + 1)
    at = newline + 1
    for (const [digest] of line.toString('latin1').matchAll(/[0-9a-f]{64}/g)) {
      const file = kept.get(digest)
      if (file !== undefined) mentions.push(file)
    }
    if (at <= done) continue
    const decoded = decodeLine(line.toString('utf8', 0, line.length - 1))
    // The journal itself refuses to go on behind a bad line, and so does git.
    if (!decoded.ok) return
    if (!COMMITTED[decoded.event.type]) continue
    yield { event: decoded.event, writer, log, end: at, digest: digestOfLine(line), mentions }
    mentions = []
  }
}

function withFiles(
  all: (Omit<Pending, 'files'> & { mentions: string[] })[],
  inTip: Set<string>,
): Pending[] {
  return all.map(({ mentions, ...rest }) => {
    const files = [...new Set(mentions)].filter((file) => !inTip.has(file))
    for (const file of files) inTip.add(file)
    return { ...rest, files }
  })
}

function keptFiles(dir: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const folder of ['evidence', 'runbooks']) {
    const path = join(dir, folder)
    for (const name of existsSync(path) ? readdirSync(path) : []) {
      if (/^[0-9a-f]{64}(\.yaml)?$/.test(name)) files.set(name.slice(0, 64), `${folder}/${name}`)
    }
  }
  return files
}
