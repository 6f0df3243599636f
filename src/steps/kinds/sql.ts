/**
 * One query. Values reach it as parameters and never as text, so that no value can change what it
 * does. Unless the step is declared to change something, its transaction is read-only.
 */
import { z } from 'zod'
import type { QueryResult } from '../../ports/database.ts'
import { json, script, text, type Rendered } from '../../runbook/fields.ts'
import { counted } from '../../incident/counted.ts'
import type { Value } from '../../incident/value.ts'
import type { ActionKind, Outcome, PlanLook, StepContext } from '../kind.ts'
import { failed } from './database/ended.ts'
import { namesProblem, withNames } from './sql/names.ts'

const MAX_ROWS = 1_000
const MAX_EVIDENCE_CHARS = 65_536
const MAX_PARAMS = 1_000
/** On the screen; the evidence has more. */
const MAX_SHOWN_ROWS = 10
const MAX_SHOWN_CHARS = 300

/** Each part of a name, as in schema.table, is there. */
const name = text(
  z.string().regex(/^[^.\0]+(\.[^.\0]+){0,2}$/, { error: 'not a name, or too long' }),
)

const params = z
  .strictObject({
    database: z.string().describe('a name under `databases:`'),
    query: script().min(1).describe('one statement; values as $1, $2 … from `params`'),
    params: z
      .array(json())
      .max(MAX_PARAMS)
      .default([])
      .describe('values of $1, $2 …; never part of the statement'),
    names: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/), name)
      .default({})
      .describe('tables and columns that stand as :"name" in the query, quoted as names'),
  })
  .superRefine(({ query, names }, context) => {
    const message = namesProblem(query, Object.keys(names))
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['names'], message })
  })
type Asked = Rendered<z.output<typeof params>>

export const sql: ActionKind<typeof params> = {
  type: 'action',
  kind: 'sql',
  summary: 'asks a database; writes only when the step says `effect: change`',
  params,
  example: `sql: {database: app, query: "select count(*) as n from users where email = $1", params: [admin@example.test]}
expect: rows[0].n == 1`,
  effect: 'read',
  outcome: { rows: 'dyn', row_count: 'int', columns: 'list', duration_ms: 'int' },
  shapes: {
    rows: `[{COLUMN: value}]`,
    columns: `names`,
  },
  expect: 'true',
  defaultOutputs: { row_count: 'row_count' },
  timeoutMs: 120_000,
  plan: (asked, look) => {
    const how = writes(look) ? 'in a transaction that is committed' : 'read-only'
    const values = asked.params.map((value, at) => `\n$${at + 1} = ${JSON.stringify(value)}`)
    const where = look.databaseLabel(asked.database)
    const query = withNames(asked.query, asked.names).trim()
    return `${query}${values.join('')}\non ${where}, ${how}`
  },
  target: ({ database }, look) => look.databaseLabel(database),
  run,
  // Whatever keeps a query from being carried out, it is the database's.
  signsOf: ({ database }, { ended }) => ({
    ...(ended === 'completed' ? {} : { category: 'database' }),
    context: { endpoint: `database ${database}` },
  }),
}

const writes = (look: PlanLook): boolean => look.effect !== undefined && look.effect !== 'read'

async function run(asked: Asked, context: StepContext): Promise<Outcome> {
  const result = await context.database(asked.database).query({
    sql: withNames(asked.query, asked.names),
    params: asked.params as Value[],
    write: writes(context),
    maxRows: MAX_ROWS,
    signal: context.signal,
  })
  if (!result.ok) return failed(result, context.signal)
  const { rows, rowCount, columns, durationMs } = result
  for (const line of shownRows(result, (text) => context.mask(text))) context.say(line)
  const cut = columns.length > 0 && rowCount > rows.length
  return {
    ended: 'completed',
    data: { rows, row_count: rowCount, columns, duration_ms: durationMs },
    evidence: [{ label: 'rows', text: rowsText(result) }],
    ...(cut && { notes: [`only the first ${rows.length} of ${rowCount} rows were looked at`] }),
  }
}

/** Whoever runs a query wants to see its answer, and of a change how many rows it met. */
function shownRows({ rows, rowCount }: QueryResult, mask: (text: string) => string): string[] {
  // Masked before it is cut: half of a secret is not known for one any more.
  const shown = rows.slice(0, MAX_SHOWN_ROWS).map((row) => mask(JSON.stringify(row)))
  const lines = shown.map((line) =>
    line.length > MAX_SHOWN_CHARS ? `${line.slice(0, MAX_SHOWN_CHARS)} …` : line,
  )
  const left = rowCount - lines.length
  const more = lines.length > 0 && left > 0 ? [`and ${left} more`] : []
  return [counted(rowCount, 'row'), ...lines, ...more]
}

function rowsText({ rows, rowCount }: QueryResult): string {
  const lines = [counted(rowCount, 'row')]
  let length = 0
  for (const row of rows) {
    const line = JSON.stringify(row)
    length += line.length
    if (length > MAX_EVIDENCE_CHARS) return [...lines, '(more rows are not kept)'].join('\n')
    lines.push(line)
  }
  return lines.join('\n')
}
