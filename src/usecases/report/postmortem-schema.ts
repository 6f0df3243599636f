/** JSON Schema of what people write in the head of a report. */
export async function postmortemSchema(): Promise<Record<string, unknown>> {
  const { frontMatterJsonSchema } = await import('../../postmortem/front-matter/json-schema.ts')
  return frontMatterJsonSchema()
}
