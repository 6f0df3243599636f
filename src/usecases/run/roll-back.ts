/** `hotwash rollback`: undoes what the last run did, last in first out; safe to repeat. */
import { isUndone, ledger } from '../../engine/walk/ledger.ts'
import { runState } from '../../engine/live-run.ts'
import { stepOf } from '../../engine/walk/run-steps.ts'
import { requestRollback } from '../../engine/record-step.ts'
import type { Ready } from '../../engine/render/render-body.ts'
import { planUndo } from '../../engine/undo.ts'
import { cardOf } from '../../engine/render/card.ts'
import { HotwashError } from '../../errors.ts'
import { asSeen } from '../../incident/as-seen.ts'
import { hasEnded } from '../../incident/run-ended.ts'
import type { RunState } from '../../incident/state.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import { recorded } from './current-runbook.ts'
import { refuseDamaged } from '../damage.ts'
import { openLive } from './open-live.ts'
import { pickIncident } from '../pick-incident.ts'
import { recordWorldOf } from '../record-world-of.ts'
import { reopen } from './resume-run.ts'
import { ready } from './prepare-run.ts'
import { runReport, type RunReport } from './run-report.ts'
import {
  driveAndReport,
  publisherOf,
  weakWarnings,
  withNamedLock,
  withRunLock,
} from './start-run.ts'
import type { World } from '../world.ts'

export type RollbackRequest = {
  incident?: string | undefined
  /** Undo back to this step, itself included. */
  to?: string | undefined
  plan?: boolean
  yes?: boolean
  answers?: string | undefined
  reason?: string | undefined
}

type Rolling = {
  journal: Journal
  run: RunState
  runbook: Runbook
  request: RollbackRequest
  undoneBefore: ReadonlySet<string>
}

export async function rollBack(world: World, request: RollbackRequest): Promise<RunReport> {
  const { store } = recordWorldOf(world)
  const journal = store.open(pickIncident(store, request.incident))
  return withRunLock(world, journal.dir, async () => {
    refuseDamaged(journal)
    const run = lastRun(asSeen(journal.state(), false), request)
    const undoneBefore = new Set(
      ledger(run)
        .filter(isUndone)
        .map(({ id }) => id),
    )
    const left = ledger(run, request.to).filter((entry) => !isUndone(entry))
    const rolling = { journal, run, request, undoneBefore }
    if (left.length === 0 && hasEnded(run)) return nothingToDo(world, rolling)
    // The recorded text, edited or not: an undo belongs to what was run.
    const runbook = await recorded(world, journal, run)
    return withNamedLock(world, { runbook, inputs: run.inputs }, () =>
      request.plan === true
        ? plan(world, { ...rolling, runbook })
        : undo(world, { ...rolling, runbook }),
    )
  })
}

function lastRun(state: { id: string; runs: RunState[] }, request: RollbackRequest): RunState {
  const run = state.runs.at(-1)
  if (run === undefined) {
    throw new HotwashError('USAGE', `nothing was run in incident ${state.id}`)
  }
  if (request.to !== undefined && !run.steps.has(request.to)) {
    const hint = `its steps: ${[...run.steps.keys()].join(', ')}`
    throw new HotwashError('USAGE', `--to ${request.to}: the run has no such step`, { hint })
  }
  if (request.to !== undefined) refuseWithoutUndo(run, request.to)
  return run
}

function refuseWithoutUndo(run: RunState, to: string): void {
  const ids = ledger(run)
    .map(({ id }) => id)
    .reverse()
  if (ids.some((id) => isIn(run, id, to))) return
  const step = run.steps.get(to)
  const why = step?.always === true ? 'an always step is never undone' : 'it did nothing to undo'
  const hint =
    ids.length === 0 ? 'no step of this run can be undone' : `can be undone: ${ids.join(', ')}`
  throw new HotwashError('USAGE', `--to ${to}: ${why}`, { hint })
}

/** A step is in the groups around it, too. */
function isIn(run: RunState, id: string | undefined, to: string): boolean {
  if (id === undefined) return false
  return id === to || isIn(run, run.steps.get(id)?.within, to)
}

async function nothingToDo(world: World, rolling: Omit<Rolling, 'runbook'>): Promise<RunReport> {
  const text =
    rolling.undoneBefore.size > 0 ? 'everything is undone already' : 'there is nothing to undo'
  world.operator.show({ type: 'say', level: 'info', text })
  return reportAsItIs(world, rolling)
}

/** Of a rollback that recorded nothing: how the run ended before is no failure of this command. */
async function reportAsItIs(
  world: World,
  { journal, run, undoneBefore }: Omit<Rolling, 'runbook'>,
): Promise<RunReport> {
  const published = await publisherOf(world, journal).flush(1_000)
  const report = runReport({
    journal,
    run,
    published,
    rollback: { undoneBefore },
  })
  const { error: _error, ...rest } = report
  return { ...rest, exit_code: 0 }
}

async function undo(world: World, rolling: Rolling): Promise<RunReport> {
  const { journal, run, runbook, request, undoneBefore } = rolling
  const publisher = publisherOf(world, journal)
  const current = { runbook, isNew: false, warnings: [] }
  const live = await reopen(world, { journal, run, current, request }, () => publisher.kick())
  const { to } = request
  const asked = to === undefined ? 'hotwash rollback' : `hotwash rollback --to ${to}`
  requestRollback(live, request.reason ?? asked, to === undefined ? {} : { to })
  const warnings = weakWarnings(world)
  return driveAndReport(live, publisher, { warnings, rollback: { undoneBefore, to } })
}

const undoOf = ({ preview, body }: Ready) => ({ undo: preview, does: body })

/** What would be undone, in order; nothing is recorded. */
async function plan(world: World, rolling: Rolling): Promise<RunReport> {
  const { journal, run, runbook, request } = rolling
  const secrets = await ready(world, { runbook, inputs: run.inputs })
  const live = openLive(world, { journal, runbook, run: run.id, secrets })
  const asked = ledger(runState(live), request.to)
  try {
    for (const { id } of asked.filter((one) => !isUndone(one))) {
      const step = stepOf(runbook, runState(live), id)
      if (step === undefined) continue
      const planned = await planUndo(live, step)
      const card = cardOf(live, step, planned.ok ? undoOf(planned.ready) : {})
      const result = planned.ok ? planned.ready.preview : planned.message
      world.operator.show({ type: 'planned', card, ran: 'undo', result })
    }
  } finally {
    live.interrupts.close()
  }
  const report = await reportAsItIs(world, rolling)
  const inReach = new Set(asked.map(({ id }) => id))
  return { ...report, undo: report.undo.filter(({ step }) => inReach.has(step)) }
}
