/** A backup that is proven before it counts: read back to its end, or restored and compared. */
import { z } from 'zod'
import { join, relative, resolve } from 'node:path'
import { counted } from '../../incident/counted.ts'
import type { BackupResult, Database } from '../../ports/database.ts'
import type { ChildIdentity } from '../../ports/process.ts'
import { integer, templated, text, type Rendered } from '../../runbook/fields.ts'
import type { ActionKind, Outcome, StepContext } from '../kind.ts'
import { countsText, failed, sumOf } from './database/ended.ts'
import { contentDigest, writeManifest, type Manifest } from './database/manifest.ts'
import { retain, type Retained } from './database/retention.ts'

const params = z.strictObject({
  database: z.string().describe('a name under `databases:`'),
  to: text(z.string().min(1))
    .optional()
    .describe("the file to write, outside the repository; by default in hotwash's state folder"),
  prove: z
    .union([
      templated(z.enum(['list', 'restore'])),
      z.strictObject({ restore: z.strictObject({ database: text(z.string().min(1)) }) }),
    ])
    .default('list')
    .describe(
      'list: read back to its end; restore: restored into a scratch database, or an empty one on the same server that is named here, and every table compared with its source by rows and digest',
    ),
  keep: integer({ min: 1, max: 10_000 })
    .optional()
    .describe(
      'how many dumps of this database to keep; older ones that hotwash made are removed, but never the last proven one nor one of an open incident',
    ),
})
type Asked = Rendered<z.output<typeof params>>

export const backup: ActionKind<typeof params> = {
  type: 'action',
  kind: 'backup',
  summary: 'backs a database up, and proves that the backup can be restored',
  params,
  example: 'backup: {database: app, prove: restore}',
  effect: 'change',
  outcome: {
    file: 'string',
    // Not `bytes`, which is the name of a type in CEL.
    size_bytes: 'int',
    sha256: 'string',
    tables: 'dyn',
    rows: 'int',
    digests: 'dyn',
    content: 'string',
    removed: 'list',
    server_version: 'string',
  },
  shapes: {
    tables: `{TABLE: rows}`,
    digests: `{TABLE: sha256}, of a proof by restore`,
    removed: `the files that \`keep\` removed`,
  },
  expect: 'true',
  defaultOutputs: { file: 'file', bytes: 'size_bytes', sha256: 'sha256', content: 'content' },
  timeoutMs: 3_600_000,
  plan: ({ database, to, prove, keep }, look) => {
    const { how, scratch } = proofOf(prove)
    const place = to === undefined ? "a file in hotwash's state folder" : resolve(look.cwd, to)
    const proof =
      how === 'list'
        ? 'and reads it back to its end'
        : `restores it into ${scratch ?? 'a scratch database, which is dropped again'}, and compares every table with its source by rows and digest`
    const older = keep === undefined ? '' : `; keeps the last ${keep} of its backups`
    return `backs up ${look.databaseLabel(database)} to ${place}, ${proof}${older}`
  },
  target: ({ database }, look) => look.databaseLabel(database),
  run,
}

function proofOf(prove: Asked['prove']): { how: 'list' | 'restore'; scratch: string | undefined } {
  if (typeof prove === 'string') return { how: prove, scratch: undefined }
  return { how: 'restore', scratch: prove.restore.database }
}

async function run(asked: Asked, context: StepContext): Promise<Outcome> {
  const database = context.database(asked.database)
  const refuse = (message: string) =>
    failed({ ok: false, state: 'not_sent', code: 'TO', message }, context.signal)
  const to = await placeOf(asked, context, database.engine === 'sqlite' ? 'db' : 'dump')
  if (asked.to !== undefined && (await isInRepository(to, context))) {
    return refuse(`${to} lies in the repository: a backup must not get into git`)
  }
  const { how, scratch } = proofOf(asked.prove)
  context.say(`backing up ${database.label} to ${to}`)
  const { signal } = context
  const started = (child: ChildIdentity) => context.started(child)
  const result = await database.backup({ to, prove: how, scratch, signal, started })
  if (!result.ok) return failed(result, context.signal)
  const retained = await note(asked, context, { result, database })
  return completed(result, retained)
}

type Made = { result: BackupResult; database: Database }

/** What the dump is, beside it; and then the older ones that nobody needs. */
async function note(asked: Asked, context: StepContext, made: Made): Promise<Retained> {
  const { file, bytes, sha256, tables, digests, proof } = made.result
  const { files, clock } = context.ports
  const { engine, label } = made.database
  const { incident, run: runId, step, root } = context
  const manifest: Manifest = {
    made_by: 'hotwash backup',
    engine,
    database: label,
    root,
    incident,
    run: runId,
    step,
    made_at: new Date(clock.now()).toISOString(),
    bytes,
    sha256,
    proof,
    tables: { ...tables },
    digests: { ...digests },
  }
  const problem = await writeManifest(files, file, manifest).catch(
    (error: unknown) => (error as Error).message,
  )
  // The dump is good all the same; only what is written beside it is missing.
  if (problem !== undefined) {
    return { removed: [], notes: [`nothing is written beside the dump: ${problem}`] }
  }
  if (asked.keep === undefined) return { removed: [], notes: [] }
  const own = await files.stateFolder('backups')
  const isOver = (id: string) => context.isOver(id)
  return retain({ files, dump: file, manifest, keep: asked.keep, own, isOver })
}

async function placeOf(asked: Asked, context: StepContext, ending: string): Promise<string> {
  if (asked.to !== undefined) return resolve(context.cwd, asked.to)
  const folder = await context.ports.files.stateFolder('backups', context.incident)
  const tag = context.ports.random.hex(3)
  return join(folder, `${asked.database}-${context.step}-${context.attempt}-${tag}.${ending}`)
}

async function isInRepository(path: string, context: StepContext): Promise<boolean> {
  const within = relative(context.root, path)
  if (within === '..' || within.startsWith('../') || within.startsWith('/')) return false
  const git = join(context.root, '.git')
  return !path.startsWith(`${git}/`) && (await context.ports.files.facts(git)) !== undefined
}

function completed(result: BackupResult, { removed, notes }: Retained): Outcome {
  const { file, bytes, sha256, tables, digests, serverVersion, proof } = result
  const rows = sumOf(tables)
  const proven =
    proof === 'list'
      ? 'read back to its end'
      : 'restored, and equal to its source by rows and digest of every table'
  const size = `${bytes} bytes, ${counted(Object.keys(tables).length, 'table')}, ${counted(rows, 'row')}`
  return {
    ended: 'completed',
    data: {
      file,
      size_bytes: bytes,
      sha256,
      tables: { ...tables },
      rows,
      digests: { ...digests },
      content: contentDigest(result),
      removed,
      server_version: serverVersion,
    },
    evidence: [{ label: 'rows per table', text: countsText(tables, digests) }],
    notes: [`backup ${file}: ${size}, ${proven}`, ...notes],
  }
}
