/** Git's objects as bytes, many of them read by one git process, and their names. */
import { createHash } from 'node:crypto'
import type { RecordGit } from './incident-branch.ts'

export type GitObjects = Map<string, Buffer>

type From = Pick<RecordGit, 'git' | 'repository'>

/** Objects that git cannot read (missing, empty, damaged) are left out. */
export async function readObjects(from: From, ids: readonly string[]): Promise<GitObjects> {
  const objects: GitObjects = new Map()
  if (ids.length === 0) return objects
  const chunks: Buffer[] = []
  const args = ['--no-replace-objects', 'cat-file', '--batch']
  const result = await from.git.raw(from.repository.root, args, {
    stdin: ids.map((id) => `${id}\n`).join(''),
    onStdout: (bytes) => chunks.push(Buffer.from(bytes)),
    timeoutMs: 600_000,
  })
  const output = Buffer.concat(chunks)
  for (let at = 0; at < output.length;) {
    const newline = output.indexOf(10, at)
    if (newline === -1) break
    const [id = '', , bytes] = output.toString('latin1', at, newline).split(' ')
    at = newline + 1
    if (bytes === undefined || !/^\d+$/.test(bytes)) continue
    objects.set(id, output.subarray(at, at + Number(bytes)))
    at += Number(bytes) + 1
  }
  // A damaged object ends the whole batch: the others are asked for one by one.
  if (result.ok || ids.length === 1) return objects
  for (const id of ids.filter((id) => !objects.has(id))) {
    for (const [found, bytes] of await readObjects(from, [id])) objects.set(found, bytes)
  }
  return objects
}

/** Sizes of blobs, without reading them. */
export async function blobSizes(from: From, ids: readonly string[]): Promise<Map<string, number>> {
  const args = ['--no-replace-objects', 'cat-file', '--batch-check=%(objectname) %(objectsize)']
  const stdin = ids.map((id) => `${id}\n`).join('')
  const sizes = new Map<string, number>()
  if (ids.length === 0) return sizes
  const result = await from.git.raw(from.repository.root, args, { stdin })
  if (!result.ok && ids.length === 1) return sizes
  if (!result.ok) {
    for (const id of ids)
      for (const [found, size] of await blobSizes(from, [id])) sizes.set(found, size)
    return sizes
  }
  for (const line of result.stdout.split('\n')) {
    const [id = '', size = ''] = line.split(' ')
    if (/^\d+$/.test(size)) sizes.set(id, Number(size))
  }
  return sizes
}

/** Whether git's blob is exactly the beginning of these bytes. */
export function isPrefix(bytes: Uint8Array, of: { blob: string; bytes: number }): boolean {
  return of.bytes <= bytes.length && blobId(bytes.subarray(0, of.bytes), of.blob.length) === of.blob
}

/** Git's name for these bytes; 40 digits are SHA-1, 64 are SHA-256. */
export function blobId(bytes: Uint8Array, digits: number): string {
  const algorithm = digits === 40 ? 'sha1' : 'sha256'
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
