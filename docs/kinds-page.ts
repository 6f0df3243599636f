/** docs/kinds.md: every kind with its parameters and its outcome. */
import { http } from '../src/steps/kinds/http.ts'
import { KINDS } from '../src/steps/registry.ts'
import type { Kind } from '../src/steps/kind.ts'
import { cell, schemaOf, typeWords, type JsonSchema } from './schema-words.ts'

/** Of a map, of the elements of a list or of the values of a map: the fields of one. */
function fieldsIn(schema: JsonSchema, path: string): [string, JsonSchema][] {
  if (schema.properties) {
    return Object.entries(schema.properties).map(([name, field]) => [`${path}.${name}`, field])
  }
  if (schema.beside) return fieldsIn(schema.beside, path)
  const options = schema.anyOf ?? schema.oneOf
  if (options) {
    const found = options.map((one) => fieldsIn(one, path))
    return found.find((fields) => fields.length > 0) ?? []
  }
  if (schema.items) return fieldsIn(schema.items, path)
  const { additionalProperties: values } = schema
  return typeof values === 'object' ? fieldsIn(values, `${path}.NAME`) : []
}

/** One level below; what every request has is said once, of `http`. */
function nestedRows(kind: Kind, properties: Record<string, JsonSchema>): string[] {
  const ofRequests = Object.keys(schemaOf(http.params).properties ?? {})
  return Object.entries(properties)
    .flatMap(([name, field]) => fieldsIn(field, name))
    .filter(([path, field]) => {
      const last = path.split('.').at(-1) ?? ''
      return (
        field.description !== undefined && (kind.kind !== 'login' || !ofRequests.includes(last))
      )
    })
    .map(
      ([path, field]) =>
        `| \`${path}\` | ${cell(typeWords(field))} |  | ${cell(field.description ?? '')} |`,
    )
}

function paramsTable(kind: Kind): string[] {
  const schema = schemaOf(kind.params)
  const object = schema.properties
    ? schema
    : (schema.anyOf ?? schema.oneOf ?? []).find((one) => one.properties)
  if (!object?.properties) return [`Takes ${typeWords(schema)}.`]
  const rows = Object.entries(object.properties).map(([name, field]) => {
    const required = object.required?.includes(name) ? 'yes' : ''
    return `| \`${name}\` | ${cell(typeWords(field))} | ${required} | ${cell(field.description ?? '')} |`
  })
  const nested = nestedRows(kind, object.properties)
  return ['| Parameter | Type | Required | |', '|---|---|---|---|', ...rows, ...nested]
}

function duration(ms: number | null): string {
  if (ms === null) return 'without limit'
  return ms % 3_600_000 === 0
    ? `${ms / 3_600_000} h`
    : ms % 60_000 === 0
      ? `${ms / 60_000} min`
      : `${ms / 1_000} s`
}

export function kindsPage(): string {
  const kinds = Object.values(KINDS).toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
  return [
    '# Kinds of step',
    '',
    ...kinds.map(({ kind, summary }) => `- [\`${kind}\`](#${kind}) ${summary}`),
    '',
    ...kinds.flatMap((kind) => [
      `## ${kind.kind}`,
      '',
      kind.summary,
      '',
      '```yaml',
      kind.example.trim(),
      '```',
      '',
      ...paramsTable(kind),
      '',
      `- **Effect**: ${typeof kind.effect === 'string' ? `\`${kind.effect}\`` : 'follows from the parameters'}`,
      `- **Time limit**: ${duration(kind.timeoutMs)}`,
      ...(kind.type === 'action'
        ? [`- **Succeeds when**: \`${kind.expect}\``]
        : kind.type === 'gate'
          ? ['- **A gate**: waits for a person and holds no process']
          : [
              '- **A group**: its steps are steps of the run; it fails when one of them fails and `on_failure` of that step is not `continue`',
            ]),
      `- **Outcome**: ${
        Object.entries(kind.outcome)
          .map(([name, type]) => `\`${name}\` (${String(type)})`)
          .join(', ') || 'none'
      }`,
      ...Object.entries(kind.shapes ?? {}).map(
        ([name, shape]) => `  - \`${name}\`: ${String(shape)}`,
      ),
      `- **Outputs by default**: ${
        Object.keys(kind.defaultOutputs)
          .map((name) => `\`${name}\``)
          .join(', ') || 'none'
      }`,
      '',
    ]),
  ].join('\n')
}
