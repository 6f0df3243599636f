/** What a schema may be expected to be. */
import { z } from 'zod'
import { Template } from '../../../runbook/deferred.ts'
import { templated, text, type Rendered } from '../../../runbook/fields.ts'

const MOST_TABLES = 5_000
const absent = z.literal(true).optional().describe('it must not be there')

const column = z.union(
  [
    z.string().min(1),
    z.strictObject({
      type: z.string().min(1).optional().describe('as the database names it, or a synonym'),
      nullable: z.boolean().optional(),
      generated: z.boolean().optional().describe('computed from other columns'),
      absent,
    }),
  ],
  { error: 'expected a type, such as text, or {type, nullable, generated, absent}' },
)

const index = z.strictObject({
  columns: z.array(z.string().min(1)).min(1).optional().describe('in their order'),
  unique: z.boolean().optional(),
  absent,
})

const table = z
  .strictObject({
    columns: z.record(z.string().min(1), column).optional(),
    indexes: z.record(z.string().min(1), index).optional(),
    absent,
  })
  .refine((asked) => asked.absent === undefined || Object.keys(asked).length === 1, {
    error: 'a table that must be absent has neither columns nor indexes',
  })

const TOOLS = ['alembic', 'prisma', 'knex', 'flyway', 'rails', 'plain'] as const
export type Tool = (typeof TOOLS)[number]

const none = z.literal('')

/** From inputs, an empty text is what is not stated. */
const migrations = z.union(
  [
    z.enum(TOOLS),
    z
      .strictObject({
        tool: templated(z.union([z.enum(TOOLS), none])).optional(),
        folder: text().optional().describe('migration files, from which follows what is pending'),
        table: text().optional().describe('where versions are kept'),
        column: text().optional().describe('which column of it names the version'),
      })
      .refine((asked) => Boolean(asked.tool ?? asked.table), {
        error: '`migrations` needs `tool` or `table`',
      })
      .refine(
        ({ tool, column }) => !column || tool instanceof Template || !tool || tool === 'plain',
        {
          error: '`column` is for tables that no tool made: leave out `tool`',
        },
      ),
  ],
  { error: `expected one of ${TOOLS.join(', ')}, or {tool, folder, table, column}` },
)

const patterns = z.array(z.string().min(1)).min(1).optional()

export const params = z
  .strictObject({
    database: z.string().describe('a name under `databases:`'),
    tables: z
      .record(z.string().min(1), table)
      .refine((given) => Object.keys(given).length <= MOST_TABLES, {
        error: `at most ${MOST_TABLES} tables`,
      })
      .optional()
      .describe('what must be there; what is not named may be there too'),
    like: z
      .string()
      .optional()
      .describe('another declared database whose tables it must have, no more and no less'),
    only: patterns.describe('tables that are compared with `like`; * stands for any characters'),
    ignore: patterns.describe('tables that are not compared with `like`'),
    migrations: migrations
      .optional()
      .describe('whose version table is read: what is applied, what failed, what is pending'),
  })
  .refine(
    ({ tables, like, migrations: given }) =>
      tables !== undefined || like !== undefined || given !== undefined,
    { error: 'a schema needs `tables`, `like` or `migrations` to be compared with' },
  )
  .refine(({ like, only, ignore }) => like !== undefined || (only ?? ignore) === undefined, {
    error: '`only` and `ignore` belong to `like`',
  })
  .refine(({ database, like }) => database !== like, {
    error: '`like` is the database itself: name another one',
  })

export type SchemaParams = Rendered<z.output<typeof params>>
