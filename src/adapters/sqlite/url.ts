import { resolve } from 'node:path'
import { HotwashError } from '../../errors.ts'

export type SqliteTarget = {
  readonly engine: 'sqlite'
  /** The path as the runbook names it. */
  readonly label: string
  /** Absolute. */
  path: string
}

export function parseSqliteUrl(url: string, root: string): SqliteTarget {
  const path = url.slice(url.indexOf(':') + 1)
  const hint = 'write sqlite:relative/file.db or sqlite:/absolute/file.db'
  const refuse = (message: string): never => {
    throw new HotwashError('INVALID_RUNBOOK', message, { hint })
  }
  if (path === '') refuse('the database url names no file')
  if (path.includes('\0')) refuse('the database url holds a NUL')
  if (path.startsWith(':')) refuse(`${url}: a database in memory belongs to one process only`)
  // Three slashes are an absolute path to some libraries and a relative one to others.
  if (path.startsWith('//')) refuse(`${url}: slashes after sqlite: are ambiguous`)
  if (path.includes('?')) refuse(`${url}: parameters are not supported`)
  return { engine: 'sqlite', label: path, path: resolve(root, path) }
}
