/** Databases by url: PostgreSQL through pg and its own dump tools, SQLite through node:sqlite. */
import { HotwashError } from '../errors.ts'
import type { Random } from '../ports/clock.ts'
import type { Database, DatabasePort } from '../ports/database.ts'
import type { Files } from '../ports/files.ts'
import type { ProcessPort } from '../ports/process.ts'
import { parsePostgresUrl } from './postgres/url.ts'
import { parseSqliteUrl } from './sqlite/url.ts'

export type DatabaseParts = { process: ProcessPort; files: Files; random: Random }

/** `root`: what `sqlite:path` is relative to. */
export function createDatabasePort(parts: DatabaseParts & { root?: string }): DatabasePort {
  return {
    open(url) {
      // Other libraries name their driver or the version in the scheme.
      if (/^sqlite3?(\+[a-z0-9_]+)?:/i.test(url)) {
        return lazily(parseSqliteUrl(url, parts.root ?? process.cwd()), async (target) =>
          (await import('./sqlite/sqlite.ts')).openSqlite(target, parts),
        )
      }
      if (/^postgres(ql)?(\+[a-z0-9_]+)?:/i.test(url)) {
        return lazily(parsePostgresUrl(url), async (target) =>
          (await import('./postgres/postgres.ts')).openPostgres(target, parts),
        )
      }
      throw new HotwashError('INVALID_RUNBOOK', whyNot(url), {
        hint: 'write postgres://user:password@host:5432/name or sqlite:path/to/file.db',
      })
    },
  }
}

/** The url itself is never quoted: it may hold a password. */
function whyNot(url: string): string {
  if (url.trim() === '') return 'the database url is empty'
  if (/(^|\s)(host|hostaddr|dbname|user|service)\s*=/.test(url)) {
    return 'the database url is a keyword list (host=… dbname=…), which is not accepted here'
  }
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0]
  return scheme === undefined
    ? 'the database url does not begin with postgres:// or sqlite:'
    : `databases of type ${scheme} are not supported: PostgreSQL and SQLite are`
}

/** The heavy half is loaded at the first question, so that a start stays fast. */
function lazily<T extends { engine: Database['engine']; label: string }>(
  target: T,
  load: (target: T) => Promise<Database>,
): Database {
  let loading: Promise<Database> | undefined
  const real = () => (loading ??= load(target))
  return {
    engine: target.engine,
    label: target.label,
    query: async (request) => (await real()).query(request),
    describe: async (signal) => (await real()).describe(signal),
    readTable: async (request) => (await real()).readTable(request),
    digestTable: async (...args) => (await real()).digestTable(...args),
    countTable: async (...args) => (await real()).countTable(...args),
    backup: async (request) => (await real()).backup(request),
    restore: async (request) => (await real()).restore(request),
    switchNames: async (request) => (await real()).switchNames(request),
  }
}
