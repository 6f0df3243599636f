/**
 * A cache as a file: one line per incident, each with the key that tells whether it still holds. It
 * is private, lies outside git, and can be deleted at any time. The first line names the format and
 * the digest of all that follows: what is older, foreign or damaged is as if it were not there.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { dirname } from 'node:path'

/** `payload` holds no line end, `key` and the id no tab. */
export type Kept = { key: string; payload: string }

const header = (format: string, body: Uint8Array): string =>
  `hotwash ${format} ${hash('sha256', body)}\n`

/** By id; empty when there is none of this format. */
export function readKept(file: string, format: string): Map<string, Kept> {
  const kept = new Map<string, Kept>()
  const bytes = bytesOf(file)
  const end = bytes.indexOf('\n') + 1
  const whole = bytes.subarray(end)
  if (end === 0 || bytes.toString('utf8', 0, end) !== header(format, whole)) return kept
  const body = whole.toString('utf8')
  for (let at = 0; at < body.length;) {
    const newline = body.indexOf('\n', at)
    if (newline === -1) break
    const id = body.indexOf('\t', at)
    const key = body.indexOf('\t', id + 1)
    kept.set(body.slice(at, id), {
      key: body.slice(id + 1, key),
      payload: body.slice(key + 1, newline),
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
  const lines: string[] = []
  for (const [id, { key, payload }] of kept) lines.push(`${id}\t${key}\t${payload}\n`)
  const body = Buffer.from(lines.join(''))
  const temporary = `${file}.tmp-${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, header(format, body), { mode: 0o600, flag: 'wx' })
    appendFileSync(temporary, body)
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true })
  }
}
