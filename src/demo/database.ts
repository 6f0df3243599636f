/** The demo service's own way to its database: SQLite in a file, or PostgreSQL. */
type Row = Record<string, unknown>

export type DemoDatabase = {
  /** Placeholders are `$1`, `$2`, … in both. */
  query(sql: string, params?: readonly string[]): Promise<Row[]>
  /** Several statements, all or none. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

const BUSY_TIMEOUT_MS = 5_000

export async function connect(url: string): Promise<DemoDatabase> {
  return url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length)) : openPostgres(url)
}

/** Opened anew for each question, so that a file restored from a backup is seen at once. */
async function openSqlite(path: string): Promise<DemoDatabase> {
  const { DatabaseSync } = await import('node:sqlite')
  const using = <T>(use: (database: InstanceType<typeof DatabaseSync>) => T): T => {
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
    try {
      return use(database)
    } finally {
      database.close()
    }
  }
  return {
    query: async (sql, params = []) =>
      using((database) => database.prepare(sql.replaceAll('$', '?')).all(...params)) as Row[],
    script: async (sql) => using((database) => database.exec(`begin;\n${sql}\ncommit;`)),
    close: async () => {},
  }
}

async function openPostgres(url: string): Promise<DemoDatabase> {
  const { Pool } = (await import('pg')).default
  const pool = new Pool({ connectionString: url, max: 8 })
  // A connection that dies while idle is replaced at the next question.
  pool.on('error', () => {})
  return {
    query: async (sql, params = []) => (await pool.query<Row>(sql, [...params])).rows,
    script: async (sql) => {
      await pool.query(`begin;\n${sql}\ncommit;`)
    },
    close: () => pool.end(),
  }
}
