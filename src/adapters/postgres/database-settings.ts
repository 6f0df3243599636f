/**
 * What belongs to a database and not to its content, so that no dump of it holds it: owner, grants,
 * limit of connections, and settings (ALTER DATABASE … SET, ALTER ROLE … IN DATABASE … SET).
 */
import { quoted } from './catalog.ts'
import type { Session } from './session.ts'

type Owned = { owner: string; mine: string; conn_limit: number; has_acl: boolean }
type Grant = { grantee: string | null; privilege: string; grantable: boolean }
type Setting = { role: string | null; config: string[] }

export async function copySettings(session: Session, from: string, to: string): Promise<void> {
  const { client } = session
  const target = quoted(to)
  const { rows } = await client.query<Owned>(
    `select pg_get_userbyid(datdba) as owner, current_user as mine, datconnlimit as conn_limit,
       datacl is not null as has_acl from pg_catalog.pg_database where datname = $1`,
    [from],
  )
  const [about] = rows
  if (about === undefined) return
  const statements: string[] = []
  if (about.has_acl) statements.push(...(await grants(session, from, target)))
  if (about.conn_limit !== -1) {
    statements.push(`alter database ${target} connection limit ${about.conn_limit}`)
  }
  statements.push(...(await settings(session, from, target)))
  // Last: who hands it over may no longer change it.
  if (about.owner !== about.mine) {
    statements.push(`alter database ${target} owner to ${quoted(about.owner)}`)
  }
  for (const statement of statements) await client.query(statement)
}

async function grants({ client }: Session, from: string, target: string): Promise<string[]> {
  const { rows } = await client.query<Grant>(
    `select r.rolname as grantee, a.privilege_type as privilege, a.is_grantable as grantable
     from pg_catalog.pg_database d cross join aclexplode(d.datacl) a
     left join pg_catalog.pg_roles r on r.oid = a.grantee where d.datname = $1`,
    [from],
  )
  const given = rows.map(({ grantee, privilege, grantable }) => {
    const who = grantee === null ? 'public' : quoted(grantee)
    return `grant ${privilege} on database ${target} to ${who}${grantable ? ' with grant option' : ''}`
  })
  return [`revoke all on database ${target} from public`, ...given]
}

async function settings({ client }: Session, from: string, target: string): Promise<string[]> {
  const { rows } = await client.query<Setting>(
    `select r.rolname as role, s.setconfig as config from pg_catalog.pg_db_role_setting s
     join pg_catalog.pg_database d on d.oid = s.setdatabase
     left join pg_catalog.pg_roles r on r.oid = s.setrole where d.datname = $1`,
    [from],
  )
  return rows.flatMap(({ role, config }) => {
    const what =
      role === null
        ? `alter database ${target}`
        : `alter role ${quoted(role)} in database ${target}`
    return config.map((one) => `${what} set ${assignment(one)}`)
  })
}

/** Of lists each element is quoted on its own, as pg_dump does. */
const LISTS = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'temp_tablespaces',
])

function assignment(config: string): string {
  const at = config.indexOf('=')
  const [name, value] = [config.slice(0, at), config.slice(at + 1)]
  const parts = LISTS.has(name) ? (value.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? []) : [value]
  const literals = parts.map((part) => {
    const isQuoted = LISTS.has(name) && part.startsWith('"')
    const plain = isQuoted ? part.slice(1, -1).replaceAll('""', '"') : part
    return `'${plain.replaceAll("'", "''")}'`
  })
  const escaped = literals.map((one) =>
    one.includes('\\') ? ` E${one.replaceAll('\\', '\\\\')}` : one,
  )
  return `${name.split('.').map(quoted).join('.')} to ${escaped.join(', ') || "''"}`
}
