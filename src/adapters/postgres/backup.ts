/**
 * A backup by pg_dump: everything that could refuse it is looked at first; then one snapshot of the
 * database is both counted and dumped, so that a service may go on writing; then the dump is read
 * back from end to end, or restored and counted, and only then does it get its name.
 */
import type { BackupResult, Content, Database } from '../../ports/database.ts'
import type { Random } from '../../ports/clock.ts'
import { DatabaseProblem } from '../failure.ts'
import { checkRoom, createDumpFile } from '../dump-file.ts'
import type { DumpFile } from '../dump-file.ts'
import { checkContent } from '../content.ts'
import { readContent, serverVersion } from './catalog.ts'
import { checkMayCreate, checkScratch, restoreIntoScratch } from './scratch.ts'
import { withSession } from './session.ts'
import type { Session } from './session.ts'
import { checkVersions, findTool, runTool, runToolWell, why } from './tools.ts'
import type { Parts, Tool } from './tools.ts'
import type { PostgresTarget } from './url.ts'

type Request = Parameters<Database['backup']>[0]
export type BackupParts = Parts & { random: Random }

export async function backupPostgres(
  target: PostgresTarget,
  parts: BackupParts,
  request: Request,
): Promise<BackupResult> {
  const { signal } = request
  const pgDump = await findTool(parts, 'pg_dump')
  const pgRestore = await findTool(parts, 'pg_restore')
  const what = `the backup of ${target.label}`
  return withSession(target, { signal, what }, async (session) => {
    const server = await serverVersion(session)
    checkVersions([pgDump, pgRestore], server)
    await checkRights(session, target, request)
    await checkRoom(request.to, await sizeOf(session))
    const file = await createDumpFile(request.to, { files: parts.files, tag: parts.random.hex(4) })
    try {
      const { snapshot, content } = await takeSnapshot(session, request.prove === 'restore')
      await dump(target, parts, { pgDump, snapshot, file, request })
      await readBack(target, parts, { pgRestore, file, signal })
      const proven = await prove(content, target, { parts, pgRestore, file, request })
      const kept = await file.keep()
      return { ok: true, ...kept, ...proven, serverVersion: server.text, proof: request.prove }
    } finally {
      await file.discard()
    }
  })
}

async function checkRights(session: Session, target: PostgresTarget, request: Request) {
  if (request.prove !== 'restore') return
  if (request.scratch === undefined) {
    const instead = 'name an empty database with `prove: {restore: {database: NAME}}`'
    await checkMayCreate(session, instead)
  } else {
    await checkScratch(target, request.scratch, request.signal)
  }
}

async function sizeOf({ client }: Session): Promise<number> {
  const { rows } = await client.query('select pg_database_size(current_database()) as bytes')
  return Number(rows[0]?.bytes)
}

/** Lives as long as the session's transaction. Read first: a table that may not be read is named. */
async function takeSnapshot(session: Session, withDigests: boolean) {
  const { client } = session
  await client.query('begin transaction isolation level repeatable read read only')
  await client.query('set local idle_in_transaction_session_timeout to 0')
  const { rows } = await client.query<{ id: string }>('select pg_export_snapshot() as id')
  const content = await readContent(session, withDigests)
  return { snapshot: rows[0]?.id ?? '', content }
}

type Dump = { pgDump: Tool; snapshot: string; file: DumpFile; request: Request }

async function dump(target: PostgresTarget, parts: Parts, options: Dump): Promise<void> {
  const { pgDump, snapshot, file, request } = options
  const { signal, started } = request
  const argv: [string, ...string[]] = [
    pgDump.path,
    '--format=custom',
    '--no-password',
    '--lock-wait-timeout=60s',
    `--snapshot=${snapshot}`,
    `--file=${file.path}`,
  ]
  const what = `pg_dump of ${target.label}`
  const ran = await runTool(target, parts, {
    argv,
    database: target.database,
    signal,
    what,
    started,
  })
  if (signal.aborted) throw new DatabaseProblem('ABORTED', `${what} was ended; it left nothing`)
  if (ran.exitCode === 0) return
  const full = /no space left|disk quota/i.test(ran.stderr)
  const next = full ? ' Free some room, or set `to` to a folder with more.' : ''
  throw new DatabaseProblem(full ? 'DISK' : 'DUMP', `${what} failed: ${why(ran)}.${next}`)
}

type ReadBack = { pgRestore: Tool; file: DumpFile; signal: AbortSignal }

/** --list reads the table of contents only, which lies at the front; the second pass reads it all. */
async function readBack(target: PostgresTarget, parts: Parts, options: ReadBack): Promise<void> {
  const { pgRestore, file, signal } = options
  for (const how of ['--list', '--file=/dev/null']) {
    const what = `reading the dump back (pg_restore ${how})`
    const argv: [string, ...string[]] = [pgRestore.path, how, file.path]
    await runToolWell(target, parts, { argv, database: undefined, signal, what })
  }
}

type Prove = { parts: BackupParts; pgRestore: Tool; file: DumpFile; request: Request }

async function prove(content: Content, target: PostgresTarget, options: Prove) {
  const { parts, pgRestore, file, request } = options
  if (request.prove === 'list') return content
  const { scratch, signal, started } = request
  const proof = { pgRestore, dump: file.path, scratch, signal, started }
  const found = await restoreIntoScratch(target, parts, proof)
  checkContent(content, found)
  return found
}
