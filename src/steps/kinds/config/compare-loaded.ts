/** The winner by the stated order against what the service says that it sees. */
import type { Value } from '../../../incident/value.ts'
import type { Problem } from './findings.ts'
import { isMeant, type ConfigParams } from './params.ts'
import type { Definition, Look } from './winners.ts'

export const AS_LOADED = 'as_loaded'

type Options = {
  asked: ConfigParams
  definitions: ReadonlyMap<string, readonly Definition[]>
  loaded: ReadonlyMap<string, readonly string[]>
  look: Look
}

export function compareLoaded({ asked, definitions, loaded, look }: Options): {
  seen: Record<string, Value>
  problems: Problem[]
} {
  const seen: [string, Value][] = []
  const problems: Problem[] = []
  for (const [key, known] of definitions) {
    const values = loaded.get(key)
    const [winner] = known
    if (values === undefined || winner === undefined) continue
    const from = known.find(({ value }) => values.includes(value))
    const isWinner = values.includes(winner.value)
    const value = from?.value ?? values[0] ?? ''
    const connection = look.connection(value)
    seen.push([
      key,
      {
        file: from?.source.name ?? '',
        fingerprint: look.fingerprint(value),
        same: isWinner,
        ...(connection === undefined
          ? {}
          : { host: connection.host, database: connection.database }),
      },
    ])
    if (isWinner || asked.ignore.some((one) => isMeant(key, one))) continue
    const where = from === undefined ? 'a value that no source has' : `that of ${from.source.name}`
    const says = `${key}: the service sees ${where}, ${look.describe(value)}; by the order it would be that of ${winner.source.name}, ${look.describe(winner.value)}`
    problems.push({ check: AS_LOADED, key, file: from?.source.name ?? '', says })
  }
  return { seen: Object.fromEntries(seen), problems }
}
