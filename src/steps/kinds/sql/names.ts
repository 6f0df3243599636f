/**
 * Names of tables and columns that a runbook does not know when it is written: `:"users"` in a
 * query, as psql writes it. They are quoted by the rule of the SQL standard, which PostgreSQL and
 * SQLite keep, so that no value can be anything but a name.
 */
/** Not the `::"type"` of a cast. */
const PLACE = /(?<!:):"([A-Za-z_]\w*)"/g

/** Why names and query do not fit together. */
export function namesProblem(query: string, declared: readonly string[]): string | undefined {
  const used = new Set(Array.from(query.matchAll(PLACE), ([, name]) => name as string))
  const unknown = [...used].find((name) => !declared.includes(name))
  if (unknown !== undefined) return `:"${unknown}" stands in the query and not in names`
  const unused = declared.find((name) => !used.has(name))
  return unused === undefined ? undefined : `the query does not use :"${unused}"`
}

/** `public.users` names a table in a schema. */
const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')

export const withNames = (query: string, names: Readonly<Record<string, string>>): string =>
  query.replace(PLACE, (place, name: string) =>
    Object.hasOwn(names, name) ? quoted(names[name] as string) : place,
  )
