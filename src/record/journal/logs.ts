/**
 * All logs of one journal, folded. Reading is incremental: what other processes append is picked up
 * from where we stopped, and a log that shrank or became another file is not read on.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { HotwashError } from '../../errors.ts'
import type { IncidentEvent } from '../../incident/event.ts'
import { applyEvent, emptyState } from '../../incident/fold.ts'
import type { IncidentState } from '../../incident/state.ts'
import { isLog, writerOf } from '../names.ts'
import { refuseLinks } from './disk.ts'
import type { Damage, LogEvent, LogState, ReadResult } from './log-file.ts'
import { emptyLog, inCausalOrder, inOrder, readForward } from './log-file.ts'

export type Logs = {
  readonly incident: string
  readonly folder: string
  byWriter: Map<string, LogState>
  state: IncidentState
  last: LogEvent | undefined
  /** A line that is wrong for good: nothing can be appended any more. */
  damage: Damage | undefined
  /** Bytes behind the last good line of a log. */
  torn: { log: LogState; bytes: number } | undefined
}

export function newLogs(dir: string, incident: string): Logs {
  return {
    incident,
    folder: join(dir, 'log'),
    byWriter: new Map(),
    state: emptyState(incident),
    last: undefined,
    damage: undefined,
    torn: undefined,
  }
}

/**
 * Reads what is new. True when there was something. Throws JOURNAL when a log was changed under us.
 * `events`: gathers them, of logs that nothing was read of yet.
 */
export function readOn(logs: Logs, events?: IncidentEvent[]): boolean {
  const grown = grownLogs(logs)
  logs.torn = undefined
  let seen = false
  for (const found of merged(logs, grown)) {
    seen = true
    if (logs.last !== undefined && inOrder(found, logs.last) < 0) return readAgain(logs)
    applyEvent(logs.state, found.event)
    events?.push(found.event)
    logs.last = found
  }
  return seen
}

/** A log from elsewhere came in whose events belong between those we folded already. */
function readAgain(logs: Logs): true {
  // In place: the writer holds on to the log it appends to.
  for (const log of logs.byWriter.values()) Object.assign(log, emptyLog(log.path))
  logs.state = emptyState(logs.incident)
  logs.last = undefined
  logs.torn = undefined
  for (const found of merged(logs, grownLogs(logs))) {
    applyEvent(logs.state, found.event)
    logs.last = found
  }
  return true
}

function grownLogs(logs: Logs): LogState[] {
  for (const name of logNames(logs.folder)) {
    const writer = writerOf(name)
    if (logs.byWriter.has(writer)) continue
    refuseLinks(logs.folder, name)
    logs.byWriter.set(writer, emptyLog(join(logs.folder, name)))
  }
  return [...logs.byWriter.values()].filter(hasGrown)
}

export function logNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isLog)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function hasGrown(log: LogState): boolean {
  const stat = statSync(log.path, { throwIfNoEntry: false })
  const wasThere = log.inode !== undefined
  if (stat === undefined) {
    if (wasThere) throw changed(log, 'is gone')
    return false
  }
  if (wasThere && stat.ino !== log.inode) throw changed(log, 'was replaced by another file')
  if (stat.size < log.size) throw changed(log, `shrank from ${log.size} to ${stat.size} bytes`)
  return stat.size > log.size
}

export function changed(log: LogState, how: string): HotwashError {
  return new HotwashError('JOURNAL', `${log.path} ${how} while hotwash was writing it`, {
    hint: 'nothing more is written; see what did it, then run: hotwash audit verify',
  })
}

/** New events of several logs in causal order. */
const merged = (logs: Logs, grown: readonly LogState[]): Generator<LogEvent> =>
  inCausalOrder(grown.map((log) => newEvents(logs, log)))

function* newEvents(logs: Logs, log: LogState): Generator<LogEvent> {
  noteEnd(logs, log, yield* readForward(log, logs.incident))
}

function noteEnd(logs: Logs, log: LogState, result: ReadResult): void {
  if (result.damage !== undefined) logs.damage ??= result.damage
  else if (result.torn > 0) logs.torn ??= { log, bytes: result.torn }
}

/** All events so far, read anew: an incident may hold more of them than memory should. */
export function readAll({ byWriter, incident }: Logs): IncidentEvent[] {
  const logs = [...byWriter.values()].filter((log) => log.size > 0)
  const events = logs.flatMap(({ path, size }) => [...readForward(emptyLog(path), incident, size)])
  return (logs.length > 1 ? events.sort(inOrder) : events).map(({ event }) => event)
}

/** Everything that the logs of an incident say, with why they cannot be read on. */
export type WholeLog = {
  events: readonly IncidentEvent[]
  state: IncidentState
  damage: string | undefined
}

/** Read once, for who looks at many incidents and continues none. */
export function readWhole(dir: string, incident: string): WholeLog {
  refuseLinks(dir, 'log')
  const logs = newLogs(dir, incident)
  const events: IncidentEvent[] = []
  readOn(logs, events)
  const { damage, state } = logs
  return { events, state, damage: damage && damageError(logs, damage).message }
}

export const damageError = (logs: Logs, damage: Damage): HotwashError =>
  new HotwashError(
    'NOT_VERIFIED',
    `incident ${logs.incident} is read-only: event ${damage.writer}#${damage.seq}, byte ${damage.atByte} of its log: ${damage.message}`,
    {
      hint: `compare with the incident's branch: hotwash audit verify ${logs.incident}`,
    },
  )
