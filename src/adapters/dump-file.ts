/**
 * A dump is written under a temporary name, synced, and only then renamed: a file with the final
 * name is whole. It is 0600 before its first byte, because pg_dump itself would make it readable.
 */
import { constants } from 'node:fs'
import { access, mkdir, open, rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Files } from '../ports/files.ts'
import { codeOf, DatabaseProblem, messageOf } from './failure.ts'

export type DumpFile = {
  /** Write here. */
  path: string
  /** Makes it durable under its final name. */
  keep(): Promise<{ file: string; bytes: number; sha256: string }>
  /** Removes what was written, unless it was kept. */
  discard(): Promise<void>
}

export async function createDumpFile(to: string, parts: { files: Files; tag: string }) {
  const folder = dirname(to)
  const path = join(folder, `.${basename(to)}.${parts.tag}.partial`)
  await refuseExisting(to)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    throw new DatabaseProblem(
      'TO',
      `the backup cannot be written to ${folder}: ${messageOf(error)}`,
    )
  }
  let kept = false
  const file: DumpFile = {
    path,
    async keep() {
      const { bytes, sha256 } = await parts.files.digest(path)
      await sync(path)
      await rename(path, to)
      kept = true
      await sync(folder)
      return { file: to, bytes, sha256 }
    },
    discard: async () => {
      if (!kept) await rm(path, { force: true })
    },
  }
  return file
}

async function refuseExisting(to: string): Promise<void> {
  try {
    await access(to, constants.F_OK)
  } catch {
    return
  }
  throw new DatabaseProblem('TO', `${to} is already there: a backup never replaces another file`)
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A dump is seldom under a fortieth of its database: where not even that fits, it is not begun. */
const LEAST_SHARE = 40

export async function checkRoom(to: string, databaseBytes: number): Promise<void> {
  const stats = await statfs(await existing(dirname(to)))
  const free = stats.bavail * stats.bsize
  if (free * LEAST_SHARE >= databaseBytes) return
  const mb = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`
  throw new DatabaseProblem(
    'DISK',
    `${dirname(to)} has ${mb(free)} free, too little for a backup of ${mb(databaseBytes)}: free some, or set \`to\``,
  )
}

async function existing(folder: string): Promise<string> {
  try {
    await access(folder)
    return folder
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) return folder
    return existing(dirname(folder))
  }
}

/** Refuses a dump that is not the one the backup step made. */
export async function checkDigest(files: Files, dump: { file: string; sha256: string }) {
  const found = await files.digest(dump.file).catch((error: unknown) => {
    throw new DatabaseProblem('DUMP', `the dump ${dump.file} cannot be read: ${messageOf(error)}`)
  })
  if (found.sha256 === dump.sha256) return
  throw new DatabaseProblem(
    'DIGEST',
    `the dump ${dump.file} is not the one that was made: its sha256 is ${found.sha256}, recorded is ${dump.sha256}; nothing was restored`,
  )
}
