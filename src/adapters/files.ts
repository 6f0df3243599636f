/** The part of the file system that steps look at, and the private folders they write to. */
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { chmod, lstat, mkdir, mkdtemp, open, opendir, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { readBytes } from './file-bytes.ts'
import { removeFile, writePrivate } from './private-file.ts'
import type { FileFacts, Files, SmallFile } from '../ports/files.ts'

const PRIVATE_FOLDER = 0o700
const PRIVATE_FILE = 0o600
const EMPTY_SHA256 = createHash('sha256').digest('hex')

export function createFiles(options: { stateDir: string }): Files {
  return {
    readText,
    readRegular,
    readBytes,
    list,
    facts,
    digest,
    privateFile,
    writePrivate,
    removeFile,
    async stateFolderIfAny(...names) {
      const folder = join(options.stateDir, ...names)
      return (await lstat(folder).catch(() => undefined))?.isDirectory() ? folder : undefined
    },
    async stateFolder(...names) {
      let folder = options.stateDir
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER })
      for (const name of names) {
        folder = join(folder, name)
        await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER })
        // An older or foreign tool may have made it wider.
        await chmod(folder, PRIVATE_FOLDER)
      }
      return folder
    },
  }
}

async function readText(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, 'r')
  try {
    const bytes = await readUpTo(file, maxBytes + 1)
    if (bytes.length > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`)
    return bytes.toString('utf8')
  } finally {
    await file.close()
  }
}

/** Links to folders are not followed: they may lead around in a circle. */
async function list(folder: string, most: number): Promise<string[]> {
  const files: string[] = []
  const folders = ['']
  for (let inner = folders.pop(); inner !== undefined; inner = folders.pop()) {
    for await (const entry of await opendir(join(folder, inner))) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`
      if (entry.isDirectory()) folders.push(path)
      else if (files.push(path) > most) throw new Error(`${folder} holds more than ${most} files`)
    }
  }
  return files.sort()
}

async function readUpTo(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(maxBytes)
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

const WHY_NOT: Readonly<Record<string, Exclude<SmallFile['is'], 'read'>>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EISDIR: 'directory',
  EACCES: 'denied',
  EPERM: 'denied',
  ENXIO: 'special',
}

async function readRegular(path: string, maxBytes: number): Promise<SmallFile> {
  try {
    // A pipe without a writer would block for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = await file.stat()
      if (stats.isDirectory()) return { is: 'directory' }
      if (!stats.isFile()) return { is: 'special' }
      if (stats.size > maxBytes) return { is: 'too_large' }
      const bytes = await readUpTo(file, maxBytes + 1)
      if (bytes.length > maxBytes) return { is: 'too_large' }
      return { is: 'read', text: bytes.toString('utf8') }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    return { is: WHY_NOT[code] ?? 'failed' }
  }
}

/** undefined: there is nothing at this path. A link is reported as a link, never followed. */
async function facts(path: string): Promise<FileFacts | undefined> {
  let stats
  try {
    stats = await lstat(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
  const kind = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'directory'
      : stats.isSymbolicLink()
        ? 'symlink'
        : 'other'
  return {
    path,
    size: stats.size,
    mode: (stats.mode & 0o7777).toString(8).padStart(4, '0'),
    modified: stats.mtime.toISOString(),
    sha256: kind === 'file' ? (await digest(path)).sha256 : EMPTY_SHA256,
    kind,
  }
}

async function digest(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function privateFile(name: string, content: string) {
  const folder = await mkdtemp(join(tmpdir(), 'hotwash-'))
  const path = join(folder, basename(name))
  const file = await open(path, 'wx', PRIVATE_FILE)
  try {
    await file.writeFile(content)
  } finally {
    await file.close()
  }
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}
