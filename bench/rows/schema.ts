/** The kind `schema` on 1,000 tables of PostgreSQL, against the same catalog queries, bare. */
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { Client } from 'pg'
import { createDatabasePort } from '../../src/adapters/database.ts'
import { createFiles } from '../../src/adapters/files.ts'
import { createProcessPort } from '../../src/adapters/process.ts'
import { createRandom } from '../../src/adapters/random.ts'
import { INDEXES, RELATIONS } from '../../src/adapters/postgres/catalog.ts'
import type { StepContext } from '../../src/steps/kind.ts'
import { schema } from '../../src/steps/kinds/schema.ts'
import { hasPostgres, PASSWORD, startPostgres, type TestPostgres } from '../../test/postgres.ts'
import { plainFolder, run, yard } from '../machine.ts'
import { pair } from '../pair.ts'
import { measured, type Row } from '../row.ts'

const TABLES = 1_000
const QUERIES = [RELATIONS("a.attgenerated <> ''"), INDEXES]

/** Ten columns and two indexes each. */
const table = (n: number): string =>
  `create table t${n} (id bigint primary key, tenant uuid not null, email text not null,
    name varchar(200), state text, amount numeric(10,2), created timestamptz not null default now(),
    changed timestamptz, note text, done boolean not null default false, unique (tenant, email));`

/** In parts: one transaction may not hold so many locks. */
async function fill(server: TestPostgres, url: string): Promise<void> {
  for (let from = 0; from < TABLES; from += 100) {
    await server.sql(Array.from({ length: 100 }, (_, n) => table(from + n)).join('\n'), url)
  }
}

export async function schemaRows(): Promise<Row[]> {
  const what = `schema: two databases of ${TABLES} tables compared`
  const bare = [
    measured(what, 'pg driver: the same queries, bare', '<= 1.5'),
    measured(what, 'psql: the same queries, bare', '<= 1'),
  ]
  if (!hasPostgres()) return bare.map((row) => row.as({ notMeasured: 'no PostgreSQL' }))
  const server = await startPostgres()
  try {
    const urls = await Promise.all(['one', 'two'].map((name) => server.createDatabase(name)))
    await Promise.all(urls.map((url) => fill(server, url)))
    const context = contextOf(urls)
    const compare = async (): Promise<void> => {
      const outcome = await schema.run({ database: 'one', like: 'two' }, context)
      if (outcome.data['same'] !== true) throw new Error(outcome.reason ?? 'they differ')
    }
    const [driver, psql] = bare
    return [
      ...(driver ? [driver.as(await pair(9, compare, () => Promise.all(urls.map(byDriver))))] : []),
      ...(psql ? [psql.as(await pair(9, compare, () => byPsql(server)))] : []),
    ]
  } finally {
    await server.stop()
  }
}

function contextOf([one = '', two = '']: readonly string[]): StepContext {
  const files = createFiles({ stateDir: join(plainFolder('schema'), 'state') })
  const port = createDatabasePort({ process: createProcessPort(), files, random: createRandom() })
  const databases = { one: port.open(one), two: port.open(two) }
  const context = {
    signal: new AbortController().signal,
    database: (name: 'one' | 'two') => databases[name],
  }
  return context as unknown as StepContext
}

async function byDriver(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const query of QUERIES) await client.query(query)
  await client.end()
}

/** One after the other: two at once would be a script of its own. */
function byPsql({ bin, port }: TestPostgres): void {
  const file = join(yard, 'catalog.sql')
  writeFileSync(file, `${QUERIES.join(';\n')};\n`)
  for (const name of ['one', 'two']) {
    const argv = ['-h', '127.0.0.1', '-p', String(port), '-U', 'app', '-d', name, '-X', '-At']
    run([join(bin, 'psql'), ...argv, '-o', '/dev/null', '-f', file], yard, { PGPASSWORD: PASSWORD })
  }
}
