/** JSON Schema as rows of a table say it. */
import { z } from 'zod'

export type JsonSchema = {
  /** In words, where the type would be long. */
  title?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  description?: string
  default?: unknown
  pattern?: string
  additionalProperties?: JsonSchema | boolean
  body?: boolean
  /** Of a step body: what may stand beside it. */
  beside?: JsonSchema
  steps?: boolean
}

/** A JSON Schema in a few words, for a table cell. */
export function typeWords(schema: JsonSchema): string {
  if (schema.title) return schema.title
  if (schema.body) return 'step body'
  if (schema.steps) return 'steps'
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum) return schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ')
  const options = schema.anyOf ?? schema.oneOf
  if (options) {
    const words = options.filter((one) => !one.description?.startsWith('or one ${{')).map(typeWords)
    return [...new Set(words)].join(' or ')
  }
  if (schema.type === 'array') return `list of ${typeWords(schema.items ?? {})}`
  if (
    schema.type === 'object' &&
    !schema.properties &&
    typeof schema.additionalProperties === 'object'
  ) {
    return `map to ${typeWords(schema.additionalProperties)}`
  }
  if (schema.type === 'object' && schema.properties) {
    return `{${Object.keys(schema.properties)
      .map((name) => (schema.required?.includes(name) ? name : `${name}?`))
      .join(', ')}}`
  }
  return schema.type === undefined ? 'any' : [schema.type].flat().join(' or ')
}

export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

export const schemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { beside } = jsonSchema
      if (beside instanceof z.ZodObject) Object.assign(jsonSchema, { beside: schemaOf(beside) })
    },
  }) as JsonSchema
