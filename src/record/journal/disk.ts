/** The file system as the record needs it: what is acknowledged is on the disk, and errors say so. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import { unlinkIfThere } from './holder.ts'

const IN_WORDS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is as large as the system allows',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EIO: 'the disk reports an error',
  EMFILE: 'too many open files',
  ENOENT: 'the folder is gone',
}

export function journalError(error: unknown, path: string): HotwashError {
  if (error instanceof HotwashError) return error
  const { code = '' } = error as NodeJS.ErrnoException
  const first = ['ENOSPC', 'EDQUOT'].includes(code) ? 'make room there' : 'make it writable'
  return new HotwashError(
    'JOURNAL',
    `the journal cannot be written: ${diskWords(error)}: ${path}`,
    {
      hint: `nothing runs that cannot be recorded; ${first}, then do it again, or go on with a run: hotwash resume`,
      cause: error,
    },
  )
}

/** `the disk is full (ENOSPC)`. */
export function diskWords(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  const words = IN_WORDS[code]
  return words === undefined ? message : `${words} (${code})`
}

/** Runs `act`, and turns what the disk says into JOURNAL. */
export function onDisk<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw journalError(error, path)
  }
}

/** On a full disk write(2) returns short without an error: go on until all is there or it says why. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.length) {
    const wrote = writeSync(fd, bytes, done, bytes.length - done)
    if (wrote === 0) throw Object.assign(new Error('write returned 0'), { code: 'ENOSPC' })
    done += wrote
  }
}

/** Makes names in a folder durable. */
export function syncFolder(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The file is there completely, or not at all. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.tmp-${process.pid}`
  unlinkIfThere(temporary)
  const fd = openSync(temporary, 'wx', 0o600)
  try {
    writeAll(fd, bytes)
    fdatasyncSync(fd)
  } catch (error) {
    unlinkIfThere(temporary)
    throw error
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
  syncFolder(dirname(path))
}

/** Makes a private folder; its name is durable on return. */
export function makeFolder(path: string): void {
  const made = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (made === undefined) return
  for (let folder = path; folder.length >= made.length; folder = dirname(folder)) {
    syncFolder(dirname(folder))
  }
}

/** Through a link, somebody else decides where the record is written. */
export function refuseLinks(dir: string, ...names: string[]): void {
  for (const path of [dir, ...names.map((name) => join(dir, name))]) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue
    throw new HotwashError(
      'NOT_VERIFIED',
      `${path} is a symbolic link; a record is kept in plain files`,
      {
        hint: 'put the real file or folder there; hotwash follows no link here',
      },
    )
  }
}

export function readAt(fd: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes)
  let done = 0
  while (done < bytes) {
    const got = readSync(fd, buffer, done, bytes - done, from + done)
    if (got === 0) break
    done += got
  }
  return buffer.subarray(0, done)
}
