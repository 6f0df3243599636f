/** The exact texts that a run executed, parsed again. */
import type { RunState } from '../incident/state.ts'
import type { LoadRunbook } from '../runbook/parse/parsing.ts'
import type { Runbook } from '../runbook/runbook.ts'
import type { LiveRun } from './live-run.ts'

/** The digests of a runbook and of what it included then. */
export type StoredTexts = { runbook: string; includes?: RunState['runbook']['includes'] }
type Stored = { ok: true; runbook: Runbook } | { ok: false; message: string }

export async function storedRunbook(
  live: Pick<LiveRun, 'journal' | 'kinds' | 'runbook'>,
  { runbook: digest, includes = [] }: StoredTexts,
): Promise<Stored> {
  if (isSame(live.runbook, { digest, includes })) return { ok: true, runbook: live.runbook }
  const text = live.journal.readRunbook(digest)
  if (text === undefined)
    return { ok: false, message: `the runbook ${digest} is not in the record` }
  const { parseRunbook } = await import('../runbook/parse.ts')
  const load = fromRecord(live, includes)
  const parsed = parseRunbook({ text, path: live.runbook.path, kinds: live.kinds, load })
  if (parsed.ok) return parsed
  return { ok: false, message: `the runbook ${digest} cannot be read any more` }
}

type Includes = NonNullable<StoredTexts['includes']>

const isSame = (runbook: Runbook, { digest, includes }: { digest: string; includes: Includes }) =>
  runbook.sha256 === digest &&
  runbook.texts.length === includes.length &&
  runbook.texts.every((text, index) => text.sha256 === includes[index]?.sha256)

const fromRecord =
  ({ journal }: Pick<LiveRun, 'journal'>, includes: Includes): LoadRunbook =>
  (name, from) => {
    const included = includes.find((one) => one.name === name && one.from === from)
    const text = included && journal.readRunbook(included.sha256)
    if (included !== undefined && text !== undefined) return { ok: true, path: included.path, text }
    return {
      ok: false,
      message: `the runbook "${name}" that ${from} includes is not in the record`,
    }
  }
