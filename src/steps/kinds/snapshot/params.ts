/** What a snapshot may look at. */
import { z } from 'zod'
import { integer, text, type Rendered } from '../../../runbook/fields.ts'
import { healthFields, ONE_OF, oneOfBoth } from '../health/params.ts'

const MOST = 50
const name = z.string().regex(/^[A-Za-z_][\w.-]*$/, {
  error: 'a name begins with a letter and has letters, digits, _, . and -',
})
const list = (about: string) => z.array(text()).min(1).max(MOST).optional().describe(about)

/** In the order in which they are shown. */
export const GROUPS = [
  'health',
  'git',
  'files',
  'env',
  'versions',
  'packages',
  'ports',
  'processes',
  'http',
  'database',
  'tables',
  'run',
] as const
export type Group = (typeof GROUPS)[number]

const file = z.union([
  text(),
  z.strictObject({
    path: text(),
    content: z
      .boolean()
      .optional()
      .describe('keeps the text, masked, up to 64 kB; never of a file with secrets'),
  }),
])

const lockFile = z.union([
  text(),
  z.strictObject({
    path: text(),
    names: z.array(text()).min(1).describe('packages whose version is recorded; else all'),
  }),
])

const table = z.strictObject({
  rows: z.boolean().optional().describe('counts the rows'),
  digest: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('columns whose content is digested, in any order of rows'),
})

const health = z
  .strictObject(healthFields)
  .refine(oneOfBoth, ONE_OF)
  .describe("named checks, or the address of the service's own, as in the kind health")

export const params = z
  .strictObject({
    health: health.optional(),
    git: z.literal(true).optional().describe('commit, branch, tag and changed files'),
    files: z
      .array(file)
      .min(1)
      .max(MOST)
      .optional()
      .describe('size, mode, time and sha256; of env files the names and keyed digests'),
    env: z.array(name).min(1).max(MOST).optional().describe('names of environment variables'),
    versions: list('programs that know --version'),
    packages: z
      .array(lockFile)
      .min(1)
      .max(MOST)
      .optional()
      .describe('files such as package-lock.json or requirements.txt: versions of what they name'),
    ports: z
      .array(integer({ min: 1, max: 65_535 }))
      .min(1)
      .max(MOST)
      .optional()
      .describe('TCP ports of this machine: whether anything listens, and which program'),
    processes: list('texts that a command line holds: how many run, and since when'),
    http: list('urls that are asked by GET'),
    database: name.optional().describe('tables, columns and indexes of a declared database'),
    tables: z
      .union([z.literal('all'), z.record(z.string().min(1), table)])
      .optional()
      .describe('rows of tables of `database`; all: each by its rows and a digest of all columns'),
    run: z
      .record(name, z.array(text()).min(1))
      .optional()
      .describe('commands whose output is compared; they must only look'),
    require: z
      .array(z.enum(GROUPS))
      .optional()
      .describe('what must have been seen for the step to succeed'),
    like: name
      .optional()
      .describe(
        'an earlier snapshot: looks at the same again, and compares; what is stated beside it is looked at instead',
      ),
  })
  .refine((asked) => asked.like !== undefined || !isEmpty(asked), {
    error: 'a snapshot has `like` or something to look at',
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
