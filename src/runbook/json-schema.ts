/**
 * The format as JSON Schema, for editors: completion and red lines while a runbook is written.
 * Draft-07, since that is what yaml-language-server reads. It says less than `parse`: expressions,
 * references and rules between fields are not in it.
 */
import { z } from 'zod'
import type { KindShapes } from './kind-shape.ts'
import { bodyFields, runbookFields, stepFields } from './schema.ts'

export type JsonSchema = { [key: string]: unknown }

const ID = 'https://hotwash.example/runbook.schema.json'

type Overridden = { jsonSchema: object }

/** What the vocabulary marks by `meta`: bodies, nested steps, scripts. */
const overriding =
  (bodies: Map<string, Properties>) =>
  (given: Overridden): void => {
    const jsonSchema = given.jsonSchema as JsonSchema
    const { body, steps, beside } = jsonSchema
    for (const mark of ['body', 'steps', 'script', 'beside']) delete jsonSchema[mark]
    if (body === true) {
      Object.assign(jsonSchema, { $ref: `#/definitions/${bodyOf(beside, bodies)}` })
    }
    if (steps === true) Object.assign(jsonSchema, listOf('step'))
  }

/** The definition of a body, here of one that takes keys of the kind around it. */
function bodyOf(beside: unknown, bodies: Map<string, Properties>): string {
  if (!(beside instanceof z.ZodObject)) return 'body'
  const properties = propertiesOf(z.toJSONSchema(beside, OPTIONS))
  const name = `body_with_${Object.keys(properties).join('_')}`
  bodies.set(name, properties)
  return name
}

const OPTIONS = { target: 'draft-7', io: 'input', unrepresentable: 'any' } as const

const listOf = (name: string): JsonSchema => ({
  type: 'array',
  items: { $ref: `#/definitions/${name}` },
})

type Properties = Record<string, JsonSchema>
const propertiesOf = (schema: JsonSchema | undefined): Properties =>
  (schema?.['properties'] ?? {}) as Properties

export function runbookJsonSchema(kinds: KindShapes): JsonSchema {
  const params = Object.fromEntries(
    Object.entries(kinds).map(([name, { params, summary }]) => [name, params.describe(summary)]),
  )
  const bodies = new Map<string, Properties>()
  // One conversion, so that what several kinds refer to is defined once and under one name.
  const all = z.toJSONSchema(
    z.strictObject({
      runbook: z.strictObject(runbookFields),
      step: z.strictObject(stepFields),
      body: z.strictObject(bodyFields),
      kinds: z.strictObject(params),
    }),
    { ...OPTIONS, override: overriding(bodies) },
  )
  const { runbook, step, body, kinds: kindSchemas } = propertiesOf(all)
  const words = Object.keys(kinds)
  const named = Object.fromEntries(
    words.map((word) => [word, { $ref: `#/definitions/kind_${word}` }]),
  )
  const definitions: Properties = { ...(all['definitions'] as Properties | undefined) }
  for (const [word, schema] of Object.entries(propertiesOf(kindSchemas))) {
    definitions[`kind_${word}`] = schema
  }
  definitions['step'] = oneKind(step, named, ['id'])
  // A group is no body: it stands in a list of steps only.
  const bodyKinds = Object.fromEntries(
    Object.entries(named).filter(([word]) => kinds[word]?.type !== 'group'),
  )
  definitions['body'] = oneKind(body, bodyKinds, [])
  for (const [name, own] of bodies) {
    definitions[name] = oneKind({ properties: { ...propertiesOf(body), ...own } }, bodyKinds, [])
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: ID,
    title: 'hotwash runbook',
    ...runbook,
    properties: {
      ...propertiesOf(runbook),
      steps: { ...listOf('step'), minItems: 1, description: 'in the order in which they run' },
      always: {
        ...listOf('step'),
        description: 'steps at the end, whatever happened',
      },
    },
    definitions,
  }
}

/** Exactly one key of the kinds, beside the fields. */
const oneKind = (
  fields: JsonSchema | undefined,
  kinds: Properties,
  required: readonly string[],
): JsonSchema => ({
  type: 'object',
  properties: { ...kinds, ...propertiesOf(fields) },
  additionalProperties: false,
  ...(required.length > 0 ? { required } : {}),
  oneOf: Object.keys(kinds).map((kind) => ({ required: [kind] })),
})
