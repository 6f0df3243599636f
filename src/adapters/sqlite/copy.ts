/**
 * Backup and restore through SQLite's own backup interface, in both directions. A restore writes
 * into the live file as one transaction, under its locks: a service that has it open goes on and sees
 * the dump's content. Replacing the file would leave the service writing into a deleted one.
 */
import { chmodSync, existsSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'
import type { BackupResult, Content, Database } from '../../ports/database.ts'
import type { Files } from '../../ports/files.ts'
import type { Random } from '../../ports/clock.ts'
import { aborted, DatabaseProblem, messageOf } from '../failure.ts'
import { checkDigest, checkRoom, createDumpFile } from '../dump-file.ts'
import { checkContent, differencesOf } from '../content.ts'
import { checkIntegrity, countAll, readContent, versionOf } from './catalog.ts'
import { breathe, openFile, sqliteProblem, withSqlite } from './session.ts'
import type { SqliteTarget } from './url.ts'

export type SqliteParts = { files: Files; random: Random }
type Backup = Parameters<Database['backup']>[0]
type Restore = Parameters<Database['restore']>[0]
type Restored = Extract<Awaited<ReturnType<Database['restore']>>, { ok: true }>

const PAGES_A_TURN = 1_000
/** In one step: the lock on the live file is held once, and no writer comes between. */
const ALL_PAGES = 1_000_000_000
const TRIES = 20
const BETWEEN_TRIES_MS = 250

export async function backupSqlite(
  target: SqliteTarget,
  parts: SqliteParts,
  request: Backup,
): Promise<BackupResult> {
  const { signal } = request
  const what = `the backup of ${target.label}`
  return withSqlite(target, { signal, what }, async (source) => {
    await checkRoom(request.to, statSync(target.path).size)
    const file = await createDumpFile(request.to, { files: parts.files, tag: parts.random.hex(4) })
    try {
      // The open transaction keeps the snapshot: without it every foreign write starts the copy anew.
      source.exec('begin')
      const digests = request.prove === 'restore'
      const content = await readContent(source, { signal, what, digests })
      await copy(source, file.path, { signal, what, rate: PAGES_A_TURN })
      const proven = await readBack(file.path, content, request)
      const kept = await file.keep()
      const serverVersion = versionOf(source)
      return { ok: true, ...kept, ...proven, serverVersion, proof: request.prove }
    } catch (error) {
      if (signal.aborted) throw aborted(what)
      throw sqliteProblem(error, what)
    } finally {
      await file.discard()
      await removeWal(file.path)
    }
  })
}

type Copy = { signal: AbortSignal; what: string; rate: number }

async function copy(source: DatabaseSync, to: string, { signal, what, rate }: Copy): Promise<void> {
  const { backup } = await import('node:sqlite')
  const progress = () => {
    if (signal.aborted) throw aborted(what)
  }
  await backup(source, to, { rate, progress })
}

type Inspect = { signal: AbortSignal; what: string; digests: boolean }

async function readBack(path: string, content: Content, request: Backup) {
  // A copy of a database in WAL mode would need two more files to be opened read-only.
  const single = await openFile(path, true)
  try {
    single.exec('pragma journal_mode = delete')
  } finally {
    single.close()
  }
  const reading = { signal: request.signal, what: 'the proof of the backup' }
  const copied = await inspect(path, { ...reading, digests: false })
  checkContent(content, copied)
  if (request.prove === 'list') return copied
  const scratch = `${path}.scratch`
  const dump = await openFile(path, false)
  try {
    await copy(dump, scratch, { ...reading, rate: PAGES_A_TURN })
    const restored = await inspect(scratch, { ...reading, digests: true })
    checkContent(content, restored)
    return restored
  } finally {
    dump.close()
    await rm(scratch, { force: true })
  }
}

async function inspect(path: string, options: Inspect): Promise<Content> {
  const database = await openFile(path, false)
  try {
    checkIntegrity(database, path)
    return await readContent(database, options)
  } finally {
    database.close()
  }
}

const removeWal = (path: string) =>
  Promise.all(['-wal', '-shm', '-journal'].map((end) => rm(path + end, { force: true })))

export async function restoreSqlite(
  target: SqliteTarget,
  parts: SqliteParts,
  request: Restore,
): Promise<Restored> {
  const startedAt = performance.now()
  const { signal, file } = request
  await checkDigest(parts.files, request)
  const what = `the restore into ${target.label}`
  const dump: SqliteTarget = { engine: 'sqlite', label: file, path: file }
  return withSqlite(dump, { signal, what }, async (source) => {
    checkIntegrity(source, file)
    const done =
      request.into === 'same'
        ? await intoLive(source, target, { signal, what, wanted: request.wanted })
        : await intoNew(source, target, {
            signal,
            what,
            wanted: request.wanted,
            name: request.name,
            parts,
          })
    return { ok: true, ...done, durationMs: Math.round(performance.now() - startedAt) }
  })
}

type Into = { signal: AbortSignal; what: string; wanted: Content | undefined }

async function intoLive(source: DatabaseSync, target: SqliteTarget, options: Into) {
  const { signal, what, wanted } = options
  const before = await withSqlite(target, { signal, what, write: true }, (live) => {
    // Says at once, and in words, that the file is locked or not writable.
    live.exec('begin immediate; rollback')
    return Object.keys(countAll(live))
  })
  for (let tries = 1; ; tries++) {
    try {
      await copy(source, target.path, { signal, what, rate: ALL_PAGES })
      break
    } catch (error) {
      if (error instanceof DatabaseProblem || !mayBeBusy(error)) throw error
      if (tries === TRIES) throw busy(target.label)
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS))
      await breathe(signal, what)
    }
  }
  const content = await inspect(target.path, { signal, what, digests: wanted !== undefined })
  checkContent({ tables: countAll(source), digests: {} }, content)
  const dropped = before.filter((name) => !(name in content.tables))
  const differences = wanted === undefined ? [] : differencesOf(wanted, content)
  return { database: target.label, ...content, differences, ...(dropped.length > 0 && { dropped }) }
}

/** When it cannot lock the destination, node:sqlite says "not an error". */
const mayBeBusy = (error: unknown) => /not an error|locked|busy/i.test(messageOf(error))

const busy = (label: string) =>
  new DatabaseProblem(
    'LOCKED',
    `${label}: another process holds its lock; nothing was restored: stop the service, and retry`,
  )

type New = Into & { name: string | undefined; parts: SqliteParts }

async function intoNew(source: DatabaseSync, target: SqliteTarget, options: New) {
  const { signal, what, parts, wanted } = options
  const tail = `_restored_${parts.random.hex(4)}`
  const beside = (path: string) =>
    options.name ?? path.replace(/(\.[a-z0-9]+)?$/i, (end) => `${tail}${end}`)
  const path = beside(target.path)
  if (existsSync(path)) throw new DatabaseProblem('TO', `${path} is already there`)
  try {
    await copy(source, path, { signal, what, rate: PAGES_A_TURN })
    chmodSync(path, 0o600)
    const content = await inspect(path, { signal, what, digests: wanted !== undefined })
    checkContent(wanted ?? { tables: countAll(source), digests: {} }, content)
    return { database: beside(target.label), ...content }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
