/** Reads a body to a limit, decompressing on the way: a small answer may inflate to gigabytes. */
import type { Readable, Transform } from 'node:stream'
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  constants,
} from 'node:zlib'

/** What we ask for and can read. */
export const ENCODINGS = 'gzip, deflate, br'

const LENIENT = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(LENIENT),
  'x-gzip': () => createGunzip(LENIENT),
  deflate: () => createInflate(LENIENT),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
}

export type ReadBody = { body: string; bytes: number }

/** `bytes` counts what arrived, decompressed; when the limit cut it off, it is above the limit. */
export async function readBody(
  source: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<ReadBody> {
  const stream = decode(source, encoding)
  const kept: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const room = maxBytes - bytes
    if (room > 0) kept.push(chunk.subarray(0, room))
    bytes += chunk.length
    if (bytes > maxBytes) break
  }
  if (bytes > maxBytes) source.destroy()
  return { body: Buffer.concat(kept).toString('utf8'), bytes }
}

function decode(source: Readable, encoding: string | undefined): Readable {
  let stream = source
  const names = (encoding ?? '').toLowerCase().split(',')
  for (const name of names.map((part) => part.trim()).reverse()) {
    const decoder = DECODERS[name]?.()
    if (decoder === undefined) continue
    const from = stream
    from.on('error', (error) => decoder.destroy(error))
    decoder.on('close', () => from.destroy())
    stream = from.pipe(decoder)
  }
  return stream
}
