/**
 * Two databases of one server change places: the one at hand gets a name that says what it was, and
 * the one beside it takes its name; and back. Both renames are one transaction, so that there is no
 * moment, and no way to die, at which the name is nobody's. A rename waits until nobody is connected
 * and lets nobody in meanwhile; another session ends the connections that are there.
 */
import type { Database } from '../../ports/database.ts'
import { caught, DatabaseProblem } from '../failure.ts'
import { quoted } from './catalog.ts'
import { copySettings } from './database-settings.ts'
import { dropDatabase } from './scratch.ts'
import { withSession, type Session } from './session.ts'
import type { PostgresTarget } from './url.ts'

type Request = Parameters<Database['switchNames']>[0]

const MAX_NAME_BYTES = 63
const BETWEEN_ENDS_MS = 100
const LOOK_MS = 15_000
/** Neither is dropped by anybody, and nobody's data is in them. */
const MAINTENANCE = ['postgres', 'template1']

type SwitchNames = { name: string; beside: string; before: string }

/** Always the same for one tag: so that who comes after a crash finds what was done. */
function switchNames(name: string, tag: string): SwitchNames {
  const plain = tag.replace(/\W/g, '_').slice(-24)
  const fit = (word: string): string => {
    const tail = `_${word}_${plain}`
    return (
      Buffer.from(name)
        .subarray(0, MAX_NAME_BYTES - tail.length)
        .toString() + tail
    )
  }
  return { name, beside: fit('restored'), before: fit('before') }
}

export async function switchPlaces(target: PostgresTarget, { how, tag, signal }: Request) {
  const names = switchNames(target.database, tag)
  const maintenance = await findMaintenance(target, signal)
  const at = (use: (session: Session) => Promise<void>, what: string) =>
    withSession(target, { signal, what, database: maintenance }, use)
  const isSwitched = await look(target, maintenance, names.before)
  if (how === 'look') return { ok: true as const, switched: isSwitched, ...names }
  if (how === 'check') {
    await at((session) => checkSwitch(session, names), `the look at the rights on ${target.label}`)
    // Of an attempt that was cut short, by its name.
    if (!isSwitched) await dropDatabase(target, names.beside)
    return { ok: true as const, switched: isSwitched, ...names }
  }
  if (isSwitched === (how === 'to')) {
    if (how === 'back') await dropDatabase(target, names.beside)
    return { ok: true as const, switched: isSwitched, ...names }
  }
  const [first, second] =
    how === 'to'
      ? [rename(names.name, names.before), rename(names.beside, names.name)]
      : [rename(names.name, names.beside), rename(names.before, names.name)]
  const what = `the switch of ${target.label}`
  if (how === 'to') await at((session) => copySettings(session, names.name, names.beside), what)
  const touched = [names.name, how === 'to' ? names.beside : names.before]
  const failed = await caught(async () => {
    await at(
      (session) => renameBoth(session, [first, second], { target, maintenance, touched }),
      what,
    )
  })
  const switched = await look(target, maintenance, names.before)
  if (failed !== undefined && switched !== (how === 'to')) {
    throw new DatabaseProblem(failed.code, `${failed.message}; nothing was renamed`)
  }
  return { ok: true as const, switched, ...names }
}

const rename = (from: string, to: string): string =>
  `alter database ${quoted(from)} rename to ${quoted(to)}`

async function findMaintenance(target: PostgresTarget, signal: AbortSignal): Promise<string> {
  let last: unknown
  for (const database of MAINTENANCE.filter((name) => name !== target.database)) {
    const what = `the connection to ${database}, from where ${target.database} is renamed`
    const found = await caught(() =>
      withSession(target, { signal, what, database }, () => Promise.resolve(database)),
    )
    if (typeof found === 'string') return found
    last = found.message
  }
  throw new DatabaseProblem('NO_RIGHT', `no database to rename from: ${String(last)}`)
}

