/** The kind schema over real databases, without an engine around it. */
import type { Database } from '../../../src/ports/database.ts'
import { params, type SchemaParams } from '../../../src/steps/kinds/schema/params.ts'
import { schema } from '../../../src/steps/kinds/schema.ts'
import type { Outcome } from '../../../src/steps/kind.ts'
import type { Difference } from '../../../src/steps/kinds/schema/difference.ts'
import type { Versions } from '../../../src/steps/kinds/schema/migrations/versions.ts'
import { commandContext, type ContextOptions } from '../command-context.ts'

type Databases = Readonly<Record<string, Database>>

export async function compare(
  databases: Databases,
  asked: Record<string, unknown>,
  { folder = '/', ...options }: ContextOptions & { folder?: string } = {},
): Promise<Outcome> {
  const given = params.parse({ database: 'app', ...asked }) as SchemaParams
  const context = commandContext(folder, options)
  const database = (name: string): Database => {
    const found = databases[name]
    if (found === undefined) throw new Error(`no database ${name} in this test`)
    return found
  }
  return schema.run(given, { ...context, database })
}

/** Without hints, which are for people, and without what is null. */
export const differencesOf = ({ data }: Outcome): Difference[] =>
  (data['differences'] as Record<string, unknown>[]).map((difference) => {
    const stated = Object.entries(difference).filter(
      ([key, value]) => value !== null && key !== 'hint',
    )
    return Object.fromEntries(stated) as unknown as Difference
  })

export const versionsIn = ({ data }: Outcome): Versions => data['versions'] as unknown as Versions

export function textOf({ evidence }: Outcome, label: string): string {
  const draft = evidence.find((one) => one.label === label)
  if (draft === undefined || !('text' in draft)) throw new Error(`no evidence ${label}`)
  return draft.text
}
