/** The exact text that a run executed, parsed again. */
import type { Runbook } from '../runbook/runbook.ts'
import type { LiveRun } from './live-run.ts'

export async function storedRunbook(
  live: Pick<LiveRun, 'journal' | 'kinds' | 'runbook'>,
  digest: string,
): Promise<{ ok: true; runbook: Runbook } | { ok: false; message: string }> {
  if (live.runbook.sha256 === digest) return { ok: true, runbook: live.runbook }
  const text = live.journal.readRunbook(digest)
  if (text === undefined)
    return { ok: false, message: `the runbook ${digest} is not in the record` }
  const { parseRunbook } = await import('../runbook/parse.ts')
  const parsed = parseRunbook({ text, path: live.runbook.path, kinds: live.kinds })
  if (parsed.ok) return parsed
  return { ok: false, message: `the runbook ${digest} cannot be read any more` }
}
