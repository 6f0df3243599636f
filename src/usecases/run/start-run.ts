/** The parts that running, resuming and rolling back share: locks, the journal's commits, the end. */
import { join } from 'node:path'
import { driveRun, type Driven } from '../../engine/drive-run.ts'
import { runState, type LiveRun } from '../../engine/live-run.ts'
import { declared, runSteps } from '../../engine/walk/run-steps.ts'
import { flushNotices } from '../../engine/notices.ts'
import { HotwashError } from '../../errors.ts'
import type { RunState } from '../../incident/state.ts'
import type { Journal, Publisher } from '../../ports/journal.ts'
import { acquireRunLock, type RunLock } from '../../record/journal/lock.ts'
import { openPublisher } from '../../record/git/publish.ts'
import { renderTree } from '../../runbook/expressions/interpolate.ts'
import { scopeBeforeRun } from '../../runbook/expressions/scope.ts'
import type { Value } from '../../incident/value.ts'
import type { Runbook } from '../../runbook/runbook.ts'
import { allTexts, type OneText } from './all-texts.ts'
import { nextCommand } from '../next-command.ts'
import { recordWorldOf } from '../record-world-of.ts'
import { runReport, type Reported, type RunReport } from './run-report.ts'
import type { World } from '../world.ts'

/** How long the end of a command waits for git. */
const FLUSH_LIMIT_MS = 10_000
/** And for the receivers of messages that could not be delivered. */
const NOTICES_LIMIT_MS = 5_000

/** Runs `use` while this process holds the run lock of the incident. Throws LOCKED, naming the holder. */
export async function withRunLock<T>(world: World, dir: string, use: () => Promise<T>): Promise<T> {
  const lock = lockOf(world, dir)
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

/** The `lock` of a runbook, and of those that it includes: one run at a time on this machine. */
export async function withNamedLock<T>(
  world: World,
  { runbook, inputs }: { runbook: Runbook; inputs: Readonly<Record<string, Value>> },
  use: () => Promise<T>,
): Promise<T> {
  const names = allTexts(runbook, inputs).flatMap(lockName)
  if (names.length === 0) return use()
  const folder = await world.ports.files.stateFolder('locks').catch((cause: unknown) => {
    throw new HotwashError('JOURNAL', `a lock cannot be made: ${(cause as Error).message}`, {
      hint: 'make the state folder writable, or name another one: state_dir in hotwash.yaml',
      cause,
    })
  })
  const held: RunLock[] = []
  try {
    // In one order for everybody, so that two runs never wait for each other in a circle.
    for (const name of [...new Set(names)].toSorted()) held.push(lockOf(world, join(folder, name)))
    return await use()
  } finally {
    for (const lock of held.reverse()) lock.release()
  }
}

function lockName({ runbook, inputs }: OneText): string[] {
  if (runbook.lock === undefined) return []
  const rendered = renderTree({ lock: runbook.lock }, { scope: scopeBeforeRun(inputs), runbook })
  const name = rendered.ok ? rendered.value.lock : ''
  if (rendered.ok && /^[\w.-]{1,100}$/.test(name)) return [name]
  const why = rendered.ok ? `"${name}" is not a name of letters, digits, _ . -` : rendered.message
  throw new HotwashError('INVALID_RUNBOOK', `${runbook.path}: lock: ${why}`)
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

/** Steps of a `foreach` are listed when it begins: `run` tells which ones have. */
export const stepList = (runbook: Runbook, run: Pick<RunState, 'steps'> = { steps: new Map() }) =>
  declared(runSteps(runbook, run).list)

/** Stores the exact texts; what is said of them in the record. */
export function keptRunbook(journal: Journal, { name, path, text, texts }: Runbook) {
  const sha256 = journal.putRunbook(text)
  if (texts.length === 0) return { name, path, sha256 }
  const includes = texts.map((one) => ({
    name: one.name,
    from: one.from,
    path: one.path,
    sha256: journal.putRunbook(one.text),
  }))
  return { name, path, sha256, includes }
}

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
    journal: live.journal,
    run,
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
    next: nextCommand(live.journal.state(), run),
  })
}