/** With a limit of its own: after an end, what matters is how it is now. */
function look(target: PostgresTarget, database: string, name: string): Promise<boolean> {
  const options = { signal: AbortSignal.timeout(LOOK_MS), what: `the look for ${name}`, database }
  return withSession(target, options, async ({ client }) => {
    const { rows } = await client.query('select 1 from pg_catalog.pg_database where datname = $1', [
      name,
    ])
    return rows.length > 0
  })
}

type Facts = {
  role: string
  creates: boolean
  owner: string
  owns: boolean
  sessions: string[]
  prepared: number
  slots: number
}

/** Everything that could refuse the switch is asked before anything is made. */
async function checkSwitch({ client }: Session, { name }: SwitchNames): Promise<void> {
  const { rows } = await client.query<Facts>(FACTS, [name])
  const facts = rows[0]
  if (facts === undefined) throw new DatabaseProblem('NO_DATABASE', `there is no database ${name}`)
  const refuse = (why: string): never => {
    throw new DatabaseProblem('NO_RIGHT', `${name} cannot be switched: ${why}`)
  }
  const { role, creates, owner, owns, sessions, prepared, slots } = facts
  if (!creates) refuse(`as a superuser, run  ALTER ROLE ${quoted(role)} CREATEDB`)
  if (!owns) refuse(`it belongs to ${owner}, and user ${role} is no member of that role`)
  if (sessions.length > 0) {
    refuse(
      `user ${role} may not end the connections of ${sessions.join(', ')}: stop what is connected, or grant pg_signal_backend`,
    )
  }
  if (prepared > 0) refuse(`it has ${prepared} prepared transactions: end them first`)
  if (slots > 0) refuse('replication slots read from it, and would go on with the old one')
}

const FACTS = `
  select current_user as role, r.rolcreatedb or r.rolsuper as creates,
    pg_get_userbyid(d.datdba) as owner, r.rolsuper or pg_has_role(d.datdba, 'MEMBER') as owns,
    array(
      select distinct coalesce(a.usename, '?')::text from pg_catalog.pg_stat_activity a
      left join pg_catalog.pg_roles o on o.oid = a.usesysid
      where a.datid = d.oid and a.pid <> pg_backend_pid() and a.usesysid is not null
        and not (r.rolsuper or pg_has_role(a.usesysid, 'MEMBER')
          or (not o.rolsuper and pg_has_role('pg_signal_backend', 'MEMBER')))) as sessions,
    (select count(*)::int from pg_catalog.pg_prepared_xacts p where p.database = d.datname) as prepared,
    (select count(*)::int from pg_catalog.pg_replication_slots s where s.database = d.datname) as slots
  from pg_catalog.pg_database d, pg_catalog.pg_roles r
  where d.datname = $1 and r.rolname = current_user`

type Renaming = { target: PostgresTarget; maintenance: string; touched: readonly string[] }

async function renameBoth(
  session: Session,
  [first, second]: readonly [string, string],
  renaming: Renaming,
): Promise<void> {
  const ending = endConnections(renaming)
  try {
    await session.client.query('begin')
    await session.client.query(`set local lock_timeout to '20s'`)
    await session.client.query(first)
    await session.client.query(second)
    session.sent = true
    await session.client.query('commit')
  } finally {
    await ending.stop()
  }
}

/** A pool comes back at once: it is sent away until the renames hold their locks and are done. */
function endConnections({ target, maintenance, touched }: Renaming) {
  const stopping = new AbortController()
  const what = 'ending the connections'
  const options = { signal: AbortSignal.timeout(60_000), what, database: maintenance }
  const done = caught(() =>
    withSession(target, options, async ({ client }) => {
      while (!stopping.signal.aborted) {
        await client.query(
          `select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
           where datname = any($1) and pid <> pg_backend_pid() and backend_type = 'client backend'`,
          [touched],
        )
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_ENDS_MS))
      }
    }),
  )
  return {
    async stop() {
      stopping.abort()
      await done
    },
  }
}
