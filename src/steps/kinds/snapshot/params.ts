/** What a snapshot may look at. */
import { z } from 'zod'
import { text, type Rendered } from '../../../runbook/fields.ts'

const MOST = 50
const name = z.string().regex(/^[A-Za-z_][\w.-]*$/, {
  error: 'a name begins with a letter and has letters, digits, _, . and -',
})
const list = (about: string) => z.array(text()).min(1).max(MOST).optional().describe(about)

/** In the order in which they are shown. */
export const GROUPS = [
  'git',
  'files',
  'env',
  'versions',
  'http',
  'database',
  'tables',
  'run',
] as const
export type Group = (typeof GROUPS)[number]

const table = z.strictObject({
  rows: z.boolean().optional().describe('counts the rows'),
  digest: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('columns whose content is digested, in any order of rows'),
})

export const params = z
  .strictObject({
    git: z.literal(true).optional().describe('commit, branch, tag and changed files'),
    files: list('size, mode, time and sha256; of env files the names and keyed digests'),
    env: z.array(name).min(1).max(MOST).optional().describe('names of environment variables'),
    versions: list('programs that know --version'),
    http: list('urls that are asked by GET'),
    database: name.optional().describe('tables and columns of a declared database'),
    tables: z.record(z.string().min(1), table).optional().describe('rows of tables of `database`'),
    run: z
      .record(name, z.array(text()).min(1))
      .optional()
      .describe('commands whose output is compared; they must only look'),
    require: z
      .array(z.enum(GROUPS))
      .optional()
      .describe('what must have been seen for the step to succeed'),
    like: name.optional().describe('an earlier snapshot: looks at the same again, and compares'),
  })
  .refine((asked) => (asked.like === undefined ? !isEmpty(asked) : isEmpty(asked)), {
    error: 'a snapshot has either `like` or something to look at',
  })
  .refine((asked) => asked.tables === undefined || asked.database !== undefined, {
    error: '`tables` needs `database`',
  })

export type SnapshotParams = Rendered<z.output<typeof params>>

function isEmpty(asked: Readonly<Record<string, unknown>>): boolean {
  return GROUPS.every((group) => asked[group] === undefined)
}

/** Where the runbook stands in the way of `like: steps.before` as in other kinds. */
export const stepOf = (like: string): string => like.replace(/^steps\./, '')
