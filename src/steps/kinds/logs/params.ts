/** What a runbook says of the log it wants read. */
import { z } from 'zod'
import { integer, text, type Rendered } from '../../../runbook/fields.ts'

const MAX_CATEGORIES = 50
const MAX_PATTERNS = 100
const MAX_PATTERN_CHARS = 1_000
const MAX_ARGUMENTS = 1_000

/** `90s`, `1h`, `2d` before now, or a moment. */
const AGO = /^(\d{1,9})(ms|s|m|h|d)$/
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const A_MOMENT =
  'a time is how long ago, such as 15m, 1h or 2d, or a moment such as 2026-11-21T03:00:00Z'
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

const moment = z
  .string()
  .refine((given) => AGO.test(given) || (MOMENT.test(given) && !Number.isNaN(Date.parse(given))), {
    error: A_MOMENT,
  })

/** Milliseconds since the epoch. */
export function momentMs(given: string, nowMs: number): number {
  const [, count, unit] = AGO.exec(given) ?? []
  return unit === undefined ? Date.parse(given) : nowMs - Number(count) * (UNIT_MS[unit] ?? 0)
}

const pattern = z
  .string()
  .min(1)
  .max(MAX_PATTERN_CHARS)
  .superRefine((source, context) => {
    try {
      RegExp(source)
    } catch (error) {
      const why = (error as Error).message.replace(/^Invalid regular expression: /, '')
      context.addIssue({ code: 'custom', message: `it is no regular expression: ${why}` })
    }
  })

const NAME = /^[a-z][a-z0-9_]*$/

export const params = z
  .strictObject({
    file: text(z.string().min(1))
      .optional()
      .describe(
        'the log, relative to cwd; rotated ones beside it are not read: use `command: [zcat, -f, …]`',
      ),
    command: z
      .array(z.union([text(), z.number().transform(String)]))
      .min(1)
      .max(MAX_ARGUMENTS)
      .optional()
      .describe('program and arguments that print the log, in place of a file'),
    since: text(moment).optional().describe('how long ago, such as 1h, or a moment'),
    until: text(moment).optional().describe('as `since`; up to now unless stated'),
    from_byte: integer({ min: 0 })
      .optional()
      .describe('where in the file to begin: `read_to` of an earlier step'),
    format: z
      .enum(['auto', 'json', 'text'])
      .default('auto')
      .describe('json: one object a line, other lines are skipped; auto: line by line'),
    zone: z
      .enum(['local', 'utc'])
      .default('local')
      .describe('of times that name no zone; local: of this machine'),
    ignore_case: z
      .boolean()
      .default(false)
      .describe('whether patterns match small letters and capitals alike'),
    categories: z
      .record(
        z.string().regex(NAME, 'a name is [a-z][a-z0-9_]*'),
        z.array(text(pattern)).min(1).max(MAX_PATTERNS),
      )
      .refine((given) => Object.keys(given).length <= MAX_CATEGORIES, {
        error: `at most ${MAX_CATEGORIES} categories`,
      })
      .optional()
      .describe(
        'regular expressions by category; without it, errors by the built-in ones: database, auth, config, dependency, unknown',
      ),
    samples: integer({ min: 0, max: 20 })
      .default(3)
      .describe('how many different messages of a category to show; 3 unless stated'),
  })
  .refine((given) => (given.file === undefined) !== (given.command === undefined), {
    error: 'a log has one of file and command',
  })
  .refine((given) => given.from_byte === undefined || given.file !== undefined, {
    error: 'from_byte needs a file',
    path: ['from_byte'],
  })

export type LogsParams = Rendered<z.output<typeof params>>
