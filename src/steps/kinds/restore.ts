/** Brings a backup of an earlier step back: into a new database beside, or into the same one. */
import { z } from 'zod'
import type { Database } from '../../ports/database.ts'
import type { ChildIdentity } from '../../ports/process.ts'
import type { Rendered } from '../../runbook/fields.ts'
import type { ActionKind, Outcome, StepContext } from '../kind.ts'
import { countsText, failed, sumOf } from './database/ended.ts'

const FROM = /^steps\.[a-z][a-z0-9_]*$/

const params = z.strictObject({
  from: z
    .string()
    .regex(FROM, { error: 'from names the step that made the backup, such as steps.backup' }),
  database: z.string().describe('a name under `databases:`'),
  into: z
    .enum(['new', 'same'])
    .describe('new: a database beside this one; same: this one, whose content is replaced'),
})
type Asked = Rendered<z.output<typeof params>>
type Restored = Extract<Awaited<ReturnType<Database['restore']>>, { ok: true }>

export const restore: ActionKind<typeof params> = {
  type: 'action',
  kind: 'restore',
  summary: 'restores a backup that an earlier step made',
  params,
  example: 'restore: {from: steps.backup, database: app, into: new}',
  effect: ({ into }) => (into === 'same' ? 'destroy' : 'change'),
  outcome: {
    database: 'string',
    tables: 'dyn',
    rows: 'int',
    dropped: 'list',
    duration_ms: 'int',
  },
  expect: 'true',
  defaultOutputs: { database: 'database', rows: 'rows' },
  timeoutMs: 3_600_000,
  plan: ({ from, database, into }, look) => {
    const label = look.databaseLabel(database)
    return into === 'new'
      ? `restores the backup of step ${stepOf(from)} into a new database beside ${label}, which is left alone`
      : `replaces all content of ${label} by the backup of step ${stepOf(from)}, in one transaction: every change since is lost, and tables made since are dropped`
  },
  target: ({ database }, look) => look.databaseLabel(database),
  run,
}

const stepOf = (from: string): string => from.slice('steps.'.length)

async function run(asked: Asked, context: StepContext): Promise<Outcome> {
  const step = stepOf(asked.from)
  const outputs = context.outputsOf(step)
  const [file, sha256] = [outputs?.['file'], outputs?.['sha256']]
  if (typeof file !== 'string' || typeof sha256 !== 'string') {
    const message = `step ${step} has made no backup: it has no outputs file and sha256`
    return failed({ ok: false, state: 'not_sent', code: 'DUMP', message }, context.signal)
  }
  const database = context.database(asked.database)
  context.say(`restoring ${file} into ${asked.into === 'same' ? database.label : 'a new database'}`)
  const { into } = asked
  const { signal } = context
  const started = (child: ChildIdentity) => context.started(child)
  const request = { file, sha256, into, name: undefined, signal, started }
  const result = await database.restore(request)
  return result.ok ? completed(result, into, database.label) : failed(result, context.signal)
}

function completed(result: Restored, into: Asked['into'], label: string): Outcome {
  const { database, tables, durationMs, dropped = [] } = result
  const rows = sumOf(tables)
  const data = { database, tables, rows, dropped, duration_ms: durationMs }
  return {
    ended: 'completed',
    data,
    evidence: [{ label: 'rows per table', text: countsText(tables) }],
    notes: into === 'new' ? howToSwitch(database, label) : whatWent(dropped),
  }
}

const howToSwitch = (database: string, label: string): string[] => [
  `restored into ${database}; ${label} was left alone. To switch, set ${database} as the database in the service's url and restart it`,
]

const whatWent = (dropped: readonly string[]): string[] =>
  dropped.length === 0
    ? []
    : [`dropped, since the backup does not know them: ${dropped.join(', ')}`]
