/** Keys that sources disagree on: files that are read one over the other, and environments side by side. */
import type { Problem } from './findings.ts'
import { ENVIRONMENT, isMeant, type ConfigParams } from './params.ts'
import type { Source } from './sources.ts'
import { definitionsOf, type Definition, type Look } from './winners.ts'

export type Differences = {
  differing: string[]
  missing: string[]
  /** Keys by the source that lacks them. */
  missingIn: Map<string, string[]>
  problems: Problem[]
}

export const IN_SOURCES = 'sources_agree'
export const IN_ENVIRONMENTS = 'environments_agree'

/** Among files that are read one over the other a missing key is usual: it is told, and no problem. */
export function differencesIn(
  sources: readonly Source[],
  { asked, look, check }: { asked: ConfigParams; look: Look; check: string },
): Differences {
  const read = sources.filter(({ isRead }) => isRead)
  const found: Differences = { differing: [], missing: [], missingIn: new Map(), problems: [] }
  if (read.length < 2) return found
  for (const [key, definitions] of definitionsOf(read)) {
    if (asked.ignore.some((one) => isMeant(key, one))) continue
    const between = asked.rules.find(
      (one) => one.between !== undefined && isMeant(key, one.key),
    )?.between
    const distinct = new Set(definitions.map(({ value }) => value)).size
    if (distinct > 1) found.differing.push(key)
    const problem = (says: string): void => {
      found.problems.push({ check, key, file: '', says: `${key} ${says}` })
    }
    if (distinct > 1 && (between ?? 'same') === 'same') problem(differs(definitions, look))
    if (between === 'different' && distinct < definitions.length) {
      problem(`is the same in ${namesOf(definitions)}, and must not be`)
    }
    if (definitions.length === read.length) continue
    const has = new Set(definitions.map(({ source }) => source))
    // The environment has what somebody exported: nothing is missing there.
    const lacking = read
      .filter((source) => !has.has(source) && source.name !== ENVIRONMENT)
      .map(({ name }) => name)
    if (lacking.length === 0) continue
    for (const name of lacking) {
      const keys = found.missingIn.get(name)
      if (keys === undefined) found.missingIn.set(name, [key])
      else keys.push(key)
    }
    if (check !== IN_ENVIRONMENTS || between === 'any') continue
    found.missing.push(key)
    problem(`is missing in ${lacking.join(', ')}`)
  }
  return found
}

const namesOf = (definitions: readonly Definition[]): string =>
  definitions.map(({ source }) => source.name).join(', ')

/** Two addresses of different places are called out by host and database. */
function differs(definitions: readonly Definition[], look: Look): string {
  const seen = definitions.map(({ source, value }) => `${source.name}: ${look.describe(value)}`)
  return `differs: ${seen.join(', ')}`
}
