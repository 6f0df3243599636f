import type { JsonSchema } from '../../runbook/json-schema.ts'
import type { World } from '../world.ts'

/** JSON Schema of the format, with the kinds of this version. */
export async function runbookSchema({ kinds }: Pick<World, 'kinds'>): Promise<JsonSchema> {
  const { runbookJsonSchema } = await import('../../runbook/json-schema.ts')
  return runbookJsonSchema(kinds)
}
