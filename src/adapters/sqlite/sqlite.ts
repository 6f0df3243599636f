/** A SQLite database behind the port. */
import type { Database } from '../../ports/database.ts'
import { caught } from '../failure.ts'
import { countRows, digestRows, findTable, readCatalog, selectFrom } from './catalog.ts'
import type { SqliteParts } from './copy.ts'
import { runQuery } from './query.ts'
import { withSqlite } from './session.ts'
import type { SqliteTarget } from './url.ts'

export function openSqlite(target: SqliteTarget, parts: SqliteParts): Database {
  return {
    engine: 'sqlite',
    label: target.label,
    query: (request) => caught(() => runQuery(target, request)),
    describe: (signal) =>
      caught(() =>
        withSqlite(target, { signal, what: 'the description' }, (database) => ({
          ok: true as const,
          ...readCatalog(database),
        })),
      ),
    async readTable({ table, columns, ...limits }) {
      const what = `the look at ${table}`
      return caught(async () => {
        const sql = await withSqlite(target, { signal: limits.signal, what }, (database) =>
          selectFrom(database, table, columns),
        )
        return runQuery(target, { ...limits, sql, params: [], write: false })
      })
    },
    digestTable(table, columns, signal) {
      const options = { signal, what: `the digest of ${table}` }
      return caught(() =>
        withSqlite(target, options, async (database) => ({
          ok: true as const,
          ...(await digestRows(database, { ...options, table, columns })),
        })),
      )
    },
    countTable: (table, signal) =>
      caught(() =>
        withSqlite(target, { signal, what: `the count of ${table}` }, (database) => {
          findTable(database, table)
          return { ok: true as const, rows: countRows(database, table) }
        }),
      ),
    async backup(request) {
      const { backupSqlite } = await import('./copy.ts')
      return caught(() => backupSqlite(target, parts, request))
    },
    async restore(request) {
      const { restoreSqlite } = await import('./copy.ts')
      return caught(() => restoreSqlite(target, parts, request))
    },
    // A renamed file stays open in a service, which would go on writing into the former one.
    switchNames: () =>
      Promise.resolve({
        ok: false,
        state: 'not_sent',
        code: 'SWITCH',
        message: `${target.label}: a SQLite file cannot be switched under a running service; restore with into: same, which is one transaction`,
      }),
  }
}
