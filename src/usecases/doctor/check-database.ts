/**
 * Whether this machine could back a database up during an outage: it is reachable, its dump tools are
 * not older than its server, and a backup can be proven by a restore.
 */
import type { Database } from '../../ports/database.ts'
import type { ProcessPort } from '../../ports/process.ts'
import { failed, fine, warned, type DoctorCheck } from './check.ts'

export type CheckDatabase = {
  /** As the runbook calls it. */
  name: string
  database: Database
  process: ProcessPort
  signal: AbortSignal
}

export async function checkDatabase(options: CheckDatabase): Promise<DoctorCheck[]> {
  const { name, database, signal } = options
  const described = await database.describe(signal)
  const reachable = { name: `database ${name}`, needed: `an answer from ${database.label}` }
  if (!described.ok) {
    const fix = 'see that it runs and that its url is right, password included'
    return [failed({ ...reachable, found: described.message }, fix)]
  }
  const tables = Object.keys(described.tables).length
  const { serverVersion } = described
  const engine = database.engine === 'postgres' ? 'PostgreSQL' : 'SQLite'
  const found = `${engine} ${serverVersion}, ${tables} ${tables === 1 ? 'table' : 'tables'}`
  const checks = [fine({ ...reachable, found })]
  if (database.engine === 'sqlite') return checks
  const tools = await Promise.all(
    ['pg_dump', 'pg_restore', 'psql'].map((tool) => checkTool(tool, serverVersion, options)),
  )
  return [...checks, ...tools, ...(await checkRights(options))]
}

async function checkTool(
  tool: string,
  serverVersion: string,
  { name, process, signal }: CheckDatabase,
): Promise<DoctorCheck> {
  const major = Number.parseInt(serverVersion, 10)
  const needed = tool === 'psql' ? 'any version' : `version ${major} or newer, as the server`
  const check = { name: `${tool} for ${name}`, needed }
  const fix = `install PostgreSQL client programs of version ${major} or newer, first on PATH (Debian: postgresql-client-${major})`
  const path = process.which(tool)
  if (path === undefined) return failed({ ...check, found: 'not on PATH' }, fix)
  const command = { argv: [path, '--version'] as [string, string], cwd: '/', env: process.env() }
  const { stdout } = await process.capture({ ...command, signal }, MAX_VERSION_BYTES)
  const version = /\d+(\.\d+)*/.exec(stdout)?.[0]
  if (version === undefined) return failed({ ...check, found: `${path} fails` }, fix)
  const enough = tool === 'psql' || Number.parseInt(version, 10) >= major
  const told = { ...check, found: `${version} (${path})` }
  return enough ? fine(told) : failed(told, fix)
}

const MAX_VERSION_BYTES = 4_096

const RIGHTS = `
  select current_user as role, rolcreatedb or rolsuper as may,
    array(select datname::text from pg_catalog.pg_database
      where datname like 'hotwash\\_scratch\\_%' order by 1) as leftovers
  from pg_catalog.pg_roles where rolname = current_user`

async function checkRights({ name, database, signal }: CheckDatabase): Promise<DoctorCheck[]> {
  const request = { sql: RIGHTS, params: [], write: false, maxRows: 1, signal }
  const asked = await database.query(request)
  const check = { name: `scratch database for ${name}`, needed: 'the right CREATEDB' }
  if (!asked.ok) return [warned({ ...check, found: asked.message }, 'ask again')]
  const row = asked.rows[0] as { role: string; may: boolean; leftovers: string[] }
  const found = `user ${row.role} may ${row.may ? '' : 'not '}create databases`
  const fix = `ALTER ROLE "${row.role}" CREATEDB, or name an empty database: prove: {restore: {database: NAME}}`
  const right = row.may ? fine({ ...check, found }) : warned({ ...check, found }, fix)
  return row.leftovers.length === 0 ? [right] : [right, leftoverCheck(name, row.leftovers)]
}

/** A proof whose process was killed could not drop its database. */
const leftoverCheck = (name: string, leftovers: readonly string[]): DoctorCheck =>
  warned(
    {
      name: `leftovers beside ${name}`,
      found: leftovers.join(', '),
      needed: 'no scratch database of a backup that was killed',
    },
    leftovers.map((database) => `DROP DATABASE "${database}";`).join(' '),
  )
