/** A file of any size in pieces, through one buffer. */
import { open } from 'node:fs/promises'
import type { BytesRead, Files } from '../ports/files.ts'

const PIECE_BYTES = 1024 * 1024

export async function readBytes(
  path: string,
  options: Parameters<Files['readBytes']>[1],
): Promise<BytesRead> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
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
