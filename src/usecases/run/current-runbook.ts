/**
 * The runbook a run goes on with. The record has the exact text that was run; a file that was edited
 * since is noticed, and a person says which of the two counts.
 */
import { isUndone, ledger } from '../../engine/walk/ledger.ts'
import { runSteps } from '../../engine/walk/run-steps.ts'
import { storedRunbook } from '../../engine/stored-runbook.ts'
import { HotwashError } from '../../errors.ts'
import type { RunState } from '../../incident/state.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import { findRunbook, loadRunbook, type FoundRunbook } from '../runbook/find-runbook.ts'
import { includeLoader } from '../runbook/include-loader.ts'
import { lineDiff } from '../line-diff.ts'
import type { World } from '../world.ts'

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
  const { edits, gone } = editsOf(world, was, now)
  if (edits.length > 0) return chooseText(world, { was, edits, run })
  const warnings = gone.map((path) => `${path} is gone: the recorded text is used`)
  return { runbook: was, isNew: false, warnings }
}

type Edit = { path: string; was: string; now: string }

/** Of the runbook, and of every one that it included. */
function editsOf(
  world: World,
  was: Runbook,
  found: FoundRunbook,
): { edits: Edit[]; gone: string[] } {
  const load = includeLoader(world, { ...found, path: was.path })
  const edits: Edit[] =
    was.text === found.text ? [] : [{ ...found, was: was.text, now: found.text }]
  const gone: string[] = []
  for (const { name, from, path, text } of was.texts) {
    const now = load(name, from)
    if (!now.ok) gone.push(path)
    else if (now.text !== text) edits.push({ path, was: text, now: now.text })
  }
  return { edits, gone }
}

/** The text that was run, without looking at the file. */
export async function recorded(world: World, journal: Journal, run: RunState): Promise<Runbook> {
  const { path, sha256, includes } = run.runbook
  const nothing = { path, sha256: '' } as Runbook
  const texts = { runbook: sha256, ...(includes === undefined ? {} : { includes }) }
  const stored = await storedRunbook({ journal, kinds: world.kinds, runbook: nothing }, texts)
  if (stored.ok) return stored.runbook
  throw new HotwashError('NOT_VERIFIED', `${path}: ${stored.message}`, {
    hint: `hotwash audit verify ${journal.incident}`,
  })
}

/** Paths in the record are relative to the root. */
async function onDisk(world: World, run: RunState): Promise<FoundRunbook | undefined> {
  try {
    return await findRunbook({ ...world, cwd: world.root }, run.runbook.path)
  } catch (error) {
    if (error instanceof HotwashError && error.code === 'USAGE') return undefined
    throw error
  }
}

async function chooseText(
  world: World,
  { was, edits, run }: { was: Runbook; edits: readonly Edit[]; run: RunState },
): Promise<CurrentRunbook> {
  const { sha256 } = await import('../../runbook/digest.ts')
  const said = edits.map(({ path, was: before, now }) => {
    const [recordedAs, isNow] = [before, now].map((text) => sha256(text).slice(0, 12))
    return `${path} was edited since the run began: recorded ${recordedAs}, now ${isNow}`
  })
  const changed = new HotwashError('RUNBOOK_CHANGED', said.join('\n'), {
    hint: 'resume at a terminal to choose, or restore the file',
  })
  if (!world.operator.interactive) throw changed
  const first = edits[0] as Edit
  const question = {
    type: 'runbook_changed' as const,
    was: sha256(first.was),
    now: sha256(first.now),
    diff: world.redactor.mask(diffOf(edits)),
  }
  const reply = await world.operator.ask(question, new AbortController().signal)
  if (reply.do === 'use_old') return { runbook: was, isNew: false, warnings: [] }
  if (reply.do !== 'use_new') throw changed
  const { runbook } = await loadRunbook({ ...world, cwd: world.root }, was.path)
  refuseLosingUndo(run, runbook)
  return { runbook, isNew: true, warnings: [] }
}

const diffOf = (edits: readonly Edit[]): string =>
  edits
    .map(({ path, was, now }) => {
      const diff = lineDiff(was, now)
      return edits.length === 1 ? diff : `${path}\n${diff}`
    })
    .join('\n')

/** What began and can be undone stays in the runbook, or nobody could undo it by name. */
function refuseLosingUndo(run: RunState, runbook: Runbook): void {
  const ids = runSteps(runbook, run).byId
  const lost = ledger(run).filter((entry) => !ids.has(entry.id) && !isUndone(entry))
  if (lost.length === 0) return
  const names = lost.map((entry) => entry.id).join(', ')
  const message = `the edited ${runbook.path} has no step ${names}, which ran and can be undone`
  throw new HotwashError('RUNBOOK_CHANGED', message, {
    hint: 'put it back, or resume with the recorded text',
  })
}
