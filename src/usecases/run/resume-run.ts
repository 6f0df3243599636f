/** `hotwash resume`: goes on with a paused, waiting, failed-and-paused or killed run. */
import { asSeen } from '../../incident/as-seen.ts'
import { hasEnded } from '../../incident/run-ended.ts'
import type { IncidentState, RunState } from '../../incident/state.ts'
import { HotwashError } from '../../errors.ts'
import type { LiveRun } from '../../engine/live-run.ts'
import type { Journal } from '../../ports/journal.ts'
import { currentRunbook, type CurrentRunbook } from './current-runbook.ts'
import { refuseDamaged } from '../damage.ts'
import { openLive } from './open-live.ts'
import { pickUnfinished } from './pick-unfinished.ts'
import { readAnswers } from './read-answers.ts'
import { recordWorldOf } from '../record-world-of.ts'
import { ready } from './prepare-run.ts'
import { targetsOf } from './rehearsal-check.ts'
import type { RunReport } from './run-report.ts'
import {
  driveAndReport,
  keptRunbook,
  publisherOf,
  stepList,
  weakWarnings,
  withNamedLock,
  withRunLock,
} from './start-run.ts'
import type { World } from '../world.ts'

export type ResumeRequest = {
  incident?: string | undefined
  yes?: boolean
  answers?: string | undefined
}

export async function resumeRun(world: World, request: ResumeRequest): Promise<RunReport> {
  const { store } = recordWorldOf(world)
  const journal = store.open(pickUnfinished(world, store, request.incident))
  return withRunLock(world, journal.dir, async () => {
    refuseDamaged(journal)
    const run = unfinishedRun(asSeen(journal.state(), false))
    const current = await currentRunbook(world, journal, run)
    return withNamedLock(world, { runbook: current.runbook, inputs: run.inputs }, () =>
      resume(world, { journal, run, current, request }),
    )
  })
}

function unfinishedRun(state: IncidentState): RunState {
  const run = state.runs.at(-1)
  if (run !== undefined && !hasEnded(run)) return run
  if (run === undefined) {
    const hint = `hotwash run RUNBOOK --incident ${state.id}`
    throw new HotwashError('USAGE', `no runbook was run in incident ${state.id} yet`, { hint })
  }
  const message = `there is nothing to resume: the run of ${run.runbook.name} has the status ${run.status}`
  throw new HotwashError('USAGE', message, { hint: `hotwash show ${state.id}` })
}

export type Resuming = {
  journal: Journal
  run: RunState
  current: CurrentRunbook
  request: ResumeRequest
}

async function resume(world: World, resuming: Resuming): Promise<RunReport> {
  const publisher = publisherOf(world, resuming.journal)
  const live = await reopen(world, resuming, () => publisher.kick())
  const warnings = [...resuming.current.warnings, ...weakWarnings(world)]
  return driveAndReport(live, publisher, { warnings })
}

/** Guards and secrets as before step 1, then `run.resumed`. */
export async function reopen(
  world: World,
  { journal, run, current, request }: Resuming,
  kick: () => void,
): Promise<LiveRun> {
  const { runbook } = current
  const answers = await readAnswers(world, request.answers, runbook)
  const targets = run.rehearsal ? targetsOf(world) : undefined
  const secrets = await ready(world, { runbook, inputs: run.inputs, targets })
  const yes = request.yes ?? false
  const options = { journal, runbook, run: run.id, secrets, answers, yes, kick, targets }
  const live = openLive(world, options)
  journal.append({
    type: 'run.resumed',
    run: run.id,
    data: {
      runbook: { ...keptRunbook(journal, runbook), path: run.runbook.path },
      guided: live.guided,
      yes,
      ...(current.isNew ? { steps: stepList(runbook, run) } : {}),
    },
  })
  kick()
  return live
}
