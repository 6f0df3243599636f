/** A step that waits, seen from any terminal: no run lock is held, no secret resolved. */
import { describeGate, type GateContent } from '../../engine/gates/gate-content.ts'
import { stepOf } from '../../engine/walk/run-steps.ts'
import type { LiveRun } from '../../engine/live-run.ts'
import { HotwashError } from '../../errors.ts'
import { asSeen } from '../../incident/as-seen.ts'
import type { OpenGate, RunState, StepState } from '../../incident/state.ts'
import type { Journal } from '../../ports/journal.ts'
import { runLockHolder } from '../../record/journal/lock.ts'
import type { Step } from '../../runbook/runbook.ts'
import { recorded } from './current-runbook.ts'
import { openLive } from './open-live.ts'
import { pickIncident } from '../pick-incident.ts'
import { recordWorldOf } from '../record-world-of.ts'
import { noSecrets } from './resolve-secrets.ts'
import { runReport, type RunReport } from './run-report.ts'
import { publisherOf } from './start-run.ts'
import type { World } from '../world.ts'

const FLUSH_LIMIT_MS = 5_000

export type Found = { journal: Journal; run: RunState; state: StepState; alive: boolean }

export function findStep(world: World, incident: string | undefined, id: string): Found {
  const { store } = recordWorldOf(world)
  const journal = store.open(pickIncident(store, incident))
  const alive = runLockHolder(journal.dir, world.ports.process) !== undefined
  const run = asSeen(journal.state(), alive).runs.at(-1)
  const state = run?.steps.get(id)
  if (run !== undefined && state !== undefined) return { journal, run, state, alive }
  const known = [...(run?.steps.keys() ?? [])].join(', ')
  const message = `incident ${journal.incident} has no step ${id}`
  throw new HotwashError('USAGE', message, known === '' ? {} : { hint: `its steps: ${known}` })
}

export type AtOpenGate = { live: LiveRun; step: Step; content: GateContent; gate: OpenGate }

/** Throws when the step waits for nothing. `live.interrupts` is closed. */
export async function atGate(world: World, { journal, run, state }: Found): Promise<AtOpenGate> {
  const runbook = await recorded(world, journal, run)
  const secrets = noSecrets(runbook)
  const live = openLive(world, { journal, runbook, run: run.id, secrets })
  live.interrupts.close()
  const step = stepOf(runbook, run, state.id)
  const { gate } = state
  if (step === undefined || gate === undefined) {
    const message = `step ${state.id} waits for nothing: its status is ${state.status}`
    throw new HotwashError('USAGE', message, { hint: `hotwash show ${journal.incident}` })
  }
  const described = describeGate(live, step, gate.gate === 'confirm')
  if (!described.ok) throw new HotwashError('WAITING', described.message)
  // What was asked is what counts here; the run itself sees whether it still holds.
  const { question, digest } = gate
  const accepts = gate.accepts as GateContent['accepts']
  return { live, step, gate, content: { ...described.content, question, accepts, digest } }
}

export async function reportAnswer(world: World, found: Found): Promise<RunReport> {
  const { journal, run, alive } = found
  const publisher = publisherOf(world, journal)
  publisher.kick()
  const published = await publisher.flush(FLUSH_LIMIT_MS)
  const now = asSeen(journal.state(), alive).runs.find(({ id }) => id === run.id) ?? run
  const report = runReport({ journal, run: now, published })
  // The answer was taken, however the run stands.
  const { error: _error, next, ...rest } = report
  return { ...rest, exit_code: 0, ...(next === undefined || alive ? {} : { next }) }
}
