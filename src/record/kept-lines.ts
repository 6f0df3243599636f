/**
 * A cache as a file: one line per incident, each with the key that tells whether it still holds. It
 * is private, lies outside git, and can be deleted at any time. The first line names the format and
 * the digest of all that follows: what is older, foreign or damaged is as if it were not there.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writevSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Repository } from '../ports/git.ts'

/** `payload` is UTF-8 without a line end; the key and the id hold no tab. Bytes, since most are never looked at. */
export type Kept = { key: string; payload: Buffer }

/** Of its own size: from Buffer's pool, each would keep other bytes in memory. */
export function payloadOf(line: string): Buffer {
  const bytes = Buffer.alloc(Buffer.byteLength(line))
  bytes.write(line)
  return bytes
}

const TAB = 9
const NEWLINE = 10

const header = (format: string, body: readonly Uint8Array[]): Buffer => {
  const digest = createHash('sha256')
  for (const part of body) digest.update(part)
  return Buffer.from(`hotwash ${format} ${digest.digest('hex')}\n`)
}

/** Beside the journals: private, and gone when the repository is. One for each work tree. */
export function keptFile(
  { repository, root }: { repository: Repository | undefined; root: string },
  name: string,
): string | undefined {
  if (repository === undefined) return undefined
  const tree = createHash('sha256').update(root).digest('hex').slice(0, 12)
  return join(repository.commonDir, 'hotwash', 'catalog', tree, name)
}

/** By id; empty when there is none of this format. */
export function readKept(file: string, format: string): Map<string, Kept> {
  const kept = new Map<string, Kept>()
  const bytes = bytesOf(file)
  const body = bytes.subarray(bytes.indexOf(NEWLINE) + 1)
  if (!bytes.subarray(0, bytes.length - body.length).equals(header(format, [body]))) return kept
  for (let at = 0; at < body.length;) {
    const newline = body.indexOf(NEWLINE, at)
    const id = body.indexOf(TAB, at)
    const key = body.indexOf(TAB, id + 1)
    kept.set(body.toString('utf8', at, id), {
      key: body.toString('utf8', id + 1, key),
      payload: body.subarray(key + 1, newline),
    })
    at = newline + 1
  }
  return kept
}

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}

/** Complete or not at all; where it cannot be written, it is made again next time. */
export function writeKept(file: string, format: string, kept: ReadonlyMap<string, Kept>): void {
  const body = [...kept].flatMap(([id, { key, payload }]) => [
    Buffer.from(`${id}\t${key}\t`),
    payload,
    Buffer.of(NEWLINE),
  ])
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  } catch {
    return
  }
  const temporary = `${file}.tmp-${process.pid}`
  try {
    const fd = openSync(temporary, 'wx', 0o600)
    try {
      writevSync(fd, [header(format, body), ...body])
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true, recursive: true })
  }
}
