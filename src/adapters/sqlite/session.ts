/**
 * One connection for one operation. node:sqlite works on this thread: a statement cannot be
 * interrupted inside, so that between rows and pages the event loop gets its turn and an abort is
 * seen; and a lock is waited for briefly.
 */
import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { aborted, codeOf, DatabaseProblem, messageOf } from '../failure.ts'
import type { SqliteTarget } from './url.ts'

const LOCK_WAIT_MS = 2_000
/** Result codes of SQLite (sqlite.org/rescode.html); the higher bits only say more. */
const PRIMARY_CODE = 0xff
const WORDS: Readonly<Record<number, [code: string, words: string]>> = {
  5: ['LOCKED', 'another process holds its lock'],
  8: ['SQL', 'only a step with `effect: change` may write'],
  13: ['DISK', 'there is no room left'],
  14: ['NO_DATABASE', 'it cannot be opened'],
  26: ['NO_DATABASE', 'it is not a SQLite database'],
}

export type SqliteOptions = { signal: AbortSignal; what: string; write?: boolean }

export async function withSqlite<T>(
  target: SqliteTarget,
  options: SqliteOptions,
  use: (database: DatabaseSync) => Promise<T> | T,
): Promise<T> {
  if (options.signal.aborted) throw aborted(options.what)
  // Opening for writing would make an empty database of a mistyped path.
  if (!existsSync(target.path)) {
    throw new DatabaseProblem('NO_DATABASE', `${target.label}: there is no file ${target.path}`)
  }
  let database: DatabaseSync | undefined
  try {
    database = await openFile(target.path, options.write ?? false)
    return await use(database)
  } catch (error) {
    if (options.signal.aborted) throw aborted(options.what)
    throw sqliteProblem(error, target.label)
  } finally {
    if (database?.isOpen) database.close()
  }
}

export async function openFile(path: string, write: boolean): Promise<DatabaseSync> {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(path, { readOnly: !write, timeout: LOCK_WAIT_MS })
  if (!write) database.exec('pragma query_only = on')
  return database
}

export function sqliteProblem(error: unknown, label: string): DatabaseProblem {
  if (error instanceof DatabaseProblem) return error
  const number = (error as { errcode?: number }).errcode
  // A wrong use of node:sqlite by us, and not an answer of the database.
  if (number === undefined && codeOf(error)?.startsWith('ERR_INVALID_') !== true) throw error
  const said = messageOf(error)
  const known = number === undefined ? undefined : WORDS[number & PRIMARY_CODE]
  const [code, words] = known ?? ['SQL', said]
  return new DatabaseProblem(code, `${label}: ${words}${known ? ` (${said})` : ''}`)
}

/** Lets the event loop run, and sees an abort. */
export async function breathe(signal: AbortSignal, what: string): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  if (signal.aborted) throw aborted(what)
}
