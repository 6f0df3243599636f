/**
 * The runbook a run goes on with. The record has the exact text that was run; a file that was edited
 * since is noticed, and a person says which of the two counts.
 */
import { isUndone, ledger } from '../engine/ledger.ts'
import { storedRunbook } from '../engine/stored-runbook.ts'
import { HotwashError } from '../errors.ts'
import type { RunState } from '../incident/state.ts'
import type { Journal } from '../ports/journal.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { findRunbook, loadRunbook } from './find-runbook.ts'
import { lineDiff } from './line-diff.ts'
import type { World } from './world.ts'

export type CurrentRunbook = { runbook: Runbook; isNew: boolean; warnings: string[] }

export async function currentRunbook(
  world: World,
  journal: Journal,
  run: RunState,
): Promise<CurrentRunbook> {
  const was = await recorded(world, journal, run)
  const now = await onDisk(world, run)
  if (now === undefined) {
    const warnings = [`${was.path} is gone: the recorded text is used`]
    return { runbook: was, isNew: false, warnings }
  }
  if (now === was.text) return { runbook: was, isNew: false, warnings: [] }
  return chooseText(world, { was, now, run })
}

/** The text that was run, without looking at the file. */
export async function recorded(world: World, journal: Journal, run: RunState): Promise<Runbook> {
  const { path, sha256 } = run.runbook
  const nothing = { path, sha256: '' } as Runbook
  const stored = await storedRunbook({ journal, kinds: world.kinds, runbook: nothing }, sha256)
  if (stored.ok) return stored.runbook
  throw new HotwashError('NOT_VERIFIED', `${path}: ${stored.message}`, {
    hint: `hotwash audit verify ${journal.incident}`,
  })
}

/** Paths in the record are relative to the root. */
async function onDisk(world: World, run: RunState): Promise<string | undefined> {
  try {
    return (await findRunbook({ ...world, cwd: world.root }, run.runbook.path)).text
  } catch (error) {
    if (error instanceof HotwashError && error.code === 'USAGE') return undefined
    throw error
  }
}

async function chooseText(
  world: World,
  { was, now, run }: { was: Runbook; now: string; run: RunState },
): Promise<CurrentRunbook> {
  const { sha256 } = await import('../runbook/digest.ts')
  const changed = new HotwashError(
    'RUNBOOK_CHANGED',
    `${was.path} was edited since the run began: recorded ${run.runbook.sha256.slice(0, 12)}, now ${sha256(now).slice(0, 12)}`,
    { hint: 'resume at a terminal to choose, or restore the file' },
  )
  if (!world.operator.interactive) throw changed
  const diff = world.redactor.mask(lineDiff(was.text, now))
  const question = { type: 'runbook_changed' as const, was: was.sha256, now: sha256(now), diff }
  const reply = await world.operator.ask(question, new AbortController().signal)
  if (reply.do === 'use_old') return { runbook: was, isNew: false, warnings: [] }
  if (reply.do !== 'use_new') throw changed
  const { runbook } = await loadRunbook({ ...world, cwd: world.root }, was.path)
  refuseLosingUndo(run, runbook)
  return { runbook, isNew: true, warnings: [] }
}

/** What began and can be undone stays in the runbook, or nobody could undo it by name. */
function refuseLosingUndo(run: RunState, runbook: Runbook): void {
  const ids = new Set(runbook.steps.map((step) => step.id))
  const lost = ledger(run).filter((entry) => !ids.has(entry.id) && !isUndone(entry))
  if (lost.length === 0) return
  const names = lost.map((entry) => entry.id).join(', ')
  const message = `the edited ${runbook.path} has no step ${names}, which ran and can be undone`
  throw new HotwashError('RUNBOOK_CHANGED', message, {
    hint: 'put it back, or resume with the recorded text',
  })
}
