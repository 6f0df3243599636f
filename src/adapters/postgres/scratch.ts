/** Databases beside the one at hand: made like it, filled from a dump, dropped again. */
import { DatabaseProblem, messageOf } from '../failure.ts'
import { OF_USER, quoted, readContent, readTables } from './catalog.ts'
import type { Content } from '../../ports/database.ts'
import { withSession } from './session.ts'
import type { Session } from './session.ts'
import { runRestore } from './tools.ts'
import type { Parts, Tool, ToolRun } from './tools.ts'
import type { PostgresTarget } from './url.ts'

const DROP_TIMEOUT_MS = 60_000

/** Empty, with the encoding and the collation of the current database: else text sorts differently. */
export async function createDatabaseLike(session: Session, name: string): Promise<void> {
  const { rows } = await session.client.query(
    `select pg_encoding_to_char(encoding) as encoding, to_jsonb(d) as d
     from pg_catalog.pg_database d where datname = current_database()`,
  )
  const { encoding, d } = rows[0] as { encoding: string; d: Record<string, string | null> }
  const literal = (text: unknown) => `'${String(text).replaceAll("'", "''")}'`
  // The column is daticulocale in versions 15 and 16, datlocale since 17.
  const locale = d['daticulocale'] ?? d['datlocale']
  const icu = d['datlocprovider'] === 'i' ? `locale_provider icu icu_locale ${literal(locale)}` : ''
  await session.client.query(
    `create database ${quoted(name)} template template0 encoding ${literal(encoding)}
     lc_collate ${literal(d['datcollate'])} lc_ctype ${literal(d['datctype'])} ${icu}`,
  )
}

export async function checkMayCreate(session: Session, instead: string): Promise<void> {
  const { rows } = await session.client.query<{ role: string; may: boolean }>(
    `select current_user as role, rolcreatedb or rolsuper as may
     from pg_catalog.pg_roles where rolname = current_user`,
  )
  if (rows[0]?.may) return
  const role = rows[0]?.role ?? ''
  const message = `user ${role} may not create databases: as a superuser, run  ALTER ROLE ${quoted(role)} CREATEDB  or ${instead}`
  throw new DatabaseProblem('NO_RIGHT', message)
}

/** With its own time limit: an ended step must not leave a database behind. */
export async function dropDatabase(target: PostgresTarget, name: string): Promise<void> {
  const options = { signal: AbortSignal.timeout(DROP_TIMEOUT_MS), what: `dropping ${name}` }
  try {
    await withSession(target, options, async ({ client }) => {
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
        [name],
      )
      await client.query(`drop database if exists ${quoted(name)}`)
    })
  } catch (error) {
    throw new DatabaseProblem(
      'SCRATCH',
      `database ${name} could not be dropped again; drop it by hand: ${messageOf(error)}`,
    )
  }
}

/** libpq would read a name with `=` as a list of settings. */
export const connInfo = (name: string) => `dbname='${name.replace(/[\\']/g, '\\$&')}'`

type Proof = {
  pgRestore: Tool
  dump: string
  scratch: string | undefined
  signal: AbortSignal
  started: ToolRun['started']
}

/** Restores into a scratch database and reads all of it; the scratch is empty or gone again afterwards. */
export async function restoreIntoScratch(
  target: PostgresTarget,
  parts: Parts & { random: { hex(bytes: number): string } },
  proof: Proof,
): Promise<Content> {
  const { pgRestore, dump, signal, started } = proof
  const name = proof.scratch ?? `hotwash_scratch_${parts.random.hex(6)}`
  const what = `the proof by restore into ${name}`
  if (proof.scratch === undefined) {
    await withSession(target, { signal, what }, (session) => createDatabaseLike(session, name))
  }
  try {
    // Owners and grants name roles, which a proof of the content does not need.
    const leaveOut = 'owner privileges comments publications subscriptions security-labels'
    const options = leaveOut.split(' ').map((part) => `--no-${part}`)
    options.push('--no-password', `--dbname=${connInfo(name)}`)
    const argv: [string, ...string[]] = [pgRestore.path, ...options, dump]
    await runRestore(target, parts, { argv, database: name, signal, what, started })
    return await withSession(target, { signal, what, database: name }, (session) =>
      readContent(session, true),
    )
  } finally {
    if (proof.scratch === undefined) await dropDatabase(target, name)
    else await emptyDatabase(target, name)
  }
}

/** A scratch database that somebody named may be somebody's: only an empty one is used. */
export async function checkScratch(target: PostgresTarget, name: string, signal: AbortSignal) {
  const refuse = (why: string): never => {
    throw new DatabaseProblem('SCRATCH', `${name} cannot be the scratch database: ${why}`)
  }
  if (name === target.database) refuse('it is the database that is backed up')
  const options = { signal, what: 'the look at the scratch database', database: name }
  const tables = await withSession(target, options, readTables)
  if (tables.size > 0) refuse(`it holds tables (${[...tables.keys()].slice(0, 5).join(', ')})`)
}

/** Drops what a restore into a named scratch database made, schema public itself excepted. */
async function emptyDatabase(target: PostgresTarget, name: string): Promise<void> {
  const signal = AbortSignal.timeout(DROP_TIMEOUT_MS)
  const options = { signal, what: `emptying ${name}`, database: name }
  await withSession(target, options, ({ client }) => client.query(EMPTY))
}

/** PL/pgSQL: drops tables, views and sequences. Sequences last: most of them go with their table. */
export const DROP_RELATIONS = `
  for it in select c.relkind, n.nspname, c.relname from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and ${OF_USER('c')}
    order by c.relkind = 'S'
  loop execute format('drop %s if exists %I.%I cascade',
    case it.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
      when 'f' then 'foreign table' else 'table' end, it.nspname, it.relname); end loop;`

const EMPTY = `do $$
declare it record;
begin
  for it in select n.nspname from pg_catalog.pg_namespace n
    where n.nspname not in ('public', 'information_schema') and n.nspname not like 'pg\\_%'
      and not exists (select from pg_catalog.pg_depend d where d.objid = n.oid and d.deptype = 'e')
  loop execute format('drop schema %I cascade', it.nspname); end loop;
  ${DROP_RELATIONS}
  for it in select p.oid::regprocedure as name from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop execute format('drop routine if exists %s cascade', it.name); end loop;
  for it in select t.oid::regtype as name from pg_catalog.pg_type t
    where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd', 'c', 'r')
      and not exists (select from pg_catalog.pg_depend d where d.objid = t.oid and d.deptype in ('e', 'i'))
  loop execute format('drop type if exists %s cascade', it.name); end loop;
end $$`
