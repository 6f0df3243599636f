/** Values that a gate asks for, one line each, typed by their declaration. */
import { defined } from '../../incident/defined.ts'
import type { Value } from '../../incident/value.ts'
import { askLine } from './prompts.ts'

type Spec = {
  type: string
  description: string | undefined
  secret: boolean
  required: boolean
  default: string | undefined
  choices: readonly string[] | undefined
  pattern: string | undefined
}

/** The gate's own check of an answer decides; this one only saves a person a round. */
export async function askValues(
  declared: unknown,
  signal: AbortSignal,
): Promise<Record<string, Value>> {
  const values: Record<string, Value> = {}
  for (const [name, raw] of Object.entries(Object(declared) as Record<string, unknown>)) {
    const spec = readSpec(raw)
    const text = await askLine(
      {
        message: describe(name, spec),
        required: spec.required,
        secret: spec.secret,
        ...defined({ default: spec.default }),
        check: (line) => problemOf(line, spec) ?? true,
      },
      signal,
    )
    if (text !== '' || spec.required) values[name] = convert(text, spec.type)
  }
  return values
}

function readSpec(raw: unknown): Spec {
  const given = (typeof raw === 'string' ? { type: raw } : Object(raw)) as Record<string, unknown>
  return {
    type: typeof given['type'] === 'string' ? given['type'] : 'string',
    description: typeof given['description'] === 'string' ? given['description'] : undefined,
    secret: given['secret'] === true,
    required: given['required'] !== false,
    default: given['default'] === undefined ? undefined : asText(given['default']),
    choices: Array.isArray(given['enum']) ? given['enum'].map(asText) : undefined,
    pattern: typeof given['pattern'] === 'string' ? given['pattern'] : undefined,
  }
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

const describe = (name: string, spec: Spec): string => {
  const kinds = [
    spec.choices?.join(' | ') ?? spec.type,
    ...(spec.secret ? ['secret, not stored'] : []),
  ]
  return `${name} (${kinds.join(', ')})${spec.description === undefined ? '' : ` ${spec.description}`}:`
}

function problemOf(text: string, spec: Spec): string | undefined {
  if (text === '' && !spec.required) return undefined
  const value = convert(text, spec.type)
  if (spec.type === 'integer' && !Number.isSafeInteger(value)) return 'a whole number is needed'
  if (spec.type === 'number' && !Number.isFinite(value)) return 'a number is needed'
  if (spec.type === 'boolean' && typeof value !== 'boolean') return 'true or false is needed'
  if (spec.choices !== undefined && !spec.choices.includes(text))
    return `one of: ${spec.choices.join(', ')}`
  if (spec.pattern !== undefined && !new RegExp(spec.pattern, 'u').test(text)) {
    return `it must match ${spec.pattern}`
  }
  return undefined
}

function convert(text: string, type: string): Value {
  if (type === 'integer' || type === 'number') return text.trim() === '' ? Number.NaN : Number(text)
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text)
  return text
}
