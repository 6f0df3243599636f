/** What a restore needs before it begins, and the restore into a database beside the one at hand. */
import type { Database } from '../../ports/database.ts'
import { caught, DatabaseProblem } from '../failure.ts'
import { checkContent } from '../content.ts'
import { checkDigest } from '../dump-file.ts'
import type { BackupParts } from './backup.ts'
import { readContent, serverVersion } from './catalog.ts'
import { readContents, withoutExtensions } from './dump-contents.ts'
import { restoreInPlace } from './restore-in-place.ts'
import type { Restore } from './restore-in-place.ts'
import { checkMayCreate, connInfo, createDatabaseLike, dropDatabase } from './scratch.ts'
import { withSession } from './session.ts'
import { checkVersions, findTool, runRestore } from './tools.ts'
import type { PostgresTarget } from './url.ts'

type Request = Parameters<Database['restore']>[0]
type Restored = Extract<Awaited<ReturnType<Database['restore']>>, { ok: true }>

export async function restorePostgres(
  target: PostgresTarget,
  parts: BackupParts,
  request: Request,
): Promise<Restored> {
  const startedAt = performance.now()
  await checkDigest(parts.files, request)
  const pgRestore = await findTool(parts, 'pg_restore')
  const { file, signal } = request
  const list = await readContents(target, parts, { pgRestore, file, signal })
  const restore = { pgRestore, list, request, parts }
  const done =
    request.into === 'same'
      ? await restoreInPlace(target, { ...restore, psql: await findTool(parts, 'psql') })
      : await restoreBeside(target, restore)
  return { ok: true, ...done, durationMs: Math.round(performance.now() - startedAt) }
}

async function restoreBeside(target: PostgresTarget, restore: Restore) {
  const { pgRestore, list, request, parts } = restore
  const { signal, started } = request
  const name = request.name ?? `${target.database.slice(0, 40)}_restored_${parts.random.hex(4)}`
  const what = `the restore into ${name}`
  await withSession(target, { signal, what }, async (session) => {
    checkVersions([pgRestore], await serverVersion(session))
    await checkMayCreate(session, 'let a superuser restore')
    await createDatabaseLike(session, name)
  })
  const contents = withoutExtensions(list, new Set())
  const file = await parts.files.privateFile('contents', contents)
  try {
    const into = [`--use-list=${file.path}`, `--dbname=${connInfo(name)}`]
    const argv: [string, ...string[]] = [pgRestore.path, '--no-password', ...into, request.file]
    await runRestore(target, parts, { argv, database: name, signal, what, started })
    const { wanted } = request
    const content = await withSession(target, { signal, what, database: name }, (session) =>
      readContent(session, wanted !== undefined),
    )
    if (wanted !== undefined) checkContent(wanted, content)
    return { database: name, ...content }
  } catch (error) {
    const dropped = await caught(() => dropDatabase(target, name))
    if (error instanceof DatabaseProblem && dropped !== undefined) {
      throw new DatabaseProblem(error.code, `${error.message}; ${dropped.message}`, 'unknown')
    }
    throw error
  } finally {
    await file.remove()
  }
}
