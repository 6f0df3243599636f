import { existsSync } from 'node:fs'
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
  const given = url.slice(url.indexOf(':') + 1)
  const hint = 'write sqlite:relative/file.db or sqlite:/absolute/file.db'
  const refuse = (message: string): never => {
    throw new HotwashError('INVALID_RUNBOOK', message, { hint })
  }
  if (given === '') refuse('the database url names no file')
  if (given.includes('\0')) refuse('the database url holds a NUL')
  if (given.startsWith(':')) refuse(`${url}: a database in memory belongs to one process only`)
  if (given.includes('?')) refuse(`${url}: parameters are not supported`)
  const path = given.startsWith('//') ? afterSlashes(given, root) : given
  if (path === undefined) return refuse(`${url}: slashes after sqlite: are ambiguous`)
  return { engine: 'sqlite', label: path, path: resolve(root, path) }
}

/**
 * Three slashes are an absolute path to some libraries and a relative one to others: of the two, the
 * file that is there is meant. Four are an absolute path to all.
 */
function afterSlashes(given: string, root: string): string | undefined {
  const path = given.slice('//'.length)
  if (path.startsWith('//')) return path.slice(1)
  if (!path.startsWith('/')) return undefined
  const [found, other] = [path, path.slice(1)].filter((one) => existsSync(resolve(root, one)))
  return other === undefined ? found : undefined
}
