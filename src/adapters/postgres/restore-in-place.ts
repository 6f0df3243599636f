/**
 * A restore into the database itself, in one transaction: either its content becomes the dump's, or
 * nothing changed. First every table, view and sequence of the user's goes, whether the dump knows
 * it or not: a table made since, or a foreign key to one, would stop `--clean` half-way. Then
 * pg_restore's script makes them anew. A service may stay connected: it sees the old content until
 * the commit and the new one after it. What it must not do is sit in an open transaction: locks are
 * waited for, but not for long, since every waiting lock stops the service too.
 *
 * pg_restore alone cannot drop what its dump does not know, so that its script goes through psql. It
 * writes its COMMIT last: if it dies, none is sent, and the server rolls back. How it ended is asked of
 * the server, and not read from exit codes.
 */
import type { Content, Database } from '../../ports/database.ts'
import { differencesOf } from '../content.ts'
import { caught, DatabaseProblem, messageOf } from '../failure.ts'
import { readContent, readTables, serverVersion } from './catalog.ts'
import type { BackupParts } from './backup.ts'
import { withoutExtensions } from './dump-contents.ts'
import { DROP_RELATIONS } from './scratch.ts'
import { withSession } from './session.ts'
import type { Session } from './session.ts'
import { checkVersions, runTool, why } from './tools.ts'
import type { Ran, Tool } from './tools.ts'
import type { PostgresTarget } from './url.ts'

type Request = Parameters<Database['restore']>[0]
export type Restore = { pgRestore: Tool; list: string; request: Request; parts: BackupParts }
type InPlace = Restore & { psql: Tool }

const XID = /hotwash-xid (\d+)/
const SETTLE_MS = 10_000
const POLL_MS = 200
const COUNT_MS = 600_000

/** pg_restore 17 sets a parameter, in its first lines, that older servers do not know. */
const PIPE = `psql=$1; shift
{ cat; "$@" | sed '1,60{/^SET transaction_timeout = 0;$/d;}'; } |
  "$psql" -X -q -A -t -w -v ON_ERROR_STOP=1`

/** The transaction's number is said first: with it the server can be asked how it ended. */
const BEFORE = `begin;
set local client_min_messages to warning;
set local lock_timeout to '5s';
select 'hotwash-xid ' || txid_current();
do $$ declare it record; begin ${DROP_RELATIONS} end $$;
`

export async function restoreInPlace(target: PostgresTarget, restore: InPlace) {
  const { request, parts } = restore
  const what = `the restore into ${target.label}`
  const before = await lookBefore(target, restore, what)
  const contents = withoutExtensions(restore.list, before.extensions)
  const list = await parts.files.privateFile('contents', contents)
  try {
    const ran = await pipe(target, restore, list.path)
    await settle(target, { ran, request, what })
  } finally {
    await list.remove()
  }
  const content = await readAfter(target, what, request.wanted !== undefined)
  const dropped = before.tables.filter((name) => !(name in content.tables))
  const { wanted } = request
  const differences = wanted === undefined ? [] : differencesOf(wanted, content)
  return {
    database: target.database,
    ...content,
    differences,
    ...(dropped.length > 0 && { dropped }),
  }
}

async function lookBefore(target: PostgresTarget, { pgRestore, request }: InPlace, what: string) {
  return withSession(target, { signal: request.signal, what }, async (session) => {
    checkVersions([pgRestore], await serverVersion(session))
    const { rows } = await session.client.query<{ extname: string }>(
      'select extname from pg_catalog.pg_extension',
    )
    const tables = [...(await readTables(session)).keys()]
    return { tables, extensions: new Set(rows.map(({ extname }) => extname)) }
  })
}

function pipe(target: PostgresTarget, restore: InPlace, list: string): Promise<Ran> {
  const { pgRestore, psql, request, parts } = restore
  const options = ['--clean', '--if-exists', '--single-transaction', `--use-list=${list}`]
  const command = [psql.path, pgRestore.path, ...options, '--file=-', request.file]
  return runTool(target, parts, {
    argv: ['/bin/sh', '-c', PIPE, 'restore', ...command],
    database: target.database,
    signal: request.signal,
    what: `the restore into ${target.label}`,
    stdin: BEFORE,
    started: request.started,
  })
}

/** Returns when the server says that it was committed; else throws, saying whether anything changed. */
async function settle(
  target: PostgresTarget,
  { ran, request, what }: { ran: Ran; request: Request; what: string },
): Promise<void> {
  const xid = XID.exec(ran.stdout)?.[1]
  const fate = xid === undefined ? 'aborted' : await fateOf(target, xid)
  if (fate === 'committed') return
  if (fate !== 'aborted') {
    const message = `${what} broke off, and whether it was committed is not known (transaction ${xid}: ${fate}): ${why(ran)}`
    throw new DatabaseProblem('LOST', message, 'unknown')
  }
  if (request.signal.aborted) {
    throw new DatabaseProblem('ABORTED', `${what} was ended and rolled back: nothing changed`)
  }
  const locked = /lock timeout|deadlock/i.test(ran.stderr)
  const others = locked ? await caught(() => openTransactions(target)) : ''
  throw new DatabaseProblem(
    locked ? 'LOCKED' : 'RESTORE',
    `${what} failed and was rolled back, nothing changed: ${why(ran)}${typeof others === 'string' ? others : ''}`,
  )
}

/** `committed`, `aborted`, or why it is not known. */
async function fateOf(target: PostgresTarget, xid: string): Promise<string> {
  const until = performance.now() + SETTLE_MS
  const options = { signal: AbortSignal.timeout(SETTLE_MS), what: 'the look at the transaction' }
  const fate = await caught(() =>
    withSession(target, options, async (session) => {
      for (;;) {
        const { rows } = await session.client.query('select txid_status($1) as fate', [xid])
        const seen = String(rows[0]?.fate)
        if (seen !== 'in progress' || performance.now() > until) return seen
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    }),
  )
  return typeof fate === 'string' ? fate : fate.message
}

async function openTransactions(target: PostgresTarget): Promise<string> {
  const options = { signal: AbortSignal.timeout(SETTLE_MS), what: 'the look at other sessions' }
  return withSession(target, options, async ({ client }: Session) => {
    const { rows } = await client.query<{ who: string }>(
      `select format('pid %s (%s, user %s, %s since %s)', pid, coalesce(nullif(application_name, ''),
         'no name'), usename, state, to_char(xact_start, 'HH24:MI:SS')) as who
       from pg_catalog.pg_stat_activity where datname = current_database()
       and pid <> pg_backend_pid() and xact_start is not null limit 5`,
    )
    const list = rows.map(({ who }) => who).join(', ')
    return list && `; transactions are open in ${list}: end them, or stop the service, and retry`
  })
}

/** Not under the step's signal: the restore is done, and only its report is missing. */
async function readAfter(
  target: PostgresTarget,
  what: string,
  withDigests: boolean,
): Promise<Content> {
  const signal = AbortSignal.timeout(COUNT_MS)
  try {
    return await withSession(target, { signal, what: `counting after ${what}` }, (session) =>
      readContent(session, withDigests),
    )
  } catch (error) {
    const message = `${what} was committed, but its rows could not be counted: ${messageOf(error)}`
    throw new DatabaseProblem('COUNT', message, 'unknown')
  }
}
