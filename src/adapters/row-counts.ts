import { DatabaseProblem } from './failure.ts'

/** Refuses a copy whose tables or row counts are not those of its source. */
export function checkCounts(wanted: Record<string, number>, found: Record<string, number>): void {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
  const wrong = names.filter((name) => wanted[name] !== found[name])
  if (wrong.length === 0) return
  const list = wrong.map(
    (name) => `${name}: ${wanted[name] ?? 'no table'}, in the copy ${found[name] ?? 'no table'}`,
  )
  throw new DatabaseProblem('DUMP', `the copy is not whole; rows per table: ${list.join('; ')}`)
}
