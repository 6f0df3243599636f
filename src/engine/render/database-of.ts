/** The databases a runbook declares, opened once per url. */
import { HotwashError } from '../../errors.ts'
import type { Database } from '../../ports/database.ts'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import type { Scope } from '../../runbook/expressions/scope.ts'
import type { LiveRun } from '../live-run.ts'

export function databaseOf(
  live: LiveRun,
  name: string,
  around: { scope: Scope; runbook: Runbook },
): { ok: true; database: Database } | { ok: false; message: string } {
  const declared = around.runbook.databases[name]
  if (declared === undefined) return { ok: false, message: `there is no database ${name}` }
  const rendered = renderTree({ url: declared.url }, around)
  if (!rendered.ok) return rendered
  const { url } = rendered.value
  const known = live.databases.get(url)
  if (known !== undefined) return { ok: true, database: known }
  try {
    const database = live.ports.database.open(url)
    live.databases.set(url, database)
    return { ok: true, database }
  } catch (error) {
    if (!(error instanceof HotwashError)) throw error
    return { ok: false, message: `database ${name}: ${error.message}` }
  }
}
