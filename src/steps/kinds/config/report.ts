/** What is kept of a configuration: a table to read and the same as JSON, by key and fingerprint. */
import type { Value } from '../../../incident/value.ts'
import { placeOf } from './connection.ts'
import type { Source } from './sources.ts'
import type { Definition, Look } from './winners.ts'

/** Keys beyond are counted only; the files of a service have a few hundred. */
export const MOST_ROWS = 20_000

type Definitions = ReadonlyMap<string, readonly Definition[]>

export function winnersOf(definitions: Definitions, look: Look): Record<string, Value> {
  const winners: [string, Value][] = []
  for (const [key, [winner]] of definitions) {
    if (winner === undefined || winners.length >= MOST_ROWS) continue
    const { source, value } = winner
    const about: Record<string, Value> = {
      file: source.name,
      fingerprint: look.fingerprint(value),
    }
    const connection = look.connection(value)
    // Of an address that cannot be read as well, so that an expression finds what it asks for.
    if (connection !== undefined || value.includes('://')) {
      about['host'] = connection?.host ?? ''
      about['database'] = connection?.database ?? ''
    }
    winners.push([key, about])
  }
  return Object.fromEntries(winners)
}

/** `DB_HOST`, `DB_PORT` and `DB_NAME` as many frameworks have them, besides whole urls. */
const PARTS =
  /^(?:(.*_)?(DB|DATABASE|POSTGRES|PG|MYSQL|MARIADB|SQL)_?)(HOST|SERVER|PORT|NAME|DATABASE|DB)$/

export function databasesOf(sources: readonly Source[], look: Look): Value[] {
  const found: Value[] = []
  for (const { name: file, values } of sources) {
    for (const [key, value] of values) {
      const connection = look.connection(value)
      if (connection === undefined || connection.database === '') continue
      found.push({ file, key, host: connection.host, database: connection.database })
    }
    found.push(...fromParts(file, values))
  }
  return found.slice(0, MOST_ROWS)
}

function fromParts(file: string, values: ReadonlyMap<string, string>): Value[] {
  const groups = new Map<string, { key: string; host: string; port: string; database: string }>()
  for (const [key, value] of values) {
    const parts = PARTS.exec(key)
    if (parts === null || !/^[\w.-]{1,128}$/.test(value)) continue
    const [, before = '', what = '', part = ''] = parts
    const prefix = before + what
    const group = groups.get(prefix) ?? { key: '', host: '', port: '', database: '' }
    if (part === 'HOST' || part === 'SERVER') group.host = value
    else if (part === 'PORT') group.port = /^\d+$/.test(value) ? `:${value}` : ''
    else Object.assign(group, { database: value, key })
    groups.set(prefix, group)
  }
  return [...groups.values()]
    .filter(({ database, host }) => database !== '' && host !== '')
    .map(({ key, host, port, database }) => ({ file, key, host: host + port, database }))
}

/** A row per key, a column per source: its fingerprint, and of an address host and database. */
export function tableText(
  definitions: Definitions,
  { sources, look }: { sources: readonly Source[]; look: Look },
): string {
  const rows = [['KEY', ...sources.map(({ name }) => name)]]
  for (const [key, known] of definitions) {
    if (rows.length > MOST_ROWS) break
    const row = [key]
    for (const source of sources) {
      const value = known.find((one) => one.source === source)?.value
      row.push(value === undefined ? '-' : cellOf(value, look))
    }
    rows.push(row)
  }
  const widths = sources.map((_, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0),
  )
  // The last column ends the line.
  const lines = rows.map((row) => {
    let line = ''
    for (const [column, width] of widths.entries()) {
      line += `${(row[column] ?? '').padEnd(width)}  `
    }
    return line + (row.at(-1) ?? '')
  })
  const left = definitions.size + 1 - rows.length
  return [...lines, ...(left > 0 ? [`(${left} more keys)`] : [])].join('\n')
}

function cellOf(value: string, look: Look): string {
  const connection = look.connection(value)
  const place = connection === undefined ? '' : placeOf(connection)
  return look.fingerprint(value) + (place === '' ? '' : ` ${place}`)
}
