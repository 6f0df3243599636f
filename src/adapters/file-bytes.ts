/** A file of any size in pieces, through one buffer. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { BytesRead, Files } from '../ports/files.ts'

const PIECE_BYTES = 1024 * 1024

export async function readBytes(
  path: string,
  options: Parameters<Files['readBytes']>[1],
): Promise<BytesRead> {
  // A pipe without a writer would block for ever, and take a thread with it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = await file.stat()
    if (!stats.isFile() && !stats.isDirectory()) {
      throw Object.assign(new Error(`${path} is no plain file`), { code: 'ESPIPE' })
    }
    const { size } = stats
    const from = options.from > size ? 0 : options.from
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    let to = from
    while (to < size && !options.signal.aborted) {
      const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, size - to), to)
      if (bytesRead === 0) break
      options.onBytes(piece.subarray(0, bytesRead))
      to += bytesRead
    }
    return { from, to, size, sizeAfter: (await file.stat()).size }
  } finally {
    await file.close()
  }
}
