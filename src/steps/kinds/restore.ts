/** Brings a backup of an earlier step back: into the same database, or beside it, and then in its place. */
import { z } from 'zod'
import type { Content } from '../../ports/database.ts'
import type { ChildIdentity } from '../../ports/process.ts'
import type { Rendered } from '../../runbook/fields.ts'
import type { ActionKind, Outcome, PlanLook, StepContext } from '../kind.ts'
import { countsText, failed, sumOf } from './database/ended.ts'
import { contentDigest, readManifest } from './database/manifest.ts'
import { switchBack, switchOver, tagOf } from './restore/switch-over.ts'
import type { Restored } from './restore/restored.ts'

const FROM = /^steps\.[a-z][a-z0-9_]*$/

const params = z
  .strictObject({
    from: z
      .string()
      .regex(FROM, { error: 'from names the step that made the backup, such as steps.backup' })
      .optional()
      .describe('steps.ID of the step that made the backup'),
    database: z.string().describe('a name under `databases:`'),
    into: z
      .enum(['new', 'same'])
      .optional()
      .describe('new: a database beside this one; same: this one, whose content is replaced'),
    switch: z
      .union([z.literal(true), z.enum(['back', 'look'])])
      .optional()
      .describe(
        'true: once the new database is proven, it takes the name of this one, which is kept as NAME_before_…; back: in the rollback of that step, takes the former one again; look: in its check, says in `switched` whether it was done. PostgreSQL only',
      ),
  })
  .refine(
    (given) => given.switch === 'back' || given.switch === 'look' || (given.from && given.into),
    { error: 'a restore needs from and into' },
  )
  .refine((given) => given.switch !== true || given.into === 'new', {
    error: 'only a new database can be switched to: into: new',
    path: ['switch'],
  })
type Asked = Rendered<z.output<typeof params>>

export const restore: ActionKind<typeof params> = {
  type: 'action',
  kind: 'restore',
  summary: 'restores a backup that an earlier step made',
  params,
  example: 'restore: {from: steps.backup, database: app, into: new}',
  effect: (asked) => {
    if (asked.switch === 'look') return 'read'
    return asked.into === 'same' ? 'destroy' : 'change'
  },
  outcome: {
    database: 'string',
    tables: 'dyn',
    rows: 'int',
    digests: 'dyn',
    content: 'string',
    proven: 'bool',
    switched: 'bool',
    before: 'string',
    dropped: 'list',
    duration_ms: 'int',
  },
  shapes: {
    tables: `{TABLE: rows}`,
    digests: `{TABLE: sha256}`,
    dropped: `tables that the backup does not have`,
  },
  expect: 'true',
  defaultOutputs: { database: 'database', rows: 'rows', content: 'content', proven: 'proven' },
  timeoutMs: 3_600_000,
  plan: planOf,
  target: ({ database }, look) => look.databaseLabel(database),
  run,
}

const stepOf = (from: string | undefined): string => from?.slice('steps.'.length) ?? ''

function planOf(asked: Asked, look: PlanLook): string {
  const label = look.databaseLabel(asked.database)
  const step = stepOf(asked.from)
  if (asked.switch === 'back') {
    return `gives ${label} back its former database, in one transaction; the restored one is kept beside it; connections are ended`
  }
  if (asked.switch === 'look') return `looks whether ${label} was switched by this step`
  if (asked.switch === true) {
    return `restores the backup of step ${step} into a new database, proves it, and gives it the name of ${label} in one transaction; the former one is kept beside it; connections are ended`
  }
  return asked.into === 'new'
    ? `restores the backup of step ${step} into a new database beside ${label}, which is left alone`
    : `replaces all content of ${label} by the backup of step ${step}, in one transaction: every change since is lost, and tables made since are dropped`
}

async function run(asked: Asked, context: StepContext): Promise<Outcome> {
  const database = context.database(asked.database)
  if (asked.switch === 'back' || asked.switch === 'look') {
    return switchBack(database, context, asked.switch)
  }
  const step = stepOf(asked.from)
  const outputs = context.outputsOf(step)
  const [file, sha256] = [outputs?.['file'], outputs?.['sha256']]
  if (typeof file !== 'string' || typeof sha256 !== 'string') {
    const message = `step ${step} has made no backup: it has no outputs file and sha256`
    return failed({ ok: false, state: 'not_sent', code: 'DUMP', message }, context.signal)
  }
  const into = asked.into ?? 'new'
  context.say(`restoring ${file} into ${into === 'same' ? database.label : 'a new database'}`)
  const wanted = await wantedOf(file, sha256, context)
  const { signal } = context
  const started = (child: ChildIdentity) => context.started(child)
  const request = { file, sha256, into, name: undefined, wanted, signal, started }
  if (asked.switch === true) {
    return switchOver(database, context, {
      tag: tagOf(context),
      restore: async (name) => {
        const result = await database.restore({ ...request, name })
        return result.ok ? completed(result, { asked, label: database.label, wanted }) : result
      },
    })
  }
  const result = await database.restore(request)
  if (!result.ok) return failed(result, context.signal)
  return completed(result, { asked, label: database.label, wanted })
}

/** What the backup step saw in the database that it dumped. */
async function wantedOf(
  file: string,
  sha256: string,
  context: StepContext,
): Promise<Content | undefined> {
  const manifest = await readManifest(context.ports.files, file)
  return manifest?.sha256 === sha256 && manifest.proof === 'restore' ? manifest : undefined
}

type About = { asked: Asked; label: string; wanted: Content | undefined }

function completed(result: Restored, { asked, label, wanted }: About): Outcome {
  const { database, tables, digests, durationMs, dropped = [] } = result
  const rows = sumOf(tables)
  const { differences = [] } = result
  const proven = wanted !== undefined && differences.length === 0
  const data = {
    database,
    tables,
    rows,
    digests,
    content: contentDigest(result),
    proven,
    switched: false,
    before: '',
    dropped,
    duration_ms: durationMs,
  }
  return {
    ended: 'completed',
    data,
    evidence: [{ label: 'rows per table', text: countsText(tables, digests) }],
    notes: [
      ...(asked.into === 'new' ? howToSwitch(database, label) : whatWent(dropped)),
      proofNote(wanted, differences),
    ],
  }
}

function proofNote(wanted: Content | undefined, differences: readonly string[]): string {
  if (wanted === undefined) {
    return 'not compared with its source: the backup recorded no digests, which prove: restore does'
  }
  if (differences.length === 0) {
    return 'equal to what was backed up, by rows and digest of every table'
  }
  return `not equal to what was backed up, perhaps written to since: ${differences.join('; ')}`
}

const howToSwitch = (database: string, label: string): string[] => [
  `restored into ${database}; ${label} was left alone. To switch, set ${database} as the database in the service's url and restart it`,
]

const whatWent = (dropped: readonly string[]): string[] =>
  dropped.length === 0
    ? []
    : [`dropped, since the backup does not know them: ${dropped.join(', ')}`]
