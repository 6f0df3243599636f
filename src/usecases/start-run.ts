/** The parts that running, resuming and rolling back share: locks, the journal's commits, the end. */
import { join } from 'node:path'
import { driveRun, type Driven } from '../engine/drive-run.ts'
import { runState, type LiveRun } from '../engine/live-run.ts'
import { flushNotices } from '../engine/notices.ts'
import { HotwashError } from '../errors.ts'
import type { RunState } from '../incident/state.ts'
import type { Journal, Publisher } from '../ports/journal.ts'
import { acquireRunLock, type RunLock } from '../record/lock.ts'
import { openPublisher } from '../record/publish.ts'
import { renderTree } from '../runbook/interpolate.ts'
import type { Runbook, Value } from '../runbook/runbook.ts'
import { nextCommand } from './next-command.ts'
import { recordWorldOf } from './record-world-of.ts'
import { runReport, type Reported, type RunReport } from './run-report.ts'
import type { World } from './world.ts'

/** How long the end of a command waits for git. */
const FLUSH_LIMIT_MS = 10_000
/** And for the receivers of messages that could not be delivered. */
const NOTICES_LIMIT_MS = 5_000

/** Runs `use` while this process holds the run lock of the incident. Throws LOCKED, naming the holder. */
export function withRunLock<T>(world: World, dir: string, use: () => Promise<T>): Promise<T> {
  return holding(lockOf(world, dir), use)
}

async function holding<T>(lock: RunLock, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } finally {
    lock.release()
  }
}

const lockOf = (world: World, dir: string): RunLock => {
  const { process, clock, random } = world.ports
  const { actor } = world
  return acquireRunLock(dir, { process, clock, random, host: actor.host, actor })
}

/** A runbook's own `lock`: one run at a time on this machine. */
export async function withNamedLock<T>(
  world: World,
  { runbook, inputs }: { runbook: Runbook; inputs: Readonly<Record<string, Value>> },
  use: () => Promise<T>,
): Promise<T> {
  if (runbook.lock === undefined) return use()
  const scope = { inputs, secrets: {}, steps: {}, incident: { id: '' }, run: { id: '' } }
  const rendered = renderTree({ lock: runbook.lock }, { scope, runbook })
  const name = rendered.ok ? rendered.value.lock : ''
  if (!rendered.ok || !/^[\w.-]{1,100}$/.test(name)) {
    const why = rendered.ok ? `"${name}" is not a name of letters, digits, _ . -` : rendered.message
    throw new HotwashError('INVALID_RUNBOOK', `${runbook.path}: lock: ${why}`)
  }
  const folder = await world.ports.files.stateFolder('locks').catch((cause: unknown) => {
    throw new HotwashError('JOURNAL', `lock ${name} cannot be made: ${(cause as Error).message}`, {
      hint: 'make the state folder writable, or name another one: state_dir in hotwash.yaml',
      cause,
    })
  })
  return holding(lockOf(world, join(folder, name)), use)
}

export function publisherOf(world: World, journal: Journal): Publisher {
  return openPublisher({ ...recordWorldOf(world), journal })
}

/** Inputs, names and paths are recorded, and cannot be masked without losing their meaning. */
export function refuseSecretsIn(
  world: World,
  { runbook, inputs }: { runbook: Runbook; inputs: Readonly<Record<string, Value>> },
): void {
  const texts = { ...inputs, 'the name of the runbook': runbook.name, 'its path': runbook.path }
  for (const [name, value] of Object.entries(texts)) {
    const secret = world.redactor.finds(typeof value === 'string' ? value : JSON.stringify(value))
    if (secret === undefined) continue
    const what = Object.hasOwn(inputs, name) ? `input ${name}` : name
    throw new HotwashError('INVALID_INPUT', `${what} holds the secret ${secret}`, {
      hint: 'inputs and names are recorded as they are; pass secrets through `secrets:`',
    })
  }
}

export const weakWarnings = (world: World): string[] =>
  world.redactor
    .weak()
    .map(
      (name) =>
        `secret ${name} is too short or too common: output of steps that use it is not kept`,
    )

export const stepList = (runbook: Runbook) =>
  [...runbook.steps, ...runbook.always].map((step) => ({
    id: step.id,
    kind: step.body.kind,
    name: step.name,
    always: step.always,
  }))

type Ending = Pick<Reported, 'rollback' | 'warnings' | 'lint'>

/** Drives to the end or to a pause, waits a while for git, and reports. */
export async function driveAndReport(
  live: LiveRun,
  publisher: Publisher,
  ending: Ending,
): Promise<RunReport> {
  let driven: Driven
  try {
    driven = await driveRun(live)
  } finally {
    live.interrupts.close()
  }
  await flushNotices(live, NOTICES_LIMIT_MS)
  const run = runState(live)
  showEnd(live, run)
  resolveDrill(live, run)
  const published = await publisher.flush(FLUSH_LIMIT_MS)
  return runReport({
    incident: live.journal.incident,
    run,
    events: live.journal.state().events,
    journal: live.journal.dir,
    published,
    stop: driven.stop,
    ...ending,
  })
}

/** A drill is over with its rehearsal: nobody has to remember to say so. */
function resolveDrill(live: LiveRun, run: RunState): void {
  const { drill, status } = live.journal.state()
  if (!drill || run.endedAt === undefined || status === 'resolved' || status === 'closed') return
  const reason = `the rehearsal ${run.status.replace('_', ' ')}`
  live.journal.append({ type: 'incident.resolved', data: { reason } })
  live.kick()
}

function showEnd(live: LiveRun, run: RunState): void {
  live.operator.show({
    type: 'run_finished',
    run,
    next: nextCommand(live.journal.incident, run),
  })
}
