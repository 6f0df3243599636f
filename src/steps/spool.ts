/**
 * Keeps the first and the last part of an output of any length in a file of bounded size. While the
 * output comes, the last part is a ring behind the first one; `close` puts it in order.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../errors.ts'
import type { Spooled } from '../ports/journal.ts'

export type SpoolSizes = { headBytes: number; tailBytes: number }

export type Spool = {
  write(bytes: Uint8Array): void
  /** There is no file when nothing was written. `last`: at most so many bytes from the end. */
  close(lastBytes: number): Spooled & { last: Uint8Array }
}

export function openSpool(folder: string, { headBytes, tailBytes }: SpoolSizes): Spool {
  const path = join(folder, `output-${randomUUID()}`)
  let fd: number | undefined
  let total = 0
  const write = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return
    fd ??= createFile(folder, path)
    let done = 0
    while (done < bytes.length) {
      const inHead = total < headBytes
      const place = inHead ? total : headBytes + ((total - headBytes) % tailBytes)
      const room = (inHead ? headBytes : headBytes + tailBytes) - place
      const part = bytes.subarray(done, done + room)
      writeAll(fd, part, { at: place, path })
      done += part.length
      total += part.length
    }
  }
  const close = (lastBytes: number) => {
    const leftOutBytes = Math.max(0, total - headBytes - tailBytes)
    const spooled = { path, bytes: total, keptBytes: total - leftOutBytes, leftOutBytes }
    if (fd === undefined) return { ...spooled, last: new Uint8Array() }
    if (leftOutBytes > 0) straighten(fd, { path, headBytes, tailBytes, total, leftOutBytes })
    const length =
      total <= headBytes + tailBytes ? total : fileLength(headBytes, tailBytes, leftOutBytes)
    const count = Math.min(lastBytes, leftOutBytes > 0 ? tailBytes : total)
    const last = readAt(fd, { at: length - count, count })
    closeSync(fd)
    return { ...spooled, last }
  }
  return { write, close }
}

function createFile(folder: string, path: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return openSync(path, 'wx+', 0o600)
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

const markOf = (leftOutBytes: number): Buffer =>
  Buffer.from(`\n[hotwash left out ${leftOutBytes} bytes here]\n`)

const fileLength = (headBytes: number, tailBytes: number, leftOutBytes: number): number =>
  headBytes + markOf(leftOutBytes).length + tailBytes

type Ring = SpoolSizes & { path: string; total: number; leftOutBytes: number }

function straighten(fd: number, { path, headBytes, tailBytes, total, leftOutBytes }: Ring): void {
  const ring = readAt(fd, { at: headBytes, count: tailBytes })
  const oldest = (total - headBytes) % tailBytes
  const mark = markOf(leftOutBytes)
  const ordered = Buffer.concat([mark, ring.subarray(oldest), ring.subarray(0, oldest)])
  writeAll(fd, ordered, { at: headBytes, path })
  ftruncateSync(fd, headBytes + ordered.length)
}

function readAt(fd: number, { at, count }: { at: number; count: number }): Buffer {
  const bytes = Buffer.alloc(count)
  let done = 0
  while (done < count) {
    const read = readSync(fd, bytes, done, count - done, at + done)
    if (read === 0) break
    done += read
  }
  return bytes.subarray(0, done)
}

/** A full disk makes a write short first, and fail only when nothing at all fits. */
function writeAll(fd: number, bytes: Uint8Array, { at, path }: { at: number; path: string }): void {
  let done = 0
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done, bytes.length - done, at + done)
    } catch (error) {
      throw cannotWrite(path, error)
    }
  }
}

function cannotWrite(path: string, cause: unknown): HotwashError {
  const { code, message } = cause as NodeJS.ErrnoException
  return new HotwashError(
    'JOURNAL',
    `the output cannot be written to ${path}: ${code ?? message}`,
    {
      hint: 'make room on this disk, then resume',
      cause,
    },
  )
}
