/** A PostgreSQL database behind the port. */
import type { Random } from '../../ports/clock.ts'
import type { Database } from '../../ports/database.ts'
import { caught } from '../failure.ts'
import { countRows, digestRows, findTable, readCatalog, selectFrom } from './catalog.ts'
import { runQuery } from './query.ts'
import { withSession } from './session.ts'
import type { Session } from './session.ts'
import type { Parts } from './tools.ts'
import type { PostgresTarget } from './url.ts'

export function openPostgres(target: PostgresTarget, parts: Parts & { random: Random }): Database {
  /** Looks only: in one read-only transaction, which ends with the connection. */
  const look = <T>(what: string, signal: AbortSignal, use: (session: Session) => Promise<T>) =>
    caught(() =>
      withSession(target, { signal, what: `${what} of ${target.label}` }, async (session) => {
        await session.client.query('begin transaction isolation level repeatable read read only')
        return use(session)
      }),
    )
  return {
    engine: 'postgres',
    label: target.label,
    query: (request) => caught(() => runQuery(target, request)),
    describe: (signal) =>
      look('the description', signal, async (session) => ({
        ok: true,
        ...(await readCatalog(session)),
      })),
    async readTable({ table: name, columns, ...limits }) {
      const found = await look(`the look at ${name}`, limits.signal, async (session) => ({
        ok: true as const,
        sql: selectFrom(await findTable(session, name), columns),
      }))
      if (!found.ok) return found
      return caught(() => runQuery(target, { ...limits, sql: found.sql, params: [], write: false }))
    },
    digestTable: (name, columns, signal) =>
      look(`the digest of ${name}`, signal, async (session) => {
        const table = await findTable(session, name)
        return { ok: true, ...(await digestRows(session, table, columns)) }
      }),
    countTable: (name, signal) =>
      look(`the count of ${name}`, signal, async (session) => {
        const table = await findTable(session, name)
        return { ok: true, rows: await countRows(session, table) }
      }),
    async backup(request) {
      const { backupPostgres } = await import('./backup.ts')
      return caught(() => backupPostgres(target, parts, request))
    },
    async restore(request) {
      const { restorePostgres } = await import('./restore.ts')
      return caught(() => restorePostgres(target, parts, request))
    },
    async switchNames(request) {
      const { switchPlaces } = await import('./switch-names.ts')
      return caught(() => switchPlaces(target, request))
    },
  }
}
