/** What a runbook states about the configuration of a service. */
import { z } from 'zod'
import { METHOD } from './strength.ts'
import { integer, script, text, type Rendered } from '../../../runbook/fields.ts'

const MOST_FILES = 20
const MOST_RULES = 1_000

const ORDERS = ['last_wins', 'first_wins'] as const
const TYPES = ['url', 'postgres_url', 'integer', 'boolean', 'hex', 'base64'] as const
const STRENGTHS = ['fair', 'strong'] as const

/** The process environment, as a source beside files. */
export const ENVIRONMENT = 'environment'

const keyPattern = z.string().regex(/^[A-Za-z_*][\w.:*-]{0,199}$/, {
  error: 'a key is letters, digits, _ . : and -; * stands for any of them',
})

export const regexOf = (source: string): RegExp => new RegExp(source, 'u')

const regex = z.string().superRefine((source, context) => {
  try {
    regexOf(source)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*\/u: /, '') : 'it cannot be read'
    context.addIssue({ code: 'custom', message: `this is no regular expression: ${why}` })
  }
})

const ruleFields = {
  required: z.boolean().optional().describe('it must be set, and not to nothing'),
  type: z.enum(TYPES).optional(),
  pattern: regex.optional().describe('a regular expression that must match somewhere in it'),
  min_length: integer({ min: 1, max: 10_000 }).optional().describe('in characters'),
  strength: z
    .enum(STRENGTHS)
    .optional()
    .describe(`estimated entropy, fair is 64 bits, strong is 128: ${METHOD}`),
  not: z
    .array(text())
    .max(1_000)
    .optional()
    .describe('values that are known to be weak, besides those that hotwash knows'),
  between: z
    .enum(['same', 'different', 'any'])
    .optional()
    .describe(
      'files or environments: same value in each (the default), a value of its own, or either',
    ),
}

const rule = z.strictObject(ruleFields)

const rules = z.union([
  z
    .record(keyPattern, rule)
    .transform((given) => Object.entries(given).map(([key, one]) => ({ key, ...one }))),
  z.array(z.strictObject({ key: text(keyPattern), ...ruleFields })).max(MOST_RULES),
])

const file = z.union([
  text().transform((path) => ({ path, optional: false })),
  z.strictObject({ path: text(), optional: z.boolean().default(false) }),
])

const argument = z.union([text(), z.number().transform(String)])

export const params = z
  .strictObject({
    files: z
      .array(file)
      .max(MOST_FILES)
      .default([])
      .describe('env files, in the order in which they are loaded'),
    order: z
      .enum(ORDERS)
      .optional()
      .describe(
        'which of several definitions counts; dotenv: first_wins; docker compose and shells: last_wins',
      ),
    environment: z
      .union([z.boolean(), z.enum(['wins', 'loses'])])
      .default(false)
      .describe(
        'the process environment is one more source; true and wins: it counts before all files',
      ),
    loaded_by: z
      .strictObject({
        run: z.union([script().min(1), z.array(argument).min(1)]),
      })
      .optional()
      .describe(
        'prints what the service really sees: KEY=VALUE lines, NUL-separated ones, or one JSON map',
      ),
    compare: z
      .record(z.string().regex(/^[\w.-]{1,40}$/), text())
      .refine((given) => Object.keys(given).length !== 1, { error: 'compare needs two or more' })
      .optional()
      .describe('environments by name, each with its env file'),
    ignore: z
      .array(keyPattern)
      .max(MOST_RULES)
      .default([])
      .describe('keys that may differ or be missing'),
    rules: rules
      .default([])
      .describe(
        `by key, in which * stands for any characters; strength: estimated entropy, fair is 64 bits, strong is 128 (${METHOD}); not: weak values besides the known ones; between: must sources have the same value (unless stated), a different one each, or any`,
      ),
  })
  .superRefine((asked, context) => {
    const layers = asked.files.length + (asked.environment === false ? 0 : 1)
    if (layers === 0 && asked.compare === undefined) {
      context.addIssue({ code: 'custom', message: 'config needs files, environment or compare' })
    }
    if (asked.files.length > 1 && asked.order === undefined) {
      context.addIssue({
        code: 'custom',
        message: `several files need an order: ${ORDERS.join(' or ')}`,
      })
    }
    if (asked.loaded_by !== undefined && layers === 0) {
      context.addIssue({
        code: 'custom',
        path: ['loaded_by'],
        message: 'what the service sees is compared with files or environment: name them',
      })
    }
  })

export type ConfigParams = Rendered<z.output<typeof params>>
export type Rule = ConfigParams['rules'][number]

const patterns = new Map<string, RegExp>()

/** Whether a key is meant by a name in which * stands for any characters. */
export function isMeant(key: string, by: string): boolean {
  if (!by.includes('*')) return key === by
  let made = patterns.get(by)
  if (made === undefined) {
    made = new RegExp(`^${by.replace(/[.*]/g, (sign) => (sign === '*' ? '.*' : '\\.'))}$`)
    patterns.set(by, made)
  }
  return made.test(key)
}
