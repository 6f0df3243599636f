/** Evidence and runbooks: files named by the digest of their bytes, masked and capped before that. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { Evidence } from '../../incident/event.ts'
import type { Redactor } from '../../redact/redactor.ts'
import type { Spooled } from '../../ports/journal.ts'
import { makeFolder, onDisk, refuseLinks, writeDurably } from './disk.ts'
import { unlinkIfThere } from './holder.ts'

/** Git keeps every version for ever: more than this of one output helps nobody. */
export const EVIDENCE_CAP_BYTES = 8 << 20

export function putText(
  dir: string,
  redactor: Redactor,
  { label, text }: { label: string; text: string },
): Evidence {
  return keep(dir, {
    label: redactor.mask(label),
    bytes: Buffer.from(redactor.mask(text)),
    leftOutBytes: 0,
  })
}

/** Masks again, with what was learned since the output was spooled, and removes the spool file. */
export function putSpool(
  dir: string,
  redactor: Redactor,
  { label, spool }: { label: string; spool: Spooled },
): Evidence {
  const spooled = onDisk(spool.path, () => readFileSync(spool.path))
  const stream = redactor.stream()
  // A copy, since the stream may use the same room again.
  const first = Buffer.from(stream.push(spooled))
  const bytes = Buffer.concat([first, stream.end()])
  const kept = keep(dir, { label: redactor.mask(label), bytes, leftOutBytes: spool.leftOutBytes })
  unlinkIfThere(spool.path)
  return kept
}

function keep(dir: string, from: { label: string; bytes: Buffer; leftOutBytes: number }): Evidence {
  const { bytes, cutBytes } = capped(from.bytes)
  const sha256 = putFile(dir, { folder: 'evidence', bytes, extension: '' })
  const leftOut = from.leftOutBytes + cutBytes
  return {
    label: from.label,
    sha256,
    bytes: bytes.length,
    ...(leftOut > 0 ? { left_out_bytes: leftOut } : {}),
  }
}

/** The first and the last part; what matters is rarely in the middle. */
function capped(bytes: Buffer): { bytes: Buffer; cutBytes: number } {
  if (bytes.length <= EVIDENCE_CAP_BYTES) return { bytes, cutBytes: 0 }
  const half = EVIDENCE_CAP_BYTES / 2
  const cutBytes = bytes.length - EVIDENCE_CAP_BYTES
  const mark = Buffer.from(`\n[hotwash left out ${cutBytes} bytes here]\n`)
  return {
    bytes: Buffer.concat([bytes.subarray(0, half), mark, bytes.subarray(bytes.length - half)]),
    cutBytes,
  }
}

/** Durable on return. A file that is there already was named by the same digest, and is checked. */
export function putFile(
  dir: string,
  {
    folder,
    bytes,
    extension,
  }: { folder: 'evidence' | 'runbooks'; bytes: Uint8Array; extension: string },
): string {
  const sha256 = hash('sha256', bytes, 'hex')
  const parent = join(dir, folder)
  const path = join(parent, sha256 + extension)
  onDisk(path, () => {
    refuseLinks(parent)
    makeFolder(parent)
    if (readChecked(path, sha256) === undefined) writeDurably(path, bytes)
  })
  return sha256
}

export function readKept(
  dir: string,
  folder: 'evidence' | 'runbooks',
  name: string,
): string | undefined {
  if (!/^[0-9a-f]{64}$/.test(name.replace(/\.yaml$/, ''))) return undefined
  return readChecked(join(dir, folder, name), name.slice(0, 64))?.toString('utf8')
}

/** undefined when it is missing, is not a plain file, or its bytes are not what its name says. */
function readChecked(path: string, sha256: string): Buffer | undefined {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch {
    return undefined
  }
  try {
    if (!fstatSync(fd).isFile()) return undefined
    const bytes = readFileSync(fd)
    return hash('sha256', bytes, 'hex') === sha256 ? bytes : undefined
  } finally {
    closeSync(fd)
  }
}
